"""Why the team stopped a listening session: asked after the music has ended, never before.

STOP is honoured at once and needs no reason. The session then stands as stopped by the coordinator until
the coordinator says why, once; the cause decides how the analysis takes the session.
"""

from collections.abc import Mapping
from dataclasses import replace
from enum import StrEnum
from types import MappingProxyType

from data.records.people import Actor
from data.records.sessions import ListeningSession, SessionState, StopCause
from data.storage.roles import Permission
from data.storage.store import Reading, Store
from trials.errors import AlreadyDoneError, ReasonMissingError

STOPPED_BY_TEAM = "The coordinator stopped the session."


class StopWhy(StrEnum):
    """Why the team stopped a session."""

    PARTICIPANTS_WISH = "participants_wish"
    UNWELL = "unwell"
    EQUIPMENT = "equipment"
    OTHER = "other"
    """In words."""


_CAUSES: Mapping[StopWhy, StopCause] = MappingProxyType(
    {
        StopWhy.PARTICIPANTS_WISH: StopCause.PARTICIPANT,
        StopWhy.UNWELL: StopCause.UNWELL,
        StopWhy.EQUIPMENT: StopCause.EQUIPMENT,
        StopWhy.OTHER: StopCause.COORDINATOR,
    }
)
_IN_WORDS: Mapping[StopWhy, str] = MappingProxyType(
    {
        StopWhy.PARTICIPANTS_WISH: "The participant wished to stop.",
        StopWhy.UNWELL: "The participant was distressed or unwell.",
        StopWhy.EQUIPMENT: "Sensor, headphones or player failed.",
    }
)


def unexplained_stops(
    store: Store, actor: Actor, participant_id: str
) -> tuple[ListeningSession, ...]:
    """Return a participant's sessions that the team stopped without having said why yet."""
    with store.reading(actor, Permission.SEE_PARTICIPANTS) as reading:
        sessions = reading.find(ListeningSession, participant_id=participant_id)
    return tuple(session for session in sessions if _is_unexplained(session))


def explain_stop(
    store: Store, actor: Actor, session_id: str, why: StopWhy, words: str = ""
) -> ListeningSession:
    """Record why the team stopped a session.

    Parameters
    ----------
    store : Store
        Where the trial lives.
    actor : Actor
        Who says why.
    session_id : str
        Which session.
    why : StopWhy
        The reason.
    words : str
        The reason in words, for ``StopWhy.OTHER``.

    Returns
    -------
    ListeningSession
        With its cause.

    Raises
    ------
    ReasonMissingError
        If the reason is another one and no words say which.
    """
    reason = words.strip() if why is StopWhy.OTHER else _IN_WORDS[why]
    if not reason:
        message = "Another reason needs its words."
        raise ReasonMissingError(message)
    with store.writing(actor, Permission.RUN_SESSION, "explain_stop", reason) as writing:
        session = _unexplained(writing, session_id)
        explained = replace(
            session, stop_cause=_CAUSES[why], stop_reason=f"{STOPPED_BY_TEAM} {reason}"
        )
        writing.replace(explained)
    return explained


def _unexplained(reading: Reading, session_id: str) -> ListeningSession:
    session = reading.get(ListeningSession, session_id)
    if not _is_unexplained(session):
        message = f"Session {session.number} of {session.participant_id} waits for no reason."
        raise AlreadyDoneError(message)
    return session


def _is_unexplained(session: ListeningSession) -> bool:
    return (
        session.state is SessionState.STOPPED
        and session.stop_cause is StopCause.COORDINATOR
        and session.stop_reason == STOPPED_BY_TEAM
    )
