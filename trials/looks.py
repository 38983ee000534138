"""Looks at the data before the end: held by the unblinded statistician, kept on record, seen by nobody else.

Conventions: what a look found is on record before anybody sees it, in the transaction that the audit writes; it never
changes. What was decided is a record of its own. Findings and reasons are sealed as the arms are: the audit trail shows
that a look was held, by whom, on which records and what was decided, and no number. They come to the analysis with the
names of the arms.

References
----------
ICH E9 4.5 and 4.6 (interim analysis, independent data monitoring committee); ICH E6(R3) annex 1, 3.16.1.
"""

from dataclasses import dataclass

from data.records.bundle import TrialRecords
from data.records.looks import (
    DecidedLook,
    HeldLook,
    InterimLook,
    LookDecision,
    LookFindings,
)
from data.records.people import Actor
from data.records.trial import DatabaseLock
from data.storage.roles import Permission
from data.storage.store import Reading, Store
from protocols.canonical import canonical_json
from trials.blinding import Blind, blind_in, extract_with_arms
from trials.errors import LookRefusedError, ReasonMissingError
from trials.in_force import protocol_in, version_in_force
from trials.looks_on_record import as_held, looks_in


@dataclass(frozen=True, kw_only=True, slots=True)
class LookToHold:
    """One look as it was computed, before it is on record."""

    number: int
    data_sha256: str
    protocol_sha256: str
    code_version: str
    findings: LookFindings


def extract_records_for_look(store: Store, actor: Actor) -> TrialRecords:
    """Return the records with the names of the arms and with all looks held before.

    Raises
    ------
    LookRefusedError
        If no look can be held now.
    """  # noqa: DOC502 - raised by the check
    with store.reading(actor, Permission.HOLD_LOOKS) as reading:
        _check_open(reading)
        return extract_with_arms(store, reading)


def hold_look(store: Store, actor: Actor, look: LookToHold) -> HeldLook:
    """Put a look on record.

    Parameters
    ----------
    store : Store
        Where the trial lives.
    actor : Actor
        Who holds it; an unblinded statistician.
    look : LookToHold
        As computed from the records that `extract_records_for_look` returned.

    Returns
    -------
    HeldLook
        As it stands on record; nothing is decided yet.

    Raises
    ------
    LookRefusedError
        If the plan has no looks, the database is locked, the look before has no decision or ended the trial, or another
        look or protocol came in between.
    """
    with store.writing(actor, Permission.HOLD_LOOKS, "hold_look") as writing:
        _check_open(writing)
        if look.number != len(writing.find(InterimLook)) + 1:
            message = f"Look {look.number} is on record already: nothing was saved."
            raise LookRefusedError(message)
        if look.protocol_sha256 != version_in_force(writing).sha256:
            message = "The protocol was amended while the look was computed: hold it again."
            raise LookRefusedError(message)
        kept = InterimLook(
            id=f"look-{look.number}",
            number=look.number,
            data_sha256=look.data_sha256,
            protocol_sha256=look.protocol_sha256,
            code_version=look.code_version,
            held_at=store.clock(),
            held_by=actor.user_id,
            findings=canonical_json(look.findings).decode(),
        )
        writing.add(kept)
    return as_held(kept, None)


def decide_look(
    store: Store, actor: Actor, number: int, decision: LookDecision, reason: str
) -> HeldLook:
    """Put on record what was decided after a look.

    Parameters
    ----------
    store : Store
        Where the trial lives.
    actor : Actor
        Who puts it on record; an unblinded statistician.
    number : int
        Of the look.
    decision : LookDecision
        Of the monitoring committee.
    reason : str
        Who decided, and why; sealed until the arms are known.

    Returns
    -------
    HeldLook
        With the decision.

    Raises
    ------
    ReasonMissingError
        If no reason is given.
    LookRefusedError
        If there is no such look, or it is decided.
    """
    if not reason.strip():
        raise ReasonMissingError("A decision needs who made it, and why.")
    with store.writing(actor, Permission.HOLD_LOOKS, "decide_look") as writing:
        look = writing.first(InterimLook, number=number)
        if look is None:
            message = f"No look {number} is on record."
            raise LookRefusedError(message)
        if writing.first(DecidedLook, id=look.id) is not None:
            message = f"Look {number} is decided: a decision does not change."
            raise LookRefusedError(message)
        decided = DecidedLook(
            id=look.id,
            decision=decision,
            reason=reason.strip(),
            decided_at=store.clock(),
            decided_by=actor.user_id,
        )
        writing.add(decided)
    return as_held(look, decided)


def held_looks(store: Store, actor: Actor) -> tuple[HeldLook, ...]:
    """Return every look with what it found, for the unblinded statistician."""
    with store.reading(actor, Permission.HOLD_LOOKS) as reading:
        return looks_in(reading)


def why_no_look(store: Store, actor: Actor) -> str:
    """Return why no look can be held now; empty when one can."""
    with store.reading(actor, Permission.HOLD_LOOKS) as reading:
        try:
            _check_open(reading)
        except LookRefusedError as refusal:
            return str(refusal)
    return ""


def _check_open(reading: Reading) -> None:
    if protocol_in(reading).analysis.looks is None:
        raise LookRefusedError("The protocol in force promises no look before the end.")
    if reading.first(DatabaseLock) is not None or blind_in(reading) is Blind.LIFTED:
        raise LookRefusedError("The database is locked: what follows is the end of the trial.")
    looks = looks_in(reading)
    if not looks:
        return
    last = looks[-1]
    if last.decision is None:
        message = f"Nothing is decided after look {last.number}: put the decision on record first."
        raise LookRefusedError(message)
    if last.decision is not LookDecision.GO_ON:
        message = f"After look {last.number} it was decided to {last.decision.value}: no look follows, only the end."
        raise LookRefusedError(message)
