"""Somebody leaves the listening or the trial, perhaps in the middle of a session: the music stops at once."""

from data.records.participants import Withdrawal, WithdrawalKind
from data.records.people import Actor
from data.records.sessions import StopCause
from data.storage.store import Store
from trials.sessions.on_air import LEFT
from trials.sessions.sessions_on_air import SessionsOnAir
from trials.withdrawal import withdraw


def withdraw_and_silence(
    store: Store,
    actor: Actor,
    on_air: SessionsOnAir,
    participant_id: str,
    kind: WithdrawalKind,
    reason: str,
) -> Withdrawal:
    """Record a withdrawal as `withdraw` does, and end the session that the participant hears now.

    Parameters
    ----------
    store : Store
        Where the trial lives.
    actor : Actor
        Who records it.
    on_air : SessionsOnAir
        The sessions that play now. One that begins meanwhile ends with its first segment.
    participant_id : str
        Who withdraws.
    kind : WithdrawalKind
        From what; nobody of any kind goes on listening.
    reason : str
        In words.

    Returns
    -------
    Withdrawal
        The record; its refusals are those of `withdraw`, and then the music plays on.
    """
    withdrawal = withdraw(store, actor, participant_id, kind, reason)
    session = on_air.of_participant(participant_id)
    if session is not None:
        session.stop(LEFT, cause=StopCause.WITHDRAWN)
    return withdrawal
