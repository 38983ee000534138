"""How fast somebody breathes, from a belt or from the R peaks of an ECG, and variability adjusted for it.

Conventions: rates in breaths a minute, between 4.2 and 36; a rate that is not clearly there is no rate. Slow breathing
moves vagal power below 0.15 Hz and raises RMSSD, so variability is also given in a band around the breathing
frequency, and with its within-recording dependence on the rate removed.

Contents: `estimate_breathing` of a sampled signal, `estimate_breathing_from_beats`, `breathing_band`,
`adjust_for_breathing`.

References
----------
Grossman & Taylor (2007), Biological Psychology 74(2), 263-285 (why, and why within a person). Moody et al. (1985),
Computers in Cardiology 12, 113-116 (breathing from the height of R peaks).
"""

import math
from dataclasses import dataclass

import numpy as np

from data.measures.measured_values import BREATHING_RECIPE, NoValueReason
from data.measures.spectrum import (
    FEWEST_BEATS,
    Band,
    SegmentLayout,
    SpectrumRecipe,
    compute_spectrum,
)
from data.measures.time_domain import FloatArray

BREATHS = Band(low_hz=0.07, high_hz=0.6)
DRIFT_AND_BREATHS = Band(low_hz=0.02, high_hz=0.6)
HALF_BAND_HZ = 0.05
SMALLEST_PEAK_SHARE = 0.5
"""Of the power up to 36 breaths a minute, drift included, so much lies within 0.05 Hz of the peak."""
SHORTEST_S = 30.0
KEPT_HZ = 8.0
LONGEST_GAP_S = 3.0
SMALLEST_SPREAD = 1e-9
FEWEST_WINDOWS = 10
SMALLEST_RATE_DEVIATION = 1.0
"""Breaths a minute; a rate that varies less cannot tell what it does."""

SPECTRUM = SpectrumRecipe(
    id=BREATHING_RECIPE,
    samples_per_s=4.0,
    segment_samples=1200,
    step_samples=600,
    layout=SegmentLayout.EVEN,
    transform_samples=4096,
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Breathing:
    """A breathing rate, or why there is none."""

    rate_per_min: float | None
    reason: NoValueReason | None


def estimate_breathing(samples: FloatArray, sampling_rate_hz: float) -> Breathing:
    """Estimate the breathing rate of a stretch of a respiration signal.

    Parameters
    ----------
    samples : ndarray of float, shape (n_samples,)
        A belt, a flow or an impedance in any unit; 30 s or more, NaN where missing.
    sampling_rate_hz : float
        Samples a second, 1.2 or more.

    Returns
    -------
    Breathing
        The frequency at which the spectrum peaks, when at least half of the power is near it. Never an exception.
    """
    if not sampling_rate_hz >= 2.0 * BREATHS.high_hz:
        return Breathing(rate_per_min=None, reason=NoValueReason.WRONG_RATE)
    if samples.size < SHORTEST_S * sampling_rate_hz:
        return Breathing(rate_per_min=None, reason=NoValueReason.TOO_SHORT)
    together = max(1, int(sampling_rate_hz // KEPT_HZ))
    rows = samples[: samples.size // together * together].reshape(-1, together)
    means = rows.mean(axis=1)
    times_s = np.arange(means.size) * (together / sampling_rate_hz)
    present = np.isfinite(means)
    return _from_points(times_s[present], means[present])


def estimate_breathing_from_beats(times_s: FloatArray, heights: FloatArray) -> Breathing:
    """Estimate the breathing rate from the heights of R peaks, which follow the turning of the heart.

    Parameters
    ----------
    times_s : ndarray of float, shape (n_beats,)
        Times of the beats, ascending.
    heights : ndarray of float, shape (n_beats,)
        Their heights in the cleaned ECG.
    """
    if not times_s.size or times_s[-1] - times_s[0] < SHORTEST_S:
        return Breathing(rate_per_min=None, reason=NoValueReason.TOO_SHORT)
    return _from_points(times_s, heights)


def _from_points(times_s: FloatArray, heights: FloatArray) -> Breathing:
    if times_s.size < FEWEST_BEATS or float(np.ptp(heights)) < SMALLEST_SPREAD:
        return Breathing(rate_per_min=None, reason=NoValueReason.NO_SIGNAL)
    if float(np.diff(times_s).max()) > LONGEST_GAP_S:
        return Breathing(rate_per_min=None, reason=NoValueReason.GAP)
    spectrum = compute_spectrum(times_s, heights, SPECTRUM)
    first, end = np.searchsorted(spectrum.frequencies_hz, (BREATHS.low_hz, BREATHS.high_hz))
    density = spectrum.density_ms2_per_hz
    peak = int(first + np.argmax(density[first:end]))
    rate_per_min = 60.0 * float(spectrum.frequencies_hz[peak])
    near = spectrum.power_ms2(breathing_band(rate_per_min))
    is_drift = density[peak - 1] > density[peak]
    if is_drift or near < SMALLEST_PEAK_SHARE * spectrum.power_ms2(DRIFT_AND_BREATHS):
        return Breathing(rate_per_min=None, reason=NoValueReason.UNCLEAR_BREATHING)
    return Breathing(rate_per_min=rate_per_min, reason=None)


def breathing_band(rate_per_min: float) -> Band:
    """Return the band of 0.1 Hz around a breathing rate."""
    centre_hz = rate_per_min / 60.0
    return Band(low_hz=max(0.0, centre_hz - HALF_BAND_HZ), high_hz=centre_hz + HALF_BAND_HZ)


def adjust_for_breathing(
    values: FloatArray, rates_per_min: FloatArray
) -> FloatArray | NoValueReason:
    """Remove from a measure what breathing explains within one recording.

    Parameters
    ----------
    values : ndarray of float, shape (n_windows,)
        A measure that is about normal, such as lnRMSSD, by window; NaN where there is none.
    rates_per_min : ndarray of float, shape (n_windows,)
        Breathing rate by window; NaN where there is none.

    Returns
    -------
    ndarray of float, shape (n_windows,) or NoValueReason
        Values as they would be at the recording's mean rate, by least squares; NaN where either is missing. Instead,
        ``no_breathing`` when no window has a rate, ``too_short`` below ten windows with both, ``constant`` when the
        rate hardly varies.
    """
    both = np.isfinite(values) & np.isfinite(rates_per_min)
    if not np.isfinite(rates_per_min).any():
        return NoValueReason.NO_BREATHING
    if np.count_nonzero(both) < FEWEST_WINDOWS:
        return NoValueReason.TOO_SHORT
    centred = rates_per_min - rates_per_min[both].mean()
    spread = math.sqrt(float(np.mean(centred[both] ** 2)))
    if spread < SMALLEST_RATE_DEVIATION:
        return NoValueReason.CONSTANT
    slope = float(centred[both] @ values[both]) / float(centred[both] @ centred[both])
    return np.where(both, values - slope * centred, np.nan)
