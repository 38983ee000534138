"""One proportion and the difference of two, with intervals that exist at 0 and at 1.

One proportion: Clopper-Pearson (exact). Difference: Newcombe's hybrid of two Wilson intervals.

References
----------
Clopper & Pearson (1934), Biometrika 26, 404-413.
Newcombe (1998), Statistics in Medicine 17, 873-890, method 10.
"""

from dataclasses import dataclass
from typing import Literal

from analysis.results import ArmEstimate, Contrast, Estimate, Interval, NotEstimableError

SHARES_MODEL = "shares by arm with exact (Clopper–Pearson) intervals"
MODEL = "risk difference, Newcombe interval without continuity correction; no test"


@dataclass(frozen=True, kw_only=True, slots=True)
class Share:
    """How many of the participants of one arm had the event."""

    arm: str
    label: str
    events: int
    n: int


def exact_interval(events: int, n: int, level: float) -> Interval:
    """Return the Clopper-Pearson interval of a proportion; n >= 1."""
    return _proportion_interval(events, n, level, "exact")


def wilson_interval(events: int, n: int, level: float) -> Interval:
    """Return the Wilson interval of a proportion; n >= 1."""
    return _proportion_interval(events, n, level, "wilson")


def _proportion_interval(
    events: int, n: int, level: float, method: Literal["exact", "wilson"]
) -> Interval:
    from scipy.stats import binomtest

    limits = binomtest(events, n).proportion_ci(confidence_level=level, method=method)
    return Interval(lower=float(limits.low), upper=float(limits.high), level=level)


def newcombe_interval(first: Share, second: Share, level: float) -> Interval:
    """Return Newcombe's interval of the risk difference, first minus second."""
    p1, p2 = first.events / first.n, second.events / second.n
    one = wilson_interval(first.events, first.n, level)
    two = wilson_interval(second.events, second.n, level)
    below = ((p1 - one.lower) ** 2 + (two.upper - p2) ** 2) ** 0.5
    above = ((one.upper - p1) ** 2 + (p2 - two.lower) ** 2) ** 0.5
    return Interval(lower=p1 - p2 - below, upper=p1 - p2 + above, level=level)


def estimate_risk_difference(
    shares: tuple[Share, ...], contrast: Contrast, *, confidence_level: float
) -> Estimate:
    """Estimate the risk difference of two arms; `NotEstimableError` says which has no participant."""
    arms = describe_shares(shares, confidence_level)
    first, second = (
        next(share for share in shares if share.arm == arm)
        for arm in (contrast.first, contrast.second)
    )
    return Estimate(
        estimate=first.events / first.n - second.events / second.n,
        standard_error=None,
        df=None,
        interval=newcombe_interval(first, second, confidence_level),
        p=None,
        arms=arms,
        model=MODEL,
    )


def describe_shares(shares: tuple[Share, ...], level: float) -> tuple[ArmEstimate, ...]:
    """Describe the share of each arm.

    Raises
    ------
    NotEstimableError
        If an arm has no participant.
    """
    for share in shares:
        if share.n == 0:
            message = f"{share.label} has no participant in the analysis set"
            raise NotEstimableError(message)
    return tuple(_arm_estimate(share, level) for share in shares)


def _arm_estimate(share: Share, level: float) -> ArmEstimate:
    return ArmEstimate(
        arm=share.arm,
        label=share.label,
        n_available=share.n,
        n_analysed=share.n,
        mean=share.events / share.n,
        interval=exact_interval(share.events, share.n, level),
        n_events=share.events,
    )
