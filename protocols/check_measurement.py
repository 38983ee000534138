"""Whether outcomes, estimands and planned analyses belong together (ICH E9(R1), SPIRIT 2025 16, 27)."""

from collections import Counter
from collections.abc import Iterator

from protocols.analysis_plan import Estimator, MissingItems, PlannedAnalysis
from protocols.check_questionnaires import score_faults
from protocols.check_signals import signal_faults
from protocols.design import Protocol
from protocols.imputation import ImputedVariance
from protocols.outcomes import Outcome, OutcomeRole, OutcomeSource
from protocols.problems import Fault, Path

_MIXED_MODELS = frozenset({Estimator.MMRM, Estimator.CLDA})
_RESTING = frozenset({OutcomeSource.RESTING_HRV, OutcomeSource.RESTING_SIGNAL})
_AT_VISITS = _RESTING | {OutcomeSource.QUESTIONNAIRE}


def measurement_faults(protocol: Protocol) -> Iterator[Fault]:
    """Yield what is wrong with outcomes, estimands and analyses.

    Parameters
    ----------
    protocol : Protocol
        The protocol.

    Yields
    ------
    Fault
        One for each disagreement.
    """
    yield from _primary_faults(protocol)
    for position, outcome in enumerate(protocol.outcomes):
        yield from _outcome_faults(protocol, outcome, ("outcomes", position))
    yield from _estimand_faults(protocol)
    for position, analysis in enumerate(protocol.analysis.analyses):
        yield from _analysis_faults(protocol, analysis, ("analysis", "analyses", position))
    yield from _plan_faults(protocol)


def _primary_faults(protocol: Protocol) -> Iterator[Fault]:
    primary = [o.code for o in protocol.outcomes if o.role is OutcomeRole.PRIMARY]
    if len(primary) != 1:
        what = f"There are {len(primary)} primary outcomes."
        yield Fault(("outcomes",), what, "Choose exactly one.")
        return
    estimands = [e.code for e in protocol.estimands if e.outcome == primary[0]]
    if not estimands:
        what = f"The primary outcome {primary[0]} has no estimand."
        yield Fault(("estimands",), what, "Write one with its five attributes.")
        return
    of_primary = [a.estimand for a in protocol.analysis.analyses if a.outcome == primary[0]]
    if not of_primary or of_primary[0] not in estimands:
        what = f"The first analysis of the primary outcome {primary[0]} estimates none of its estimands."
        yield Fault(("analysis", "analyses"), what, "Plan it.")


def _outcome_faults(protocol: Protocol, outcome: Outcome, path: Path) -> Iterator[Fault]:
    if outcome.questionnaire is not None:
        yield from score_faults(path, outcome.questionnaire, outcome.score)
    elif outcome.source in {OutcomeSource.QUESTIONNAIRE, OutcomeSource.SESSION_RATING}:
        yield Fault(path, f"{outcome.code} names no questionnaire.", "Add questionnaire and score.")
    yield from signal_faults(outcome, path)
    if outcome.source in _AT_VISITS:
        yield from _time_point_faults(protocol, outcome, path)
    if outcome.source is OutcomeSource.RESTING_HRV and not outcome.recipe:
        what = f"{outcome.code} does not say by which recipe it is computed."
        yield Fault(path, what, "Add the recipe, e.g. rmssd-median11-20pct-v1.")
    rating = protocol.sessions.rating
    if outcome.source is OutcomeSource.SESSION_RATING and outcome.questionnaire != rating:
        what = f"{outcome.code} rests on a rating that is not asked at the sessions."
        yield Fault((*path, "questionnaire"), what, f"The sessions ask {rating}.")
    if not any(analysis.outcome == outcome.code for analysis in protocol.analysis.analyses):
        what = f"No analysis of {outcome.code} is planned."
        yield Fault(path, what, "Plan one, or drop the outcome.")
    smallest = outcome.minimal_important_difference
    if smallest is not None and smallest <= 0:
        place = (*path, "minimal_important_difference")
        yield Fault(place, "A smallest important difference is positive.", "Write its size.")


