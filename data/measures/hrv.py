"""RR intervals to heart rate and heart rate variability, with the quality that decides their use.

Conventions: RR intervals in milliseconds, times in seconds; NN means RR after the beat policy. The unit is never
guessed: intervals in seconds are out of range, so they are flagged. Nothing is differenced across a gap or a flagged
beat, and nothing is interpolated. What cannot be estimated is None (or an error), with the reason beside it.

Contents: `flag_beats` (the beat policy), `is_pair_valid`, `measure_window` (one pass of the loop), `resting_measures`
(the outcome).

References
----------
Quintana et al. (2016), Translational Psychiatry 6, e803 (GRAPH).
"""

import math
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from data.measures.time_domain import FloatArray, mean_heart_rate_bpm, root_mean_square
from data.records.signals import RRSeries, Window, WindowGrade, WindowMeasures

BoolArray: TypeAlias = NDArray[np.bool_]

RECIPE = "rmssd-median11-20pct-v1"
"""Name of the recipe: values of different recipes are never compared."""
SHORTEST_RR_MS = 300.0
LONGEST_RR_MS = 2000.0
MEDIAN_BEATS = 11
LARGEST_DEVIATION = 0.20
ROUNDING_MS = 1e-6
"""Exactly 20 % is not above 20 %: whole samples often are exactly that."""
CONTIGUITY_S = 0.020
"""An interval begins where the one before ended, within this; else beats are missing in between."""

HEART_RATE_WINDOW_S = 15.0
FEWEST_HEART_RATE_BEATS = 5
SMALLEST_COVERED_SHARE = 0.80
FEWEST_PAIRS = 30
GOOD_FLAGGED_SHARE = 0.05
USABLE_FLAGGED_SHARE = 0.20
LONGEST_GAP_S = 10.0
LONGEST_AGE_S = 5.0
SMALLEST_SDNN_MS = 1.0

RESTING_STEP_S = 5.0
RESTING_WINDOW_S = 60.0
SHORTEST_RESTING_S = 180.0
"""Valid seconds that a resting recording needs."""


@dataclass(frozen=True, kw_only=True, slots=True)
class RestingMeasures:
    """HRV of a resting recording."""

    recipe: str
    ln_rmssd: float | None
    """None when it cannot be estimated; then ``reason`` says why."""
    heart_rate_bpm: float | None
    ln_rmssd_mad: float | None
    """Median absolute deviation of lnRMSSD over 60-s windows, step 5 s; None with ``ln_rmssd``."""
    heart_rate_mad_bpm: float | None
    """Median absolute deviation of the heart rate over 15-s windows, step 5 s."""
    flagged_share: float
    covered_share: float
    valid_pairs: int
    reason: str
    """Why there is no value, or a remark (``artefacts``: more than 5 % flagged); empty otherwise."""


@dataclass(frozen=True, kw_only=True, slots=True)
class _Beats:
    """Beats of a stretch of time with what the policy says of them."""

    times_s: FloatArray
    rr_ms: FloatArray
    flagged: BoolArray
    pair_valid: BoolArray
    """Element i: beats i and i + 1 are valid and consecutive."""


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


