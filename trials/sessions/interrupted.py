"""Close the sessions that a killed server left running, so that their participants can go on.

What was heard of them stays on record; the minutes after the last report do not count.
"""

from data.records.people import Actor
from data.records.sessions import ListeningSession, LoopStep, Playback, SessionState, StopCause
from data.records.trial import DatabaseLock
from data.storage.roles import Permission
from data.storage.store import Reading, Store
from trials.sessions.journal import SessionEnd, StoreJournal

REASON = "The server stopped while the session was running."


def end_interrupted_sessions(store: Store, actor: Actor) -> tuple[ListeningSession, ...]:
    """Close every session that is still marked as running; call it before any is on the air.

    Parameters
    ----------
    store : Store
        The trial's store, just opened by the server.
    actor : Actor
        The server process, in the coordinators' role.

    Returns
    -------
    tuple of ListeningSession
        The sessions as they are now; the reason says what happened. After the database lock none.
    """
    with store.reading(actor, Permission.RUN_SESSION) as reading:
        if reading.first(DatabaseLock) is not None:
            return ()
        running = reading.find(ListeningSession, state=SessionState.RUNNING)
        heard_s = {session.id: _listened_s(reading, session.id) for session in running}
    journal = StoreJournal(store, actor, originator="")
    return tuple(
        journal.record_end(
            session,
            SessionEnd(reason=REASON, cause=StopCause.SERVER, listened_s=heard_s[session.id]),
        )
        for session in running
    )


def _listened_s(reading: Reading, session_id: str) -> float:
    step = reading.first(LoopStep, session_id=session_id)
    if step is None:
        return 0.0
    played = reading.find(Playback, session_id=session_id)
    return sum(one.frames_played for one in played) / step.delivered.sampling_rate_hz
