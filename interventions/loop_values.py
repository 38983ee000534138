"""The values that one pass of the loop takes and gives.

Contents: `LoopPlan`, `LoopState`, `LoopPass`, `begin`, `SessionEndedError`.
"""

from dataclasses import dataclass

from data.records.music import MusicalParameters, Score
from data.records.sessions import LoopStep, RestingBaseline
from interventions.arms.arm import ArmDefinition
from interventions.arms.definition import filling_of
from interventions.composition.composer import Composer, CompositionMemory, opening_memory
from interventions.control import safety
from interventions.control.reaction import FLAT_BELIEFS, Beliefs
from interventions.delivery.renderer import Tail, empty_tail
from interventions.delivery.synthesis import Samples
from interventions.feedback import Pass
from interventions.inference.models import AnyBelief, nothing_sensed
from protocols.design import SafetyRule
from protocols.music import MusicPlan


class SessionEndedError(RuntimeError):
    """The last segment has been made: there is no next pass."""


@dataclass(frozen=True, kw_only=True, slots=True)
class LoopPlan:
    """Everything that is settled before the first note."""

    session_id: str
    arm: ArmDefinition
    music: MusicPlan
    safety_rules: tuple[SafetyRule, ...]
    baseline: RestingBaseline
    seed: int
    duration_s: float
    software_version: str


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class LoopState:
    """What one pass hands to the next."""

    sequence: int
    """Number of the next segment."""
    start_frame: int
    start_s: float
    """When the next segment begins, on the session's music clock."""
    estimate: AnyBelief
    course_start: float | None
    """Arousal at which the course begins: the first usable estimate. None before."""
    beliefs: Beliefs
    safety: safety.SafetyMemory
    coordinator_needed: bool
    """True while a rule demands that a person looks at the participant or the sensor."""
    previous: MusicalParameters | None
    """What the adaptive policy applied last, heard or in shadow."""
    before: Pass | None
    composer: Composer
    memory: CompositionMemory
    tail: Tail
    previous_step_sha256: str
    is_over: bool


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class LoopPass:
    """What one pass made."""

    state: LoopState
    step: LoopStep
    pcm: Samples | None
    """Shape (frames, 2); None without sound."""
    score: Score
    last: bool
    """True when the session ends with this segment."""
    stop_reason: str
    """Why it ends early; empty otherwise."""


def begin(plan: LoopPlan) -> LoopState:
    """Return the state before the first pass.

    Parameters
    ----------
    plan : LoopPlan
        What is settled.
    """
    return LoopState(
        sequence=0,
        start_frame=0,
        start_s=0.0,
        estimate=nothing_sensed(plan.arm.inference),
        course_start=None,
        beliefs=FLAT_BELIEFS,
        safety=safety.CALM,
        coordinator_needed=False,
        previous=None,
        before=None,
        composer=filling_of(plan.arm).make_composer(plan.duration_s, plan.seed),
        memory=opening_memory(),
        tail=empty_tail(),
        previous_step_sha256="",
        is_over=False,
    )