def _time_point_faults(protocol: Protocol, outcome: Outcome, path: Path) -> Iterator[Fault]:
    visit = next((v for v in protocol.visits if v.code == outcome.visit), None)
    if visit is None:
        codes = ", ".join(v.code for v in protocol.visits)
        what = f"{outcome.code} is measured at a visit “{outcome.visit}” that does not exist."
        yield Fault((*path, "visit"), what, f"Visits: {codes}.")
    elif visit.day <= 0:
        what = (
            f"{outcome.code} is measured at {visit.code}, before anything can have had an effect."
        )
        yield Fault((*path, "visit"), what, "Choose a visit after randomization.")
    elif not _measured_at(outcome, visit.questionnaires, resting=visit.resting_recording):
        what = f"{outcome.code} is measured at {visit.code}, but that visit does not collect it."
        yield Fault((*path, "visit"), what, "Add it to the visit, or choose another visit.")


def _measured_at(outcome: Outcome, questionnaires: tuple[str, ...], *, resting: bool) -> bool:
    if outcome.source in _RESTING:
        return resting
    return outcome.questionnaire in questionnaires


def _estimand_faults(protocol: Protocol) -> Iterator[Fault]:
    events = [event.code for event in protocol.intercurrent_events]
    outcomes = [outcome.code for outcome in protocol.outcomes]
    for position, estimand in enumerate(protocol.estimands):
        place = ("estimands", position)
        if estimand.outcome not in outcomes:
            what = f"{estimand.code} is about an outcome “{estimand.outcome}” that does not exist."
            yield Fault((*place, "outcome"), what, f"Outcomes: {', '.join(outcomes)}.")
        chosen = Counter(strategy.event for strategy in estimand.strategies)
        for event in events:
            # ICH E9(R1) A.3.2: one strategy for each intercurrent event
            if chosen[event] != 1:
                what = f"{estimand.code} has {chosen[event]} strategies for {event}."
                mend = "Give every intercurrent event exactly one strategy."
                yield Fault((*place, "strategies"), what, mend)
        for number, strategy in enumerate(estimand.strategies):
            if strategy.event not in events:
                what = f"{estimand.code} has a strategy for “{strategy.event}”, which is no event."
                where = (*place, "strategies", number, "event")
                yield Fault(where, what, f"Events: {', '.join(events)}.")


def _analysis_faults(protocol: Protocol, analysis: PlannedAnalysis, path: Path) -> Iterator[Fault]:
    outcome = next((o for o in protocol.outcomes if o.code == analysis.outcome), None)
    if outcome is None:
        what = f"{analysis.code} is about an outcome “{analysis.outcome}” that does not exist."
        yield Fault((*path, "outcome"), what, "Name an outcome of the protocol.")
        return
    yield from _aim_faults(protocol, analysis, path)
    yield from _imputation_faults(analysis, outcome, (*path, "imputation"))
    yield from _mixed_model_faults(analysis, outcome, (*path, "mixed_model"))
    factors = [factor.code for factor in protocol.randomization.factors]
    for number, covariate in enumerate(analysis.covariates):
        if covariate not in {"baseline", *factors}:
            what = f"{analysis.code} adjusts for “{covariate}”, which is unknown."
            mend = f"Use baseline or a factor of the randomization: {', '.join(factors)}."
            yield Fault((*path, "covariates", number), what, mend)
    before = [visit for visit in protocol.visits if visit.day <= 0]
    if "baseline" in analysis.covariates and not any(
        _measured_at(outcome, v.questionnaires, resting=v.resting_recording) for v in before
    ):
        what = (
            f"{analysis.code} adjusts for a baseline value of {outcome.code} that is not collected."
        )
        yield Fault((*path, "covariates"), what, "Collect it at baseline, or do not adjust for it.")


