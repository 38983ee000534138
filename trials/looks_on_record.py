"""The looks of a trial as they stand on record, read within a transaction."""

from dataclasses import replace

from data.records.looks import DecidedLook, HeldLook, InterimLook, LookFindings
from data.storage.store import Reading
from protocols.reading import value_from_json


def looks_in(reading: Reading) -> tuple[HeldLook, ...]:
    """Return every look in order; without findings and reasons where the permission in force does not open them."""
    decided = {one.id: one for one in reading.find(DecidedLook)}
    looks = sorted(reading.find(InterimLook), key=lambda look: look.number)
    return tuple(as_held(look, decided.get(look.id)) for look in looks)


def without_findings(looks: tuple[HeldLook, ...]) -> tuple[HeldLook, ...]:
    """Return looks without all that tells the arms apart: when they were held, and what was decided."""
    return tuple(replace(look, findings=(), reason="") for look in looks)


def as_held(look: InterimLook, decided: DecidedLook | None) -> HeldLook:
    """Return a look with what was decided after it; without findings where they are sealed."""
    found = value_from_json(LookFindings, look.findings).findings if look.findings else ()
    return HeldLook(
        number=look.number,
        held_at=look.held_at,
        held_by=look.held_by,
        data_sha256=look.data_sha256,
        protocol_sha256=look.protocol_sha256,
        code_version=look.code_version,
        findings=found,
        decision=None if decided is None else decided.decision,
        reason="" if decided is None else decided.reason,
        decided_at=None if decided is None else decided.decided_at,
        decided_by=None if decided is None else decided.decided_by,
    )
