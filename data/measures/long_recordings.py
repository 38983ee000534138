"""Measures of variability that only a long recording has: geometric ones and those of five-minute means.

Conventions: NN intervals in milliseconds. The histogram has bins of 1/128 s on a fixed grid from zero (Task Force), so
that a shift of the whole by one interval does not move the bins.

Contents: `compute_triangular_index`, `compute_tinn`, `compute_sdann`.

References
----------
Task Force (1996), Circulation 93(5), 1043-1065, pages 1046-1047.
"""

import math
from itertools import pairwise

import numpy as np

from data.measures.time_domain import FloatArray, TooFewIntervalsError

BIN_MS = 1000.0 / 128.0
SEGMENT_S = 300.0
SMALLEST_SEGMENT_SHARE = 0.8
"""A segment counts when its intervals cover so much of it."""
FEWEST_SEGMENTS = 6


def compute_triangular_index(nn_ms: FloatArray) -> float:
    """Return the number of intervals divided by the number in the fullest bin.

    Fewer than two intervals are a `TooFewIntervalsError`.
    """
    _, counts = _histogram(nn_ms)
    return nn_ms.size / float(counts.max())


def compute_tinn(nn_ms: FloatArray) -> float:
    """Return the base in milliseconds of the triangle that fits the histogram best (least squares).

    Fewer than two intervals are a `TooFewIntervalsError`.

    Notes
    -----
    The triangle's top is the fullest bin; each side is chosen on its own, because the squares of the two sides add up.
    """
    _, counts = _histogram(nn_ms)
    top = int(np.argmax(counts))
    left = _best_base(counts[top::-1])
    right = _best_base(counts[top:])
    return float((left + right) * BIN_MS)


def compute_sdann(times_s: FloatArray, nn_ms: FloatArray, start_s: float, end_s: float) -> float:
    """Return the standard deviation (n - 1) of the mean intervals of five-minute segments, in milliseconds.

    Parameters
    ----------
    times_s, nn_ms : ndarray of float, shape (n_beats,)
        NN intervals and the time of the beat that ends each.
    start_s, end_s : float
        The recording. A segment that its intervals cover by less than 80 % is left out, the last one too.

    Raises
    ------
    TooFewIntervalsError
        If fewer than six segments are left.
    """
    edges_s = start_s + SEGMENT_S * np.arange(math.ceil((end_s - start_s) / SEGMENT_S) + 1)
    places = np.searchsorted(times_s, edges_s, side="right")
    parts = [nn_ms[a:b] for a, b in pairwise(places)]
    covered = [part for part in parts if part.sum() >= 1000.0 * SEGMENT_S * SMALLEST_SEGMENT_SHARE]
    if len(covered) < FEWEST_SEGMENTS:
        message = f"{len(covered)} segments of five minutes: at least {FEWEST_SEGMENTS} are needed."
        raise TooFewIntervalsError(message)
    return float(np.std([part.mean() for part in covered], ddof=1))


def _histogram(nn_ms: FloatArray) -> tuple[int, FloatArray]:
    if nn_ms.size < 2:
        message = f"{nn_ms.size} intervals: at least 2 are needed."
        raise TooFewIntervalsError(message)
    bins = np.floor(nn_ms / BIN_MS).astype(np.int64)
    first = int(bins.min())
    return first, np.bincount(bins - first).astype(np.float64)


def _best_base(side: FloatArray) -> int:
    """Return how many bins from the top (element 0) the line to zero should take."""
    distance = np.arange(side.size)
    bases = np.arange(1, side.size + 1)[:, np.newaxis]
    lines = side[0] * np.maximum(0.0, 1.0 - distance / bases)
    return int(np.argmin(((lines - side) ** 2).sum(axis=1))) + 1
