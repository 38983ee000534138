"""Whether every planned analysis names what its estimator needs, and its estimator carries out the strategies of its estimand."""

from collections.abc import Callable, Iterator, Mapping

from protocols.analysis_plan import Estimator, PlannedAnalysis
from protocols.design import Protocol
from protocols.estimator_needs import NEEDS, SECTIONS, carried_out
from protocols.outcomes import Outcome
from protocols.planned_estimators import LEFT_TRIAL, ResponseCriterion
from protocols.problems import Fault, Path

_NOT_TO_TEST = {
    Estimator.MEDIATION: "has no p value",
    Estimator.EQUIVALENCE: "has a p value of one side",
    Estimator.NON_INFERIORITY: "has a p value of one side",
}


def estimator_faults(protocol: Protocol) -> Iterator[Fault]:
    """Yield what analyses lack for their estimators.

    Parameters
    ----------
    protocol : Protocol

    Yields
    ------
    Fault
        One for each section that is missing, does not belong, or does not fit, and for each strategy that is not carried out.
    """
    for position, planned in enumerate(protocol.analysis.analyses):
        path: Path = ("analysis", "analyses", position)
        yield from _section_faults(planned, path)
        outcome = next((o for o in protocol.outcomes if o.code == planned.outcome), None)
        if outcome is None:
            continue
        yield from _fitting_faults(planned, outcome, path)
        yield from _strategy_faults(protocol, planned, outcome, path)
        check = _CHECKS.get(planned.estimator)
        if check is not None:
            yield from check(protocol, planned, path)
    yield from _hypothesis_faults(protocol)


def _section_faults(planned: PlannedAnalysis, path: Path) -> Iterator[Fault]:
    needs = NEEDS[planned.estimator]
    if needs.section is not None and getattr(planned, needs.section) is None:
        what = (
            f"{planned.code} is a {planned.estimator} analysis, and does not say {needs.meaning}."
        )
        yield Fault((*path, "estimator"), what, f"Add the section {needs.section} to it.")
    for section in SECTIONS:
        if section != needs.section and getattr(planned, section) is not None:
            what = (
                f"{planned.code} has a section {section}, which {planned.estimator} has no use for."
            )
            yield Fault(
                (*path, section), what, "Leave it out, or choose the estimator that it is for."
            )


def _fitting_faults(planned: PlannedAnalysis, outcome: Outcome, path: Path) -> Iterator[Fault]:
    if outcome.source not in NEEDS[planned.estimator].sources:
        what = f"The estimator {planned.estimator} does not fit the outcome {outcome.code}."
        yield Fault((*path, "estimator"), what, "Choose another estimator.")


def _strategy_faults(
    protocol: Protocol, planned: PlannedAnalysis, outcome: Outcome, path: Path
) -> Iterator[Fault]:
    estimand = next((e for e in protocol.estimands if e.code == planned.estimand), None)
    if estimand is None:
        return
    possible = carried_out(planned.estimator, outcome.source)
    for choice in estimand.strategies:
        if choice.strategy not in possible:
            words = choice.strategy.replace("_", " ")
            what = (
                f"{planned.code} estimates {estimand.code}, whose strategy for {choice.event} is {words}; "
                f"the estimator {planned.estimator} cannot carry that out."
            )
            mend = f"It carries out {_listed(possible)}; choose one of these, or another estimator."
            yield Fault((*path, "estimator"), what, mend)


def _listed(strategies: frozenset[str]) -> str:
    return ", ".join(sorted(strategy.replace("_", " ") for strategy in strategies))


def _responder_faults(_: Protocol, planned: PlannedAnalysis, path: Path) -> Iterator[Fault]:
    promise = planned.responder
    if promise is None:
        return
    place = (*path, "responder")
    if promise.criterion is ResponseCriterion.IMPROVED_BY and not promise.threshold > 0:
        what = f"{planned.code} calls everyone a responder who improved by {promise.threshold:g}."
        yield Fault((*place, "threshold"), what, "Write the size of the improvement, > 0.")
    if not promise.source.strip():
        what = f"{planned.code} does not say where the threshold of a response comes from."
        yield Fault((*place, "source"), what, "Name the paper or the reason.")


def _complier_faults(protocol: Protocol, planned: PlannedAnalysis, path: Path) -> Iterator[Fault]:
    promise = planned.complier_effect
    count = protocol.sessions.count
    if promise is not None and not 1 <= promise.minimum_sessions <= count:
        what = f"{planned.code} counts {promise.minimum_sessions} sessions as take-up."
        yield Fault((*path, "complier_effect", "minimum_sessions"), what, f"Ask for 1 to {count}.")


def _dose_faults(_: Protocol, planned: PlannedAnalysis, path: Path) -> Iterator[Fault]:
    promise = planned.dose_response
    if promise is not None and not promise.per_minutes > 0:
        what = f"{planned.code} gives the effect per {promise.per_minutes:g} minutes."
        yield Fault(
            (*path, "dose_response", "per_minutes"), what, "Write a number of minutes, > 0."
        )


