"""Why a window has no values: what the waveform gate and the beat policy say of it as a whole.

Conventions: windows up to five minutes pass or fail the gate as one and must be covered by 80 %. In longer ones each
minute passes or fails, the beats of a refused minute are a gap, and half must be covered: hours of wear have gaps.

Contents: `Minute` with `judge_minutes` and `beats_of_passed_minutes`, `why_no_values`.
"""

from collections import Counter
from dataclasses import dataclass

import numpy as np

from data.measures.beat_policy import (
    FEWEST_PAIRS,
    LONGEST_GAP_S,
    LONGEST_RR_MS,
    SHORTEST_RR_MS,
    SMALLEST_COVERED_SHARE,
    USABLE_FLAGGED_SHARE,
    JudgedBeats,
    compute_longest_gap_s,
    is_constant,
    is_pair_valid,
)
from data.measures.heart_recordings import HeartRecording
from data.measures.heartbeats import check_beats
from data.measures.measured_values import NoValueReason, Stretch
from data.measures.window_plan import TOLERANCE_S

SHORT_S = 300.0
"""Up to this length a window passes the gate as one."""
SMALLEST_LONG_COVERED_SHARE = 0.50
SMALLEST_IN_RANGE_SHARE = 0.50
GATE_S = 60.0


@dataclass(frozen=True, kw_only=True, slots=True)
class Minute:
    """What the gate says of a minute of waveform."""

    end_s: float
    reason: str


def judge_minutes(recording: HeartRecording) -> tuple[Minute, ...]:
    """Judge a waveform minute by minute; nothing for recorded intervals."""
    found = recording.waveform
    if found is None:
        return ()
    count = max(1, round(recording.end_s / GATE_S))
    ends_s = [*(GATE_S * number for number in range(1, count)), recording.end_s]
    edges = np.array([0.0, *ends_s]) * found.sampling_rate_hz
    return tuple(
        Minute(end_s=end_s, reason=check_beats(found, float(first), float(end)).reason)
        for end_s, first, end in zip(ends_s, edges[:-1], edges[1:], strict=True)
    )


def beats_of_passed_minutes(beats: JudgedBeats, minutes: tuple[Minute, ...]) -> JudgedBeats:
    """Return the beats without those of refused minutes."""
    at = np.searchsorted([minute.end_s for minute in minutes], beats.times_s)
    passed = np.array([not minute.reason for minute in minutes])
    kept = passed[np.minimum(at, len(minutes) - 1)]
    times_s, rr_ms, flagged = beats.times_s[kept], beats.rr_ms[kept], beats.flagged[kept]
    pairs = is_pair_valid(times_s, rr_ms, flagged)
    return JudgedBeats(times_s=times_s, rr_ms=rr_ms, flagged=flagged, pair_valid=pairs)


def why_no_values(
    recording: HeartRecording, minutes: tuple[Minute, ...], beats: JudgedBeats, stretch: Stretch
) -> NoValueReason | None:
    """Return why a window is refused as a whole.

    Parameters
    ----------
    recording : HeartRecording
        Where the beats come from.
    minutes : tuple of Minute
        Verdicts on its minutes; empty when the window passes the gate as one.
    beats : JudgedBeats
        The beats of the window.
    stretch : Stretch
        The window.

    Returns
    -------
    NoValueReason or None
        None when the window may be measured.
    """
    return (
        recording.refusal
        or _why_not_believed(recording, minutes, stretch)
        or _why_not_measured(beats, stretch, recording.end_s)
    )


def _why_not_believed(
    recording: HeartRecording, minutes: tuple[Minute, ...], stretch: Stretch
) -> NoValueReason | None:
    """Return what the waveform gate says; None for recorded intervals."""
    found = recording.waveform
    if found is None:
        return None
    if not minutes:
        per_s = found.sampling_rate_hz
        reason = check_beats(found, stretch.start_s * per_s, stretch.end_s * per_s).reason
        return NoValueReason(reason) if reason else None
    if stretch.covered_share >= SMALLEST_LONG_COVERED_SHARE:
        return None
    refused = Counter(
        minute.reason
        for minute in minutes
        if minute.reason and stretch.start_s < minute.end_s < stretch.end_s + GATE_S
    )
    return NoValueReason(refused.most_common(1)[0][0]) if refused else None


def _why_not_measured(
    beats: JudgedBeats, stretch: Stretch, recording_end_s: float
) -> NoValueReason | None:
    """Return what the beat policy says."""
    if not beats.rr_ms.size:
        return NoValueReason.GAP
    in_range = (beats.rr_ms >= SHORTEST_RR_MS) & (beats.rr_ms <= LONGEST_RR_MS)
    if float(in_range.mean()) < SMALLEST_IN_RANGE_SHARE:
        return NoValueReason.OUT_OF_RANGE
    if stretch.flagged_share > USABLE_FLAGGED_SHARE:
        return NoValueReason.ARTEFACTS
    is_short = stretch.end_s - stretch.start_s <= SHORT_S
    if stretch.end_s > recording_end_s + TOLERANCE_S or beats.rr_ms.size <= FEWEST_PAIRS:
        return NoValueReason.TOO_SHORT
    if is_short and compute_longest_gap_s(beats) > LONGEST_GAP_S:
        return NoValueReason.GAP
    least = SMALLEST_COVERED_SHARE if is_short else SMALLEST_LONG_COVERED_SHARE
    if stretch.covered_share < least or np.count_nonzero(beats.pair_valid) < FEWEST_PAIRS:
        return NoValueReason.GAP
    return NoValueReason.CONSTANT if is_constant(beats) else None
