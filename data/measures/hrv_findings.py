"""What one window of accepted beats says, family by family: a number or a reason for each measure.

Conventions: the window has passed the gate and the beat policy. NN are the valid intervals; differences are taken over
valid neighbours only.

Contents: `find_all`, `find_spectrum`, `Findings`.
"""

import math
from typing import TypeAlias

import numpy as np

from data.measures.beat_policy import GOOD_FLAGGED_SHARE, JudgedBeats
from data.measures.breathing import (
    Breathing,
    breathing_band,
    estimate_breathing,
    estimate_breathing_from_beats,
)
from data.measures.heart_recordings import HeartRecording
from data.measures.long_recordings import compute_sdann, compute_tinn, compute_triangular_index
from data.measures.measured_values import DEFINITIONS, HrvName, NoValueReason, Stretch
from data.measures.spectrum import HF, LF, VLF, Spectrum, TooManyGapsError, compute_spectrum
from data.measures.time_domain import (
    FloatArray,
    TooFewIntervalsError,
    count_above_50_ms,
    deviation,
    mean_heart_rate_bpm,
    poincare_length,
    poincare_width,
    root_mean_square,
)
from data.measures.window_plan import TOLERANCE_S
from data.records.signals import SignalKind

Finding: TypeAlias = float | NoValueReason
Findings: TypeAlias = dict[HrvName, Finding]

LONGEST_BRIDGED_S = 3.0
"""Over a longer time without a valid interval there is no spectrum: the spline would make up what is there."""

BANDS = (
    HrvName.VLF_POWER_MS2,
    HrvName.LF_POWER_MS2,
    HrvName.HF_POWER_MS2,
    HrvName.TOTAL_POWER_MS2,
    HrvName.LF_NORMALIZED_PERCENT,
    HrvName.HF_NORMALIZED_PERCENT,
    HrvName.LF_HF_RATIO,
    HrvName.LN_HF_POWER,
    HrvName.BREATHING_BAND_POWER_MS2,
)
"""What needs the spectrum."""


def find_all(recording: HeartRecording, beats: JudgedBeats, stretch: Stretch) -> Findings:
    """Find every measure of one window.

    Parameters
    ----------
    recording : HeartRecording
        Where the beats come from.
    beats : JudgedBeats
        The beats of the window; 30 valid pairs or more.
    stretch : Stretch
        The window.

    Returns
    -------
    Findings
        A number or a reason for every name, except those that need all windows.
    """
    valid = ~beats.flagged
    times_s, nn_ms = beats.times_s[valid], beats.rr_ms[valid]
    findings = _time_domain(nn_ms, np.diff(beats.rr_ms)[beats.pair_valid])
    findings |= _long(times_s, nn_ms, stretch)
    breathing = _breathe(recording, stretch)
    findings[HrvName.BREATHING_RATE_PER_MIN] = breathing.reason or float(
        breathing.rate_per_min or 0.0
    )
    spectrum = find_spectrum(beats, stretch)
    if isinstance(spectrum, NoValueReason):
        findings |= dict.fromkeys(BANDS, spectrum)
    else:
        findings |= _frequency_domain(spectrum, breathing)
    return {name: _if_estimable(name, found, stretch) for name, found in findings.items()}


def _if_estimable(name: HrvName, found: Finding, stretch: Stretch) -> Finding:
    length_s = stretch.end_s - stretch.start_s + TOLERANCE_S
    if isinstance(found, NoValueReason):
        return found
    return found if length_s >= DEFINITIONS[name].shortest_s else NoValueReason.TOO_SHORT


def _time_domain(nn_ms: FloatArray, differences_ms: FloatArray) -> Findings:
    sdnn_ms, sdsd_ms = deviation(nn_ms), deviation(differences_ms)
    rmssd_ms = root_mean_square(differences_ms)
    above = count_above_50_ms(differences_ms)
    return {
        HrvName.HEART_RATE_BPM: mean_heart_rate_bpm(nn_ms),
        HrvName.MEAN_NN_MS: float(nn_ms.mean()),
        HrvName.SDNN_MS: sdnn_ms,
        HrvName.RMSSD_MS: rmssd_ms,
        HrvName.LN_RMSSD: _logarithm(rmssd_ms),
        HrvName.SDSD_MS: sdsd_ms,
        HrvName.NN50: float(above),
        HrvName.PNN50_PERCENT: 100.0 * above / differences_ms.size,
        HrvName.SD1_MS: poincare_width(sdsd_ms),
        HrvName.SD2_MS: poincare_length(sdnn_ms, sdsd_ms),
    }


