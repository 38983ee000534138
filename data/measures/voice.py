"""How a voice sounds: pitch, its spread, loudness, and how much of the time is voiced; off unless the participant agreed.

Conventions: samples in [-1, 1] of full scale, so levels are in dB below full scale and compared within one recording set-up
only. A frame of 40 ms, every 10 ms, is voiced when it stands 10 dB above the quietest tenth and its normalized
autocorrelation reaches 0.5 between 75 and 400 Hz. Words are not recognized, sound is not kept, no emotion is named.

Contents: `measure_voice`, `Voice`, `resting_pitch`.

References
----------
Boersma, P. (1993), Accurate short-term analysis of the fundamental frequency, IFA Proceedings 17, 97-110 (the
autocorrelation of the window divided out).
Eyben, F. et al. (2016), The Geneva Minimalistic Acoustic Parameter Set, IEEE Transactions on Affective Computing 7(2), 190-202.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from data.measures.capture_permission import CapturePermission, require_kind
from data.measures.measured_values import NoValueReason
from data.measures.physiology import (
    Needs,
    PhysiologicalValue,
    Quality,
    SignalBaseline,
    open_window,
    quality_of,
    rest_in_steps,
)
from data.measures.time_domain import FloatArray
from data.records.capture_consents import CaptureKind

RECIPE = "voice-acf40ms-v1"
FRAME_S, STEP_S = 0.040, 0.010
LOWEST_PITCH_HZ, HIGHEST_PITCH_HZ = 75.0, 400.0
VOICED_CORRELATION = 0.5
OCTAVE_COST = 0.02
"""Twice the period correlates as well: so much is taken off for each octave down."""
ABOVE_QUIET_DB = 10.0
QUIETEST_DB = -60.0
FULL_SCALE = 1.0
CLIPPED = 0.999
NEEDS = Needs(lowest_hz=8000.0, shortest_s=3.0)
SHORTEST_VOICED_S = 1.0
SEMITONES = 12.0
SMALLEST_PITCH_MAD = 0.5
BASELINE_STEP_S = 15.0


@dataclass(frozen=True, kw_only=True, slots=True)
class Voice:
    """A voice over one window."""

    recipe: str
    start_s: float
    end_s: float
    sampling_rate_hz: float
    usable_share: float
    """Share of the samples that are there and not clipped, in [0, 1]."""
    quality: Quality
    pitch_hz: PhysiologicalValue
    """Median of the voiced frames."""
    pitch_spread_semitones: PhysiologicalValue
    """Standard deviation of the pitch."""
    level_db: PhysiologicalValue
    """Median level of the voiced frames, below full scale."""
    voiced_percent: PhysiologicalValue
    """Voiced frames of all frames."""


def measure_voice(
    sound: FloatArray,
    sampling_rate_hz: float,
    permission: CapturePermission,
    *,
    start_s: float = 0.0,
) -> Voice:
    """Measure a window of sound.

    Parameters
    ----------
    sound : ndarray of float, shape (n_samples,)
        One channel in [-1, 1]; NaN where missing.
    sampling_rate_hz : float
        Samples a second, 8000 or more.
    permission : CapturePermission
        From `data.measures.capture_permission.permission_for`.
    start_s : float
        Time of the first sample.

    Returns
    -------
    Voice
        Values, or reasons: ``no_signal`` (silence, or nothing voiced: noise), ``too_short`` (below 3 s, or less than 1 s
        voiced), ``wrong_rate``, ``out_of_range`` (beyond full scale: another unit), ``artefacts`` (more than 20 % missing or
        clipped). A permission for something else is refused (`CaptureNotPermittedError`).
    """
    require_kind(permission, CaptureKind.VOICE)
    window = open_window(sound, sampling_rate_hz, NEEDS, start_s=start_s, time_stamps_s=None)
    samples, reason = window.samples, window.refusal
    present = np.isfinite(samples)
    usable = present & (np.abs(np.where(present, samples, 0.0)) < CLIPPED)
    share = float(usable.mean()) if samples.size else 0.0
    if reason is None:
        reason = _why_hold(samples[present], share)
    pitch_hz, level_db, voiced = np.empty(0), np.empty(0), np.empty(0, dtype=np.bool_)
    if reason is None:
        pitch_hz, level_db, voiced = _frames(np.where(present, samples, 0.0), sampling_rate_hz)
        reason = _why_unvoiced(voiced)
    heights = np.array([pitch_height(one) for one in pitch_hz[voiced]])
    return Voice(
        recipe=RECIPE,
        start_s=window.start_s,
        end_s=window.end_s,
        sampling_rate_hz=sampling_rate_hz,
        usable_share=round(share, 6),
        quality=Quality.HOLD if reason else quality_of(share),
        pitch_hz=_value(pitch_hz[voiced], np.median, "Hz", reason),
        pitch_spread_semitones=_value(heights, np.std, "semitones", reason),
        level_db=_value(level_db[voiced], np.median, "dB", reason),
        voiced_percent=_value(100.0 * voiced.astype(np.float64), np.mean, "%", reason),
    )


def _why_hold(present: FloatArray, share: float) -> NoValueReason | None:
    if float(np.abs(present).max()) > FULL_SCALE:
        return NoValueReason.OUT_OF_RANGE
    if float(np.ptp(present)) == 0.0:
        return NoValueReason.NO_SIGNAL
    return NoValueReason.ARTEFACTS if quality_of(share) is Quality.HOLD else None


def _why_unvoiced(voiced: NDArray[np.bool_]) -> NoValueReason | None:
    if not voiced.any():
        return NoValueReason.NO_SIGNAL
    return NoValueReason.TOO_SHORT if voiced.sum() * STEP_S < SHORTEST_VOICED_S else None


def _frames(
    samples: FloatArray, sampling_rate_hz: float
) -> tuple[FloatArray, FloatArray, NDArray[np.bool_]]:
    """Return pitch, level and whether it is voiced, of every frame."""
    length, step = round(FRAME_S * sampling_rate_hz), round(STEP_S * sampling_rate_hz)
    frames = sliding_window_view(samples, length)[::step]
    frames = frames - frames.mean(axis=1, keepdims=True)
    level_db = 10.0 * np.log10(np.maximum((frames**2).mean(axis=1), 1e-12))
    loud = level_db > max(QUIETEST_DB, _floor_db(level_db))
    pitch_hz = np.full(level_db.size, np.nan)
    voiced = np.zeros(level_db.size, dtype=np.bool_)
    found_hz, correlation = _pitch(frames[loud], sampling_rate_hz)
    pitch_hz[loud] = found_hz
    voiced[loud] = correlation >= VOICED_CORRELATION
    return pitch_hz, level_db, voiced


def _floor_db(level_db: FloatArray) -> float:
    """Return what a voice must exceed: above the quietest tenth, unless somebody speaks all the time."""
    quiet, loud = np.quantile(level_db, [0.1, 0.9])
    return float(quiet + ABOVE_QUIET_DB) if loud - quiet > ABOVE_QUIET_DB else QUIETEST_DB


def _pitch(frames: FloatArray, sampling_rate_hz: float) -> tuple[FloatArray, FloatArray]:
    """Return the strongest period of each frame as a frequency, and its autocorrelation, the window divided out."""
    if not frames.size:
        return np.empty(0), np.empty(0)
    window = np.hanning(frames.shape[1])
    size = 1 << (2 * frames.shape[1] - 1).bit_length()
    own = np.fft.irfft(np.abs(np.fft.rfft(window, size)) ** 2)[: frames.shape[1]]
    power = np.abs(np.fft.rfft(frames * window, size, axis=1)) ** 2
    correlation = np.fft.irfft(power, axis=1)[:, : frames.shape[1]]
    correlation = correlation / np.maximum(correlation[:, :1], 1e-30) / (own / own[0])[np.newaxis]
    first = int(sampling_rate_hz / HIGHEST_PITCH_HZ) - 1
    last = int(np.ceil(sampling_rate_hz / LOWEST_PITCH_HZ)) + 1
    before, top, after = (correlation[:, first + by : last + by] for by in (-1, 0, 1))
    is_peak = (top >= before) & (top > after)
    bend = np.where(is_peak, before - 2.0 * top + after, -1.0)
    shift = np.where(is_peak, 0.5 * (before - after) / bend, 0.0)
    height = np.where(is_peak, top - 0.25 * (before - after) * shift, 0.0)
    lags = np.arange(first, last)
    best = (height - OCTAVE_COST * np.log2(lags / first)).argmax(axis=1)
    rows = np.arange(best.size)
    return sampling_rate_hz / (lags[best] + shift[rows, best]), height[rows, best]


def _value(
    values: FloatArray,
    summarize: Callable[[FloatArray], float | np.floating],
    unit: str,
    reason: NoValueReason | None,
) -> PhysiologicalValue:
    value = None if reason else float(summarize(values))
    return PhysiologicalValue(value=value, unit=unit, reason=reason)


def resting_pitch(
    sound: FloatArray, sampling_rate_hz: float, permission: CapturePermission
) -> SignalBaseline | NoValueReason:
    """Summarize the pitch of a person's calm speech, in windows of 15 seconds.

    Parameters
    ----------
    sound : ndarray of float, shape (n_samples,)
        Three minutes or more in [-1, 1].
    sampling_rate_hz : float
        Samples a second.
    permission : CapturePermission
        As of `measure_voice`.

    Returns
    -------
    SignalBaseline or NoValueReason
        In semitones above 55 Hz, with a spread of at least half a semitone.
    """

    def height(part: FloatArray) -> float | None:
        pitch_hz = measure_voice(part, sampling_rate_hz, permission).pitch_hz.value
        return None if pitch_hz is None else pitch_height(pitch_hz)

    return rest_in_steps(
        sound,
        sampling_rate_hz,
        height,
        step_s=BASELINE_STEP_S,
        smallest_mad=SMALLEST_PITCH_MAD,
    )


def pitch_height(pitch_hz: float) -> float:
    """Return a pitch in semitones above 55 Hz, as persons hear and baselines compare it.

    Examples
    --------
    >>> pitch_height(110.0)
    12.0
    """
    return float(SEMITONES * np.log2(pitch_hz / 55.0))
