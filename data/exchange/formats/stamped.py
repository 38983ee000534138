"""Samples that carry time stamps, put on the even grid that every measure needs; what is missing stays missing.

A stretch is a run of samples without a gap: no step longer than one and a half of the median. The rate is that of the stretches, each
stretch begins at the grid point nearest to its first stamp, and the grid points between two stretches are NaN.

Contents: `on_grid`, `Grid`.
"""

from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from data.exchange.recording import MOST_VALUES, FloatArray

IntArray: TypeAlias = NDArray[np.int64]

GAP_STEPS = 1.5
FEWEST_STAMPS = 3


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Grid:
    """Samples on an even grid."""

    samples: FloatArray
    """Shape (points, channels)."""
    sampling_rate_hz: float
    missing: int
    """Grid points without a sample."""


def on_grid(times_s: FloatArray, values: FloatArray) -> Grid | None:
    """Put stamped samples on an even grid.

    Parameters
    ----------
    times_s : ndarray of float, shape (n,)
        Stamps in the order of the samples.
    values : ndarray of float, shape (n, channels)
        Samples.

    Returns
    -------
    Grid or None
        None when there is no even grid: fewer than three stamps, stamps that go back, or gaps so long
        that the grid would hold more than `data.exchange.recording.MOST_VALUES` values.
    """
    if times_s.size < FEWEST_STAMPS or not np.isfinite(times_s).all():
        return None
    steps = np.diff(times_s)
    step_s = float(np.median(steps))
    if step_s <= 0.0 or (steps < 0.0).any():
        return None
    inside = steps <= GAP_STEPS * step_s
    step_s = float(steps[inside].mean())
    if step_s <= 0.0:
        return None
    begins = np.concatenate(([0], np.flatnonzero(~inside) + 1))
    places = _places(times_s, begins, step_s)
    points = int(places[-1]) + 1
    if points * values.shape[1] > MOST_VALUES:
        return None
    samples = np.full((points, values.shape[1]), np.nan)
    samples[places] = values
    return Grid(samples=samples, sampling_rate_hz=1.0 / step_s, missing=points - int(times_s.size))


def _places(times_s: FloatArray, begins: IntArray, step_s: float) -> IntArray:
    lengths = np.diff(np.append(begins, times_s.size))
    nearest = np.rint((times_s[begins] - times_s[0]) / step_s).astype(np.int64)
    first_free = 0
    starts = []
    for wanted, length in zip(nearest.tolist(), lengths.tolist(), strict=True):
        starts.append(max(wanted, first_free))
        first_free = starts[-1] + length
    within = np.arange(times_s.size) - np.repeat(begins, lengths)
    places: IntArray = np.repeat(np.array(starts), lengths) + within
    return places
