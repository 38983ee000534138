r"""Score intervals of a risk difference: Miettinen-Nurminen, Mee, and Laud's with correction for skewness; stratified too.

For a hypothetical difference δ the variance is taken at the proportions that are most likely under it (a cubic, in closed form).
With weights w of the strata (one stratum: w = 1)

    Z(δ) = Σ w (d − δ) / √(Σ w² V),   V = factor (p̃1 q̃1 / n1 + p̃2 q̃2 / n2)

and the limits are where Z = ±z. Factor N/(N − 1): Miettinen-Nurminen; 1: Mee. Laud's score subtracts (z² − 1) μ3 / (6 V^1.5), μ3 =
Σ w³ (p̃1 q̃1 (1 − 2 p̃1) / n1² − p̃2 q̃2 (1 − 2 p̃2) / n2²). Intervals exist at 0/n and n/n, and stay in [−1, 1].

Own code: statsmodels 0.15 `confint_proportions_2indep(method="score", compare="diff")` raises or is wrong by 0.006 on published tables.

References
----------
Miettinen & Nurminen (1985), Statistics in Medicine 4, 213-226 (weights of strata: their equation 11, here Mantel-Haenszel).
Mee (1984), Biometrics 40, 1175-1176. Laud (2017), Pharmaceutical Statistics 16, 334-348.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from math import acos, cos, pi, sqrt

import numpy as np

from analysis.estimators.effect import normal_quantile, two_sided_normal_p
from analysis.estimators.proportions import Share
from analysis.estimators.score_limits import lower_limit, upper_limit
from analysis.results import Interval


class ScoreVariance(StrEnum):
    """How the score of a risk difference is standardized."""

    MIETTINEN_NURMINEN = "Miettinen–Nurminen"
    MEE = "Mee"
    SKEWNESS_CORRECTED = "Laud, corrected for skewness"


@dataclass(frozen=True, kw_only=True, slots=True)
class Stratum:
    """Two arms of one stratum; both have participants."""

    first: Share
    second: Share

    @property
    def difference(self) -> float:
        """Observed risk difference, first minus second."""
        return self.first.events / self.first.n - self.second.events / self.second.n

    @property
    def weight(self) -> float:
        """Mantel-Haenszel weight n1 n2 / (n1 + n2)."""
        return self.first.n * self.second.n / (self.first.n + self.second.n)


@dataclass(frozen=True, kw_only=True, slots=True)
class _Moments:
    excess: float
    """Σ w (d − δ), weights adding to 1."""
    variance: float
    third: float


def constrained_shares(first: Share, second: Share, difference: float) -> tuple[float, float]:
    """Return the most likely shares of both arms if their difference were ``difference``.

    Examples
    --------
    >>> one = Share(arm="X", label="X", events=3, n=10)
    >>> two = Share(arm="Y", label="Y", events=1, n=10)
    >>> tuple(round(share, 6) for share in constrained_shares(one, two, 0.0))
    (0.2, 0.2)
    """
    n1, n2, x1, x2 = first.n, second.n, first.events, second.events
    cubic = n1 + n2
    square = ((n1 + 2 * n2) * difference - cubic - x1 - x2) / (3 * cubic)
    linear = ((n2 * difference - cubic - 2 * x2) * difference + x1 + x2) / (3 * cubic)
    constant = x2 * difference * (1 - difference) / cubic
    q = square**3 - 1.5 * square * linear + constant / 2
    size = sqrt(max(square**2 - linear, 0.0))
    root = size if q >= 0 else -size
    cosine = 0.0 if root == 0 else min(1.0, max(-1.0, q / root**3))
    p2 = 2 * root * cos((pi + acos(cosine)) / 3) - square
    p2 = min(max(p2, 0.0, -difference), 1.0, 1 - difference)
    return min(max(p2 + difference, 0.0), 1.0), p2


def score_interval(strata: Sequence[Stratum], kind: ScoreVariance, level: float) -> Interval:
    """Return the score interval of the (weighted) risk difference, first minus second."""
    estimate = weighted_difference(strata)
    z = normal_quantile(level)
    lower = lower_limit(
        lambda value: _excess(strata, kind, value, z), start=-1.0, estimate=estimate
    )
    upper = upper_limit(lambda value: _excess(strata, kind, value, -z), estimate=estimate, end=1.0)
    return Interval(lower=lower, upper=upper, level=level)


def score_p(strata: Sequence[Stratum], kind: ScoreVariance, hypothesis: float) -> float:
    """Return the two-sided p value of the hypothesis that the difference is ``hypothesis``."""
    moments = _moments(strata, kind, hypothesis)
    if moments.variance <= 0:
        return 1.0 if abs(moments.excess) < 1e-15 else 0.0
    statistic = moments.excess / sqrt(moments.variance)
    if kind is ScoreVariance.SKEWNESS_CORRECTED:
        skewness = moments.third / (6 * moments.variance**1.5)
        statistic = _solve_skewed(statistic, skewness)
    return two_sided_normal_p(statistic)


def central_difference(strata: Sequence[Stratum], kind: ScoreVariance) -> float:
    """Return the value that the interval closes around: where the score is 0."""
    plain = weighted_difference(strata)
    without_variance = _moments(strata, kind, plain).variance < 1e-15
    if kind is not ScoreVariance.SKEWNESS_CORRECTED or without_variance:
        return plain
    return lower_limit(lambda value: _excess(strata, kind, value, 0.0), start=-1.0, estimate=1.0)


def weighted_difference(strata: Sequence[Stratum]) -> float:
    """Return the risk difference with Mantel-Haenszel weights; of one stratum the plain one."""
    weights = np.array([stratum.weight for stratum in strata])
    differences = np.array([stratum.difference for stratum in strata])
    return float(weights @ differences / weights.sum())


def _excess(strata: Sequence[Stratum], kind: ScoreVariance, value: float, z: float) -> float:
    moments = _moments(strata, kind, value)
    skewed = kind is ScoreVariance.SKEWNESS_CORRECTED and moments.variance > 0
    shift = (z**2 - 1) * moments.third / (6 * moments.variance) if skewed else 0.0
    return moments.excess - shift - z * sqrt(moments.variance)


def _moments(strata: Sequence[Stratum], kind: ScoreVariance, value: float) -> _Moments:
    total = sum(stratum.weight for stratum in strata)
    excess = variance = third = 0.0
    for stratum in strata:
        weight = stratum.weight / total
        n1, n2 = stratum.first.n, stratum.second.n
        p1, p2 = constrained_shares(stratum.first, stratum.second, value)
        factor = 1.0 if kind is ScoreVariance.MEE else (n1 + n2) / (n1 + n2 - 1)
        excess += weight * (stratum.difference - value)
        variance += weight**2 * factor * (p1 * (1 - p1) / n1 + p2 * (1 - p2) / n2)
        skew1 = p1 * (1 - p1) * (1 - 2 * p1) / n1**2
        skew2 = p2 * (1 - p2) * (1 - 2 * p2) / n2**2
        third += weight**3 * (skew1 - skew2)
    return _Moments(excess=excess, variance=variance, third=third)


def _solve_skewed(statistic: float, skewness: float) -> float:
    if abs(skewness) < 1e-12:
        return statistic
    inside = 1 + 4 * skewness * (statistic + skewness)
    return (-1 + sqrt(max(inside, 0.0))) / (2 * skewness)
