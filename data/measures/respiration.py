"""Respiration from a belt or from an ECG: rate, its variability, and depth, breath by breath.

Conventions: a breath is a cycle of the signal between 4.2 and 36 a minute, from trough to trough. Depth is in the unit of
the belt: it can be compared within one recording only. A rate is given where breaths are alike and the spectrum has
its peak at the same rate (`data.measures.breathing`); else there is none.

Contents: `measure_respiration` (a sampled signal), `measure_respiration_of_beats` (heights of R peaks), `Respiration`,
`RespirationSource`, `resting_rate`.

References
----------
Moody, G. B. et al. (1985), Derivation of respiratory signals from multi-lead ECGs, Computers in Cardiology 12, 113-116.
"""

from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise

import numpy as np
from scipy.signal import butter, find_peaks, sosfiltfilt

from data.measures.breathing import (
    Breathing,
    estimate_breathing,
    estimate_breathing_from_beats,
)
from data.measures.measured_values import NoValueReason
from data.measures.physiology import (
    SMALLEST_SPREAD,
    Needs,
    PhysiologicalValue,
    Quality,
    SignalBaseline,
    believable,
    open_window,
    quality_of,
    rest_in_steps,
)
from data.measures.time_domain import FloatArray

RECIPE = "breaths-0.07-0.6hz-v1"
SLOWEST_HZ, FASTEST_HZ = 0.07, 0.6
KEPT_HZ = 8.0
SHORTEST_S = 30.0
NEEDS = Needs(lowest_hz=2.0, shortest_s=SHORTEST_S)
FEWEST_BREATHS = 3
SMALLEST_DEPTH_SHARE = 0.4
"""A breath is at least so deep, compared with the usual one."""
ALIKE_SHARE = 0.8
"""So many breaths last within a third of the median breath."""
ALIKE = 1.0 / 3.0
AGREEMENT = 0.2
"""The breaths' rate is within this share of the peak of the spectrum."""
LONGEST_FILLED_S = 1.0
FEWEST_BEATS = 20
LONGEST_GAP_S = 3.0
SMALLEST_RATE_MAD = 1.0
BASELINE_STEP_S = 30.0