def _logarithm(value: float) -> Finding:
    return math.log(value) if value > 0.0 else NoValueReason.CONSTANT


def _long(times_s: FloatArray, nn_ms: FloatArray, stretch: Stretch) -> Findings:
    shortest_s = DEFINITIONS[HrvName.HRV_TRIANGULAR_INDEX].shortest_s
    if stretch.end_s - stretch.start_s + TOLERANCE_S < shortest_s:
        names = (HrvName.HRV_TRIANGULAR_INDEX, HrvName.TINN_MS, HrvName.SDANN_MS)
        return dict.fromkeys(names, NoValueReason.TOO_SHORT)
    return {
        HrvName.HRV_TRIANGULAR_INDEX: compute_triangular_index(nn_ms),
        HrvName.TINN_MS: compute_tinn(nn_ms),
        HrvName.SDANN_MS: _sdann(times_s, nn_ms, stretch),
    }


def _sdann(times_s: FloatArray, nn_ms: FloatArray, stretch: Stretch) -> Finding:
    try:
        return compute_sdann(times_s, nn_ms, stretch.start_s, stretch.end_s)
    except TooFewIntervalsError:
        return NoValueReason.TOO_SHORT


def _why_no_spectrum(
    times_s: FloatArray, nn_ms: FloatArray, stretch: Stretch
) -> NoValueReason | None:
    if stretch.end_s - stretch.start_s + TOLERANCE_S < DEFINITIONS[HrvName.HF_POWER_MS2].shortest_s:
        return NoValueReason.TOO_SHORT
    if stretch.flagged_share > GOOD_FLAGGED_SHARE:
        return NoValueReason.ARTEFACTS
    at_the_ends_s = max(
        float(times_s[0]) - float(nn_ms[0]) / 1000.0 - stretch.start_s,
        stretch.end_s - float(times_s[-1]),
    )
    return NoValueReason.GAP if at_the_ends_s > LONGEST_BRIDGED_S else None


def find_spectrum(beats: JudgedBeats, stretch: Stretch) -> Spectrum | NoValueReason:
    """Return the spectrum of one window of accepted beats, or why there is none."""
    valid = ~beats.flagged
    times_s, nn_ms = beats.times_s[valid], beats.rr_ms[valid]
    refusal = _why_no_spectrum(times_s, nn_ms, stretch)
    if refusal:
        return refusal
    try:
        return compute_spectrum(times_s, nn_ms, longest_gap_s=LONGEST_BRIDGED_S)
    except TooManyGapsError:
        return NoValueReason.GAP


def _frequency_domain(spectrum: Spectrum, breathing: Breathing) -> Findings:
    vlf, lf, hf = (spectrum.power_ms2(band) for band in (VLF, LF, HF))
    both = lf + hf
    constant = NoValueReason.CONSTANT
    return {
        HrvName.VLF_POWER_MS2: vlf,
        HrvName.LF_POWER_MS2: lf,
        HrvName.HF_POWER_MS2: hf,
        HrvName.TOTAL_POWER_MS2: vlf + both,
        HrvName.LF_NORMALIZED_PERCENT: 100.0 * lf / both if both > 0.0 else constant,
        HrvName.HF_NORMALIZED_PERCENT: 100.0 * hf / both if both > 0.0 else constant,
        HrvName.LF_HF_RATIO: lf / hf if hf > 0.0 else constant,
        HrvName.LN_HF_POWER: _logarithm(hf),
        HrvName.BREATHING_BAND_POWER_MS2: breathing.reason
        or spectrum.power_ms2(breathing_band(breathing.rate_per_min or 0.0)),
    }


def _breathe(recording: HeartRecording, stretch: Stretch) -> Breathing:
    signal = recording.breathing
    if signal is not None:
        per_s = signal.sampling_rate_hz
        first = max(0, round((stretch.start_s - signal.start_s) * per_s))
        last = max(0, round((stretch.end_s - signal.start_s) * per_s))
        return estimate_breathing(signal.samples[first:last], per_s)
    found = recording.waveform
    if found is None or recording.beats.kind is not SignalKind.ECG:
        return Breathing(rate_per_min=None, reason=NoValueReason.NO_BREATHING)
    seconds = found.peaks / found.sampling_rate_hz
    first, last = np.searchsorted(seconds, (stretch.start_s, stretch.end_s))
    peaks = np.rint(found.peaks[first:last]).astype(np.int64)
    return estimate_breathing_from_beats(seconds[first:last], found.cleaned[peaks])
