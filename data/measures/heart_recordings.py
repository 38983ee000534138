"""A recording of the heart, made ready for measuring: intervals with the waveform that they come from.

Conventions: times in seconds on the recording's clock. What cannot be used is refused as a whole with a reason, never
by an exception.

Contents: `HeartRecording` with `heart_recording_of_beats`, `heart_recording_of_ecg`, `heart_recording_of_ppg`;
`BreathingSignal`.
"""

from dataclasses import dataclass

import numpy as np

from data.measures.beat_policy import LONGEST_RR_MS, SHORTEST_RR_MS, Verdicts
from data.measures.heartbeats import beats_of, is_rate_true
from data.measures.measured_values import NoValueReason
from data.measures.rate_plausibility import QRS, UPSTROKE, is_rate_plausible
from data.measures.time_domain import FloatArray
from data.measures.waveform_search import ECG, PPG, Heartbeats, Waveform, search_in_chunks
from data.records.signals import RRSeries, SignalKind


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class BreathingSignal:
    """A respiration signal recorded beside the heart."""

    samples: FloatArray
    """Shape (n_samples,); NaN where missing."""
    sampling_rate_hz: float
    start_s: float = 0.0
    """Of the first sample, on the recording's clock."""


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class HeartRecording:
    """Intervals of one recording."""

    beats: RRSeries
    start_s: float
    end_s: float
    sampling_rate_hz: float | None
    """Of the waveform; None when intervals were recorded."""
    waveform: Heartbeats | None
    """What the beats were found in; None when intervals were recorded."""
    refusal: NoValueReason | None
    """Why nothing of the recording may be used."""
    breathing: BreathingSignal | None = None
    verdicts: Verdicts | None = None
    """What people said of the intervals; None when nobody edited them."""


def heart_recording_of_beats(
    beats: RRSeries, breathing: BreathingSignal | None = None
) -> HeartRecording:
    """Return a recording of intervals.

    Parameters
    ----------
    beats : RRSeries
        As sensed; beats out of order are put in order, beats without a time left out.
    breathing : BreathingSignal, optional
        Recorded at the same time.

    Returns
    -------
    HeartRecording
        From the beginning of its first interval (300-2000 ms, whatever is recorded) to its last beat.
    """
    times_s = np.array(beats.times_s, dtype=np.float64)
    rr_ms = np.array(beats.rr_ms, dtype=np.float64)
    known = np.isfinite(times_s)
    times_s, rr_ms = times_s[known], rr_ms[known]
    if not times_s.size:
        return _refused(NoValueReason.NO_SIGNAL, beats.kind, None, 0.0)
    order = np.argsort(times_s, kind="stable")
    times_s, rr_ms = times_s[order], rr_ms[order]
    first_ms = float(np.clip(np.nan_to_num(rr_ms[0]), SHORTEST_RR_MS, LONGEST_RR_MS))
    return HeartRecording(
        beats=RRSeries(
            times_s=tuple(times_s.tolist()), rr_ms=tuple(rr_ms.tolist()), kind=beats.kind
        ),
        start_s=round(float(times_s[0]) - first_ms / 1000.0, 6),
        end_s=float(times_s[-1]),
        sampling_rate_hz=None,
        waveform=None,
        refusal=None,
        breathing=breathing,
    )


def heart_recording_of_ecg(
    samples: FloatArray,
    sampling_rate_hz: float,
    *,
    time_stamps_s: FloatArray | None = None,
    breathing: BreathingSignal | None = None,
) -> HeartRecording:
    """Search an ECG of any length and return its intervals with it.

    Parameters
    ----------
    samples : ndarray of float, shape (n_samples,)
        One lead in any unit; NaN where missing. It may be a memory map.
    sampling_rate_hz : float
        Declared samples a second.
    time_stamps_s : ndarray of float, shape (n_samples,), optional
        When they were taken; the declared rate is checked against them. Without them it must agree with the hum of the
        power line and with how fast a heart can be (`data.measures.rate_plausibility`).
    breathing : BreathingSignal, optional
        Recorded at the same time.

    Returns
    -------
    HeartRecording
        Its clock begins with the first sample.
    """
    return _of_waveform(samples, sampling_rate_hz, (ECG, SignalKind.ECG), time_stamps_s, breathing)


def heart_recording_of_ppg(
    samples: FloatArray,
    sampling_rate_hz: float,
    *,
    time_stamps_s: FloatArray | None = None,
    breathing: BreathingSignal | None = None,
) -> HeartRecording:
    """Search a pulse wave of any length; parameters as of `heart_recording_of_ecg`.

    Parameters
    ----------
    samples : ndarray of float, shape (n_samples,)
        A photoplethysmogram with the systole upwards.
    sampling_rate_hz : float
        Declared samples a second.
    time_stamps_s : ndarray of float, shape (n_samples,), optional
        When they were taken.
    breathing : BreathingSignal, optional
        Recorded at the same time.
    """
    return _of_waveform(samples, sampling_rate_hz, (PPG, SignalKind.PPG), time_stamps_s, breathing)


def _of_waveform(
    samples: FloatArray,
    sampling_rate_hz: float,
    sought: tuple[Waveform, SignalKind],
    time_stamps_s: FloatArray | None,
    breathing: BreathingSignal | None,
) -> HeartRecording:
    waveform, kind = sought
    if not sampling_rate_hz > 0.0:
        return _refused(NoValueReason.WRONG_RATE, kind, sampling_rate_hz, 0.0)
    length_s = round(samples.size / sampling_rate_hz, 6)
    if time_stamps_s is not None and not is_rate_true(sampling_rate_hz, time_stamps_s):
        return _refused(NoValueReason.WRONG_RATE, kind, sampling_rate_hz, length_s)
    found = search_in_chunks(samples, sampling_rate_hz, waveform)
    if found.reason:
        return _refused(NoValueReason(found.reason), kind, sampling_rate_hz, length_s)
    form = QRS if waveform is ECG else UPSTROKE
    if time_stamps_s is None and not is_rate_plausible(
        samples, sampling_rate_hz, found.peaks, form
    ):
        return _refused(NoValueReason.WRONG_RATE, kind, sampling_rate_hz, length_s)
    return HeartRecording(
        beats=beats_of(found, kind=kind),
        start_s=0.0,
        end_s=length_s,
        sampling_rate_hz=sampling_rate_hz,
        waveform=found,
        refusal=None,
        breathing=breathing,
    )


def _refused(
    reason: NoValueReason, kind: SignalKind, sampling_rate_hz: float | None, end_s: float
) -> HeartRecording:
    return HeartRecording(
        beats=RRSeries(times_s=(), rr_ms=(), kind=kind),
        start_s=0.0,
        end_s=end_s,
        sampling_rate_hz=sampling_rate_hz,
        waveform=None,
        refusal=reason,
    )
