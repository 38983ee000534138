"""Hedges' g of two arms: of the adjusted difference, and of the unadjusted means (by pingouin).

Both divide by the pooled standard deviation of the outcome within arms, unadjusted for covariates, so that they have one unit, and are
made smaller by 1 - 3 / (4 (n1 + n2) - 9).

- adjusted: the difference in adjusted means, standardized; its limits are those of the difference, standardized in
  the same way. So it has the sign of the difference, and its interval holds 0 exactly when that of the difference does. The
  uncertainty of the standard deviation itself is not in it.
- unadjusted: the difference in means; g ± t(n1 + n2 - 2) x sqrt((n1 + n2) / (n1 n2) + g² / (2 (n1 + n2))).

References
----------
Hedges (1981), Journal of Educational Statistics 6, 107-128. Vallat (2018), JOSS 3(31), 1026 (pingouin).
"""

from collections.abc import Sequence

import numpy as np

from analysis.results import EffectSize, Estimate, Interval

ADJUSTED = "adjusted"
UNADJUSTED = "unadjusted"
ADJUSTED_FORMULA = (
    "Hedges’ g, adjusted: difference in adjusted means and its limits, divided by the pooled standard deviation "
    "within arms, with the small-sample factor 1 − 3/(4N − 9)"
)
UNADJUSTED_FORMULA = (
    "Hedges’ g, unadjusted: difference in unadjusted means divided by the pooled standard deviation within arms, with "
    "the small-sample factor 1 − 3/(4N − 9); interval from its large-sample standard error and t with "
    "N − 2 degrees of freedom (pingouin compute_effsize, compute_esci)"
)
UNROUNDED_DECIMALS = 15


def standardize_difference(
    estimate: Estimate, first: Sequence[float], second: Sequence[float]
) -> EffectSize:
    """Standardize an adjusted difference by the spread of the values it was estimated from."""
    reason = _reason(first, second)
    if estimate.estimate is None or estimate.interval is None:
        reason = "there is no adjusted difference"
    if reason or estimate.estimate is None or estimate.interval is None:
        return EffectSize(
            kind=ADJUSTED, g=None, interval=None, formula=ADJUSTED_FORMULA, reason=reason
        )
    factor = _small_sample_factor(first, second) / _pooled_standard_deviation(first, second)
    interval = Interval(
        lower=factor * estimate.interval.lower,
        upper=factor * estimate.interval.upper,
        level=estimate.interval.level,
    )
    return EffectSize(
        kind=ADJUSTED, g=factor * estimate.estimate, interval=interval, formula=ADJUSTED_FORMULA
    )


def _small_sample_factor(first: Sequence[float], second: Sequence[float]) -> float:
    return 1 - 3 / (4 * (len(first) + len(second)) - 9)


def _pooled_standard_deviation(first: Sequence[float], second: Sequence[float]) -> float:
    squares = sum(float(np.var(values, ddof=1)) * (len(values) - 1) for values in (first, second))
    return float((squares / (len(first) + len(second) - 2)) ** 0.5)


def estimate_effect_size(
    first: Sequence[float], second: Sequence[float], *, confidence_level: float
) -> EffectSize:
    """Estimate the unadjusted g; without two values an arm or without spread there is a reason instead."""
    reason = _reason(first, second)
    if reason:
        return EffectSize(
            kind=UNADJUSTED, g=None, interval=None, formula=UNADJUSTED_FORMULA, reason=reason
        )
    from pingouin import compute_effsize, compute_esci

    g = float(compute_effsize(first, second, paired=False, eftype="hedges"))
    lower, upper = compute_esci(
        stat=g,
        nx=len(first),
        ny=len(second),
        eftype="hedges",
        confidence=confidence_level,
        decimals=UNROUNDED_DECIMALS,
    )
    interval = Interval(lower=float(lower), upper=float(upper), level=confidence_level)
    return EffectSize(kind=UNADJUSTED, g=g, interval=interval, formula=UNADJUSTED_FORMULA)


def _reason(first: Sequence[float], second: Sequence[float]) -> str:
    if min(len(first), len(second)) < 2:
        return "an arm has fewer than 2 values"
    if np.ptp(first) == 0 and np.ptp(second) == 0:
        return "the values do not vary within either arm"
    return ""