def measure_window(window: Window) -> WindowMeasures:
    """Measure one window of the loop and grade what it may be used for.

    Parameters
    ----------
    window : Window
        The beats of the last 60 seconds and what the waveform gate said.

    Returns
    -------
    WindowMeasures
        ``hold`` when the gate refused the signal, nothing arrived for more than 5 s, beats are missing for more than
        10 s, more than 20 % are flagged, the rhythm is constant (SDNN below 1 ms) or the last 15 s hold too few valid
        beats. ``degraded`` (heart rate only) when 5-20 % are flagged, less than 80 % of the window is covered or fewer
        than 30 valid pairs are in it. Otherwise ``good``. Never an exception.
    """
    beats = _policy(window.beats)
    flagged_share = _flagged_share(beats)
    covered_share = _covered_share(beats, window.start_s, window.end_s)
    pairs = int(np.count_nonzero(beats.pair_valid))
    heart_rate_bpm = _heart_rate(beats, window.end_s)
    grade, reason = WindowGrade.HOLD, _why_hold(window, beats, flagged_share, heart_rate_bpm)
    if not reason:
        reason = _why_degraded(flagged_share, covered_share, pairs)
        grade = WindowGrade.DEGRADED if reason else WindowGrade.GOOD
    return WindowMeasures(
        grade=grade,
        reason=reason,
        heart_rate_bpm=None if grade is WindowGrade.HOLD else heart_rate_bpm,
        ln_rmssd=_ln_rmssd(beats) if grade is WindowGrade.GOOD else None,
        flagged_share=flagged_share,
        covered_share=covered_share,
        valid_pairs=pairs,
    )


def _policy(series: RRSeries) -> _Beats:
    times_s = np.array(series.times_s, dtype=np.float64)
    rr_ms = np.array(series.rr_ms, dtype=np.float64)
    known = np.isfinite(times_s)
    if not known.all():
        times_s, rr_ms = times_s[known], rr_ms[known]
    rr_ms = np.where(np.isfinite(rr_ms), rr_ms, 0.0)
    flagged = flag_beats(rr_ms)
    pairs = is_pair_valid(times_s, rr_ms, flagged)
    return _Beats(times_s=times_s, rr_ms=rr_ms, flagged=flagged, pair_valid=pairs)


def _flagged_share(beats: _Beats) -> float:
    return round(float(beats.flagged.mean()), 6) if beats.flagged.size else 0.0


def _covered_share(beats: _Beats, start_s: float, end_s: float) -> float:
    if end_s <= start_s or not beats.rr_ms.size:
        return 0.0
    begins_s = np.maximum(beats.times_s - beats.rr_ms / 1000.0, start_s)
    covered_s = np.maximum(np.minimum(beats.times_s, end_s) - begins_s, 0.0)
    return round(min(1.0, float(covered_s[~beats.flagged].sum()) / (end_s - start_s)), 6)


def _heart_rate(beats: _Beats, end_s: float) -> float | None:
    recent = ~beats.flagged & (beats.times_s > end_s - HEART_RATE_WINDOW_S)
    nn_ms = beats.rr_ms[recent]
    if nn_ms.size < FEWEST_HEART_RATE_BEATS:
        return None
    return round(mean_heart_rate_bpm(nn_ms), 4)


def _ln_rmssd(beats: _Beats) -> float | None:
    value_ms = root_mean_square(np.diff(beats.rr_ms)[beats.pair_valid])
    return round(math.log(value_ms), 6) if value_ms > 0.0 else None


def _why_hold(
    window: Window, beats: _Beats, flagged_share: float, heart_rate_bpm: float | None
) -> str:
    age_s = window.newest_sample_age_s
    if age_s is None:
        return "no_signal"
    if age_s > LONGEST_AGE_S:
        return "stale"
    if not window.signal_ok:
        return window.signal_reason or "refused"
    if flagged_share > USABLE_FLAGGED_SHARE:
        return "artefacts"
    if _longest_gap_s(beats) > LONGEST_GAP_S:
        return "gap"
    if heart_rate_bpm is None:
        return "too_short"
    return "constant" if _is_constant(beats) else ""


def _why_degraded(flagged_share: float, covered_share: float, pairs: int) -> str:
    if flagged_share > GOOD_FLAGGED_SHARE:
        return "artefacts"
    if covered_share < SMALLEST_COVERED_SHARE:
        return "coverage"
    return "too_short" if pairs < FEWEST_PAIRS else ""


def _longest_gap_s(beats: _Beats) -> float:
    if beats.times_s.size < 2:
        return 0.0
    return float((np.diff(beats.times_s) - beats.rr_ms[1:] / 1000.0).max())


