"""Planned and held listening sessions -> adherence and dose of one participant.

Conventions: the denominator is what was planned at randomization, never what happened; a session
is attended when one attempt at it played at least the protocol's share of the planned music, as the
player reported it: halves of two attempts do not make a whole, because the music leads from
beginning to end. The dose is minutes of music really played, in whatever attempt.
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
    """Planned sessions of which one attempt was heard long enough."""
    completed: int
    """Planned sessions of which at least one attempt ran to its end."""
    share: float | None
    """Attended of planned, in [0, 1]; None when nothing was planned."""
    dose_minutes: float


def is_attended(session: ListeningSession | SessionSummary, attended_share: float) -> bool:
    """Tell whether one attempt was heard long enough to count as attended: the one definition.

    Parameters
    ----------
    session : ListeningSession or SessionSummary
        The attempt.
    attended_share : float
        Share of the planned music that must be heard, from the protocol's schedule of sessions.
    """
    return 0 < attended_share * session.planned_duration_s <= session.listened_s


def adherence(
    planned: Sequence[PlannedSession],
    sessions: Sequence[ListeningSession | SessionSummary],
    attended_share: float,
) -> Adherence:
    """Compute the adherence and dose of one participant.

    Parameters
    ----------
    planned : sequence of PlannedSession
        Every session planned for the participant.
    sessions : sequence of ListeningSession or SessionSummary
        Every attempt at one of them.
    attended_share : float
        Share of the planned music that must be heard, from the protocol's schedule of sessions.

    Returns
    -------
    Adherence
        Counts, share and minutes. Records of several participants, and sessions that were never
        planned, are refused with a ``ValueError``.
    """
    _check(planned, sessions)
    attended = {session.number for session in sessions if is_attended(session, attended_share)}
    completed = {session.number for session in sessions if session.state == "completed"}
    return Adherence(
        planned=len(planned),
        attended=len(attended),
        completed=len(completed),
        share=len(attended) / len(planned) if planned else None,
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
