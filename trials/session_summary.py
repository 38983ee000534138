"""A listening session as the analysis may see it: counted in stretches of 30 s, never in passes or segments.

Arms differ in the length of their segments. Means over steps would tell how many there were (a sum of known
decimals over a whole number); counts and means over stretches of one grid have the same number in both arms
(docs/decisions, 14).

Contents: `summarize_session`.
"""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import accumulate

from data.measures.beat_edits import EditedBeats, corrected_share, heart_recording_of_edited
from data.measures.beat_policy import Verdicts
from data.measures.hrv import measure_window
from data.measures.hrv_windows import judged_beats
from data.records.bundle import SessionSummary
from data.records.sessions import ListeningSession, LoopStep, Playback
from data.records.signals import RRSeries, WindowGrade, WindowMeasures
from interventions.sensing.source import WINDOW_S

STRETCH_S = 30.0
"""A session is summarized in stretches of this length."""


@dataclass(frozen=True, kw_only=True, slots=True)
class _Played:
    stretches: int
    without_gap: int


def summarize_session(
    session: ListeningSession,
    steps: Sequence[LoopStep],
    playbacks: Sequence[Playback],
    edited: EditedBeats | None = None,
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
    edited : EditedBeats, optional
        The beats of the session as people edited them, as far as everybody may see them: means and share are then over
        the stretches up to their end, each measured over the 60 s up to its middle. Without them, by what the loop
        sensed in each pass.
    """
    stretches = _on_grid(steps)
    measures = _measures(stretches, edited)
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
        edits=edited.edits if edited else 0,
        corrected_share=_corrected(edited),
    )


def _corrected(edited: EditedBeats | None) -> float | None:
    if edited is None or not edited.edits:
        return None
    return corrected_share(edited, judged_beats(heart_recording_of_edited(edited)))


def _measures(
    stretches: Sequence[LoopStep], edited: EditedBeats | None
) -> tuple[WindowMeasures, ...]:
    """Measure each stretch.

    Whoever sees the beats could tell at which moments the passes were from means over them, so windows end in the
    middle of stretches, which all sessions have in common.
    """
    if edited is None or not edited.times_s.size:
        return tuple(step.measures for step in stretches)
    middles_s = [(number + 0.5) * STRETCH_S for number in range(len(stretches))]
    last_s = float(edited.times_s[-1]) + STRETCH_S / 2
    return tuple(
        _measured(step, middle_s, edited)
        for step, middle_s in zip(stretches, middles_s, strict=True)
        if middle_s < last_s
    )


def _measured(step: LoopStep, end_s: float, edited: EditedBeats) -> WindowMeasures:
    start_s = end_s - WINDOW_S
    first, end = edited.times_s.searchsorted((start_s, end_s), side="right")
    inside = slice(int(first), int(end))
    beats = RRSeries(
        times_s=tuple(edited.times_s[inside].tolist()),
        rr_ms=tuple(edited.rr_ms[inside].tolist()),
        kind=edited.kind,
    )
    verdicts = Verdicts(accepted=edited.accepted[inside], rejected=edited.rejected[inside])
    window = replace(step.window, start_s=start_s, end_s=end_s, beats=beats)
    return measure_window(window, verdicts)


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
