"""What the protocol did not plan about a session that begins."""

from datetime import date, datetime

from data.records.participants import ProtocolDeviation
from data.records.people import Actor
from data.records.sessions import ListeningSession
from data.records.visits import PlannedSession
from protocols.design import Protocol
from trials.sessions.loudness import NOT_CALIBRATED, is_flagged


def deviations_of_opening(
    protocol: Protocol,
    planned: PlannedSession,
    session: ListeningSession,
    actor: Actor,
    day: date,
    now: datetime,
) -> tuple[ProtocolDeviation, ...]:
    """Return what the protocol did not plan about a session that begins: its day, its length, its headphones.

    Parameters
    ----------
    protocol : Protocol
        The protocol in force.
    planned : PlannedSession
        What was planned.
    session : ListeningSession
        What begins.
    actor : Actor
        Who begins it.
    day : date
        The day at the site.
    now : datetime
        The moment.
    """
    found = []
    number = planned.number
    if not _in_window(planned, day):
        found.append(
            (
                "session_out_of_window",
                f"Session {number}, held on {day}: planned {planned.opens_on} to {planned.closes_on}.",
            )
        )
    if session.planned_duration_s != protocol.sessions.duration_minutes * 60.0:
        found.append(
            (
                "session_duration",
                f"Session {number}, set to {session.planned_duration_s / 60:.1f} minutes.",
            )
        )
    if is_flagged(protocol, session):
        found.append(
            (NOT_CALIBRATED, f"Session {number}, heard by headphones without a calibration.")
        )
    return tuple(
        ProtocolDeviation(
            id=f"{session.id}/{category}",
            participant_id=planned.participant_id,
            category=category,
            description=description,
            important=False,
            at=now,
            recorded_by=actor.user_id,
        )
        for category, description in found
    )


def _in_window(planned: PlannedSession, day: date) -> bool:
    return planned.opens_on <= day <= planned.closes_on
