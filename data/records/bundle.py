"""Everything an analysis may see, frozen in one value: no identity, arms masked until unblinding."""

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

from data.records.answers import ItemAnswer, QuestionnaireCompletion
from data.records.code_breaks import CodeBreak
from data.records.harm_askings import HarmAsking
from data.records.looks import HeldLook
from data.records.participants import (
    Consent,
    EligibilityAssessment,
    Participant,
    ProtocolDeviation,
    Withdrawal,
)
from data.records.recording_spans import RestingSpan
from data.records.resting_signals import RestingSignal
from data.records.safety import AdverseEvent
from data.records.sessions import StopCause
from data.records.visits import PlannedSession, PlannedVisit, RestingMeasurement
from protocols.canonical import UNSAID


@dataclass(frozen=True, kw_only=True, slots=True)
class AllocatedArm:
    """A participant's arm as the reader may know it."""

    participant_id: str
    arm: str
    """``X`` or ``Y`` while masked; the protocol's arm code after unblinding."""
    stratum: str
    randomized_at: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class SessionSummary:
    """A listening session as the analysis needs it: nothing that tells arms apart."""

    id: str
    participant_id: str
    number: int
    state: str
    started_at: datetime | None
    planned_duration_s: float
    listened_s: float
    stop_reason: str
    steps: int
    """Stretches of 30 s with sensing; the means below are over them, never over passes."""
    good_share: float | None
    """Share of stretches with a window of grade good, to 2 decimals; None without one."""
    mean_heart_rate_bpm: float | None
    """To 1 decimal."""
    mean_ln_rmssd: float | None
    """To 2 decimals."""
    stop_cause: StopCause = StopCause.NONE
    calibrated: bool = False
    """False: nobody had measured how loud the headphones are."""
    ear_level_dba: float | None = None
    """Estimated equivalent level at the ear, in whole dB(A); None without calibration."""
    stretches_played: int = 0
    """Stretches of 30 s that the player reported as heard; 0 without a report."""
    stretches_without_gap: int = 0
    """Of these, those in which every segment that began was there in time."""
    edits: int = 0
    """Edits of the beats in force; share and means above are then those of the edited beats."""
    corrected_share: float | None = None
    """Share of beats that were left out, added, moved or removed, in [0, 1]; None without edits."""


@dataclass(frozen=True, kw_only=True, slots=True)
class AlertSummary:
    """A safety alert as the analysis needs it: when it was raised and acknowledged, without its words."""

    participant_id: str
    rule: str
    severity: str
    raised_at: datetime
    acknowledged_at: datetime | None
    """None: nobody had acknowledged it when the records were read."""


@dataclass(frozen=True, kw_only=True, slots=True)
class SiteTimeZone:
    """By which clock the days of a site are counted."""

    id: str
    time_zone: str
    """IANA name."""


@dataclass(frozen=True, kw_only=True, slots=True)
class TrialRecords:
    """The frozen records of one trial, each tuple sorted by id."""

    study_id: str
    protocol_sha256: str
    masked: bool
    simulated: bool
    locked_at: datetime | None
    extracted_at: datetime
    participants: tuple[Participant, ...]
    consents: tuple[Consent, ...]
    assessments: tuple[EligibilityAssessment, ...]
    arms: tuple[AllocatedArm, ...]
    visits: tuple[PlannedVisit, ...]
    sessions_planned: tuple[PlannedSession, ...]
    sessions: tuple[SessionSummary, ...]
    resting: tuple[RestingMeasurement, ...]
    answers: tuple[ItemAnswer, ...]
    """In the order in which they were stored: of several for one item the last one counts."""
    completions: tuple[QuestionnaireCompletion, ...]
    withdrawals: tuple[Withdrawal, ...]
    deviations: tuple[ProtocolDeviation, ...]
    adverse_events: tuple[AdverseEvent, ...]
    harm_askings: tuple[HarmAsking, ...] = ()
    """In the order in which they were stored: of several for one session the last one counts."""
    alerts: tuple[AlertSummary, ...] = ()
    """In the order in which they were raised."""
    code_breaks: tuple[CodeBreak, ...] = ()
    """Emergency code breaks, in the order in which they were stored; no arm stands in them."""
    resting_spans: Annotated[tuple[RestingSpan, ...], UNSAID] = ()
    """How long the beats of each visit were recorded; empty in records that were read before it was kept."""
    resting_signals: Annotated[tuple[RestingSignal, ...], UNSAID] = ()
    """Of visits whose resting recording has other signals than the heartbeat."""
    site_time_zones: tuple[SiteTimeZone, ...] = ()
    """Empty in records that were read before a site had one: their days were those of UTC."""
    looks: Annotated[tuple[HeldLook, ...], UNSAID] = ()
    """Looks held before the end, in order: none before the lock, and without what they found while arms are masked."""
