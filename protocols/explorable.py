"""What the data of a planned analysis allow outside the plan: other estimators, other covariates."""

from protocols.analysis_plan import Estimator, PlannedAnalysis
from protocols.design import Protocol
from protocols.estimands import Strategy
from protocols.estimator_needs import NEEDS, CovariateUse, carried_out
from protocols.outcomes import OutcomeSource

BASELINE = "baseline"
_HAS_BASELINE = frozenset(
    {
        OutcomeSource.QUESTIONNAIRE,
        OutcomeSource.RESTING_HRV,
        OutcomeSource.RESTING_SIGNAL,
        OutcomeSource.SESSION_RATING,
    }
)
_OF_EVENTS = frozenset({Estimator.EVENT_RATE, Estimator.TIME_TO_EVENT, Estimator.RESTRICTED_MEAN})
_USUAL_FIRST = (Estimator.ANCOVA, Estimator.MMRM, Estimator.CLDA, Estimator.DIFFERENCE_IN_MEANS)
_OFFERED = (
    *_USUAL_FIRST,
    *(one for one in Estimator if one not in {*_USUAL_FIRST, Estimator.DESCRIPTIVE}),
)


def estimators_for(protocol: Protocol, planned: PlannedAnalysis) -> tuple[Estimator, ...]:
    """Return how the data of a planned analysis may be estimated, the usual ones first.

    Offered is what fits the outcome and carries out every strategy of the estimand.
    """
    return tuple(one for one in _OFFERED if _fits(protocol, planned, one))


def covariates_for(
    protocol: Protocol, planned: PlannedAnalysis, estimator: Estimator
) -> tuple[str, ...]:
    """Return the covariates that the data of a planned analysis have and an estimator takes."""
    use = NEEDS[estimator].covariates
    factors = tuple(factor.code for factor in protocol.randomization.factors)
    if use is CovariateUse.NONE:
        return ()
    has_baseline = protocol.outcome(planned.outcome).source in _HAS_BASELINE
    if use is CovariateUse.FACTORS or estimator is Estimator.CLDA or not has_baseline:
        return factors
    return (BASELINE, *factors)


def _fits(protocol: Protocol, planned: PlannedAnalysis, estimator: Estimator) -> bool:
    source = protocol.outcome(planned.outcome).source
    if source is OutcomeSource.ADVERSE_EVENTS:
        return estimator in _OF_EVENTS
    if estimator is Estimator.SUBGROUPS and not protocol.randomization.factors:
        return False
    if estimator is Estimator.MEDIATION and not _mechanisms(protocol, planned):
        return False
    fits = source in NEEDS[estimator].sources or estimator is Estimator.ANCOVA
    return fits and _strategies(protocol, planned) <= carried_out(estimator, source)


def _mechanisms(protocol: Protocol, planned: PlannedAnalysis) -> list[str]:
    return [o.code for o in protocol.outcomes if o.visit is not None and o.code != planned.outcome]


def _strategies(protocol: Protocol, planned: PlannedAnalysis) -> frozenset[Strategy]:
    if planned.estimand is None:
        return frozenset()
    return frozenset(one.strategy for one in protocol.estimand(planned.estimand).strategies)
