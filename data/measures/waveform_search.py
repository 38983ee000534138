"""A waveform searched for heartbeats: R peaks of an ECG, pulse peaks of a photoplethysmogram, however long it is.

Conventions: a peak is refined by a parabola through its three highest samples, that of an ECG below 500 Hz, that of a
pulse wave always (quantisation inflates RMSSD). Samples that are not finite are missing: short runs are bridged, no interval spans a longer one. A long recording
is searched in chunks, so that memory grows with the chunk and time with the length.

Contents: `Waveform` with `ECG` and `PPG`, `search_waveform`, `search_in_chunks`, `Heartbeats`.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from data.measures import neurokit
from data.measures.time_domain import FloatArray

BoolArray: TypeAlias = NDArray[np.bool_]
IntArray: TypeAlias = NDArray[np.int64]

LONGEST_FILLED_S = 0.040
"""Missing samples up to this length are bridged; across longer ones there is no interval."""
SMALLEST_SPREAD = 1e-9
CHUNK_S = 600.0
MARGIN_S = 10.0
"""Searched on both sides of a chunk and thrown away: filters and running means have settled by then."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Waveform:
    """A kind of signal that beats are searched in."""

    shortest_s: float
    """Below this there is nothing to search."""
    lowest_hz: float
    """Sampled more slowly, its beats have no form."""
    refined_below_hz: float
    """Sampled faster, the highest sample is the peak."""
    clean: Callable[[FloatArray, float], FloatArray]
    find_peaks: Callable[[FloatArray, float], IntArray]


