"""The trial itself: its protocol versions, sites, database lock and unblinding."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from data.records.local_days import UNNAMED_TIME_ZONE


class ProtocolState(StrEnum):
    """A protocol version's state: draft, then frozen; an amendment is a new frozen version."""

    DRAFT = "draft"
    FROZEN = "frozen"
    AMENDED = "amended"
    """Superseded by a later version."""


@dataclass(frozen=True, kw_only=True, slots=True)
class ProtocolVersion:
    """One version of the protocol as stored: the canonical document and its hash."""

    id: str
    """``<study id>/<version>``."""
    study_id: str
    version: str
    state: ProtocolState
    document: str
    """Canonical JSON of the protocol."""
    sha256: str
    reason: str
    """Why it was amended; empty for the first version."""
    frozen_at: datetime | None
    frozen_by: str | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Site:
    """A place where participants are enrolled."""

    id: str
    """Short upper-case code, e.g. ``LEI``."""
    name: str
    open: bool
    on_call: str
    """Who answers safety alerts; a site without one cannot enrol."""
    time_zone: str = UNNAMED_TIME_ZONE
    """IANA name, e.g. ``Europe/Amsterdam``: the calendar days of the site are counted there."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Trial:
    """The one trial of this store."""

    id: str
    """The study id."""
    protocol_version_id: str
    simulated: bool
    """Demonstration or training data: marked on every page and export."""
    started_at: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class DatabaseLock:
    """After the lock no clinical record changes."""

    id: str
    """The study id."""
    data_hash: str
    """Hash of the frozen records at the lock."""
    reason: str
    locked_at: datetime
    locked_by: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Unblinding:
    """Unblinding of the trial: requested by one person, confirmed by another, after the lock."""

    id: str
    """The study id."""
    requested_by: str
    requested_at: datetime
    reason: str
    confirmed_by: str | None
    confirmed_at: datetime | None


@dataclass(frozen=True, kw_only=True, slots=True)
class AuditEntry:
    """One change, chained to the entry before it."""

    sequence: int
    """From 1, without gaps."""
    at: datetime
    user_id: str
    role: str
    sign_in_id: str
    action: str
    """Name of the use case, e.g. ``record_consent``."""
    reason: str
    table: str
    record_id: str
    change: str
    """Canonical JSON of the stored row (encrypted columns as ciphertext), ``{"old":..., "new":...}``."""
    previous_hash: str
    hash: str
