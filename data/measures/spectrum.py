"""Power spectrum of NN intervals, by recipes that are written down to the last choice.

Conventions: NN intervals in milliseconds at the time in seconds of the beat that ends each, ascending; power in ms²,
density in ms²/Hz, one-sided, never normalized. Bands are those of the Task Force: VLF [0, 0.04), LF [0.04, 0.15),
HF [0.15, 0.4) Hz. Powers of different recipes are never compared: for the same beats they differ by up to 60 %.

Contents: `SpectrumRecipe` with `STANDARD` and `WELCH_256`, `compute_spectrum`, `Spectrum`, `Band`, `TooManyGapsError`.

References
----------
Task Force (1996), Circulation 93(5), 1043-1065. Welch (1967), IEEE Transactions on Audio and Electroacoustics 15, 70-73.
"""

import math
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from data.measures.time_domain import FloatArray, TooFewIntervalsError

BoolArray: TypeAlias = NDArray[np.bool_]
IntArray: TypeAlias = NDArray[np.int64]

FEWEST_BEATS = 4
"""A cubic needs so many."""
ROUNDING_SAMPLES = 1e-6
SMALLEST_UNBROKEN_SHARE = 0.5
"""Of the segments of a long recording."""


class TooManyGapsError(ValueError):
    """More than half of the segments hold a gap."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Band:
    """A stretch of frequencies; the upper limit is excluded."""

    low_hz: float
    high_hz: float


VLF = Band(low_hz=0.0, high_hz=0.04)
LF = Band(low_hz=0.04, high_hz=0.15)
HF = Band(low_hz=0.15, high_hz=0.4)


class SegmentLayout(StrEnum):
    """Where the segments of a long recording begin."""

    EVEN = "even"
    """As many as the step asks for, spread evenly from the first sample to the last, so that the end counts."""
    FIXED = "fixed"
    """Every step; what is left over at the end is not used."""


@dataclass(frozen=True, kw_only=True, slots=True)
class SpectrumRecipe:
    """Every choice that moves a number."""

    id: str
    samples_per_s: float
    """The intervals are interpolated by a cubic spline at this rate."""
    segment_samples: int
    """A shorter recording is one segment."""
    step_samples: int
    layout: SegmentLayout
    transform_samples: int
    """Segments are padded with zeros to this length."""


STANDARD = SpectrumRecipe(
    id="psd-hann300-4hz-v1",
    samples_per_s=4.0,
    segment_samples=1200,
    step_samples=600,
    layout=SegmentLayout.EVEN,
    transform_samples=4096,
)
"""One Hann window over up to 300 s; longer recordings in halves overlapping windows of 300 s."""
WELCH_256 = SpectrumRecipe(
    id="psd-welch256-4hz-v1",
    samples_per_s=4.0,
    segment_samples=256,
    step_samples=128,
    layout=SegmentLayout.FIXED,
    transform_samples=256,
)
"""What other programs often do, for comparison: 64 s a segment, and the end of a recording is not used."""


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Spectrum:
    """Power density at ascending frequencies."""

    recipe: SpectrumRecipe
    frequencies_hz: FloatArray
    density_ms2_per_hz: FloatArray

    def power_ms2(self, band: Band) -> float:
        """Return the power of a band by the trapezoid rule over the frequencies inside it."""
        first, end = np.searchsorted(self.frequencies_hz, (band.low_hz, band.high_hz))
        inside = self.density_ms2_per_hz[first:end]
        if inside.size < 2:
            return 0.0
        spacing_hz = float(self.frequencies_hz[1])
        return spacing_hz * float(inside.sum() - 0.5 * (inside[0] + inside[-1]))


def compute_spectrum(
    times_s: FloatArray,
    nn_ms: FloatArray,
    recipe: SpectrumRecipe = STANDARD,
    *,
    longest_gap_s: float = math.inf,
) -> Spectrum:
    """Compute the power spectrum of NN intervals.

    Parameters
    ----------
    times_s : ndarray of float, shape (n_beats,)
        Time of the beat that ends each interval, strictly ascending.
    nn_ms : ndarray of float, shape (n_beats,)
        NN intervals, finite.
    recipe : SpectrumRecipe
        How.
    longest_gap_s : float
        Segments in which no interval covers a longer time are left out: the spline would make up what is there.

    Returns
    -------
    Spectrum
        Its integral is about the variance of the intervals.

    Raises
    ------
    TooFewIntervalsError
        If there are fewer than four intervals.
    TooManyGapsError
        If fewer than half of the segments are left.

    Notes
    -----
    Each segment: minus its mean, times a periodic Hann window, padded with zeros; the densities are averaged.
    """
    if nn_ms.size < FEWEST_BEATS:
        message = f"{nn_ms.size} intervals: a spectrum needs at least {FEWEST_BEATS}."
        raise TooFewIntervalsError(message)
    samples = _interpolate(times_s, nn_ms, recipe.samples_per_s)
    length = min(samples.size, recipe.segment_samples)
    starts = _segment_starts(samples.size, recipe)
    gaps = np.flatnonzero(np.diff(times_s) - nn_ms[1:] / 1000.0 > longest_gap_s)
    ends_s = (starts + length) / recipe.samples_per_s
    unbroken = _without_gap(times_s - times_s[0], gaps, starts / recipe.samples_per_s, ends_s)
    if unbroken.mean() < SMALLEST_UNBROKEN_SHARE:
        message = f"{np.count_nonzero(unbroken)} of {starts.size} segments are without a gap."
        raise TooManyGapsError(message)
    starts = starts[unbroken]
    segments = samples[starts[:, np.newaxis] + np.arange(length)]
    window = 0.5 - 0.5 * np.cos(2.0 * math.pi * np.arange(length) / length)
    segments = (segments - segments.mean(axis=1, keepdims=True)) * window
    size = max(recipe.transform_samples, length)
    amplitudes = np.fft.rfft(segments, size, axis=1)
    squared = (amplitudes.real**2 + amplitudes.imag**2).mean(axis=0)
    density = squared / (recipe.samples_per_s * float(window @ window))
    density[1:-1] *= 2.0
    frequencies = np.arange(density.size) * (recipe.samples_per_s / size)
    return Spectrum(recipe=recipe, frequencies_hz=frequencies, density_ms2_per_hz=density)


def _interpolate(times_s: FloatArray, nn_ms: FloatArray, samples_per_s: float) -> FloatArray:
    from scipy.interpolate import splev, splrep  # noqa: PLC0415 - slow to import

    length = (float(times_s[-1]) - float(times_s[0])) * samples_per_s
    steps = np.arange(max(2, math.ceil(length - ROUNDING_SAMPLES)))
    spline = splrep(times_s - times_s[0], nn_ms, s=0.0)
    return np.asarray(splev(steps / samples_per_s, spline), dtype=np.float64)


def _segment_starts(samples: int, recipe: SpectrumRecipe) -> IntArray:
    left = samples - recipe.segment_samples
    if left <= 0:
        return np.zeros(1, dtype=np.int64)
    if recipe.layout is SegmentLayout.FIXED:
        return np.arange(0, left + 1, recipe.step_samples, dtype=np.int64)
    count = math.ceil(left / recipe.step_samples) + 1
    return np.rint(np.linspace(0, left, count)).astype(np.int64)


def _without_gap(
    times_s: FloatArray, gaps: IntArray, begins_s: FloatArray, ends_s: FloatArray
) -> BoolArray:
    """Tell which stretches overlap none of the gaps; a gap is the number of the beat before it."""
    ended = np.searchsorted(times_s[gaps + 1], begins_s, side="right")
    begun = np.searchsorted(times_s[gaps], ends_s, side="left")
    return np.equal(ended, begun)
