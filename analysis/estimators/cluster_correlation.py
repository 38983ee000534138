r"""How alike participants of one therapist, group or site are: intraclass correlation of clusters and the design effect it means.

By analysis of variance, (MSB − MSW) / (MSB + (n0 − 1) MSW) with n0 = (N − Σm²/N) / (G − 1), and by restricted maximum likelihood. A negative ANOVA value
is reported as it is; REML's is 0 then. Design effect: 1 + (m − 1) ICC, and with unequal sizes 1 + ((1 + cv²) m − 1) ICC. The interval of the ANOVA
value is exact for equal sizes (F distribution, n0 for m otherwise).

References
----------
Donner & Koval (1980), Biometrics 36, 19-25. Eldridge, Ashby & Kerry (2006), International Journal of Epidemiology 35, 1292-1300. Searle (1971), Linear models.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy.special import fdtri

from analysis.estimators.arrays import FloatArray, require_equal_lengths, require_finite
from analysis.estimators.frame import complete_rows, labels, numbers
from analysis.results import Interval, NotEstimableError

if TYPE_CHECKING:
    import pandas as pd


LARGEST_RATIO = 1e12
"""Of between to within variance."""


@dataclass(frozen=True, kw_only=True, slots=True)
class ClusterCorrelation:
    """Intraclass correlation of clusters by two estimators."""

    n: int
    n_clusters: int
    mean_size: float
    typical_size: float
    """n0."""
    between_mean_square: float
    within_mean_square: float
    by_anova: float
    interval: Interval
    """Of the ANOVA value."""
    by_reml: float
    between_variance: float
    """REML."""
    within_variance: float
    """REML."""
    design_effect: float
    """With clusters of the mean size."""
    design_effect_unequal: float
    """With the sizes as they are."""


@dataclass(frozen=True, kw_only=True, slots=True)
class _Groups:
    sizes: FloatArray
    means: FloatArray
    within: float
    """Sum of squares within clusters."""


def estimate_cluster_correlation(
    outcome: Sequence[float], cluster: Sequence[str], *, confidence_level: float
) -> ClusterCorrelation:
    """Estimate the intraclass correlation of clusters.

    Raises
    ------
    NotEstimableError
        If there are fewer than 2 clusters, none has 2 participants, or nobody differs from the others of the cluster.
    """
    require_equal_lengths(outcome=outcome, cluster=cluster)
    groups = _groups(require_finite(outcome, "the outcome"), np.asarray(cluster))
    n, count = int(groups.sizes.sum()), len(groups.sizes)
    if count < 2:
        raise NotEstimableError(f"{count} cluster; at least 2 are needed")
    if n == count:
        raise NotEstimableError("every cluster has one participant")
    if groups.within <= 0:
        raise NotEstimableError("participants do not differ within clusters")
    grand = float(groups.sizes @ groups.means) / n
    between = float(groups.sizes @ (groups.means - grand) ** 2) / (count - 1)
    within = groups.within / (n - count)
    typical = (n - float(np.sum(groups.sizes**2)) / n) / (count - 1)
    anova = (between - within) / (between + (typical - 1) * within)
    between_variance, within_variance = _restricted_likelihood(groups)
    mean_size = n / count
    variation = float(groups.sizes.std() / mean_size)
    return ClusterCorrelation(
        n=n,
        n_clusters=count,
        mean_size=mean_size,
        typical_size=typical,
        between_mean_square=between,
        within_mean_square=within,
        by_anova=anova,
        interval=_interval(between / within, count, n, typical, confidence_level),
        by_reml=between_variance / (between_variance + within_variance),
        between_variance=between_variance,
        within_variance=within_variance,
        design_effect=1 + (mean_size - 1) * anova,
        design_effect_unequal=1 + ((1 + variation**2) * mean_size - 1) * anova,
    )


def estimate_cluster_correlation_of_frame(
    frame: "pd.DataFrame", outcome: str, cluster: str, *, confidence_level: float
) -> ClusterCorrelation:
    """Estimate it from one row a participant; incomplete rows are left out."""
    rows = complete_rows(frame, (outcome, cluster)).frame
    return estimate_cluster_correlation(
        numbers(rows, outcome).tolist(), labels(rows, cluster), confidence_level=confidence_level
    )


def _groups(outcome: FloatArray, cluster: FloatArray) -> _Groups:
    codes = np.unique(cluster, return_inverse=True)[1]
    sizes = np.bincount(codes).astype(np.float64)
    means = np.bincount(codes, weights=outcome) / sizes
    return _Groups(sizes=sizes, means=means, within=float(np.sum((outcome - means[codes]) ** 2)))


def _interval(f: float, count: int, n: int, size: float, level: float) -> Interval:
    df1, df2 = count - 1, n - count
    low = f / float(fdtri(df1, df2, (1 + level) / 2))
    high = f / float(fdtri(df1, df2, (1 - level) / 2))
    return Interval(
        lower=(low - 1) / (low + size - 1), upper=(high - 1) / (high + size - 1), level=level
    )


def _restricted_likelihood(groups: _Groups) -> tuple[float, float]:
    """Return between and within variance: their ratio is where the profiled score is 0, the rest is in closed form."""
    from scipy.optimize import brentq  # noqa: PLC0415 - slow to import

    rest = float(groups.sizes.sum()) - 1

    def squares(ratio: float) -> tuple[float, float]:
        weight = groups.sizes / (1 + groups.sizes * ratio)
        mean = float(weight @ groups.means) / float(weight.sum())
        distance = (groups.means - mean) ** 2
        return groups.within + float(weight @ distance), float(weight**2 @ distance)

    def slope(ratio: float) -> float:
        weight = groups.sizes / (1 + groups.sizes * ratio)
        total, slower = squares(ratio)
        trace = float(weight.sum() - np.sum(weight**2) / weight.sum())
        return (trace - rest * slower / total) * (1 + ratio)

    high = 1.0
    while slope(high) <= 0 and high < LARGEST_RATIO:
        high *= 4
    no_root = slope(0.0) >= 0 or slope(high) <= 0
    ratio = 0.0 if no_root else float(brentq(slope, 0.0, high, xtol=1e-14, rtol=1e-14))
    within = squares(ratio)[0] / rest
    return ratio * within, within
