"""Respiration from an ECG: breathing turns the heart, so the R peaks rise and fall with it.

Contents: `measure_respiration_of_ecg`.

References
----------
Moody, G. B. et al. (1985), Derivation of respiratory signals from multi-lead ECGs, Computers in Cardiology 12, 113-116.
"""

from dataclasses import replace

import numpy as np

from data.measures.heartbeats import check_waveform, locate_beats
from data.measures.measured_values import NoValueReason
from data.measures.physiology import Quality
from data.measures.respiration import Respiration, measure_respiration_of_beats
from data.measures.time_domain import FloatArray


def measure_respiration_of_ecg(
    ecg: FloatArray,
    sampling_rate_hz: float,
    *,
    start_s: float = 0.0,
    time_stamps_s: FloatArray | None = None,
) -> Respiration:
    """Measure respiration in a window of an ECG.

    Parameters
    ----------
    ecg : ndarray of float, shape (n_samples,)
        One lead in any unit, 30 s or more.
    sampling_rate_hz : float
        Declared samples a second.
    start_s : float
        Time of the first sample.
    time_stamps_s : ndarray of float, shape (n_samples,), optional
        When the samples were taken; without them the rate cannot be checked.

    Returns
    -------
    Respiration
        As of `measure_respiration_of_beats`; a waveform that the gate of the heartbeats refuses has the gate's
        reason. Never an exception.
    """
    if not sampling_rate_hz > 0.0:
        nothing = measure_respiration_of_beats(np.empty(0), np.empty(0))
        return _refused(nothing, NoValueReason.WRONG_RATE)
    verdict = check_waveform(ecg, sampling_rate_hz, time_stamps_s)
    found = locate_beats(ecg, sampling_rate_hz)
    peaks = found.peaks if verdict.ok else np.empty(0)
    heights = found.cleaned[np.rint(peaks).astype(np.int64)] if verdict.ok else np.empty(0)
    measured = measure_respiration_of_beats(start_s + peaks / sampling_rate_hz, heights)
    window = replace(
        measured,
        start_s=start_s,
        end_s=start_s + ecg.size / sampling_rate_hz,
        sampling_rate_hz=sampling_rate_hz,
    )
    return window if verdict.ok else _refused(window, NoValueReason(verdict.reason))


def _refused(window: Respiration, reason: NoValueReason) -> Respiration:
    return replace(
        window,
        quality=Quality.HOLD,
        rate_per_min=replace(window.rate_per_min, value=None, reason=reason),
        duration_sd_s=replace(window.duration_sd_s, value=None, reason=reason),
        depth=replace(window.depth, value=None, reason=reason),
    )
