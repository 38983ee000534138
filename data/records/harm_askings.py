"""After every session somebody asks for harms: that it was asked, and what came back, is on record."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class HarmAnswer(StrEnum):
    """What came of asking for harms."""

    NOTHING = "nothing"
    """Asked both ways, and nothing was told."""
    REPORTED = "reported"
    """Something was told; the adverse event is a record of its own."""
    NOT_ASKED = "not_asked"
    """It was not possible to ask."""


@dataclass(frozen=True, kw_only=True, slots=True)
class HarmAsking:
    """One time that a participant was asked for harms after a session, or could not be; the latest of a session counts."""

    id: str
    """``<session>/harms-<n>``."""
    participant_id: str
    session_id: str
    answer: HarmAnswer
    told_openly: bool
    """Whether something was told at the open question, before the list."""
    domains: tuple[str, ...]
    """Kinds of harm named at the list of music-related harms."""
    reason: str
    """Why it was not possible to ask; else empty."""
    asked_at: datetime
    asked_by: str
