"""The beat policy: which intervals may be believed, and which neighbours may be differenced.

Conventions: RR intervals in milliseconds, times in seconds. The unit is never guessed: intervals in seconds are out of
range, so they are flagged. Nothing is differenced across a gap or a flagged beat, and no interval is made up: a flagged
beat is left out, never replaced.

Contents: `flag_beats`, `is_pair_valid`, `judge_beats` (both over one series), `flag_overlaps`, `Verdicts` with `apply_verdicts`, and of
judged beats `compute_flagged_share`, `compute_covered_share`, `compute_longest_gap_s`, `is_constant`, `between`.

References
----------
Quintana et al. (2016), Translational Psychiatry 6, e803 (GRAPH).
"""

from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from data.measures.time_domain import FloatArray
from data.records.signals import RRSeries

BoolArray: TypeAlias = NDArray[np.bool_]

SHORTEST_RR_MS = 300.0
LONGEST_RR_MS = 2000.0
MEDIAN_BEATS = 11
LARGEST_DEVIATION = 0.20
ROUNDING_MS = 1e-6
"""Exactly 20 % is not above 20 %: whole samples often are exactly that."""
CONTIGUITY_S = 0.020
"""An interval begins where the one before ended, within this; else beats are missing in between."""
SMALLEST_SDNN_MS = 1.0

GOOD_FLAGGED_SHARE = 0.05
USABLE_FLAGGED_SHARE = 0.20
SMALLEST_COVERED_SHARE = 0.80
FEWEST_PAIRS = 30
LONGEST_GAP_S = 10.0


@dataclass(frozen=True, kw_only=True, slots=True)
class JudgedBeats:
    """Beats of a stretch of time with what the policy says of them."""

    times_s: FloatArray
    rr_ms: FloatArray
    flagged: BoolArray
    pair_valid: BoolArray
    """Element i: beats i and i + 1 are valid and consecutive."""


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Verdicts:
    """What people said of the intervals of a series, one element an interval."""

    accepted: BoolArray
    """True, although the policy flags it; not heeded outside 300-2000 ms."""
    rejected: BoolArray


def flag_beats(rr_ms: FloatArray) -> BoolArray:
    """Flag the intervals that are out of range or off the local rhythm.

    Parameters
    ----------
    rr_ms : ndarray of float, shape (n_beats,)
        RR intervals in milliseconds, in time order; NaN is flagged.

    Returns
    -------
    ndarray of bool, shape (n_beats,)
        True outside 300-2000 ms, or more than 20 % away from the median of the 11 beats around (at the ends: of the
        11 first or last).

    Examples
    --------
    >>> rr_ms = np.full(20, 800.0)
    >>> rr_ms[7] = 1600.0
    >>> flag_beats(rr_ms).nonzero()[0].tolist()
    [7]
    """
    out_of_range = ~((rr_ms >= SHORTEST_RR_MS) & (rr_ms <= LONGEST_RR_MS))
    if not rr_ms.size:
        return out_of_range
    median = _local_median(np.where(np.isfinite(rr_ms), rr_ms, 0.0))
    return out_of_range | ~(np.abs(rr_ms - median) <= LARGEST_DEVIATION * median + ROUNDING_MS)


def _local_median(rr_ms: FloatArray) -> FloatArray:
    if rr_ms.size < MEDIAN_BEATS:
        return np.full(rr_ms.size, np.median(rr_ms))
    half = MEDIAN_BEATS // 2
    inner = np.partition(sliding_window_view(rr_ms, MEDIAN_BEATS), half, axis=1)[:, half]
    return np.concatenate([np.full(half, inner[0]), inner, np.full(half, inner[-1])])


def is_pair_valid(times_s: FloatArray, rr_ms: FloatArray, flagged: BoolArray) -> BoolArray:
    """Tell which neighbours may be differenced.

    Parameters
    ----------
    times_s : ndarray of float, shape (n_beats,)
        Time of the beat that ends each interval.
    rr_ms : ndarray of float, shape (n_beats,)
        RR intervals.
    flagged : ndarray of bool, shape (n_beats,)
        What `flag_beats` says.

    Returns
    -------
    ndarray of bool, shape (n_beats - 1,)
        True where both beats are valid and no time is missing between them.
    """
    missing_s = np.diff(times_s) - rr_ms[1:] / 1000.0
    return ~flagged[1:] & ~flagged[:-1] & (np.abs(missing_s) <= CONTIGUITY_S)


