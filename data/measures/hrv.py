"""RR intervals to heart rate and heart rate variability, with the quality that decides their use.

Conventions: RR intervals in milliseconds, times in seconds; NN means RR after the beat policy. The unit is never
guessed: intervals in seconds are out of range, so they are flagged. Nothing is differenced across a gap or a flagged
beat, and nothing is interpolated. What cannot be estimated is None (or an error), with the reason beside it.

Contents: `measure_window` (one pass of the loop), `measure_judged` (the same afterwards), `resting_measures` (the outcome). The beat policy is
`data.measures.beat_policy`; every measure of a recording, the spectrum too, is `data.measures.hrv_windows`.
"""

import math
from dataclasses import dataclass

import numpy as np

from data.measures.beat_policy import (
    FEWEST_PAIRS,
    GOOD_FLAGGED_SHARE,
    LONGEST_GAP_S,
    SMALLEST_COVERED_SHARE,
    USABLE_FLAGGED_SHARE,
    JudgedBeats,
    Verdicts,
    apply_verdicts,
    between,
    compute_covered_share,
    compute_flagged_share,
    compute_longest_gap_s,
    is_constant,
    judge_beats,
)
from data.measures.measured_values import TIME_RECIPE
from data.measures.time_domain import mean_heart_rate_bpm, root_mean_square
from data.records.signals import RRSeries, Window, WindowGrade, WindowMeasures

RECIPE = TIME_RECIPE
"""Name of the recipe: values of different recipes are never compared."""

HEART_RATE_WINDOW_S = 15.0
FEWEST_HEART_RATE_BEATS = 5
LONGEST_AGE_S = 5.0

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
    return measure_judged(window, judge_beats(window.beats))


def measure_judged(window: Window, beats: JudgedBeats) -> WindowMeasures:
    """Measure one window as `measure_window` does, of beats that were judged before, over a whole recording.

    Parameters
    ----------
    window : Window
        Its begin and end, and what the waveform gate said; its own beats are not looked at.
    beats : JudgedBeats
        The beats of the window.
    """
    flagged_share = compute_flagged_share(beats)
    covered_share = compute_covered_share(beats, window.start_s, window.end_s)
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


def _heart_rate(beats: JudgedBeats, end_s: float) -> float | None:
    recent = ~beats.flagged & (beats.times_s > end_s - HEART_RATE_WINDOW_S)
    nn_ms = beats.rr_ms[recent]
    if nn_ms.size < FEWEST_HEART_RATE_BEATS:
        return None
    return round(mean_heart_rate_bpm(nn_ms), 4)


def _ln_rmssd(beats: JudgedBeats) -> float | None:
    value_ms = root_mean_square(np.diff(beats.rr_ms)[beats.pair_valid])
    return round(math.log(value_ms), 6) if value_ms > 0.0 else None


def _why_hold(
    window: Window, beats: JudgedBeats, flagged_share: float, heart_rate_bpm: float | None
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
    if compute_longest_gap_s(beats) > LONGEST_GAP_S:
        return "gap"
    if heart_rate_bpm is None:
        return "too_short"
    return "constant" if is_constant(beats) else ""


def _why_degraded(flagged_share: float, covered_share: float, pairs: int) -> str:
    if flagged_share > GOOD_FLAGGED_SHARE:
        return "artefacts"
    if covered_share < SMALLEST_COVERED_SHARE:
        return "coverage"
    return "too_short" if pairs < FEWEST_PAIRS else ""


def resting_measures(rr: RRSeries, verdicts: Verdicts | None = None) -> RestingMeasures:
    """Measure a seated resting recording without music.

    Parameters
    ----------
    rr : RRSeries
        Beats of the whole recording (usually five minutes).
    verdicts : Verdicts, optional
        What people said of single intervals; None when nobody edited them.

    Returns
    -------
    RestingMeasures
        No value when fewer than 3 minutes or 30 pairs of neighbours are valid (``too_short``), more than 20 % are
        flagged (``artefacts``), less than 80 % of the recording is covered (``coverage``) or the rhythm is constant
        (``constant``). With 5-20 % flagged there is a value and the remark ``artefacts``. Never an exception.
    """
    beats = apply_verdicts(judge_beats(rr), verdicts)
    start_s, end_s = _span_s(beats)
    flagged_share = compute_flagged_share(beats)
    covered_share = compute_covered_share(beats, start_s, end_s)
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


def _span_s(beats: JudgedBeats) -> tuple[float, float]:
    if not beats.times_s.size:
        return 0.0, 0.0
    return float(beats.times_s[0] - beats.rr_ms[0] / 1000.0), float(beats.times_s[-1])


def _why_not_resting(
    beats: JudgedBeats, flagged_share: float, covered_share: float, length_s: float, pairs: int
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
    return "constant" if is_constant(beats) else ""


def _trajectories(
    beats: JudgedBeats, start_s: float, end_s: float
) -> tuple[tuple[float, ...], tuple[float, ...]]:
    heart_rates: list[float] = []
    ln_rmssds: list[float] = []
    for end in np.arange(start_s + RESTING_WINDOW_S, end_s, RESTING_STEP_S):
        inside = slice(*np.searchsorted(beats.times_s, (end - RESTING_WINDOW_S, end)))
        part = between(beats, inside)
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
