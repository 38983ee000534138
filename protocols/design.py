"""What was promised before the first participant: the protocol and its parts."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated, Never

from protocols.analysis_plan import AnalysisPlan, PlannedAnalysis
from protocols.arm_guess import ArmGuess
from protocols.canonical import UNSAID
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
    """Name (TIDieR 1)."""
    role: ArmRole
    why: str
    """Rationale (TIDieR 2)."""
    what: str
    """Materials (TIDieR 3)."""
    procedures: str
    """What is done, step by step (TIDieR 4)."""
    who_provides: str
    """Who provides it, with which training (TIDieR 5)."""
    how_and_where: str
    """Mode of delivery and place (TIDieR 6, 7)."""
    when_and_how_much: str
    """Dose and schedule (TIDieR 8)."""
    tailoring: str
    """What is adapted to the participant (TIDieR 9)."""
    fidelity: str
    """How adherence and fidelity are measured and kept up (TIDieR 11, 12)."""
    modifications: str = ""
    """What may change during the trial, and how that is recorded (TIDieR 10)."""
    music: str = ""
    """Who chose or composed the music, and what it is (RG-MBI)."""
    ai_system: str = ""
    """Which algorithm with which version decides what, and what people may override (SPIRIT-AI)."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Epoch:
    """A CDISC epoch: screening, treatment, follow-up."""

    code: str
    """Short lower-case name, e.g. ``treatment``."""
    label: str
    """Name that people read."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Visit:
    """One planned visit; day 0 is the day of randomization."""

    code: str
    """Short lower-case name, e.g. ``week_4``."""
    label: str
    """Name that people read."""
    epoch: str
    """Code of the epoch that the visit belongs to."""
    day: int
    """Planned day; negative before randomization."""
    window_before_days: int
    """How many days before its planned day the visit may take place."""
    window_after_days: int
    """How many days after its planned day the visit may take place."""
    questionnaires: tuple[str, ...]
    """Ids of the questionnaires filled in at the visit, in order."""
    resting_recording: bool
    """Whether a seated resting recording without music is made."""


class AffectModel(StrEnum):
    """How arousal is estimated during the music, in every arm alike."""

    HEART = "kalman-arousal-1"
    """From the heart and a rating."""
    ALL_SIGNALS = "kalman-affect-2"
    """From every signal that the session senses and from self-report, valence from self-report alone."""


@dataclass(frozen=True, kw_only=True, slots=True)
class SessionSchedule:
    """The planned listening sessions: the dose."""

    count: int
    """How many sessions."""
    duration_minutes: float
    """How long the music plays in each."""
    weeks: int
    """In how many weeks, evenly spread."""
    window_days: int
    """How many days before or after its planned day a session may take place."""
    rating: str
    """Questionnaire id of the rating before and after each session."""
    resting_minutes: float
    """Length of a resting recording."""
    attended_share: float = 0.8
    """Share of the planned music that must be heard for a session to count as attended."""
    affect_model: Annotated[AffectModel | None, UNSAID] = None
    """None: from the heart, as before there was a choice."""


@dataclass(frozen=True, kw_only=True, slots=True)
class SafetyRule:
    """A condition that stops the music or alerts a person, in every arm."""

    code: str
    """Short lower-case name; records of a rule that fired carry it."""
    label: str
    """Name that people read."""
    trigger: str
    """When it fires, in words."""
    threshold: float | None
    """The number in the trigger; None when there is none."""
    action: str
    """What then happens, in words."""
    unit: str = ""
    """Unit of the threshold."""
    acknowledge_within_hours: float | None = None
    """How long after the alert somebody must have acknowledged it; None: no such time is promised."""


@dataclass(frozen=True, kw_only=True, slots=True)
class SampleSize:
    """How many participants and why (SPIRIT 2025 item 19)."""

    per_arm: int
    """Participants to randomize to each arm, with the allowance for dropout."""
    difference: float
    """Difference between arms that the trial must not miss, in units of the primary outcome."""
    standard_deviation: float
    """Of the primary outcome within an arm."""
    baseline_correlation: float
    """Correlation of the outcome with its baseline value, used by the ANCOVA formula."""
    significance_level: float
    """Two-sided."""
    statistical_power: float
    """Probability of finding the difference when it is there."""
    dropout_share: float
    """Share of participants expected without the primary outcome."""
    reasons: str
    """Where each of these numbers comes from."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Administration:
    """Who stands behind the trial (SPIRIT 2025 items 1-8)."""

    registry: str
    """Trial registry and number (SPIRIT 2)."""
    sponsor: str
    """Sponsor and role."""
    investigators: tuple[str, ...]
    """Who is responsible for what."""
    funding: str
    """Who pays."""
    ethics: str
    """Which ethics committee."""
    data_sharing: str
    """Which data and code will be shared, when and how (SPIRIT 6)."""
    patient_involvement: str
    """How people with lived experience took part in the design."""
    protocol_date: str = ""
    """ISO date of this version."""
    conflicts_of_interest: str = ""
    """Interests of those responsible."""
    monitoring: str = ""
    """Data monitoring committee and trial monitoring (SPIRIT 28, 29)."""
    data_management: str = ""
    """Where data are kept, who may see what, how changes are traced."""
    confidentiality: str = ""
    """How identity is kept apart from the data."""
    dissemination: str = ""
    """How results are made known, whatever they are."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Protocol:
    """Everything promised before the first participant; frozen before enrolment begins."""

    study_id: str
    """Short id; participants, files and seeds are named after the trial by it."""
    title: str
    """Full scientific title: design, population, interventions (SPIRIT 1a)."""
    short_title: str
    """Name that people use."""
    version: str
    """Version label, e.g. ``1.0``; every amendment has a new one."""
    design: str
    """Design in words: type, allocation ratio, framework."""
    background: str
    """What is known, why this trial, why this comparator (SPIRIT 9a, 9b)."""
    objectives: tuple[str, ...]
    """Objectives, the primary one first."""
    administration: Administration
    population: str
    """Who is studied, in words."""
    setting: str
    """Where."""
    arms: tuple[Arm, ...]
    """In the order of the allocation ratio."""
    epochs: tuple[Epoch, ...]
    visits: tuple[Visit, ...]
    """In order of time."""
    sessions: SessionSchedule
    criteria: tuple[Criterion, ...]
    """For people and for input data."""
    randomization: RandomizationPlan
    blinding: str
    """Who is blind, how, and when blinding may be broken (SPIRIT 23)."""
    consent_version: str
    """Version of the consent text; a new one asks for consent again."""
    consent_text: str
    """What a participant reads before signing, in plain language."""
    sensing_notice: str
    """Shown before the first sensing: what the software infers (AI Act article 50(3))."""
    music: MusicPlan
    matching: MatchSpecification
    outcomes: tuple[Outcome, ...]
    intercurrent_events: tuple[IntercurrentEvent, ...]
    """The catalogue; every estimand has one strategy for each."""
    estimands: tuple[Estimand, ...]
    sample_size: SampleSize
    safety_rules: tuple[SafetyRule, ...]
    stopping: str
    """When a participant, a session or the trial is stopped."""
    analysis: AnalysisPlan
    concomitant_care: str = ""
    """What other care is allowed and recorded (SPIRIT 15d)."""
    harms: str = ""
    """How harms are defined, asked for and judged (SPIRIT 17)."""
    arm_guess: ArmGuess | None = None
    """Who guesses the arm after the last session; None: nobody is asked."""

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

    @property
    def primary_analysis(self) -> PlannedAnalysis:
        """The plan's first analysis of the primary outcome."""
        primary = self.primary_outcome.code
        return next(a for a in self.analysis.analyses if a.outcome == primary)


def _missing(kind: str, code: str) -> Never:
    message = f"The protocol has no {kind} with the code {code!r}."
    raise KeyError(message)
