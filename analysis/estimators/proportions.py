"""One proportion and the difference of two, with intervals that exist at 0 and at 1.

One proportion: Clopper-Pearson (exact). Difference: Newcombe's hybrid of two Wilson intervals. Beside them, for comparison with
older reports: Wald, Agresti-Caffo and Newcombe with continuity correction. Wald has no width when nobody or everybody has the event, and
Agresti-Caffo can leave [-1, 1]: neither is a default anywhere. Score intervals: score_difference.py, score_ratio.py.

References
----------
Clopper & Pearson (1934), Biometrika 26, 404-413.
Newcombe (1998), Statistics in Medicine 17, 873-890, methods 10 and 11.
Agresti & Caffo (2000), The American Statistician 54, 280-288.
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


def wilson_continuity_interval(events: int, n: int, level: float) -> Interval:
    """Return the Wilson interval with continuity correction; n >= 1."""
    return _proportion_interval(events, n, level, "wilsoncc")


def _proportion_interval(
    events: int, n: int, level: float, method: Literal["exact", "wilson", "wilsoncc"]
) -> Interval:
    from scipy.stats import binomtest

    limits = binomtest(events, n).proportion_ci(confidence_level=level, method=method)
    return Interval(lower=float(limits.low), upper=float(limits.high), level=level)


def newcombe_interval(first: Share, second: Share, level: float) -> Interval:
    """Return Newcombe's interval of the risk difference, first minus second."""
    one = wilson_interval(first.events, first.n, level)
    two = wilson_interval(second.events, second.n, level)
    return _square_and_add(first, second, one, two)


def newcombe_continuity_interval(first: Share, second: Share, level: float) -> Interval:
    """Return Newcombe's interval of the risk difference with continuity correction."""
    one = wilson_continuity_interval(first.events, first.n, level)
    two = wilson_continuity_interval(second.events, second.n, level)
    return _square_and_add(first, second, one, two)


def _square_and_add(first: Share, second: Share, one: Interval, two: Interval) -> Interval:
    p1, p2 = first.events / first.n, second.events / second.n
    below = ((p1 - one.lower) ** 2 + (two.upper - p2) ** 2) ** 0.5
    above = ((one.upper - p1) ** 2 + (p2 - two.lower) ** 2) ** 0.5
    return Interval(lower=p1 - p2 - below, upper=p1 - p2 + above, level=one.level)


def wald_interval(first: Share, second: Share, level: float) -> Interval:
    """Return the Wald interval of the risk difference; it has no width at 0 and at 1."""
    return _statsmodels_interval(first, second, level, "wald")


def agresti_caffo_interval(first: Share, second: Share, level: float) -> Interval:
    """Return the Agresti-Caffo interval of the risk difference; it can leave [-1, 1]."""
    return _statsmodels_interval(first, second, level, "agresti-caffo")


def _statsmodels_interval(
    first: Share, second: Share, level: float, method: Literal["wald", "agresti-caffo"]
) -> Interval:
    from statsmodels.stats.proportion import confint_proportions_2indep

    lower, upper = confint_proportions_2indep(
        first.events, first.n, second.events, second.n, method=method, alpha=1 - level
    )
    return Interval(lower=float(lower), upper=float(upper), level=level)


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