class RespirationSource(StrEnum):
    """Where breathing is seen: values of different sources are never compared."""

    BELT = "belt"
    ECG = "ecg"
    """Heights of the R peaks."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Respiration:
    """Respiration of one window."""

    recipe: str
    source: RespirationSource
    start_s: float
    end_s: float
    sampling_rate_hz: float | None
    """None for heights of R peaks."""
    usable_share: float
    quality: Quality
    breaths: int
    rate_per_min: PhysiologicalValue
    """60 over the median duration of a breath."""
    duration_sd_s: PhysiologicalValue
    """Standard deviation (n - 1) of the durations."""
    depth: PhysiologicalValue
    """Median from trough to peak, in the unit of the belt; ``no_breathing`` for an ECG."""


@dataclass(frozen=True, kw_only=True, slots=True)
class _Breaths:
    durations_s: FloatArray
    depths: FloatArray


NO_BREATHS = _Breaths(durations_s=np.empty(0), depths=np.empty(0))


def measure_respiration(
    signal: FloatArray,
    sampling_rate_hz: float,
    *,
    start_s: float = 0.0,
    time_stamps_s: FloatArray | None = None,
) -> Respiration:
    """Measure a window of a belt, a flow or an impedance.

    Parameters
    ----------
    signal : ndarray of float, shape (n_samples,)
        In any unit; NaN where missing. Gaps up to a second are bridged.
    sampling_rate_hz : float
        Declared samples a second, 2 or more.
    start_s : float
        Time of the first sample.
    time_stamps_s : ndarray of float, shape (n_samples,), optional
        When the samples were taken; without them the rate cannot be checked.

    Returns
    -------
    Respiration
        Values, or reasons: ``no_signal`` (missing or flat), ``too_short`` (below 30 s or three breaths), ``gap``,
        ``wrong_rate``, ``unclear_breathing``. Never an exception.
    """
    window = open_window(
        signal, sampling_rate_hz, NEEDS, start_s=start_s, time_stamps_s=time_stamps_s
    )
    samples, reason = window.samples, window.refusal
    present = np.isfinite(samples)
    share = float(present.mean()) if samples.size else 0.0
    if reason is None:
        reason = _why_unmeasurable(samples, present, sampling_rate_hz)
    breaths = NO_BREATHS
    if reason is None:
        positions = np.arange(samples.size)
        filled = np.interp(positions, positions[present], samples[present])
        breaths, reason = _agreeing(
            _breaths_of(*_thinned(filled, sampling_rate_hz)),
            estimate_breathing(filled, sampling_rate_hz),
        )
    return _assembled(
        breaths,
        reason,
        source=RespirationSource.BELT,
        window=(window.start_s, window.end_s),
        sampling_rate_hz=sampling_rate_hz,
        usable_share=share,
    )


def measure_respiration_of_beats(times_s: FloatArray, heights: FloatArray) -> Respiration:
    """Measure respiration from the heights of R peaks, which follow the turning of the heart.

    Parameters
    ----------
    times_s : ndarray of float, shape (n_beats,)
        Times of the R peaks, ascending.
    heights : ndarray of float, shape (n_beats,)
        Their heights in the ECG.

    Returns
    -------
    Respiration
        Without a depth; otherwise as of `measure_respiration`. Breathing faster than half the heart rate cannot be
        seen.
    """
    heights = believable(heights)
    window = (float(times_s[0]), float(times_s[-1])) if times_s.size else (0.0, 0.0)
    reason = _why_no_beats(times_s, heights)
    breaths = NO_BREATHS
    if reason is None:
        grid_s = np.arange(window[0], window[1], 1.0 / KEPT_HZ)
        breaths, reason = _agreeing(
            _breaths_of(np.interp(grid_s, times_s, heights), KEPT_HZ),
            estimate_breathing_from_beats(times_s, heights),
        )
    return _assembled(
        breaths,
        reason,
        source=RespirationSource.ECG,
        window=window,
        sampling_rate_hz=None,
        usable_share=0.0 if reason else 1.0,
    )


def _why_no_beats(times_s: FloatArray, heights: FloatArray) -> NoValueReason | None:
    if times_s.size < FEWEST_BEATS or times_s[-1] - times_s[0] < SHORTEST_S:
        return NoValueReason.TOO_SHORT
    if not np.isfinite(heights).all() or float(np.diff(times_s).max()) > LONGEST_GAP_S:
        return NoValueReason.GAP
    return NoValueReason.NO_SIGNAL if float(np.ptp(heights)) < SMALLEST_SPREAD else None


def _why_unmeasurable(
    samples: FloatArray, present: np.ndarray, sampling_rate_hz: float
) -> NoValueReason | None:
    if float(np.ptp(samples[present])) < SMALLEST_SPREAD:
        return NoValueReason.NO_SIGNAL
    seen = np.flatnonzero(present)
    longest = max(
        float(np.diff(seen).max(initial=1)), float(seen[0]), float(samples.size - seen[-1])
    )
    is_sparse = quality_of(float(present.mean())) is Quality.HOLD
    is_broken = longest > LONGEST_FILLED_S * sampling_rate_hz
    return NoValueReason.GAP if is_sparse or is_broken else None


def _agreeing(
    found: tuple[_Breaths, NoValueReason | None], peak: Breathing
) -> tuple[_Breaths, NoValueReason | None]:
    """Believe breaths only where the spectrum has its peak at the same rate."""
    breaths, reason = found
    if reason is not None or peak.rate_per_min is None:
        return NO_BREATHS, reason or peak.reason
    rate_per_min = 60.0 / float(np.median(breaths.durations_s))
    if abs(rate_per_min / peak.rate_per_min - 1.0) > AGREEMENT:
        return NO_BREATHS, NoValueReason.UNCLEAR_BREATHING
    return breaths, None


def _thinned(samples: FloatArray, sampling_rate_hz: float) -> tuple[FloatArray, float]:
    """Average neighbours to about 8 samples a second."""
    together = max(1, int(sampling_rate_hz // KEPT_HZ))
    rows = samples[: samples.size // together * together].reshape(-1, together)
    return np.asarray(rows.mean(axis=1)), sampling_rate_hz / together


def _breaths_of(samples: FloatArray, rate_hz: float) -> tuple[_Breaths, NoValueReason | None]:
    highest_hz = min(FASTEST_HZ, 0.45 * rate_hz)
    filters = butter(2, (SLOWEST_HZ, highest_hz), btype="band", fs=rate_hz, output="sos")
    padded = min(samples.size - 1, round(15 * rate_hz))
    band = sosfiltfilt(filters, samples - samples.mean(), padlen=padded)
    usual = 2.0 * float(np.median(np.abs(band)))
    closest = rate_hz / FASTEST_HZ * 0.8
    peaks, _ = find_peaks(band, prominence=SMALLEST_DEPTH_SHARE * 2.0 * usual, distance=closest)
    if peaks.size < FEWEST_BREATHS + 1:
        return NO_BREATHS, NoValueReason.TOO_SHORT
    durations_s = np.diff(_refined(band, peaks)) / rate_hz
    median_s = float(np.median(durations_s))
    if np.mean(np.abs(durations_s / median_s - 1.0) <= ALIKE) < ALIKE_SHARE:
        return NO_BREATHS, NoValueReason.UNCLEAR_BREATHING
    troughs = np.array([band[one:two].min() for one, two in pairwise(peaks)])
    return _Breaths(durations_s=durations_s, depths=band[peaks[1:]] - troughs), None


def _refined(band: FloatArray, peaks: np.ndarray) -> FloatArray:
    """Move each peak to the top of the parabola through it and its neighbours."""
    before, top, after = band[peaks - 1], band[peaks], band[peaks + 1]
    curvature = before - 2.0 * top + after
    shift = np.divide(
        0.5 * (before - after), curvature, out=np.zeros(peaks.size), where=curvature < 0.0
    )
    return np.asarray(peaks + shift)


def _assembled(
    breaths: _Breaths,
    reason: NoValueReason | None,
    *,
    source: RespirationSource,
    window: tuple[float, float],
    sampling_rate_hz: float | None,
    usable_share: float,
) -> Respiration:
    median_s = None if reason else float(np.median(breaths.durations_s))
    no_depth = NoValueReason.NO_BREATHING if source is RespirationSource.ECG else reason
    return Respiration(
        recipe=RECIPE,
        source=source,
        start_s=window[0],
        end_s=window[1],
        sampling_rate_hz=sampling_rate_hz,
        usable_share=round(usable_share, 6),
        quality=Quality.HOLD if reason else quality_of(usable_share),
        breaths=breaths.durations_s.size,
        rate_per_min=PhysiologicalValue(
            value=None if median_s is None else 60.0 / median_s, unit="breaths/min", reason=reason
        ),
        duration_sd_s=PhysiologicalValue(
            value=None if reason else float(np.std(breaths.durations_s, ddof=1)),
            unit="s",
            reason=reason,
        ),
        depth=PhysiologicalValue(
            value=None if no_depth or reason else float(np.median(breaths.depths)),
            unit="",
            reason=reason or no_depth,
        ),
    )


def resting_rate(signal: FloatArray, sampling_rate_hz: float) -> SignalBaseline | NoValueReason:
    """Summarize the rate of a rest, in windows of 30 seconds.

    Parameters
    ----------
    signal : ndarray of float, shape (n_samples,)
        A belt during a rest of three minutes or more.
    sampling_rate_hz : float
        Samples a second.

    Returns
    -------
    SignalBaseline or NoValueReason
        In breaths a minute, with a spread of at least 1.
    """
    return rest_in_steps(
        signal,
        sampling_rate_hz,
        lambda part: measure_respiration(part, sampling_rate_hz).rate_per_min.value,
        step_s=BASELINE_STEP_S,
        smallest_mad=SMALLEST_RATE_MAD,
    )
