"""ECG to heartbeats, and the gate that a waveform must pass before any beat is believed.

Conventions: peaks come from `data.measures.waveform_search`, of an ECG or a pulse wave. No interval spans missing
samples. The gate has three rules, all needed: *template* (at least 80 % of the beats look like the median beat), *gap*
(no beats missing) and *rate* (declared against time stamps). Bad input gives a verdict with a reason, never an
exception and never a silent number.

Contents: `detect_beats` and `check_waveform` for one stretch of ECG; `locate_beats`, `beats_of` and `check_beats` for a
recording that is searched once and judged window by window.

Notes
-----
A gap is an interval above 2.5 times the median. One missed beat (2.0 to 2.1 times) is no dropout: the beat policy of
`data.measures.beat_policy` flags it.
"""

from dataclasses import dataclass

import numpy as np

from data.measures.time_domain import FloatArray
from data.measures.waveform_search import ECG, Heartbeats, search_waveform
from data.records.signals import RRSeries, SignalKind

__all__ = [
    "FloatArray",
    "GateVerdict",
    "Heartbeats",
    "beats_of",
    "check_beats",
    "check_waveform",
    "detect_beats",
    "is_rate_true",
    "locate_beats",
]

FEWEST_BEATS = 4
TEMPLATE_HALF_S = 0.300
TEMPLATE_CORRELATION = 0.9
TEMPLATE_SHARE = 0.8
LONGEST_GAP_MEDIANS = 2.5
RATE_TOLERANCE = 0.01
TIME_DIGITS = 6
RR_DIGITS = 3


@dataclass(frozen=True, kw_only=True, slots=True)
class GateVerdict:
    """What the gate says of a waveform."""

    ok: bool
    reason: str
    """``no_signal``, ``too_short``, ``wrong_rate``, ``gap`` or ``template``; empty when ``ok``."""


PASSED = GateVerdict(ok=True, reason="")


def detect_beats(
    ecg: FloatArray,
    sampling_rate_hz: float,
    *,
    start_s: float = 0.0,
    kind: SignalKind = SignalKind.ECG,
) -> RRSeries:
    """Detect the beats of an ECG.

    Parameters
    ----------
    ecg : ndarray of float, shape (n_samples,)
        One lead in any unit; samples that are not finite are missing.
    sampling_rate_hz : float
        Samples a second.
    start_s : float
        Time of the first sample.
    kind : SignalKind
        What the beats are called afterwards.

    Returns
    -------
    RRSeries
        Intervals between neighbouring beats; none across missing samples or a dropout. Empty when nothing was found.
    """
    return beats_of(locate_beats(ecg, sampling_rate_hz), start_s=start_s, kind=kind)


def check_waveform(
    ecg: FloatArray, sampling_rate_hz: float, time_stamps_s: FloatArray | None = None
) -> GateVerdict:
    """Judge one stretch of ECG by the three rules.

    Parameters
    ----------
    ecg : ndarray of float, shape (n_samples,)
        One lead in any unit.
    sampling_rate_hz : float
        Declared samples a second.
    time_stamps_s : ndarray of float, shape (n_samples,), optional
        When the samples were taken; without them the rate cannot be checked.

    Returns
    -------
    GateVerdict
        Never an exception.
    """
    if time_stamps_s is not None and not is_rate_true(sampling_rate_hz, time_stamps_s):
        return GateVerdict(ok=False, reason="wrong_rate")
    return check_beats(locate_beats(ecg, sampling_rate_hz), 0, ecg.size)


def is_rate_true(sampling_rate_hz: float, time_stamps_s: FloatArray) -> bool:
    """Tell whether the declared rate is that of the time stamps, within 1 %.

    Parameters
    ----------
    sampling_rate_hz : float
        Declared samples a second.
    time_stamps_s : ndarray of float, shape (n_samples,)
        When the samples were taken.
    """
    if time_stamps_s.size < 2 or time_stamps_s[-1] <= time_stamps_s[0]:
        return False
    seen_hz = (time_stamps_s.size - 1) / float(time_stamps_s[-1] - time_stamps_s[0])
    return bool(abs(seen_hz / sampling_rate_hz - 1.0) <= RATE_TOLERANCE)


