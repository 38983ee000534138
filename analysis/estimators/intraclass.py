r"""Intraclass correlations of raters or repeated measurements: the six of Shrout and Fleiss, with F test and interval.

One-way: every target has raters of its own. Agreement: the same raters, their levels count. Consistency: the same raters, only the order counts.
Each for one rating and for the mean of k. From mean squares of targets, raters and residual. Own code: pingouin's `intraclass_corr` gives the same
points and tests, but its limits only for 95 % and rounded to two decimals.

References
----------
Shrout & Fleiss (1979), Psychological Bulletin 86, 420-428. McGraw & Wong (1996), Psychological Methods 1, 30-46.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

import numpy as np
from scipy.special import fdtrc, fdtri

from analysis.estimators.arrays import FloatArray, require_finite
from analysis.estimators.frame import complete_rows, numbers
from analysis.results import Interval, NotEstimableError

if TYPE_CHECKING:
    import pandas as pd


SMALLEST_DF = 0.1


class IntraclassKind(StrEnum):
    """What a rating is compared with; names of McGraw and Wong, of Shrout and Fleiss behind."""

    ONE_WAY = "ICC(1), one-way"
    AGREEMENT = "ICC(A), absolute agreement; Shrout–Fleiss 2"
    CONSISTENCY = "ICC(C), consistency; Shrout–Fleiss 3"


@dataclass(frozen=True, kw_only=True, slots=True)
class IntraclassCorrelation:
    """One intraclass correlation."""

    kind: IntraclassKind
    n_ratings: int
    """1: of a single rating; otherwise of the mean of so many."""
    estimate: float
    interval: Interval
    f_statistic: float
    numerator_df: int
    denominator_df: int
    p: float


@dataclass(frozen=True, kw_only=True, slots=True)
class _MeanSquares:
    n: int
    k: int
    targets: float
    within: float
    raters: float
    residual: float


def estimate_intraclass_correlations(
    ratings: FloatArray, *, confidence_level: float
) -> tuple[IntraclassCorrelation, ...]:
    """Estimate the six intraclass correlations.

    Parameters
    ----------
    ratings : ndarray, shape (targets, raters)
        Complete.

    Raises
    ------
    NotEstimableError
        If there are fewer than 2 targets or raters, or no rating differs beyond targets and raters.
    """
    require_finite(ratings, "the ratings")
    if min(ratings.shape) < 2:
        raise NotEstimableError("at least 2 targets and 2 raters are needed")
    squares = _mean_squares(ratings)
    if squares.residual <= 1e-14 * max(float(ratings.var()), 1e-300):
        raise NotEstimableError("ratings do not differ beyond targets and raters")
    if squares.targets <= 1e-14 * squares.within:
        raise NotEstimableError("targets do not differ at all")
    singles = (
        _one_way(squares, confidence_level),
        _agreement(squares, confidence_level),
        _consistency(squares, confidence_level),
    )
    return (*singles, *(_of_mean(single, squares.k) for single in singles))


def estimate_intraclass_correlations_of_frame(
    frame: "pd.DataFrame", raters: Sequence[str], *, confidence_level: float
) -> tuple[IntraclassCorrelation, ...]:
    """Estimate them from one row a target and one column a rater; rows with a missing rating are left out."""
    rows = complete_rows(frame, raters).frame
    ratings = np.column_stack([numbers(rows, rater) for rater in raters])
    return estimate_intraclass_correlations(ratings, confidence_level=confidence_level)


def _mean_squares(ratings: FloatArray) -> _MeanSquares:
    n, k = ratings.shape
    grand = ratings.mean()
    targets = k * float(np.sum((ratings.mean(axis=1) - grand) ** 2))
    raters = n * float(np.sum((ratings.mean(axis=0) - grand) ** 2))
    total = float(np.sum((ratings - grand) ** 2))
    return _MeanSquares(
        n=n,
        k=k,
        targets=targets / (n - 1),
        within=(total - targets) / (n * (k - 1)),
        raters=raters / (k - 1),
        residual=(total - targets - raters) / ((n - 1) * (k - 1)),
    )


def _one_way(s: _MeanSquares, level: float) -> IntraclassCorrelation:
    return _ratio(IntraclassKind.ONE_WAY, s, s.within, s.n * (s.k - 1), level)


def _consistency(s: _MeanSquares, level: float) -> IntraclassCorrelation:
    return _ratio(IntraclassKind.CONSISTENCY, s, s.residual, (s.n - 1) * (s.k - 1), level)


def _ratio(
    kind: IntraclassKind, s: _MeanSquares, error: float, df2: int, level: float
) -> IntraclassCorrelation:
    df1, f = s.n - 1, s.targets / error
    low = f / float(fdtri(df1, df2, (1 + level) / 2))
    high = f * float(fdtri(df2, df1, (1 + level) / 2))
    return IntraclassCorrelation(
        kind=kind,
        n_ratings=1,
        estimate=(f - 1) / (f + s.k - 1),
        interval=Interval(
            lower=(low - 1) / (low + s.k - 1), upper=(high - 1) / (high + s.k - 1), level=level
        ),
        f_statistic=f,
        numerator_df=df1,
        denominator_df=df2,
        p=float(fdtrc(df1, df2, f)),
    )


def _agreement(s: _MeanSquares, level: float) -> IntraclassCorrelation:
    n, k = s.n, s.k
    below = s.targets + (k - 1) * s.residual + k * (s.raters - s.residual) / n
    icc = (s.targets - s.residual) / below
    df1, df2 = n - 1, (n - 1) * (k - 1)
    of_raters = s.raters / s.residual
    share = n * (1 + (k - 1) * icc) - k * icc
    above = df2 * (k * icc * of_raters + share) ** 2
    df = above / (df1 * (k * icc * of_raters) ** 2 + share**2)
    if not df > SMALLEST_DF:
        raise NotEstimableError("agreement is so far below chance that it has no interval")
    q1, q2 = float(fdtri(df1, df, (1 + level) / 2)), float(fdtri(df, df1, (1 + level) / 2))
    spread = k * s.raters + (k * n - k - n) * s.residual
    f = s.targets / s.residual
    return IntraclassCorrelation(
        kind=IntraclassKind.AGREEMENT,
        n_ratings=1,
        estimate=icc,
        interval=Interval(
            lower=n * (s.targets - q1 * s.residual) / (q1 * spread + n * s.targets),
            upper=n * (q2 * s.targets - s.residual) / (spread + n * q2 * s.targets),
            level=level,
        ),
        f_statistic=f,
        numerator_df=df1,
        denominator_df=df2,
        p=float(fdtrc(df1, df2, f)),
    )


def _of_mean(single: IntraclassCorrelation, k: int) -> IntraclassCorrelation:
    def step_up(icc: float) -> float:
        return k * icc / (1 + (k - 1) * icc)

    return IntraclassCorrelation(
        kind=single.kind,
        n_ratings=k,
        estimate=step_up(single.estimate),
        interval=Interval(
            lower=step_up(single.interval.lower),
            upper=step_up(single.interval.upper),
            level=single.interval.level,
        ),
        f_statistic=single.f_statistic,
        numerator_df=single.numerator_df,
        denominator_df=single.denominator_df,
        p=single.p,
    )
