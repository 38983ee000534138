"""Hedges' g of two arms and its interval, by pingouin.

Formula: g = (mean of first - mean of second) / pooled SD x (1 - 3 / (4 (n1 + n2) - 9)), of the *unadjusted* outcome of the
participants analysed. Interval: g ± t(n1 + n2 - 2) x sqrt((n1 + n2) / (n1 n2) + g² / (2 (n1 + n2))).

References
----------
Hedges (1981), Journal of Educational Statistics 6, 107-128. Vallat (2018), JOSS 3(31), 1026 (pingouin).
"""

from collections.abc import Sequence

import numpy as np

from analysis.results import EffectSize, Interval

FORMULA = (
    "Hedges’ g: difference in unadjusted means divided by the pooled standard deviation, with the "
    "small-sample factor 1 − 3/(4N − 9); interval from its large-sample standard error and t with "
    "N − 2 degrees of freedom (pingouin compute_effsize, compute_esci)"
)
UNROUNDED_DECIMALS = 15


def estimate_effect_size(
    first: Sequence[float], second: Sequence[float], *, confidence_level: float
) -> EffectSize:
    """Estimate Hedges' g; without two values an arm or without spread there is a reason instead."""
    reason = _reason(first, second)
    if reason:
        return EffectSize(g=None, interval=None, formula=FORMULA, reason=reason)
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
    return EffectSize(g=g, interval=interval, formula=FORMULA)


def _reason(first: Sequence[float], second: Sequence[float]) -> str:
    if min(len(first), len(second)) < 2:
        return "an arm has fewer than 2 values"
    if np.ptp(first) == 0 and np.ptp(second) == 0:
        return "the values do not vary within either arm"
    return ""
