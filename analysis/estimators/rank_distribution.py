"""Exact distributions of the rank-sum and the signed-rank statistic without ties, counted in whole numbers.

scipy computes the same p values and does not give the quantiles that an interval needs.
"""

from math import comb

import numpy as np

from analysis.estimators.arrays import FloatArray


def two_sample_cumulative(n1: int, n2: int) -> FloatArray:
    """Return P(U <= u), u = 0 .. n1 n2, when both samples have one continuous distribution.

    Examples
    --------
    >>> two_sample_cumulative(1, 3).tolist()
    [0.25, 0.5, 0.75, 1.0]
    """
    counts = [1] + [0] * (n1 * n2)
    for step in range(1, n1 + 1):
        for index in range(n1 * n2, n2 + step - 1, -1):
            counts[index] -= counts[index - n2 - step]
        for index in range(step, n1 * n2 + 1):
            counts[index] += counts[index - step]
    return _cumulative(counts, comb(n1 + n2, n1))


def signed_rank_cumulative(n: int) -> FloatArray:
    """Return P(V <= v), v = 0 .. n(n + 1)/2, when signs are fair.

    Examples
    --------
    >>> signed_rank_cumulative(2).tolist()
    [0.25, 0.5, 0.75, 1.0]
    """
    counts = [1] + [0] * (n * (n + 1) // 2)
    for rank in range(1, n + 1):
        for index in range(len(counts) - 1, rank - 1, -1):
            counts[index] += counts[index - rank]
    return _cumulative(counts, 2**n)


def _cumulative(counts: list[int], total: int) -> FloatArray:
    return np.array(np.cumsum(np.array([count / total for count in counts])))
