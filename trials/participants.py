"""Participants on their way through the trial: a state machine whose steps happen only in order.

    prescreened -> consented -> eligible -> baseline complete -> randomized -> completed

with the ways out: screen failed (before the baseline), withdrawn, lost to follow-up. A step that
is not next is refused, and the refusal names the step that is missing.

References
----------
21 CFR 11.10(f): operational checks enforce permitted sequencing of steps. CONSORT 2025 item 22.
"""

from dataclasses import replace

from data.records.participants import (
    Identity,
    Participant,
    ParticipantState,
    Withdrawal,
    WithdrawalKind,
)
from data.records.people import Actor
from data.storage.roles import Permission
from data.storage.store import Reading, Store, Writing
from trials.errors import WrongStepError

_PATH = (
    ParticipantState.PRESCREENED,
    ParticipantState.CONSENTED,
    ParticipantState.ELIGIBLE,
    ParticipantState.BASELINE_COMPLETE,
    ParticipantState.RANDOMIZED,
    ParticipantState.COMPLETED,
)
_STEP_NAMES = ("screening", "consent", "eligibility", "baseline", "randomization", "completion")

_SCREENING = frozenset(_PATH[:3])
"""A person can fail screening, or decline, until the baseline is complete."""
_UNDER_WAY = frozenset(_PATH[1:5])
"""Only who has consented and not finished can withdraw or be lost."""

_EXITS = {
    ParticipantState.SCREEN_FAILED: _SCREENING,
    ParticipantState.WITHDRAWN: _UNDER_WAY,
    ParticipantState.LOST_TO_FOLLOW_UP: _UNDER_WAY,
}


def step(participant: Participant, to: ParticipantState) -> Participant:
    """Return the participant one step further.

    Raises
    ------
    WrongStepError
        If that step is not next; the message says which one is missing.
    """
    if to in _EXITS and participant.state in _EXITS[to]:
        return replace(participant, state=to)
    # 21 CFR 11.10(f): no step may be left out, none is taken twice, none leads out of an end.
    if participant.state in _PATH and to in _PATH:
        missing = _PATH[_PATH.index(participant.state) + 1 : _PATH.index(to)]
        if not missing and _PATH.index(to) == _PATH.index(participant.state) + 1:
            return replace(participant, state=to)
        if missing:
            raise WrongStepError(_missing(participant, missing))
    message = f"{participant.id} is {in_words(participant.state)} and cannot become {in_words(to)}."
    raise WrongStepError(message)


def require_state(participant: Participant, *allowed: ParticipantState) -> None:
    """Refuse a participant who is in none of the allowed states.

    Raises
    ------
    WrongStepError
        If the participant is elsewhere.
    """
    if participant.state not in allowed:
        wanted = " or ".join(in_words(state) for state in allowed)
        message = f"{participant.id} is {in_words(participant.state)}; this step needs: {wanted}."
        raise WrongStepError(message)


def is_in_treatment(reading: Reading, participant_id: str) -> bool:
    """Say whether a participant still takes part in the listening."""
    if reading.get(Participant, participant_id).state is not ParticipantState.RANDOMIZED:
        return False
    return not has_left_the_listening(reading, participant_id)


def in_words(state: ParticipantState) -> str:
    """Return a state as people read it."""
    return state.value.replace("_", " ")


def participants(store: Store, actor: Actor) -> tuple[Participant, ...]:
    """Return every participant the actor may see, in order of entry."""
    with store.reading(actor, Permission.SEE_PARTICIPANTS) as reading:
        return reading.find(Participant)


def participant(store: Store, actor: Actor, participant_id: str) -> Participant:
    """Return one participant."""
    with store.reading(actor, Permission.SEE_PARTICIPANTS) as reading:
        return reading.get(Participant, participant_id)


def identity(store: Store, actor: Actor, participant_id: str) -> Identity:
    """Return the person behind a pseudonym, to those who may know."""
    with store.reading(actor, Permission.SEE_IDENTITY) as reading:
        return reading.get(Identity, participant_id)


def move(writing: Writing, participant_id: str, to: ParticipantState) -> Participant:
    """Take one step of a participant, read again under the write lock."""
    moved = step(writing.get(Participant, participant_id), to)
    writing.replace(moved)
    return moved


def has_left_the_listening(reading: Reading, participant_id: str) -> bool:
    """Say whether a participant has withdrawn from the listening alone."""
    found = reading.find(Withdrawal, participant_id=participant_id)
    return any(withdrawal.kind is WithdrawalKind.INTERVENTION_ONLY for withdrawal in found)


def _missing(participant: Participant, missing: tuple[ParticipantState, ...]) -> str:
    names = " and ".join(_STEP_NAMES[_PATH.index(state)] for state in missing)
    verb = "comes" if len(missing) == 1 else "come"
    return f"{participant.id} is {in_words(participant.state)}: {names} {verb} first."
