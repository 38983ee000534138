"""Sealed allocation lists and the allocations drawn from them."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class AllocationSlot:
    """One position of a sealed list. ``arm`` and ``salt`` are encrypted at rest."""

    id: str
    """``<stratum>#<position>``."""
    stratum: str
    """Canonical key, e.g. ``severity=moderate|site=LEI`` (factors in alphabetical order)."""
    position: int
    """From 1, without gaps."""
    arm: str
    salt: str
    """16 random bytes, hexadecimal; part of the commitment."""
    leaf_hash: str
    """SHA-256 over trial, stratum, position, arm, salt (hexadecimal)."""


@dataclass(frozen=True, kw_only=True, slots=True)
class ListCommitment:
    """Published before the first enrolment: binds every list without revealing one."""

    id: str
    """The study id."""
    protocol_hash: str
    merkle_root: str
    """Over all leaf hashes in order of stratum, then position."""
    strata: tuple[str, ...]
    slots: int
    software_version: str
    committed_at: datetime
    committed_by: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Allocation:
    """A participant's slot. The arm is encrypted at rest; blinded roles see the code only."""

    id: str
    """The participant id: one allocation each, for ever."""
    slot_id: str
    stratum: str
    code: str
    """Meaningless kit code shown to blinded roles, unrelated to the arm."""
    arm: str
    randomized_at: datetime
    randomized_by: str
