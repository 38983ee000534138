"""Compute every decision of a stored session again, from the store alone."""

from data.records.people import Actor
from data.records.sessions import ListeningSession, LoopStep
from data.storage.roles import Permission
from data.storage.store import Store
from interventions.replay import Replay, replay
from trials.errors import TrialError
from trials.in_force import protocol_of_session
from trials.sessions.opening import loop_plan


class NothingToReplayError(TrialError):
    """The session has no pass of the loop yet."""


def replay_session(store: Store, actor: Actor, session_id: str) -> Replay:
    """Replay a stored session and compare every pass with what is stored.

    Parameters
    ----------
    store : Store
        The trial's store.
    actor : Actor
        Who verifies.
    session_id : str
        Which session.

    Returns
    -------
    Replay
        Numbers of passes and differing parts only: nothing of it tells arms apart.

    Raises
    ------
    NothingToReplayError
        If the session has no pass.
    """
    with store.reading(actor, Permission.VERIFY) as reading:
        session = reading.get(ListeningSession, session_id)
        steps = reading.find(LoopStep, session_id=session_id)
        if not steps:
            message = f"Session {session_id} has no pass of the loop: there is nothing to replay."
            raise NothingToReplayError(message)
        software = steps[0].software_version
        protocol = protocol_of_session(reading, session)
        plan = loop_plan(reading, protocol, session, software=software)
    return replay(plan, steps)
