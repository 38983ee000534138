"""Whether every planned analysis names what its estimator needs, and its estimator carries out the strategies of its estimand."""

from collections.abc import Callable, Iterator, Mapping

from protocols.analysis_plan import Estimator, PlannedAnalysis
from protocols.check_events import no_baseline_faults, restricted_mean_faults, time_faults
from protocols.check_orders import order_faults, shift_faults, win_ratio_faults
from protocols.check_responses import reliable_change_faults, responder_faults, strata_faults
from protocols.design import Protocol
from protocols.estimator_needs import NEEDS, SECTIONS, CovariateUse, carried_out
from protocols.outcomes import Outcome
from protocols.problems import Fault, Path

FEWEST_DRAWS = 999
"""So that the smallest p value is 0.001."""
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
        outcome = next((o for o in protocol.outcomes if o.code == planned.outcome), None)
        if outcome is not None:
            yield from _fitting_faults(planned, outcome, path)
            yield from _strategy_faults(protocol, planned, outcome, path)
        yield from faults_of_analysis(protocol, planned, path)
    yield from _hypothesis_faults(protocol)


def faults_of_analysis(
    protocol: Protocol, planned: PlannedAnalysis, path: Path = ()
) -> Iterator[Fault]:
    """Yield what one analysis lacks for its estimator, whether or not it is in the plan of the protocol.

    Yields
    ------
    Fault
    """
    yield from _section_faults(planned, path)
    if all(outcome.code != planned.outcome for outcome in protocol.outcomes):
        return
    yield from _covariate_faults(planned, path)
    check = _CHECKS.get(planned.estimator)
    if check is not None:
        yield from check(protocol, planned, path)


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


def _covariate_faults(planned: PlannedAnalysis, path: Path) -> Iterator[Fault]:
    if NEEDS[planned.estimator].covariates is CovariateUse.NONE and planned.covariates:
        what = f"{planned.code} has covariates, and {planned.estimator} adjusts for none."
        yield Fault((*path, "covariates"), what, "Leave them out, or choose another estimator.")


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


def _constrained_faults(_: Protocol, planned: PlannedAnalysis, path: Path) -> Iterator[Fault]:
    if "baseline" in planned.covariates:
        what = f"{planned.code} adjusts for the baseline, which is one of its outcomes."
        place = (*path, "covariates", planned.covariates.index("baseline"))
        yield Fault(place, what, "Leave baseline out of the covariates, or choose mmrm.")


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


def _redraw_faults(_: Protocol, planned: PlannedAnalysis, path: Path) -> Iterator[Fault]:
    promise = planned.rerandomization
    if promise is not None and not promise.draws >= FEWEST_DRAWS:
        what = f"{planned.code} draws the allocation {promise.draws} times again."
        mend = f"Draw it at least {FEWEST_DRAWS} times; 9999 are usual."
        yield Fault((*path, "rerandomization", "draws"), what, mend)


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
    Estimator.CLDA: _constrained_faults,
    Estimator.RESPONDER: responder_faults,
    Estimator.RESPONDER_RATIO: responder_faults,
    Estimator.RESPONDER_STRATIFIED: strata_faults,
    Estimator.MANTEL_HAENSZEL: strata_faults,
    Estimator.RELIABLE_CHANGE: reliable_change_faults,
    Estimator.ORDINAL: order_faults,
    Estimator.WIN_RATIO: win_ratio_faults,
    Estimator.HODGES_LEHMANN: shift_faults,
    Estimator.RERANDOMIZATION: _redraw_faults,
    Estimator.RESTRICTED_MEAN: restricted_mean_faults,
    Estimator.COMPLIER_EFFECT: _complier_faults,
    Estimator.DOSE_RESPONSE: _dose_faults,
    Estimator.MEDIATION: _mediation_faults,
    Estimator.SUBGROUPS: _subgroup_faults,
    Estimator.SESSION_COURSE: _course_faults,
    Estimator.EVENT_RATE: no_baseline_faults,
    Estimator.TIME_TO_EVENT: time_faults,
    Estimator.EQUIVALENCE: _margin_faults,
    Estimator.NON_INFERIORITY: _margin_faults,
}
