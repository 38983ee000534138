r"""Rank tests and the shifts they estimate: Wilcoxon-Mann-Whitney and signed rank, Hodges-Lehmann with the interval that inverts the test.

p values and limits come from one distribution (scipy's p values are the same; it has no limits). The estimate is the median of all pairwise differences (of pairs: of all Walsh averages), also with ties; R prints the root of
a normal equation instead. Limits are pairwise differences themselves: every shift strictly between them is not rejected. Exact
distributions need data without ties; with ties the normal one is used and the comment says so.

References
----------
Hollander, Wolfe & Chicken (2014), Nonparametric statistical methods, chapters 3 and 4. Hodges & Lehmann (1963), Annals of Mathematical Statistics 34, 598-611.
"""

from collections.abc import Callable
from enum import StrEnum

import numpy as np
from scipy.special import ndtri

from analysis.estimators.arrays import FloatArray, require_equal_lengths, require_some
from analysis.estimators.effect import Effect, two_sided_normal_p
from analysis.estimators.rank_distribution import signed_rank_cumulative, two_sample_cumulative
from analysis.estimators.two_means import TwoSamples
from analysis.results import Interval, NotEstimableError

LARGEST_EXACT = 50
"""Values an arm; beyond it the normal distribution is as good."""


class RankDistribution(StrEnum):
    """Reference distribution of a rank statistic."""

    EXACT = "exact"
    NORMAL = "normal without continuity correction"
    NORMAL_CONTINUITY = "normal with continuity correction"


def estimate_shift(
    samples: TwoSamples, distribution: RankDistribution, *, confidence_level: float
) -> Effect:
    """Test two samples by Wilcoxon-Mann-Whitney and estimate the shift between them.

    The statistic is U of the first arm: pairs in which its value is larger, ties counting half (R's W).
    `NotEstimableError` if an arm is empty or all values are the same.
    """
    first = require_some(samples.first, 1, samples.first_name)
    second = require_some(samples.second, 1, samples.second_name)
    _require_variation(np.concatenate([first, second]))
    unit = _unit(np.concatenate([first, second]))
    first, second = first / unit, second / unit
    differences = np.sort((first[:, None] - second[None, :]).ravel())
    ties = len(np.unique(np.concatenate([first, second]))) < len(first) + len(second)
    used, comment = _usable(distribution, max(len(first), len(second)), ties=ties)
    statistic = _wins(differences, 0.0)
    if used is RankDistribution.EXACT:
        cumulative = two_sample_cumulative(len(first), len(second))
        p, limits = _exact(statistic, differences, cumulative, confidence_level)
    else:

        def standardized(shift: float) -> tuple[float, float]:
            moved = np.concatenate([first - shift, second])
            return (
                _wins(differences, shift) - len(first) * len(second) / 2,
                _two_sample_error(moved, len(first), len(second)),
            )

        p, limits = _normal(standardized, differences, used, confidence_level)
    return Effect(
        quantity=f"Hodges–Lehmann shift, {samples.label}",
        method=f"Wilcoxon–Mann–Whitney, {used.value} distribution",
        arms=samples.sizes,
        estimate=unit * float(np.median(differences)),
        statistic=statistic,
        interval=Interval(
            lower=unit * limits.lower, upper=unit * limits.upper, level=confidence_level
        ),
        p=p,
        comment=comment,
    )


def estimate_paired_shift(
    samples: TwoSamples, distribution: RankDistribution, *, confidence_level: float
) -> Effect:
    """Test pairs by Wilcoxon's signed ranks and estimate the shift (pseudo-median of the differences).

    The statistic is the sum of ranks of positive differences (R's V); pairs without difference are left out of the test.

    Raises
    ------
    NotEstimableError
        If there is no pair or no pair differs.
    """
    require_equal_lengths(first=samples.first, second=samples.second)
    first = require_some(samples.first, 1, samples.first_name)
    second = require_some(samples.second, 1, samples.second_name)
    unit = _unit(np.concatenate([first, second]))
    difference = np.round((first - second) / unit, 12)
    kept = difference[difference != 0]
    if not kept.size:
        raise NotEstimableError("no pair differs")
    upper = np.triu_indices(len(difference))
    walsh = np.sort(((difference[:, None] + difference[None, :]) / 2)[upper])
    ties = kept.size < difference.size or len(np.unique(np.abs(kept))) < kept.size
    used, comment = _usable(distribution, len(difference), ties=ties)
    statistic = _signed_rank_sum(kept)
    if used is RankDistribution.EXACT:
        cumulative = signed_rank_cumulative(len(kept))
        p, limits = _exact(statistic, walsh, cumulative, confidence_level)
    else:

        def standardized(shift: float) -> tuple[float, float]:
            moved = difference - shift
            moved = moved[np.abs(moved) > 1e-12]
            count = len(moved)
            return _signed_rank_sum(moved) - count * (count + 1) / 4, _signed_rank_error(moved)

        p, limits = _normal(standardized, walsh, used, confidence_level)
    return Effect(
        quantity=f"Hodges–Lehmann shift within pairs, {samples.label}",
        method=f"Wilcoxon signed rank, {used.value} distribution",
        arms=samples.sizes,
        estimate=unit * float(np.median(walsh)),
        statistic=statistic,
        interval=Interval(
            lower=unit * limits.lower, upper=unit * limits.upper, level=confidence_level
        ),
        p=p,
        comment=comment,
    )


