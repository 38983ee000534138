"""How a session on the air ends: who pressed, why, and that it is written down although the store may falter.

Contents: `end_by`, `pressed`, `written`, `LONGEST`.
"""

from contextlib import suppress

from data.records.people import Actor, Role
from data.records.sessions import ListeningSession, StopCause
from data.storage.errors import StoreUnusableError
from interventions.control import session_length
from trials.sessions.journal import Journal, SessionEnd

WRITES = 3
"""How often the end of a session is written before the next STOP has to try again."""
LONGEST = SessionEnd(reason=session_length.IN_WORDS, cause=StopCause.SAFETY_RULE)
"""The music has played for as long as the protocol allows."""


def end_by(reason: str, by: Actor | None, cause: StopCause | None) -> SessionEnd:
    """Return the end that somebody wants.

    Parameters
    ----------
    reason : str
        Why, in words.
    by : Actor or None
        Who pressed STOP; None: the server ends it.
    cause : StopCause or None
        What stood behind it, when it was not the person who pressed.
    """
    return SessionEnd(
        reason=reason, cause=cause or _cause_of(by), pressed_by=by.user_id if by else None
    )


def pressed(by: Actor | None) -> str:
    """Return by whom a button was pressed, as the end of a sentence."""
    return f" by {by.user_id}" if by else ""


def written(journal: Journal, session: ListeningSession, end: SessionEnd) -> ListeningSession:
    """Write an end down, trying again where the store falters, and return the session closed."""
    for _ in range(WRITES - 1):
        with suppress(StoreUnusableError):
            return journal.record_end(session, end)
    return journal.record_end(session, end)


def _cause_of(by: Actor | None) -> StopCause:
    if by is None:
        return StopCause.SERVER
    return StopCause.PARTICIPANT if by.role is Role.PARTICIPANT else StopCause.COORDINATOR