def _imputation_faults(analysis: PlannedAnalysis, outcome: Outcome, path: Path) -> Iterator[Fault]:
    imputation = analysis.imputation
    if imputation is None:
        return
    at_visits = outcome.source in _AT_VISITS and outcome.visit is not None
    if analysis.estimator is not Estimator.ANCOVA or not at_visits:
        what = f"{analysis.code} imputes an outcome, but is no ancova of an outcome at a visit."
        yield Fault(path, what, "Choose such an outcome and ancova, or do not impute.")
    if analysis.missing_items is MissingItems.COMPLETE:
        what = (
            f"{analysis.code} imputes values, and leaves out questionnaires with unanswered items."
        )
        yield Fault(path, what, "Do one of them in an analysis.")
    drawn = (imputation.imputations, imputation.seed)
    if imputation.variance is ImputedVariance.RUBIN and None in drawn:
        what = f"{analysis.code} imputes at random, but names no number of imputations or no seed."
        yield Fault(path, what, "Write both, before anybody sees the data.")
    if imputation.variance is ImputedVariance.JACKKNIFE and drawn != (None, None):
        what = (
            f"{analysis.code} has a number of imputations or a seed, and the jackknife needs none."
        )
        yield Fault(path, what, "Leave them out, or choose rubin.")
    if imputation.imputations is not None and imputation.imputations < 2:
        what = f"{analysis.code} asks for {imputation.imputations} imputations."
        yield Fault((*path, "imputations"), what, "100 are usual; at least 2 are needed.")
    if imputation.largest_delta is not None and not imputation.largest_delta > 0:
        what = f"The largest delta of {analysis.code} is not positive."
        yield Fault((*path, "largest_delta"), what, "Write its size in the unit of the outcome.")


def _mixed_model_faults(analysis: PlannedAnalysis, outcome: Outcome, path: Path) -> Iterator[Fault]:
    model = analysis.mixed_model
    if model is None:
        if analysis.estimator in _MIXED_MODELS:
            what = f"{analysis.code} is a mixed model without covariance structures."
            yield Fault(path, what, "Name them in the order in which they are tried.")
        return
    if analysis.estimator not in _MIXED_MODELS or outcome.visit is None:
        what = (
            f"{analysis.code} plans a mixed model, but is no mmrm or clda of an outcome at a visit."
        )
        yield Fault(
            path, what, "Choose such an outcome and mmrm or clda, or leave mixed_model out."
        )
    if analysis.missing_items is MissingItems.COMPLETE:
        what = f"{analysis.code} is a mixed model of all visits, and leaves out questionnaires with unanswered items."
        yield Fault(path, what, "Do one of them in an analysis.")
    if len(set(model.structures)) < max(len(model.structures), 1):
        what = f"{analysis.code} names no covariance structure, or one of them twice."
        yield Fault((*path, "structures"), what, "Name each once, in order.")


def _aim_faults(protocol: Protocol, analysis: PlannedAnalysis, path: Path) -> Iterator[Fault]:
    if not analysis.missing_data.strip():
        what = f"{analysis.code} does not say what happens to missing data."
        yield Fault(path, what, "Say it in missing_data.")
    if analysis.estimand is None:
        return
    estimand = next((e for e in protocol.estimands if e.code == analysis.estimand), None)
    if estimand is None:
        what = f"{analysis.code} estimates “{analysis.estimand}”, which does not exist."
        yield Fault((*path, "estimand"), what, "Name an estimand of the protocol, or null.")
    elif estimand.outcome != analysis.outcome:
        what = f"{analysis.code} and its estimand are about different outcomes."
        yield Fault((*path, "estimand"), what, f"The estimand is about {estimand.outcome}.")


def _plan_faults(protocol: Protocol) -> Iterator[Fault]:
    plan = protocol.analysis
    if not 0 < plan.significance_level < 1:
        place = ("analysis", "significance_level")
        yield Fault(place, "The level of significance is not between 0 and 1.", "0.05 is usual.")
    if abs(plan.confidence_level + plan.significance_level - 1) > 1e-9:
        what = "The level of confidence is not 1 minus the level of significance."
        yield Fault(("analysis", "confidence_level"), what, "Make tests and intervals agree.")
    if not 1 <= plan.per_protocol_minimum_sessions <= protocol.sessions.count:
        what = f"Per protocol asks for {plan.per_protocol_minimum_sessions} sessions."
        mend = f"Ask for 1 to {protocol.sessions.count}."
        yield Fault(("analysis", "per_protocol_minimum_sessions"), what, mend)
