"""Emergency code break: one participant's arm, shown once to one person, for the care of that participant.

Conventions: an administrator does it, because the role need not be blind (docs/decisions, 22). The arm is
in what `break_code` returns and nowhere else: neither the record, nor the audit, nor the notice holds it.
The participant is flagged by an important deviation of category ``unblinded`` in the same transaction, so
that the analysis counts the intercurrent event. Statisticians and administrators are told that it happened
until each of them has said that they read it.

References
----------
ICH E6(R3) annex 1, 4.1.4 (unblinding is documented, its impact assessed); ICH E9, 5.6; conduct notes.
"""

from dataclasses import dataclass

from data.records.allocation import Allocation
from data.records.code_breaks import CodeBreak, CodeBreakReceipt
from data.records.people import Actor
from data.records.trial import DatabaseLock
from data.storage.roles import Permission
from data.storage.store import Reading, Store, Writing
from protocols.design import Protocol
from trials.blinding import Blind, blind_in
from trials.deviations import add_deviation
from trials.errors import (
    ArmNamedError,
    NotRandomizedError,
    ReasonMissingError,
    UnblindingStateError,
)
from trials.in_force import protocol_in

UNBLINDED = "unblinded"
"""Category of the deviation; also the code of the intercurrent event."""


@dataclass(frozen=True, kw_only=True, slots=True)
class ArmShown:
    """What the one person sees, once."""

    participant_id: str
    arm_label: str


@dataclass(frozen=True, kw_only=True, slots=True)
class RegisteredBreak:
    """A code break as the register shows it."""

    code_break: CodeBreak
    read_by: tuple[str, ...]
    """Who has said that they read of it, in order."""


def break_code(
    store: Store, actor: Actor, participant_id: str, *, reason: str, told_to: str
) -> ArmShown:
    """Show the arm of one participant, and leave on record that it was shown.

    Parameters
    ----------
    store : Store
        Where the trial lives.
    actor : Actor
        Who sees it; an administrator. The screen asks for the password again (`trials.signatures`).
    participant_id : str
        Whose arm.
    reason : str
        Why it is needed now. Everybody who may see the participant may read it.
    told_to : str
        Who needs it to treat the participant.

    Returns
    -------
    ArmShown
        The arm; it is kept nowhere.

    Raises
    ------
    ReasonMissingError
        If the reason or the person is not named; words that name an arm are refused, too.
    NotRandomizedError
        If the participant has no arm.
    UnblindingStateError
        If the whole trial is unblinded.
    """
    if not reason.strip() or not told_to.strip():
        message = "A code break needs its reason, and who is told the arm."
        raise ReasonMissingError(message)
    with store.writing(actor, Permission.BREAK_CODE, "break_code") as writing:
        protocol = protocol_in(writing)
        _check_words(protocol, f"{reason} {told_to}")
        if blind_in(writing) is Blind.LIFTED:
            message = "The trial is unblinded: results carry the names of the arms."
            raise UnblindingStateError(message)
        allocation = writing.first(Allocation, id=participant_id)
        if allocation is None:
            message = f"Nobody with the id {participant_id} is randomized: check the id."
            raise NotRandomizedError(message)
        broken = _add_break(writing, store, actor, participant_id, reason.strip(), told_to.strip())
        _flag(writing, broken)
        label = next(arm.label for arm in protocol.arms if arm.code == allocation.arm)
    return ArmShown(participant_id=participant_id, arm_label=label)


def register(store: Store, actor: Actor) -> tuple[RegisteredBreak, ...]:
    """Return every code break, newest first, with who has read of it."""
    with store.reading(actor, Permission.SEE_CODE_BREAKS) as reading:
        receipts = reading.find(CodeBreakReceipt)
        return tuple(
            RegisteredBreak(
                code_break=broken,
                read_by=tuple(r.read_by for r in receipts if r.code_break_id == broken.id),
            )
            for broken in reversed(reading.find(CodeBreak))
        )


def unread_breaks(store: Store, actor: Actor) -> tuple[CodeBreak, ...]:
    """Return the code breaks of others that the actor has not said to have read of."""
    with store.reading(actor, Permission.SEE_CODE_BREAKS) as reading:
        return _unread(reading, actor)


def confirm_read(store: Store, actor: Actor, code_break_id: str) -> None:
    """Record that the actor has read of a code break; a second time changes nothing."""
    with store.writing(actor, Permission.SEE_CODE_BREAKS, "read_of_code_break") as writing:
        for broken in _unread(writing, actor):
            if broken.id == code_break_id:
                writing.add(
                    CodeBreakReceipt(
                        id=f"{broken.id}/{actor.user_id}",
                        participant_id=broken.participant_id,
                        code_break_id=broken.id,
                        read_at=store.clock(),
                        read_by=actor.user_id,
                    )
                )


def _unread(reading: Reading, actor: Actor) -> tuple[CodeBreak, ...]:
    read = {one.code_break_id for one in reading.find(CodeBreakReceipt, read_by=actor.user_id)}
    return tuple(
        broken
        for broken in reading.find(CodeBreak)
        if broken.id not in read and broken.broken_by != actor.user_id
    )


def _check_words(protocol: Protocol, words: str) -> None:
    names = {name.lower() for arm in protocol.arms for name in (arm.code, arm.label)}
    if any(name in words.lower() for name in names):
        message = "Reason and person are read by people who are blind: do not name an arm in them."
        raise ArmNamedError(message)


def _add_break(
    writing: Writing, store: Store, actor: Actor, participant_id: str, reason: str, told_to: str
) -> CodeBreak:
    number = writing.count(CodeBreak, participant_id=participant_id) + 1
    broken = CodeBreak(
        id=f"{participant_id}/code-break-{number}",
        participant_id=participant_id,
        reason=reason,
        told_to=told_to,
        broken_at=store.clock(),
        broken_by=actor.user_id,
    )
    writing.add(broken)
    return broken


def _flag(writing: Writing, broken: CodeBreak) -> None:
    """Record the deviation; after the database lock the clinical records change no more."""
    if writing.first(DatabaseLock) is not None:
        return
    add_deviation(
        writing,
        participant_id=broken.participant_id,
        category=UNBLINDED,
        description=f"Emergency code break. {broken.reason} Told to: {broken.told_to}.",
        important=True,
        at=broken.broken_at,
        recorded_by=broken.broken_by,
    )