def _usable(
    distribution: RankDistribution, largest: int, *, ties: bool
) -> tuple[RankDistribution, str]:
    if distribution is not RankDistribution.EXACT:
        return distribution, ""
    if ties:
        return RankDistribution.NORMAL_CONTINUITY, "Ties: no exact distribution, normal used."
    if largest >= LARGEST_EXACT:
        return RankDistribution.NORMAL_CONTINUITY, "Many values: normal distribution used."
    return distribution, ""


def _unit(values: FloatArray) -> float:
    """Return a power of two near the largest value: dividing by it is exact, and ties can be judged at 12 decimals."""
    largest = float(np.abs(values).max())
    return float(2.0 ** np.floor(np.log2(largest))) if largest > 0 else 1.0


def _require_variation(values: FloatArray) -> None:
    if np.ptp(values) == 0:
        raise NotEstimableError("all values are the same, so there is nothing to rank")


def _wins(sorted_differences: FloatArray, shift: float) -> float:
    below = float(np.searchsorted(sorted_differences, shift - 1e-12, side="left"))
    up_to = float(np.searchsorted(sorted_differences, shift + 1e-12, side="right"))
    return len(sorted_differences) - up_to + (up_to - below) / 2


def _two_sample_error(values: FloatArray, n1: int, n2: int) -> float:
    counts = np.unique(np.round(values, 12), return_counts=True)[1].astype(np.float64)
    total = n1 + n2
    correction = float(np.sum(counts**3 - counts)) / (total * (total - 1))
    return float(np.sqrt(n1 * n2 / 12 * (total + 1 - correction)))


def _signed_rank_sum(difference: FloatArray) -> float:
    from scipy.stats import rankdata

    ranks = rankdata(np.round(np.abs(difference), 12))
    return float(ranks[difference > 0].sum())


def _signed_rank_error(difference: FloatArray) -> float:
    count = len(difference)
    ties = np.unique(np.round(np.abs(difference), 12), return_counts=True)[1].astype(np.float64)
    variance = count * (count + 1) * (2 * count + 1) / 24 - float(np.sum(ties**3 - ties)) / 48
    return float(np.sqrt(max(variance, 0.0)))


def _exact(
    statistic: float, candidates: FloatArray, cumulative: FloatArray, level: float
) -> tuple[float, Interval]:
    middle = (len(cumulative) - 1) / 2
    tail = min(statistic, 2 * middle - statistic)
    p = min(1.0, 2 * float(cumulative[round(tail)]))
    rank = max(1, int(np.sum(cumulative <= (1 - level) / 2)))
    return p, Interval(
        lower=float(candidates[rank - 1]), upper=float(candidates[-rank]), level=level
    )


def _normal(
    standardized: Callable[[float], tuple[float, float]],
    candidates: FloatArray,
    distribution: RankDistribution,
    level: float,
) -> tuple[float, Interval]:
    correction = 0.5 if distribution is RankDistribution.NORMAL_CONTINUITY else 0.0
    excess, error = standardized(0.0)
    shrunk = np.sign(excess) * max(abs(excess) - correction, 0.0)
    breaks = np.unique(np.round(candidates, 12))
    between = (breaks[1:] + breaks[:-1]) / 2
    z = float(ndtri((1 + level) / 2))

    def is_above(index: int, sign: float) -> bool:
        value, spread = standardized(float(between[index]))
        return sign * value - correction > z * spread

    first = _bisect(lambda index: is_above(index, 1.0), len(between))
    last = _bisect(lambda index: not is_above(index, -1.0), len(between))
    return two_sided_normal_p(shrunk / error), Interval(
        lower=float(breaks[first]), upper=float(breaks[last]), level=level
    )


def _bisect(holds: Callable[[int], bool], count: int) -> int:
    """Return how many of the indices 0 .. count − 1 hold, which all come first."""
    low, high = 0, count
    while low < high:
        middle = (low + high) // 2
        low, high = (middle + 1, high) if holds(middle) else (low, middle)
    return low
