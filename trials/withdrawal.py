"""Leave the listening or the trial: what was given is kept, what was planned is closed.

Music that plays is ended by `trials.sessions.leaving`.

Contents: `withdraw`, `miss_planned_sessions`.
"""

from collections.abc import Iterable
from dataclasses import replace

from data.records.participants import Participant, ParticipantState, Withdrawal, WithdrawalKind
from data.records.people import Actor
from data.records.visits import PlannedSession, PlannedVisit, PlanState
from data.storage.roles import Permission
from data.storage.store import Store, Writing
from trials.errors import AlreadyDoneError, ReasonMissingError
from trials.participants import has_left_the_listening, move, require_state


def withdraw(
    store: Store, actor: Actor, participant_id: str, kind: WithdrawalKind, reason: str
) -> Withdrawal:
    """Record that a participant withdraws or is lost, and close what was planned.

    What was already given is kept (the consent text says so); planned rows stay as missed, so that
    adherence keeps its denominator.

    Parameters
    ----------
    store : Store
        Where the trial lives.
    actor : Actor
        Who records it.
    participant_id : str
        Who withdraws.
    kind : WithdrawalKind
        From what.
    reason : str
        In words; CONSORT asks for it.

    Returns
    -------
    Withdrawal
        The record.

    Raises
    ------
    ReasonMissingError
        If no reason is given.
    """
    if not reason.strip():
        message = "A withdrawal needs its reason, or the words that none was given."
        raise ReasonMissingError(message)
    with store.writing(actor, Permission.WITHDRAW, "withdraw", reason) as writing:
        _leave(writing, participant_id, kind)
        number = writing.count(Withdrawal, participant_id=participant_id) + 1
        withdrawal = Withdrawal(
            id=f"{participant_id}/withdrawal-{number}",
            participant_id=participant_id,
            kind=kind,
            reason=reason.strip(),
            at=store.clock(),
            recorded_by=actor.user_id,
        )
        writing.add(withdrawal)
    return withdrawal


def _leave(writing: Writing, participant_id: str, kind: WithdrawalKind) -> None:
    if kind is WithdrawalKind.INTERVENTION_ONLY:
        require_state(writing.get(Participant, participant_id), ParticipantState.RANDOMIZED)
        if has_left_the_listening(writing, participant_id):
            message = f"{participant_id} has already withdrawn from the listening."
            raise AlreadyDoneError(message)
    else:
        lost = kind is WithdrawalKind.LOST_TO_FOLLOW_UP
        to = ParticipantState.LOST_TO_FOLLOW_UP if lost else ParticipantState.WITHDRAWN
        move(writing, participant_id, to)
        for visit in _planned(writing.find(PlannedVisit, participant_id=participant_id)):
            writing.replace(replace(visit, state=PlanState.MISSED))
    miss_planned_sessions(writing, participant_id)


def miss_planned_sessions(writing: Writing, participant_id: str) -> None:
    """Mark the sessions that can no longer take place as missed; the rows stay."""
    for session in writing.find(PlannedSession, participant_id=participant_id):
        if session.state is PlanState.PLANNED:
            writing.replace(replace(session, state=PlanState.MISSED))


def _planned(visits: Iterable[PlannedVisit]) -> tuple[PlannedVisit, ...]:
    return tuple(visit for visit in visits if visit.state is PlanState.PLANNED)