ECG = Waveform(
    shortest_s=3.0,
    lowest_hz=50.0,
    refined_below_hz=500.0,
    clean=neurokit.clean_ecg,
    find_peaks=neurokit.find_r_peaks,
)
PPG = Waveform(
    shortest_s=5.0,
    lowest_hz=20.0,
    refined_below_hz=math.inf,
    clean=neurokit.clean_ppg,
    find_peaks=neurokit.find_pulse_peaks,
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Heartbeats:
    """A waveform that was searched once."""

    cleaned: FloatArray
    sampling_rate_hz: float
    peaks: FloatArray
    """Positions of the peaks in samples, refined between them."""
    broken: BoolArray
    """Element i: samples are missing between peaks i and i + 1."""
    reason: str
    """``no_signal``, ``too_short`` or ``wrong_rate`` when there was nothing to search; empty otherwise."""
    shortest_s: float
    """Seconds below which a stretch is too short to be judged."""


def search_waveform(samples: FloatArray, sampling_rate_hz: float, waveform: Waveform) -> Heartbeats:
    """Search a whole waveform at once.

    Parameters
    ----------
    samples : ndarray of float, shape (n_samples,)
        One channel in any unit; samples that are not finite are missing.
    sampling_rate_hz : float
        Samples a second.
    waveform : Waveform
        ``ECG`` or ``PPG``.

    Returns
    -------
    Heartbeats
        Without peaks, and with the reason, when the signal is too short, missing or flat.
    """
    samples = np.asarray(samples, dtype=np.float64)
    present = np.isfinite(samples)
    reason = _why_unsearchable(samples, present, sampling_rate_hz, waveform)
    if reason:
        return _nothing_found(sampling_rate_hz, reason, waveform)
    cleaned = waveform.clean(_bridge(samples, present), sampling_rate_hz)
    missing = _long_runs(~present, LONGEST_FILLED_S * sampling_rate_hz)
    peaks = waveform.find_peaks(cleaned, sampling_rate_hz)
    peaks = peaks[~missing[peaks]]
    return Heartbeats(
        cleaned=cleaned,
        sampling_rate_hz=sampling_rate_hz,
        peaks=_refine(cleaned, peaks)
        if sampling_rate_hz < waveform.refined_below_hz
        else peaks.astype(np.float64),
        broken=_is_broken(missing, peaks),
        reason="",
        shortest_s=waveform.shortest_s,
    )


def search_in_chunks(
    samples: FloatArray, sampling_rate_hz: float, waveform: Waveform
) -> Heartbeats:
    """Search a waveform of any length in chunks of ten minutes with margins.

    Parameters
    ----------
    samples : ndarray of float, shape (n_samples,)
        One channel in any unit; samples that are not finite are missing. It is read chunk by chunk, so it may be a
        memory map.
    sampling_rate_hz : float
        Samples a second.
    waveform : Waveform
        ``ECG`` or ``PPG``.

    Returns
    -------
    Heartbeats
        What `search_waveform` returns, except that a chunk that cannot be searched (flat or missing) has no beats.
    """
    core = round(CHUNK_S * sampling_rate_hz)
    if samples.size <= core + 2 * round(MARGIN_S * sampling_rate_hz):
        return search_waveform(samples, sampling_rate_hz, waveform)
    cleaned = np.zeros(samples.size)
    missing = np.zeros(samples.size, dtype=np.bool_)
    pieces: list[FloatArray] = []
    reasons: list[str] = []
    for begin in range(0, samples.size, core):
        inside = slice(begin, min(begin + core, samples.size))
        chunk = _search_chunk(samples, inside, sampling_rate_hz, waveform)
        cleaned[inside], missing[inside] = chunk.cleaned, chunk.missing
        pieces.append(chunk.peaks)
        reasons.append(chunk.reason)
    if all(reasons):
        return _nothing_found(sampling_rate_hz, reasons[0], waveform)
    peaks = np.concatenate(pieces)
    return Heartbeats(
        cleaned=cleaned,
        sampling_rate_hz=sampling_rate_hz,
        peaks=peaks,
        broken=_is_broken(missing, np.rint(peaks).astype(np.int64)),
        reason="",
        shortest_s=waveform.shortest_s,
    )


@dataclass(frozen=True, kw_only=True, slots=True)
class _Chunk:
    """What was found between the margins; peaks in samples of the whole."""

    cleaned: FloatArray
    missing: BoolArray
    peaks: FloatArray
    reason: str


def _search_chunk(
    samples: FloatArray, inside: slice, sampling_rate_hz: float, waveform: Waveform
) -> _Chunk:
    margin = round(MARGIN_S * sampling_rate_hz)
    first, last = max(0, inside.start - margin), min(samples.size, inside.stop + margin)
    stretch = np.asarray(samples[first:last], dtype=np.float64)
    core = slice(inside.start - first, inside.stop - first)
    found = search_waveform(stretch, sampling_rate_hz, waveform)
    runs = _long_runs(~np.isfinite(stretch), LONGEST_FILLED_S * sampling_rate_hz)
    nearest = np.rint(found.peaks)
    return _Chunk(
        cleaned=np.zeros(core.stop - core.start) if found.reason else found.cleaned[core],
        missing=runs[core],
        peaks=found.peaks[(nearest >= core.start) & (nearest < core.stop)] + first,
        reason=found.reason,
    )


def _why_unsearchable(
    samples: FloatArray, present: BoolArray, sampling_rate_hz: float, waveform: Waveform
) -> str:
    if not sampling_rate_hz >= waveform.lowest_hz:
        return "wrong_rate"
    shortest = waveform.shortest_s * sampling_rate_hz
    if samples.size < shortest:
        return "too_short"
    if np.count_nonzero(present) < shortest:
        return "no_signal"
    return "no_signal" if float(np.ptp(samples[present])) < SMALLEST_SPREAD else ""


def _nothing_found(sampling_rate_hz: float, reason: str, waveform: Waveform) -> Heartbeats:
    return Heartbeats(
        cleaned=np.empty(0),
        sampling_rate_hz=sampling_rate_hz,
        peaks=np.empty(0),
        broken=np.empty(0, dtype=np.bool_),
        reason=reason,
        shortest_s=waveform.shortest_s,
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


def _is_broken(missing: BoolArray, peaks: IntArray) -> BoolArray:
    missed = np.concatenate([[0], np.cumsum(missing)])
    return np.diff(missed[peaks]) > 0


def _refine(cleaned: FloatArray, peaks: IntArray) -> FloatArray:
    """Move each peak to the top of the parabola through its neighbours."""
    positions = peaks.astype(np.float64)
    inner = (peaks > 0) & (peaks < cleaned.size - 1)
    at = peaks[inner]
    before, top, after = cleaned[at - 1], cleaned[at], cleaned[at + 1]
    curvature = before - 2.0 * top + after
    bent = np.abs(curvature) > SMALLEST_SPREAD
    shift = np.divide(0.5 * (before - after), curvature, out=np.zeros(at.size), where=bent)
    positions[inner] += np.clip(shift, -0.5, 0.5)
    return positions
