"""Equivalence and non-inferiority of any estimated difference: two one-sided tests, and the interval that says the same.

Equivalence at level α: both one-sided tests against the margins reject, which is when the 1 − 2α interval lies between the margins.
Non-inferiority: one of them. The margin comes from the protocol with its reason; it is never chosen from the data.

References
----------
Schuirmann (1987), Journal of Pharmacokinetics and Biopharmaceutics 15, 657-680. ICH E9 section 3.3.2. Piaggio et al. (2012), JAMA 308, 2594-2604.
"""

from dataclasses import dataclass
from enum import StrEnum

from scipy.special import ndtr, ndtri, stdtr, stdtrit

from analysis.estimators.effect import Effect
from analysis.results import Interval, NotEstimableError


class Verdict(StrEnum):
    """What the interval says about the margins."""

    SHOWN = "shown"
    NOT_SHOWN = "not shown"


class Better(StrEnum):
    """Which direction of the difference is better for the participant."""

    HIGHER = "higher is better"
    LOWER = "lower is better"


@dataclass(frozen=True, kw_only=True, slots=True)
class Equivalence:
    """Two one-sided tests of a difference against two margins."""

    estimate: float
    margin_lower: float
    margin_upper: float
    statistic_lower: float
    """(estimate − lower margin) / standard error."""
    statistic_upper: float
    p_lower: float
    """Against: the difference is at or below the lower margin."""
    p_upper: float
    p: float
    """The larger of both: the p value of equivalence."""
    interval: Interval
    """Of level 1 − 2α."""
    verdict: Verdict
    method: str


@dataclass(frozen=True, kw_only=True, slots=True)
class NonInferiority:
    """A one-sided test of a difference against the margin on its worse side."""

    estimate: float
    margin: float
    """On the scale of the difference: negative where higher is better."""
    statistic: float
    p: float
    interval: Interval
    """Two-sided, of level 1 − 2α; one of its limits decides."""
    verdict: Verdict
    method: str


@dataclass(frozen=True, kw_only=True, slots=True)
class _Usable:
    estimate: float
    standard_error: float
    df: float | None


def judge_equivalence(
    effect: Effect, *, margin_lower: float, margin_upper: float, alpha: float = 0.05
) -> Equivalence:
    """Test a difference against both margins.

    Parameters
    ----------
    effect
        A difference with its standard error; without df the normal distribution is used.
    margin_lower, margin_upper
        In the unit of the difference; of a log ratio, logarithms.

    Raises
    ------
    NotEstimableError
        If the effect has no estimate or standard error, or the lower margin is not below the upper.
    """
    if not margin_lower < margin_upper:
        raise NotEstimableError(f"the margins {margin_lower:g} and {margin_upper:g} hold nothing")
    usable = _usable(effect)
    lower = (usable.estimate - margin_lower) / usable.standard_error
    upper = (usable.estimate - margin_upper) / usable.standard_error
    p_lower, p_upper = _below(-lower, usable.df), _below(upper, usable.df)
    p = max(p_lower, p_upper)
    return Equivalence(
        estimate=usable.estimate,
        margin_lower=margin_lower,
        margin_upper=margin_upper,
        statistic_lower=lower,
        statistic_upper=upper,
        p_lower=p_lower,
        p_upper=p_upper,
        p=p,
        interval=_interval(usable, alpha),
        verdict=Verdict.SHOWN if p < alpha else Verdict.NOT_SHOWN,
        method=f"two one-sided tests at {alpha:g}; {effect.method}",
    )


def judge_non_inferiority(
    effect: Effect, *, margin: float, better: Better, alpha: float = 0.025
) -> NonInferiority:
    """Test that the first arm is not worse than the second by the margin.

    Parameters
    ----------
    margin
        Largest loss that is acceptable, > 0, in the unit of the difference.

    Raises
    ------
    NotEstimableError
        If the effect has no estimate or standard error, or the margin is not positive.
    """
    if not margin > 0:
        raise NotEstimableError(f"the margin {margin:g} must be the largest acceptable loss, > 0")
    usable = _usable(effect)
    sign = 1.0 if better is Better.HIGHER else -1.0
    statistic = (sign * usable.estimate + margin) / usable.standard_error
    p = _below(-statistic, usable.df)
    return NonInferiority(
        estimate=usable.estimate,
        margin=-sign * margin,
        statistic=statistic,
        p=p,
        interval=_interval(usable, alpha),
        verdict=Verdict.SHOWN if p < alpha else Verdict.NOT_SHOWN,
        method=f"one-sided test at {alpha:g}, {better.value}; {effect.method}",
    )


def _usable(effect: Effect) -> _Usable:
    if effect.estimate is None or effect.standard_error is None:
        reason = effect.reason or "it has no standard error"
        raise NotEstimableError(f"{effect.quantity} cannot be compared with a margin: {reason}")
    return _Usable(estimate=effect.estimate, standard_error=effect.standard_error, df=effect.df)


def _below(statistic: float, df: float | None) -> float:
    return float(ndtr(statistic) if df is None else stdtr(df, statistic))


def _interval(usable: _Usable, alpha: float) -> Interval:
    quantile = float(ndtri(1 - alpha) if usable.df is None else stdtrit(usable.df, 1 - alpha))
    half = quantile * usable.standard_error
    return Interval(lower=usable.estimate - half, upper=usable.estimate + half, level=1 - 2 * alpha)
