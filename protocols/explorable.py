"""What the data of a planned analysis allow outside the plan: other estimators, other covariates."""

from protocols.analysis_plan import Estimator, PlannedAnalysis
from protocols.design import Protocol
from protocols.outcomes import OutcomeSource

BASELINE = "baseline"
_AT_VISITS = frozenset({OutcomeSource.QUESTIONNAIRE, OutcomeSource.RESTING_HRV})


def estimators_for(protocol: Protocol, planned: PlannedAnalysis) -> tuple[Estimator, ...]:
    """Return how the data of a planned analysis may be estimated; none where they are counted events."""
    source = protocol.outcome(planned.outcome).source
    if source in _AT_VISITS:
        return (Estimator.ANCOVA, Estimator.MMRM, Estimator.DIFFERENCE_IN_MEANS)
    if source is OutcomeSource.ADVERSE_EVENTS:
        return ()
    return (Estimator.ANCOVA, Estimator.DIFFERENCE_IN_MEANS)


def covariates_for(protocol: Protocol, planned: PlannedAnalysis) -> tuple[str, ...]:
    """Return the covariates that the data of a planned analysis have."""
    source = protocol.outcome(planned.outcome).source
    has_baseline = source in _AT_VISITS or source is OutcomeSource.SESSION_RATING
    factors = tuple(factor.code for factor in protocol.randomization.factors)
    return (BASELINE, *factors) if has_baseline else factors
