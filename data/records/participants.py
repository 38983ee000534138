"""A participant on the way through the trial, and the acts that move them."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum


class ParticipantState(StrEnum):
    """Where a participant stands; steps happen only in order (conduct: states)."""

    PRESCREENED = "prescreened"
    CONSENTED = "consented"
    ELIGIBLE = "eligible"
    SCREEN_FAILED = "screen_failed"
    BASELINE_COMPLETE = "baseline_complete"
    RANDOMIZED = "randomized"
    COMPLETED = "completed"
    WITHDRAWN = "withdrawn"
    LOST_TO_FOLLOW_UP = "lost_to_follow_up"


@dataclass(frozen=True, kw_only=True, slots=True)
class Participant:
    """A person in the trial, known by a pseudonym only."""

    id: str
    """Pseudonym, e.g. ``LEI-007`` (site code, running number)."""
    site_id: str
    state: ParticipantState
    screened_on: date
    age_years: int | None
    sex: str | None
    """``female``, ``male`` or ``other``; None when not given."""
    simulated: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class Identity:
    """The person behind a pseudonym; every field but the ids is encrypted at rest."""

    id: str
    """The participant id."""
    full_name: str
    birth_date: str
    """ISO date."""
    contact: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Consent:
    """Consent to one version of the information, and the notice about sensing."""

    id: str
    participant_id: str
    consent_version: str
    signed_at: datetime
    sensing_notice_shown_at: datetime
    recorded_by: str


@dataclass(frozen=True, kw_only=True, slots=True)
class CriterionAnswer:
    """Whether one criterion is met (an exclusion criterion that is met keeps the person out)."""

    criterion: str
    met: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class EligibilityAssessment:
    """The signed checklist of every criterion of the protocol."""

    id: str
    participant_id: str
    answers: tuple[CriterionAnswer, ...]
    eligible: bool
    reasons: tuple[str, ...]
    """Codes of the criteria that keep the person out; ``declined`` when the person declined."""
    assessed_at: datetime
    assessed_by: str


class WithdrawalKind(StrEnum):
    """What the participant withdraws from (data already given is kept unless erased)."""

    INTERVENTION_ONLY = "intervention_only"
    """Stops listening, stays in follow-up."""
    TRIAL = "trial"
    """Stops listening and follow-up."""
    LOST_TO_FOLLOW_UP = "lost_to_follow_up"


@dataclass(frozen=True, kw_only=True, slots=True)
class Withdrawal:
    """A participant's withdrawal or loss, with the reason."""

    id: str
    participant_id: str
    kind: WithdrawalKind
    reason: str
    at: datetime
    recorded_by: str


@dataclass(frozen=True, kw_only=True, slots=True)
class ProtocolDeviation:
    """A departure from the protocol."""

    id: str
    participant_id: str
    category: str
    """e.g. ``visit_out_of_window``, ``ineligible_randomized``, ``session_duration``."""
    description: str
    important: bool
    """Important deviations exclude from the per-protocol set (ICH E3)."""
    at: datetime
    recorded_by: str
