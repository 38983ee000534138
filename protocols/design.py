"""What was promised before the first participant: the protocol and its parts."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Never

from protocols.analysis_plan import AnalysisPlan
from protocols.eligibility import Criterion
from protocols.estimands import Estimand, IntercurrentEvent
from protocols.music import MatchSpecification, MusicPlan
from protocols.outcomes import Outcome
from protocols.randomization import RandomizationPlan


class ArmRole(StrEnum):
    """What an arm is for in the comparison (ICH E10)."""

    EXPERIMENTAL = "experimental"
    ACTIVE_COMPARATOR = "active_comparator"


@dataclass(frozen=True, kw_only=True, slots=True)
class Arm:
    """One trial arm, described by the TIDieR items."""

    code: str
    """Also the name of the arm definition in ``interventions/arms``."""
    label: str
    role: ArmRole
    why: str
    what: str
    procedures: str
    who_provides: str
    how_and_where: str
    when_and_how_much: str
    tailoring: str
    fidelity: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Epoch:
    """A CDISC epoch: screening, treatment, follow-up."""

    code: str
    label: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Visit:
    """One planned visit; day 0 is the day of randomization."""

    code: str
    label: str
    epoch: str
    day: int
    window_before_days: int
    window_after_days: int
    questionnaires: tuple[str, ...]
    resting_recording: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class SessionSchedule:
    """The planned listening sessions: the dose."""

    count: int
    duration_minutes: float
    weeks: int
    window_days: int
    """How many days before or after its planned day a session may take place."""
    rating: str
    """Questionnaire id of the rating before and after each session."""
    resting_minutes: float


@dataclass(frozen=True, kw_only=True, slots=True)
class SafetyRule:
    """A condition that stops the music or alerts a person, in every arm."""

    code: str
    label: str
    trigger: str
    threshold: float | None
    action: str


@dataclass(frozen=True, kw_only=True, slots=True)
class SampleSize:
    """How many participants and why (SPIRIT 2025 item 19)."""

    per_arm: int
    difference: float
    standard_deviation: float
    baseline_correlation: float
    """Correlation of the outcome with its baseline value, used by the ANCOVA formula."""
    significance_level: float
    statistical_power: float
    dropout_share: float
    reasons: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Administration:
    """Who stands behind the trial (SPIRIT 2025 items 1-8)."""

    registry: str
    sponsor: str
    investigators: tuple[str, ...]
    funding: str
    ethics: str
    data_sharing: str
    patient_involvement: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Protocol:
    """Everything promised before the first participant; frozen before enrolment begins."""

    study_id: str
    title: str
    short_title: str
    version: str
    design: str
    background: str
    objectives: tuple[str, ...]
    administration: Administration
    population: str
    setting: str
    arms: tuple[Arm, ...]
    epochs: tuple[Epoch, ...]
    visits: tuple[Visit, ...]
    sessions: SessionSchedule
    criteria: tuple[Criterion, ...]
    randomization: RandomizationPlan
    blinding: str
    consent_version: str
    consent_text: str
    sensing_notice: str
    """Shown before the first sensing: what the software infers (AI Act article 50(3))."""
    music: MusicPlan
    matching: MatchSpecification
    outcomes: tuple[Outcome, ...]
    intercurrent_events: tuple[IntercurrentEvent, ...]
    estimands: tuple[Estimand, ...]
    sample_size: SampleSize
    safety_rules: tuple[SafetyRule, ...]
    stopping: str
    analysis: AnalysisPlan

    def visit(self, code: str) -> Visit:
        """Return the visit with this code; a ``KeyError`` when there is none."""
        return next((v for v in self.visits if v.code == code), None) or _missing("visit", code)

    def outcome(self, code: str) -> Outcome:
        """Return the outcome with this code; a ``KeyError`` when there is none."""
        return next((o for o in self.outcomes if o.code == code), None) or _missing("outcome", code)

    def estimand(self, code: str) -> Estimand:
        """Return the estimand with this code; a ``KeyError`` when there is none."""
        found = next((e for e in self.estimands if e.code == code), None)
        return found or _missing("estimand", code)

    @property
    def primary_outcome(self) -> Outcome:
        """The one primary outcome."""
        return next(o for o in self.outcomes if o.role == "primary")


def _missing(kind: str, code: str) -> Never:
    message = f"The protocol has no {kind} with the code {code!r}."
    raise KeyError(message)
