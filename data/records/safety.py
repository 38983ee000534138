"""Adverse events and safety alerts."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Causality(StrEnum):
    """Relation of an adverse event to the listening (four levels)."""

    NOT_RELATED = "not_related"
    POSSIBLE = "possible"
    PROBABLE = "probable"
    CAUSAL = "causal"


@dataclass(frozen=True, kw_only=True, slots=True)
class AdverseEvent:
    """An adverse event, judged by a person blind to the arm. Follow-ups are later rows."""

    id: str
    participant_id: str
    term: str
    """Verbatim."""
    domain: str
    """Music-related harm domain: affective, behavioural, cognitive, identity, interpersonal, physical, spiritual; or ``other``."""
    grade: int
    """CTCAE grade 1-5."""
    serious: bool
    seriousness: str
    causality: Causality
    expected: bool
    outcome: str
    action: str
    session_id: str | None
    started_at: datetime
    aware_at: datetime
    """When the team learnt of it: starts the 24 h clock of a serious event."""
    recorded_by: str


class AlertState(StrEnum):
    """Where an alert stands; it is never deleted."""

    RAISED = "raised"
    ACKNOWLEDGED = "acknowledged"
    CLOSED = "closed"


@dataclass(frozen=True, kw_only=True, slots=True)
class SafetyAlert:
    """An alert that a person must look at, e.g. an answer to PHQ-9 item 9."""

    id: str
    participant_id: str
    rule: str
    """Code of the rule, e.g. ``phq9_item9``."""
    severity: str
    """``alert`` or ``urgent``."""
    detail: str
    state: AlertState
    raised_at: datetime
    acknowledged_at: datetime | None = None
    acknowledged_by: str | None = None
    closed_at: datetime | None = None
    closed_by: str | None = None
    resolution: str = ""
