"""Planned visits and sessions: rows made at randomization, so that adherence has a denominator."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from data.records.signals import SignalKind


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
    ln_rmssd_mad: float | None = None
    """Median absolute deviation of lnRMSSD within the recording; None with ``ln_rmssd``, and in measurements
    made before it was kept."""
    heart_rate_mad_bpm: float | None = None
    """The same of the heart rate."""
    edits: int = 0
    """Edits of the beats in force when it was measured; the values are those of the edited series."""
    corrected_share: float | None = None
    """Share of beats that were left out, added, moved or removed, in [0, 1]; None without edits: then it is
    ``flagged_share``."""


@dataclass(frozen=True, kw_only=True, slots=True)
class RestingBeats:
    """The beats of one resting recording as they were received; stored once, never edited."""

    id: str
    """``<participant>/<visit code>/beats-<number of the recording>``, from 1."""
    participant_id: str
    visit: str
    kind: SignalKind
    rr_times_s: tuple[float, ...]
    """Time of the beat that ends each interval, from the start of the recording."""
    rr_ms: tuple[float, ...]
    recorded_at: datetime