def judge_beats(series: RRSeries) -> JudgedBeats:
    """Apply the policy to a series.

    Parameters
    ----------
    series : RRSeries
        Beats as sensed. Beats without a time are left out; intervals that are no numbers are flagged.

    Returns
    -------
    JudgedBeats
        Every beat that has a time, flagged or not; empty for an empty series.
    """
    times_s = np.array(series.times_s, dtype=np.float64)
    rr_ms = np.array(series.rr_ms, dtype=np.float64)
    known = np.isfinite(times_s)
    if not known.all():
        times_s, rr_ms = times_s[known], rr_ms[known]
    rr_ms = np.where(np.isfinite(rr_ms), rr_ms, 0.0)
    flagged = flag_beats(rr_ms)
    pairs = is_pair_valid(times_s, rr_ms, flagged)
    return JudgedBeats(times_s=times_s, rr_ms=rr_ms, flagged=flagged, pair_valid=pairs)


def apply_verdicts(beats: JudgedBeats, verdicts: Verdicts | None) -> JudgedBeats:
    """Let what people said of single intervals stand above the local rhythm, not above the range.

    Parameters
    ----------
    beats : JudgedBeats
        What `judge_beats` says.
    verdicts : Verdicts or None
        Of the same beats; None when nobody said anything.
    """
    if verdicts is None or not (verdicts.accepted.any() or verdicts.rejected.any()):
        return beats
    in_range = (beats.rr_ms >= SHORTEST_RR_MS) & (beats.rr_ms <= LONGEST_RR_MS)
    flagged = (beats.flagged & ~(verdicts.accepted & in_range)) | verdicts.rejected
    return JudgedBeats(
        times_s=beats.times_s,
        rr_ms=beats.rr_ms,
        flagged=flagged,
        pair_valid=is_pair_valid(beats.times_s, beats.rr_ms, flagged),
    )


def flag_overlaps(beats: JudgedBeats) -> JudgedBeats:
    """Flag intervals that begin before the one before has ended: their times cannot be true."""
    missing_s = np.diff(beats.times_s, prepend=-np.inf) - beats.rr_ms / 1000.0
    overlaps = missing_s < -CONTIGUITY_S
    if not overlaps.any():
        return beats
    flagged = beats.flagged | overlaps
    return JudgedBeats(
        times_s=beats.times_s,
        rr_ms=beats.rr_ms,
        flagged=flagged,
        pair_valid=is_pair_valid(beats.times_s, beats.rr_ms, flagged),
    )


def between(beats: JudgedBeats, inside: slice) -> JudgedBeats:
    """Return a stretch of judged beats, judged as they were in the whole series."""
    return JudgedBeats(
        times_s=beats.times_s[inside],
        rr_ms=beats.rr_ms[inside],
        flagged=beats.flagged[inside],
        pair_valid=beats.pair_valid[inside][: max(0, inside.stop - inside.start - 1)],
    )


def compute_flagged_share(beats: JudgedBeats) -> float:
    """Return the share of beats that are flagged, in [0, 1]; 0 without beats."""
    return round(float(beats.flagged.mean()), 6) if beats.flagged.size else 0.0


def compute_covered_share(beats: JudgedBeats, start_s: float, end_s: float) -> float:
    """Return the share of a stretch of time that valid intervals cover, in [0, 1]."""
    if end_s <= start_s or not beats.rr_ms.size:
        return 0.0
    begins_s = np.maximum(beats.times_s - beats.rr_ms / 1000.0, start_s)
    covered_s = np.maximum(np.minimum(beats.times_s, end_s) - begins_s, 0.0)
    return round(min(1.0, float(covered_s[~beats.flagged].sum()) / (end_s - start_s)), 6)


def compute_longest_gap_s(beats: JudgedBeats) -> float:
    """Return the longest time in seconds that no interval covers, flagged ones included; 0 below two beats."""
    if beats.times_s.size < 2:
        return 0.0
    return float((np.diff(beats.times_s) - beats.rr_ms[1:] / 1000.0).max())


def is_constant(beats: JudgedBeats) -> bool:
    """Tell whether valid intervals (two or more) hardly vary: SDNN below 1 ms is no living heart."""
    nn_ms = beats.rr_ms[~beats.flagged]
    return float(np.std(nn_ms, ddof=1)) < SMALLEST_SDNN_MS
