"""ECG to heartbeats, and the gate that a waveform must pass before any beat is believed.

Conventions: an R peak is refined by a parabola through its three highest samples below 500 Hz. Samples that are not
finite are missing: no interval spans them. The gate has three rules, all needed: *template* (at least 80 % of the
beats look like the median beat), *gap* (no beats missing) and *rate* (declared against time stamps). Bad input gives
a verdict with a reason, never an exception and never a silent number.

Contents: `detect_beats` and `check_waveform` for one stretch of ECG; `locate_beats`, `beats_of` and `check_beats` for a
recording that is searched once and judged window by window.

Notes
-----
A gap is an interval above 2.5 times the median. One missed beat (2.0 to 2.1 times) is no dropout: the beat policy of
`data.measures.beat_policy` flags it.
"""

from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from data.measures.neurokit import clean_ecg, find_r_peaks
from data.records.signals import RRSeries, SignalKind

FloatArray: TypeAlias = NDArray[np.float64]
BoolArray: TypeAlias = NDArray[np.bool_]

SHORTEST_ECG_S = 3.0
FEWEST_BEATS = 4
TEMPLATE_HALF_S = 0.300
TEMPLATE_CORRELATION = 0.9
TEMPLATE_SHARE = 0.8
LONGEST_GAP_MEDIANS = 2.5
RATE_TOLERANCE = 0.01
REFINED_BELOW_HZ = 500.0
LONGEST_FILLED_S = 0.040
"""Missing samples up to this length are bridged; across longer ones there is no interval."""
SMALLEST_SPREAD = 1e-9
TIME_DIGITS = 6
RR_DIGITS = 3


@dataclass(frozen=True, kw_only=True, slots=True)
class GateVerdict:
    """What the gate says of a waveform."""

    ok: bool
    reason: str
    """``no_signal``, ``too_short``, ``wrong_rate``, ``gap`` or ``template``; empty when ``ok``."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Heartbeats:
    """An ECG that was searched once."""

    cleaned: FloatArray
    sampling_rate_hz: float
    peaks: FloatArray
    """Positions of the R peaks in samples, refined between them."""
    broken: BoolArray
    """Element i: samples are missing between peaks i and i + 1."""
    reason: str
    """``no_signal`` or ``too_short`` when there was nothing to search; empty otherwise."""


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
    samples = np.asarray(ecg, dtype=np.float64)
    present = np.isfinite(samples)
    reason = _why_unsearchable(samples, present, sampling_rate_hz)
    if reason:
        return _nothing_found(sampling_rate_hz, reason)
    cleaned = clean_ecg(_bridge(samples, present), sampling_rate_hz)
    missing = _long_runs(~present, LONGEST_FILLED_S * sampling_rate_hz)
    peaks = find_r_peaks(cleaned, sampling_rate_hz)
    peaks = peaks[~missing[peaks]]
    missed = np.concatenate([[0], np.cumsum(missing)])
    return Heartbeats(
        cleaned=cleaned,
        sampling_rate_hz=sampling_rate_hz,
        peaks=_refine(cleaned, peaks, sampling_rate_hz),
        broken=np.diff(missed[peaks]) > 0,
        reason="",
    )


def _why_unsearchable(samples: FloatArray, present: BoolArray, sampling_rate_hz: float) -> str:
    if samples.size < SHORTEST_ECG_S * sampling_rate_hz:
        return "too_short"
    if np.count_nonzero(present) < SHORTEST_ECG_S * sampling_rate_hz:
        return "no_signal"
    return "no_signal" if float(np.ptp(samples[present])) < SMALLEST_SPREAD else ""


def _nothing_found(sampling_rate_hz: float, reason: str) -> Heartbeats:
    return Heartbeats(
        cleaned=np.empty(0),
        sampling_rate_hz=sampling_rate_hz,
        peaks=np.empty(0),
        broken=np.empty(0, dtype=np.bool_),
        reason=reason,
    )


def _bridge(samples: FloatArray, present: BoolArray) -> FloatArray:
    if present.all():
        return samples
    positions = np.arange(samples.size)
    return np.interp(positions, positions[present], samples[present])


def _long_runs(missing: BoolArray, longest: float) -> BoolArray:
    """Keep of the missing samples those in runs longer than what is bridged."""
    edges = np.flatnonzero(np.diff(np.concatenate([[False], missing, [False]]).astype(np.int8)))
    kept = np.zeros(missing.size, dtype=np.bool_)
    for begin, end in edges.reshape(-1, 2):
        kept[begin:end] = end - begin > longest
    return kept


def _refine(cleaned: FloatArray, peaks: NDArray[np.int64], sampling_rate_hz: float) -> FloatArray:
    """Move each peak to the top of the parabola through its neighbours (quantisation inflates RMSSD)."""
    positions = peaks.astype(np.float64)
    if sampling_rate_hz >= REFINED_BELOW_HZ:
        return positions
    inner = (peaks > 0) & (peaks < cleaned.size - 1)
    at = peaks[inner]
    before, top, after = cleaned[at - 1], cleaned[at], cleaned[at + 1]
    curvature = before - 2.0 * top + after
    bent = np.abs(curvature) > SMALLEST_SPREAD
    shift = np.divide(0.5 * (before - after), curvature, out=np.zeros(at.size), where=bent)
    positions[inner] += np.clip(shift, -0.5, 0.5)
    return positions


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
        short = end - first < SHORTEST_ECG_S * found.sampling_rate_hz
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
