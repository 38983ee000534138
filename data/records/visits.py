"""Planned visits and sessions: rows made at randomization, so that adherence has a denominator."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum


class PlanState(StrEnum):
    """What became of a planned visit or session."""

    PLANNED = "planned"
    DONE = "done"
    MISSED = "missed"


@dataclass(frozen=True, kw_only=True, slots=True)
class PlannedVisit:
    """One visit of one participant."""

    id: str
    """``<participant>/<visit code>``."""
    participant_id: str
    visit: str
    planned_on: date
    opens_on: date
    closes_on: date
    state: PlanState
    done_at: datetime | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class PlannedSession:
    """One planned listening session of one participant."""

    id: str
    """``<participant>/session-<number>``."""
    participant_id: str
    number: int
    planned_on: date
    opens_on: date
    closes_on: date
    state: PlanState


@dataclass(frozen=True, kw_only=True, slots=True)
class RestingMeasurement:
    """HRV of the seated resting recording at a visit, without music."""

    id: str
    """``<participant>/<visit code>``."""
    participant_id: str
    visit: str
    recipe: str
    ln_rmssd: float | None
    """None when it cannot be estimated; then ``reason`` says why."""
    heart_rate_bpm: float | None
    flagged_share: float
    covered_share: float
    valid_pairs: int
    reason: str
    source: str
    """``ecg``, ``ppg``, ``rr`` or ``simulated``."""
    measured_at: datetime
