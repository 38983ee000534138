"""Planned and held listening sessions -> adherence and dose of one participant.

Conventions: the denominator is what was planned at randomization, never what happened; a session
is attended when music was really heard, as the player reported it; the dose is minutes of music
really played. Several attempts at one planned session count once for attendance and add up for
the dose.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from data.records.bundle import SessionSummary
from data.records.sessions import ListeningSession
from data.records.visits import PlannedSession

_SECONDS_PER_MINUTE = 60.0


@dataclass(frozen=True, kw_only=True, slots=True)
class Adherence:
    """How much of the planned listening took place."""

    planned: int
    attended: int
    """Planned sessions in which music was heard."""
    completed: int
    """Planned sessions of which at least one attempt ran to its end."""
    share: float | None
    """Attended of planned, in [0, 1]; None when nothing was planned."""
    dose_minutes: float


def adherence(
    planned: Sequence[PlannedSession], sessions: Sequence[ListeningSession | SessionSummary]
) -> Adherence:
    """Compute the adherence and dose of one participant.

    Parameters
    ----------
    planned : sequence of PlannedSession
        Every session planned for the participant.
    sessions : sequence of ListeningSession or SessionSummary
        Every attempt at one of them.

    Returns
    -------
    Adherence
        Counts, share and minutes. Records of several participants, and sessions that were never
        planned, are refused with a ``ValueError``.
    """
    _check(planned, sessions)
    heard = {session.number for session in sessions if session.listened_s > 0}
    completed = {session.number for session in sessions if session.state == "completed"}
    return Adherence(
        planned=len(planned),
        attended=len(heard),
        completed=len(completed),
        share=len(heard) / len(planned) if planned else None,
        dose_minutes=sum(session.listened_s for session in sessions) / _SECONDS_PER_MINUTE,
    )


def _check(
    planned: Sequence[PlannedSession], sessions: Sequence[ListeningSession | SessionSummary]
) -> None:
    people = {record.participant_id for record in (*planned, *sessions)}
    if len(people) > 1:
        message = f"Adherence is of one participant, not of {', '.join(sorted(people))}."
        raise ValueError(message)
    unplanned = {s.number for s in sessions} - {row.number for row in planned}
    if unplanned:
        message = f"Session {min(unplanned)} was held but never planned."
        raise ValueError(message)