def _mediation_faults(protocol: Protocol, planned: PlannedAnalysis, path: Path) -> Iterator[Fault]:
    promise = planned.mediation
    if promise is None:
        return
    place = (*path, "mediation", "mediator")
    mediator = next((o for o in protocol.outcomes if o.code == promise.mediator), None)
    if mediator is None:
        codes = ", ".join(o.code for o in protocol.outcomes)
        what = f"{planned.code} goes through “{promise.mediator}”, which is no outcome."
        yield Fault(place, what, f"Outcomes: {codes}.")
        return
    if mediator.code == planned.outcome:
        what = f"{planned.code} goes through its own outcome."
        yield Fault(place, what, "Name the outcome that is the mechanism.")
    if mediator.source not in NEEDS[Estimator.DOSE_RESPONSE].sources:
        what = f"{planned.code} goes through {mediator.code}, which is not measured at a visit."
        yield Fault(place, what, "Choose an outcome that is measured at a visit.")
        return
    outcome = next((o for o in protocol.outcomes if o.code == planned.outcome), None)
    days = {visit.code: visit.day for visit in protocol.visits}
    own = days.get((outcome.visit if outcome else None) or "")
    other = days.get(mediator.visit or "")
    if own is not None and other is not None and other > own:
        what = f"{planned.code} goes through {mediator.code}, which is measured after its outcome."
        yield Fault(place, what, "What comes later cannot be the cause: choose an earlier visit.")


def _subgroup_faults(protocol: Protocol, planned: PlannedAnalysis, path: Path) -> Iterator[Fault]:
    promise = planned.subgroups
    codes = [factor.code for factor in protocol.randomization.factors]
    if promise is not None and promise.factor not in codes:
        what = f"{planned.code} has subgroups by “{promise.factor}”, which is no factor of the randomization."
        mend = f"Factors: {', '.join(codes)}." if codes else "Stratify by it, or plan no subgroups."
        yield Fault((*path, "subgroups", "factor"), what, mend)


def _course_faults(_: Protocol, planned: PlannedAnalysis, path: Path) -> Iterator[Fault]:
    promise = planned.session_course
    if promise is not None and len(set(promise.models)) < max(len(promise.models), 1):
        what = f"{planned.code} names no model of the sessions, or one of them twice."
        yield Fault((*path, "session_course", "models"), what, "Name each once, in order.")
    if "baseline" in planned.covariates:
        what = f"{planned.code} adjusts sessions for the rating before each, which the arm may have changed."
        place = (*path, "covariates", planned.covariates.index("baseline"))
        yield Fault(place, what, "Adjust for factors of the randomization only.")


def _no_baseline_faults(_: Protocol, planned: PlannedAnalysis, path: Path) -> Iterator[Fault]:
    if "baseline" in planned.covariates:
        what = f"{planned.code} counts events, which have no baseline."
        place = (*path, "covariates", planned.covariates.index("baseline"))
        yield Fault(place, what, "Adjust for factors of the randomization only.")


def _time_faults(protocol: Protocol, planned: PlannedAnalysis, path: Path) -> Iterator[Fault]:
    yield from _no_baseline_faults(protocol, planned, path)
    promise = planned.time_to_event
    codes = [event.code for event in protocol.intercurrent_events]
    if promise is not None and promise.event not in {LEFT_TRIAL, *codes}:
        what = f"{planned.code} counts the time to “{promise.event}”, which is no event."
        mend = f"Events: {', '.join([LEFT_TRIAL, *codes])}."
        yield Fault((*path, "time_to_event", "event"), what, mend)


def _margin_faults(_: Protocol, planned: PlannedAnalysis, path: Path) -> Iterator[Fault]:
    promise = planned.margin
    if promise is None:
        return
    if not promise.margin > 0:
        what = f"The margin of {planned.code} is {promise.margin:g}."
        yield Fault((*path, "margin", "margin"), what, "Write its size, > 0.")
    if not promise.reason.strip():
        what = f"{planned.code} does not say why its margin is {promise.margin:g}."
        yield Fault(
            (*path, "margin", "reason"), what, "Give the reason, before anybody sees the data."
        )


def _hypothesis_faults(protocol: Protocol) -> Iterator[Fault]:
    for position, planned in enumerate(protocol.analysis.analyses):
        reason = _NOT_TO_TEST.get(planned.estimator)
        if reason is not None and planned.code in protocol.analysis.hypotheses:
            what = f"{planned.code} shares the two-sided level with other hypotheses, and {reason}."
            place = ("analysis", "analyses", position, "estimator")
            yield Fault(place, what, "Leave it out of the families and the graph.")


_CHECKS: Mapping[Estimator, Callable[[Protocol, PlannedAnalysis, Path], Iterator[Fault]]] = {
    Estimator.RESPONDER: _responder_faults,
    Estimator.COMPLIER_EFFECT: _complier_faults,
    Estimator.DOSE_RESPONSE: _dose_faults,
    Estimator.MEDIATION: _mediation_faults,
    Estimator.SUBGROUPS: _subgroup_faults,
    Estimator.SESSION_COURSE: _course_faults,
    Estimator.EVENT_RATE: _no_baseline_faults,
    Estimator.TIME_TO_EVENT: _time_faults,
    Estimator.EQUIVALENCE: _margin_faults,
    Estimator.NON_INFERIORITY: _margin_faults,
}
