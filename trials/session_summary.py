"""A listening session as the analysis may see it: counted in stretches of 30 s, never in passes or segments.

Arms differ in the length of their segments. Means over steps would tell how many there were (a sum of known
decimals over a whole number); counts and means over stretches of one grid have the same number in both arms
(docs/decisions, 14).

Contents: `summarize_session`, `ShownBeats`, `shown_beats`.
"""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import accumulate

from data.measures.beat_edits import corrected_share, heart_recording_of_edited, replay
from data.measures.beat_policy import JudgedBeats, between
from data.measures.hrv import measure_judged
from data.measures.hrv_windows import judged_beats
from data.records.beat_edits import BeatEdit
from data.records.bundle import SessionSummary
from data.records.sessions import ListeningSession, LoopStep, Playback
from data.records.signals import WindowGrade, WindowMeasures
from data.storage.store import Reading
from interventions.sensing.source import WINDOW_S
from trials.recordings import session_beats, shown_until_s

STRETCH_S = 30.0
"""A session is summarized in stretches of this length."""


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class ShownBeats:
    """The beats of a session that everybody may see, as people edited them."""

    judged: JudgedBeats
    until_s: float
    """End of what is shown; the same in every arm."""
    edits: int
    corrected_share: float | None
    """None without edits."""


@dataclass(frozen=True, kw_only=True, slots=True)
class _Played:
    stretches: int
    without_gap: int


def summarize_session(
    session: ListeningSession,
    steps: Sequence[LoopStep],
    playbacks: Sequence[Playback],
    shown: ShownBeats | None = None,
) -> SessionSummary:
    """Return a session without what tells arms apart.

    Parameters
    ----------
    session : ListeningSession
        The session.
    steps : sequence of LoopStep
        Its passes, in order.
    playbacks : sequence of Playback
        What the player reported, in any order.
    shown : ShownBeats, optional
        The beats of the session as far as everybody may see them: means and share are then over the stretches up to their
        end, each measured over the 60 s up to its middle. Without them, by what the loop sensed in each pass.
    """
    stretches = _on_grid(steps)
    measures = _measures(stretches, shown)
    good = [one.grade is WindowGrade.GOOD for one in measures]
    played = _played(steps, playbacks)
    return SessionSummary(
        id=session.id,
        participant_id=session.participant_id,
        number=session.number,
        state=session.state.value,
        started_at=session.started_at,
        planned_duration_s=session.planned_duration_s,
        listened_s=session.listened_s,
        stop_reason=session.stop_reason,
        stop_cause=session.stop_cause,
        calibrated=bool(session.calibration_id),
        ear_level_dba=session.ear_level_dba,
        steps=len(stretches),
        good_share=_mean(good, decimals=2),
        mean_heart_rate_bpm=_mean([one.heart_rate_bpm for one in measures], decimals=1),
        mean_ln_rmssd=_mean([one.ln_rmssd for one in measures], decimals=2),
        stretches_played=played.stretches,
        stretches_without_gap=played.without_gap,
        edits=shown.edits if shown else 0,
        corrected_share=shown.corrected_share if shown else None,
    )


def shown_beats(reading: Reading, session: ListeningSession) -> ShownBeats | None:
    """Return the beats of a session with its edits; None of a session too short to show any."""
    until_s = shown_until_s(session)
    if not until_s:
        return None
    edits = reading.find(BeatEdit, recording_id=session.id)
    edited = replay(session_beats(reading, session), [one.operation for one in edits])
    judged = judged_beats(heart_recording_of_edited(edited))
    share = corrected_share(edited, judged) if edited.edits else None
    return ShownBeats(judged=judged, until_s=until_s, edits=edited.edits, corrected_share=share)


def _measures(
    stretches: Sequence[LoopStep], shown: ShownBeats | None
) -> tuple[WindowMeasures, ...]:
    """Measure each stretch.

    Whoever sees the beats could tell at which moments the passes were from means over them, so windows end in the
    middle of stretches, which all sessions have in common.
    """
    if shown is None or not shown.judged.times_s.size:
        return tuple(step.measures for step in stretches)
    middles_s = [(number + 0.5) * STRETCH_S for number in range(len(stretches))]
    return tuple(
        _measured(step, middle_s, shown.judged)
        for step, middle_s in zip(stretches, middles_s, strict=True)
        if middle_s <= shown.until_s
    )


def _measured(step: LoopStep, end_s: float, beats: JudgedBeats) -> WindowMeasures:
    start_s = end_s - WINDOW_S
    first, end = beats.times_s.searchsorted((start_s, end_s), side="right")
    window = replace(step.window, start_s=start_s, end_s=end_s)
    return measure_judged(window, between(beats, slice(int(first), int(end))))


def _on_grid(steps: Sequence[LoopStep]) -> list[LoopStep]:
    """Return, for each stretch of a session, the step that was in force at its middle."""
    ends_s = list(accumulate(step.composed.duration_s for step in steps))
    stretches = round(ends_s[-1] / STRETCH_S) if steps else 0
    middles_s = [(number + 0.5) * STRETCH_S for number in range(stretches)]
    return [steps[min(bisect_right(ends_s, middle_s), len(steps) - 1)] for middle_s in middles_s]


def _played(steps: Sequence[LoopStep], playbacks: Sequence[Playback]) -> _Played:
    """Count the stretches that were played, and those in which no segment began late.

    A segment before the last one heard of which the player never told counts as late: nobody knows that it
    was not.
    """
    heard = {played.sequence: played for played in playbacks if played.frames_played > 0}
    begun_s = 0.0
    end_s = 0.0
    late_s: list[float] = []
    for step in steps:
        if step.sequence > max(heard, default=-1):
            break
        played = heard.get(step.sequence)
        if played is None or played.underruns > 0 or played.gap_s > 0:
            late_s.append(begun_s)
        if played is not None:
            end_s = begun_s + played.frames_played / step.delivered.sampling_rate_hz
        begun_s += step.composed.duration_s
    if not heard:
        return _Played(stretches=0, without_gap=0)
    stretches = max(1, round(end_s / STRETCH_S))
    broken = {min(int(at_s // STRETCH_S), stretches - 1) for at_s in late_s}
    return _Played(stretches=stretches, without_gap=stretches - len(broken))


def _mean(values: Sequence[float | None], *, decimals: int) -> float | None:
    known = [value for value in values if value is not None]
    return round(sum(known) / len(known), decimals) if known else None
