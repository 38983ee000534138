"""A result as one look at its hypothesis: the estimate signed by benefit, and the information that it rests on."""

from analysis.interim_analysis.looks import LookEstimate
from analysis.results import Interval, NotEstimableError, Result
from protocols.design import Protocol
from protocols.outcomes import Direction
from protocols.sample_size import observed_per_arm


def look_estimate(protocol: Protocol, result: Result) -> LookEstimate:
    """Return the estimate of a result, a benefit of the first arm positive.

    While the arms are masked the first letter stands for the arm that is to benefit: only statements that do not hang on
    the direction may be made of it.

    Raises
    ------
    NotEstimableError
        If the result has no estimate, or no p value.
    """
    if result.estimate is None or result.p is None or not result.standard_error:
        raise NotEstimableError(
            result.reason or f"the analysis {result.label} ({result.id}) has no p value"
        )
    return LookEstimate(
        estimate=benefit_sign(protocol, result.outcome) * result.estimate,
        standard_error=result.standard_error,
        df=result.df,
    )


def benefit_sign(protocol: Protocol, outcome: str) -> float:
    """Return 1 where higher values are better, else -1."""
    higher = protocol.outcome(outcome).direction is Direction.HIGHER_IS_BETTER
    return 1.0 if higher else -1.0


def observed_of(result: Result) -> int:
    """Return how many participants of the two arms compared have the outcome."""
    compared = {result.contrast.first, result.contrast.second}
    return sum(arm.n_available for arm in result.arms if arm.arm in compared)


def planned_for(protocol: Protocol) -> int:
    """Return how many participants of two arms the sample size expects to have the outcome."""
    return 2 * observed_per_arm(protocol.sample_size)


def in_outcome_units(protocol: Protocol, outcome: str, interval: Interval) -> Interval:
    """Return an interval of a benefit as one of the difference, first arm minus second."""
    if benefit_sign(protocol, outcome) > 0:
        return interval
    return Interval(lower=-interval.upper, upper=-interval.lower, level=interval.level)
