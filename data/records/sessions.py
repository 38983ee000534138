"""Listening sessions and the audit of their loop: one LoopStep a pass."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Annotated

from data.records.music import MusicalParameters
from data.records.signals import Window, WindowGrade, WindowMeasures
from protocols.canonical import UNSAID


class SessionState(StrEnum):
    """Where a listening session stands."""

    READY = "ready"
    RUNNING = "running"
    COMPLETED = "completed"
    STOPPED = "stopped"


class StopCause(StrEnum):
    """Who or what ended a session before its planned end."""

    NONE = "none"
    """It ran to its planned end, or still runs."""
    PARTICIPANT = "participant"
    COORDINATOR = "coordinator"
    """Without a reason so far, or for another one than those below."""
    UNWELL = "unwell"
    """The participant was distressed or unwell, and the team stopped the session."""
    SAFETY_RULE = "safety_rule"
    EQUIPMENT = "equipment"
    """Sensor, headphones or player."""
    SERVER = "server"
    """The server was stopped or killed."""
    GENERATOR = "generator"
    """The next segment could not be made."""
    WITHDRAWN = "withdrawn"
    """The participant left the listening while the session ran."""


@dataclass(frozen=True, kw_only=True, slots=True)
class RestingBaseline:
    """Resting values against which the session's values are standardized (z = (x - median)/scale)."""

    heart_rate_bpm: float
    heart_rate_scale_bpm: float
    ln_rmssd: float
    ln_rmssd_scale: float
    source: str
    """``recorded`` or ``protocol_default``."""


@dataclass(frozen=True, kw_only=True, slots=True)
class ListeningSession:
    """One listening session of a participant."""

    id: str
    """The planned session's id, plus ``/attempt-<n>``."""
    participant_id: str
    planned_session_id: str
    number: int
    seed: int
    """Everything random in the session derives from it."""
    arm_definition_hash: str
    """Sealed (encrypted at rest): it tells arms apart."""
    baseline: RestingBaseline
    source: str
    """What is sensed: ``recording``, ``simulated listener`` or ``live stream``."""
    planned_duration_s: float
    state: SessionState
    started_at: datetime | None
    ended_at: datetime | None
    stop_reason: str
    """Empty unless stopped early."""
    listened_s: float
    """Seconds of music really played, from the player."""
    stop_cause: StopCause = StopCause.NONE
    """The same as ``stop_reason`` in a form that needs no reading of words."""
    protocol_version_id: str = ""
    """The protocol version in force when the session began."""
    calibration_id: str = ""
    """The calibration of the headphones; empty: they were not calibrated, and the session is flagged."""
    gain_cap: float = 1.0
    """The most that the player's volume may be, in [0, 1]."""
    ear_level_dba: float | None = None
    """Estimated equivalent level at the ear of all that was heard, in whole dB(A); None without calibration."""
    sensor_id: str = ""
    """The sensors that it senses, as fingerprints of the devices with a blank between them, that of the heart first;
    empty for recordings and simulation."""


@dataclass(frozen=True, kw_only=True, slots=True)
class SelfReport:
    """How the participant says to feel, before or during the music; what was not asked is None."""

    tension: float | None = None
    """Visual analogue scale, 0 to 100."""
    pleasure: float | None = None
    """Affect grid, 1 (unpleasant) to 9 (pleasant)."""
    arousal: float | None = None
    """Affect grid, 1 (sleepy) to 9 (highly aroused)."""
    age_s: float = 0.0
    """Seconds from the report to the end of the window."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Observation:
    """What one signal said in one pass, and whether the estimate listened."""

    of: str
    """``heart_rate``, ``ln_rmssd``, a measure of a stream, or ``self_report``."""
    z: float | None
    """Distance from rest; None without a value or without a rest."""
    grade: WindowGrade
    """After the rule that a grade improves one step at a time."""
    counted: bool
    moved: float
    """By how much it moved the estimate of arousal, in z; 0 when it did not count."""
    reason: str
    """Why it did not count, or counted less; empty when it counted in full."""


@dataclass(frozen=True, kw_only=True, slots=True)
class ListenerState:
    """Inferred affect with its uncertainty, in z units of arousal."""

    arousal: float
    arousal_sd: float
    valence: float | None
    """From ratings only: physiology does not identify it. None without a rating."""
    heart_rate_z: float | None
    ln_rmssd_z: float | None
    held: bool
    """True when no signal was usable, so the estimate was only predicted."""
    model: str
    valence_sd: Annotated[float | None, UNSAID] = None
    """None with ``valence``."""
    quality: Annotated[WindowGrade | None, UNSAID] = None
    """Grade of the heart's signal that the loop went by; None in sessions of ``kalman-arousal-1``."""
    observations: Annotated[tuple[Observation, ...], UNSAID] = ()
    """Every signal of the pass, whether it counted or not."""


@dataclass(frozen=True, kw_only=True, slots=True)
class ParameterChange:
    """One proposed value that a bound, a change limit or a safety rule altered."""

    parameter: str
    proposed: float
    applied: float
    because: str
    """``bound``, ``change_limit`` or the code of a safety rule."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Decision:
    """What was decided, why, and what the bounds changed."""

    target_arousal: float
    """Where the trajectory wants the listener at this time."""
    proposed: MusicalParameters
    applied: MusicalParameters
    changes: tuple[ParameterChange, ...]
    reason: str
    propensity: float
    """Probability of the chosen action; 1 when no chance took part."""
    shadow: MusicalParameters | None
    """What the adaptive policy would have done, in arms that do not adapt."""
    policy: str
    safety_rule: str
    """Code of the safety rule in force; empty when none."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Composed:
    """Evidence of what was composed."""

    composer: str
    seed: int
    phase: str
    notes: int
    duration_s: float
    score_sha256: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Delivered:
    """Evidence of what was rendered and, later, what the player really played."""

    frames: int
    sampling_rate_hz: int
    audio_sha256: str
    """Empty when the segment was composed without sound (simulation)."""
    loudness_lufs: float | None
    peak: float | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Reactivity:
    """What came back after the previous segment: the change of the listener."""

    heart_rate_change_bpm: float | None
    arousal_change: float
    rating: float | None
    """Participant's rating in this pass; None when there was none."""
    learned: str
    """What the loop learned; ``nothing`` when the policy is frozen."""
    report: Annotated[SelfReport | None, UNSAID] = None
    """The whole self-report where it says more than a rating of this moment."""


@dataclass(frozen=True, kw_only=True, slots=True)
class LoopStep:
    """One pass of the six stages; the unit of the audit of a session."""

    id: str
    """``<session>/<sequence>``."""
    session_id: str
    sequence: int
    """Number of the segment, from 0."""
    start_s: float
    """When the segment begins, on the session's music clock."""
    window: Window
    measures: WindowMeasures
    state: ListenerState
    decision: Decision
    composed: Composed
    delivered: Delivered
    reactivity: Reactivity
    arm_definition_hash: str
    software_version: str
    previous_step_sha256: str
    """Hash of the step before: empty for the first."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Playback:
    """What the player really played of one segment (from the player, not from the plan)."""

    id: str
    """``<session>/<sequence>``."""
    session_id: str
    sequence: int
    frames_played: int
    underruns: int
    gap_s: float
    volume: float
    reported_at: datetime
