"""A listening session as the analysis may see it: counted in stretches of 30 s, never in passes or segments.

Arms differ in the length of their segments. Means over steps would tell how many there were (a sum of known
decimals over a whole number); counts and means over stretches of one grid have the same number in both arms
(docs/decisions, 14).

Contents: `summarize_session`.
"""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate

from data.records.bundle import SessionSummary
from data.records.sessions import ListeningSession, LoopStep, Playback
from data.records.signals import WindowGrade

STRETCH_S = 30.0
"""A session is summarized in stretches of this length."""


@dataclass(frozen=True, kw_only=True, slots=True)
class _Played:
    stretches: int
    without_gap: int


def summarize_session(
    session: ListeningSession, steps: Sequence[LoopStep], playbacks: Sequence[Playback]
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
    """
    stretches = _on_grid(steps)
    good = [step.measures.grade is WindowGrade.GOOD for step in stretches]
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
        mean_heart_rate_bpm=_mean([one.measures.heart_rate_bpm for one in stretches], decimals=1),
        mean_ln_rmssd=_mean([one.measures.ln_rmssd for one in stretches], decimals=2),
        stretches_played=played.stretches,
        stretches_without_gap=played.without_gap,
    )


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
