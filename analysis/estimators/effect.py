"""One estimated quantity with everything a reader needs to judge it: the value every estimator beside the mixed model gives.

Conventions: a difference is *first minus second*, a ratio *first over second*; intervals are two-sided; a number that cannot be
estimated is None and ``reason`` says why; a limit that does not exist is infinite and ``comment`` says so.
"""

from collections import Counter
from dataclasses import dataclass
from math import exp

from scipy.special import ndtr, ndtri

from analysis.estimators.arrays import Labels
from analysis.estimators.student_t import t_interval, two_sided_p
from analysis.results import Interval, NotEstimableError

LARGEST_LOG = 700.0


@dataclass(frozen=True, kw_only=True, slots=True)
class ArmSize:
    """How many participants one arm contributes."""

    arm: str
    n: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Effect:
    """One estimated quantity."""

    quantity: str
    """What it is, with its direction, e.g. ``risk difference, MUSIC − CTRL``."""
    method: str
    """Estimator, interval and standard error by name."""
    arms: tuple[ArmSize, ...]
    estimate: float | None = None
    standard_error: float | None = None
    """On the scale in which the interval is symmetric; of a ratio that of its logarithm (``method`` says so)."""
    df: float | None = None
    """None: normal reference distribution, or none at all."""
    statistic: float | None = None
    interval: Interval | None = None
    p: float | None = None
    comment: str = ""
    reason: str = ""
    """Why there is no estimate; empty when there is one."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Named:
    """What an effect is called and whom it was estimated from; the part that is known before any number."""

    quantity: str
    method: str
    arms: tuple[ArmSize, ...]
    comment: str = ""


def arm_sizes(arm: Labels) -> tuple[ArmSize, ...]:
    """Count the participants of each arm, in the order of their first appearance.

    Examples
    --------
    >>> arm_sizes(["A", "B", "A"])
    (ArmSize(arm='A', n=2), ArmSize(arm='B', n=1))
    """
    return tuple(ArmSize(arm=str(name), n=count) for name, count in Counter(arm).items())


def t_effect(
    named: Named, *, estimate: float, standard_error: float, df: float, confidence_level: float
) -> Effect:
    """Return an effect with Student's t interval and p value against 0.

    Raises
    ------
    NotEstimableError
        If the standard error is 0 or the degrees of freedom are not positive.
    """
    if not standard_error > 0 or not df > 0:
        raise NotEstimableError(f"{named.quantity}: there is no residual variation to judge it by")
    return Effect(
        quantity=named.quantity,
        method=named.method,
        arms=named.arms,
        estimate=estimate,
        standard_error=standard_error,
        df=df,
        statistic=estimate / standard_error,
        interval=t_interval(estimate, standard_error, df, confidence_level),
        p=two_sided_p(estimate / standard_error, df),
        comment=named.comment,
    )


def normal_effect(
    named: Named, *, estimate: float, standard_error: float, confidence_level: float
) -> Effect:
    """Return an effect with a normal interval and p value against 0.

    Raises
    ------
    NotEstimableError
        If the standard error is 0 or not finite.
    """
    if not 0 < standard_error < float("inf"):
        raise NotEstimableError(f"{named.quantity}: there is no variation to judge it by")
    z = estimate / standard_error
    half = normal_quantile(confidence_level) * standard_error
    return Effect(
        quantity=named.quantity,
        method=named.method,
        arms=named.arms,
        estimate=estimate,
        standard_error=standard_error,
        statistic=z,
        interval=Interval(lower=estimate - half, upper=estimate + half, level=confidence_level),
        p=two_sided_normal_p(z),
        comment=named.comment,
    )


def log_normal_effect(
    named: Named, *, log_estimate: float, standard_error: float, confidence_level: float
) -> Effect:
    """Return a ratio from its logarithm: interval on the log scale, p value against 1.

    ``standard_error`` is that of the logarithm.

    Raises
    ------
    NotEstimableError
        If the ratio or a limit is too large or small for a number, which is what separation looks like.
    """
    log = normal_effect(
        named,
        estimate=log_estimate,
        standard_error=standard_error,
        confidence_level=confidence_level,
    )
    if log.interval is None or max(abs(log.interval.lower), abs(log.interval.upper)) > LARGEST_LOG:
        raise NotEstimableError(f"{named.quantity}: the data have no finite estimate")
    return Effect(
        quantity=named.quantity,
        method=named.method,
        arms=named.arms,
        estimate=exp(log_estimate),
        standard_error=standard_error,
        statistic=log.statistic,
        interval=Interval(
            lower=exp(log.interval.lower), upper=exp(log.interval.upper), level=confidence_level
        ),
        p=log.p,
        comment=named.comment,
    )


def without_estimate(named: Named, reason: str) -> Effect:
    """Return an effect that has no number, with the reason."""
    return Effect(
        quantity=named.quantity,
        method=named.method,
        arms=named.arms,
        comment=named.comment,
        reason=reason,
    )


def normal_quantile(confidence_level: float) -> float:
    """Return z of a two-sided normal interval.

    Examples
    --------
    >>> round(normal_quantile(0.95), 4)
    1.96
    """
    return float(ndtri((1 + confidence_level) / 2))


def two_sided_normal_p(statistic: float) -> float:
    """Return the two-sided p value of a standard normal statistic."""
    return float(2 * ndtr(-abs(statistic)))