def locate_beats(ecg: FloatArray, sampling_rate_hz: float) -> Heartbeats:
    """Search an ECG for R peaks.

    Parameters
    ----------
    ecg : ndarray of float, shape (n_samples,)
        One lead in any unit; samples that are not finite are missing.
    sampling_rate_hz : float
        Samples a second.

    Returns
    -------
    Heartbeats
        Without peaks, and with the reason, when the signal is too short, missing or flat.
    """
    return search_waveform(ecg, sampling_rate_hz, ECG)


def beats_of(
    found: Heartbeats, *, start_s: float = 0.0, kind: SignalKind = SignalKind.ECG
) -> RRSeries:
    """Turn located peaks into RR intervals, leaving out those that span a dropout.

    Parameters
    ----------
    found : Heartbeats
        What `locate_beats` returned.
    start_s : float
        Time of the first sample.
    kind : SignalKind
        What the beats are called afterwards.

    Returns
    -------
    RRSeries
        Empty when there are fewer than two peaks.
    """
    if found.peaks.size < 2:
        return RRSeries(times_s=(), rr_ms=(), kind=kind)
    times_s = start_s + found.peaks / found.sampling_rate_hz
    rr_ms = np.diff(times_s) * 1000.0
    whole = ~found.broken & (rr_ms <= LONGEST_GAP_MEDIANS * np.median(rr_ms))
    return RRSeries(
        times_s=tuple(times_s[1:][whole].round(TIME_DIGITS).tolist()),
        rr_ms=tuple(rr_ms[whole].round(RR_DIGITS).tolist()),
        kind=kind,
    )


def check_beats(found: Heartbeats, first_sample: float, end_sample: float) -> GateVerdict:
    """Judge a stretch of a searched ECG by the gap rule and the template rule.

    Parameters
    ----------
    found : Heartbeats
        What `locate_beats` returned.
    first_sample, end_sample : float
        The stretch, in samples; the end is excluded.

    Returns
    -------
    GateVerdict
        Never an exception.
    """
    if found.reason:
        return GateVerdict(ok=False, reason=found.reason)
    first = max(0.0, first_sample)
    end = min(float(found.cleaned.size), end_sample)
    peaks = found.peaks[(found.peaks >= first) & (found.peaks < end)]
    if peaks.size < FEWEST_BEATS:
        short = end - first < found.shortest_s * found.sampling_rate_hz
        return GateVerdict(ok=False, reason="too_short" if short else "gap")
    if _has_gap(peaks, first, end):
        return GateVerdict(ok=False, reason="gap")
    if _template_share(found, peaks) < TEMPLATE_SHARE:
        return GateVerdict(ok=False, reason="template")
    return PASSED


def _has_gap(peaks: FloatArray, first: float, end: float) -> bool:
    between = np.diff(peaks)
    longest = LONGEST_GAP_MEDIANS * float(np.median(between))
    at_the_ends = max(float(peaks[0]) - first, end - float(peaks[-1]))
    return bool(between.max() > longest or at_the_ends > longest)


def _template_share(found: Heartbeats, peaks: FloatArray) -> float:
    """Return the share of beats whose 600 ms correlate above 0.9 with the median beat."""
    half = round(TEMPLATE_HALF_S * found.sampling_rate_hz)
    centres = np.rint(peaks).astype(np.int64)
    centres = centres[(centres >= half) & (centres < found.cleaned.size - half)]
    segments = found.cleaned[centres[:, np.newaxis] + np.arange(-half, half + 1)]
    template = np.median(segments, axis=0)
    template = template - template.mean()
    segments = segments - segments.mean(axis=1, keepdims=True)
    scale = np.sqrt((segments**2).sum(axis=1) * float(template @ template))
    alike = segments @ template > TEMPLATE_CORRELATION * scale
    return float(alike.mean())