def _is_constant(beats: _Beats) -> bool:
    nn_ms = beats.rr_ms[~beats.flagged]
    return float(np.std(nn_ms, ddof=1)) < SMALLEST_SDNN_MS


def resting_measures(rr: RRSeries) -> RestingMeasures:
    """Measure a seated resting recording without music.

    Parameters
    ----------
    rr : RRSeries
        Beats of the whole recording (usually five minutes).

    Returns
    -------
    RestingMeasures
        No value when fewer than 3 minutes or 30 pairs of neighbours are valid (``too_short``), more than 20 % are
        flagged (``artefacts``), less than 80 % of the recording is covered (``coverage``) or the rhythm is constant
        (``constant``). With 5-20 % flagged there is a value and the remark ``artefacts``. Never an exception.
    """
    beats = _policy(rr)
    start_s, end_s = _span_s(beats)
    flagged_share = _flagged_share(beats)
    covered_share = _covered_share(beats, start_s, end_s)
    pairs = int(np.count_nonzero(beats.pair_valid))
    refusal = _why_not_resting(beats, flagged_share, covered_share, end_s - start_s, pairs)
    heart_rates, ln_rmssds = ((), ()) if refusal else _trajectories(beats, start_s, end_s)
    remark = "artefacts" if flagged_share > GOOD_FLAGGED_SHARE else ""
    return RestingMeasures(
        recipe=RECIPE,
        ln_rmssd=None if refusal else _ln_rmssd(beats),
        heart_rate_bpm=None
        if refusal
        else round(mean_heart_rate_bpm(beats.rr_ms[~beats.flagged]), 4),
        ln_rmssd_mad=_median_absolute_deviation(ln_rmssds),
        heart_rate_mad_bpm=_median_absolute_deviation(heart_rates),
        flagged_share=flagged_share,
        covered_share=covered_share,
        valid_pairs=pairs,
        reason=refusal or remark,
    )


def _span_s(beats: _Beats) -> tuple[float, float]:
    if not beats.times_s.size:
        return 0.0, 0.0
    return float(beats.times_s[0] - beats.rr_ms[0] / 1000.0), float(beats.times_s[-1])


def _why_not_resting(
    beats: _Beats, flagged_share: float, covered_share: float, length_s: float, pairs: int
) -> str:
    if not beats.rr_ms.size:
        return "no_signal"
    if flagged_share > USABLE_FLAGGED_SHARE:
        return "artefacts"
    if covered_share * length_s < SHORTEST_RESTING_S:
        return "too_short"
    if covered_share < SMALLEST_COVERED_SHARE:
        return "coverage"
    if pairs < FEWEST_PAIRS:
        return "too_short"
    return "constant" if _is_constant(beats) else ""


def _trajectories(
    beats: _Beats, start_s: float, end_s: float
) -> tuple[tuple[float, ...], tuple[float, ...]]:
    heart_rates: list[float] = []
    ln_rmssds: list[float] = []
    for end in np.arange(start_s + RESTING_WINDOW_S, end_s, RESTING_STEP_S):
        inside = slice(*np.searchsorted(beats.times_s, (end - RESTING_WINDOW_S, end)))
        part = _Beats(
            times_s=beats.times_s[inside],
            rr_ms=beats.rr_ms[inside],
            flagged=beats.flagged[inside],
            pair_valid=beats.pair_valid[inside][: max(0, inside.stop - inside.start - 1)],
        )
        heart_rate_bpm = _heart_rate(part, float(end))
        if heart_rate_bpm is not None:
            heart_rates.append(heart_rate_bpm)
        if np.count_nonzero(part.pair_valid) >= FEWEST_PAIRS:
            ln_rmssds.extend(value for value in (_ln_rmssd(part),) if value is not None)
    return tuple(heart_rates), tuple(ln_rmssds)


def _median_absolute_deviation(values: tuple[float, ...]) -> float | None:
    if len(values) < 2:
        return None
    centre = np.median(values)
    return round(float(np.median(np.abs(np.array(values) - centre))), 6)
