"""One pass of the closed loop: six stages in order over one frozen value.

Rules: sense, infer, decide, compose, deliver, feed back; every arm runs the same six stages in the same order, in every
arm the adaptive policy decides (in shadow where it is not heard) and the safety layer comes last. The loop has no
clock, no store, no file and no chance of its own: a pass is a pure function of plan, state, window and rating, so each
can be computed again.

Conventions: a session lasts exactly ``round(duration_s * sampling_rate_hz)`` frames in every arm, with equal fades, or as
many as the rule for the longest session allows, when that are fewer. The last segment is cut, or rings on by less than
`SHORTEST_LAST_S`, so that none is too short to be asked for in time.

Contents: `LoopPlan`, `LoopState`, `LoopPass`, `begin`, `run_pass`, `SessionEndedError`.
"""

from dataclasses import dataclass, replace

from data.measures.hrv import measure_window
from data.records.music import MusicalParameters, Score
from data.records.sessions import (
    Composed,
    Decision,
    Delivered,
    ListenerState,
    LoopStep,
    RestingBaseline,
)
from data.records.signals import Window, WindowMeasures
from interventions.arms.arm import ArmDefinition
from interventions.arms.definition import filling_of
from interventions.composition.composer import (
    Composer,
    CompositionMemory,
    opening_memory,
    score_sha256,
)
from interventions.control import adaptive_policy, safety, session_length
from interventions.control.bounds import limit
from interventions.control.expression import expressed_arousal
from interventions.control.reaction import FLAT_BELIEFS, Beliefs
from interventions.delivery.renderer import Rendered, Renderer, Tail, empty_tail
from interventions.delivery.synthesis import Samples
from interventions.feedback import Pass, learn, react
from interventions.inference.arousal import PRIOR, Estimate, infer
from protocols.canonical import hash_of
from protocols.design import SafetyRule
from protocols.music import MusicPlan

OPENING_SHARE = 0.15
CLOSING_SHARE = 0.85
SHORTEST_LAST_S = 3.0
TIME_DIGITS = 6


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
    estimate: Estimate
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


@dataclass(frozen=True, kw_only=True, slots=True)
class _Inferred:
    measures: WindowMeasures
    estimate: Estimate
    listener: ListenerState


@dataclass(frozen=True, kw_only=True, slots=True)
class _Decided:
    decision: Decision
    safety: safety.SafetyMemory
    course_start: float | None


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class _Played:
    rendered: Rendered
    last: bool
    cut_by_length: bool
    """True when the rule for the longest session made it the last."""


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class _Stages:
    """What the six stages of one pass gave, in their order."""

    window: Window
    inferred: _Inferred
    decided: _Decided
    decision: Decision
    """As the arm settled it: what is heard."""
    score: Score
    memory: CompositionMemory
    played: _Played
    now: Pass
    beliefs: Beliefs
    rating: float | None


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
        estimate=PRIOR,
        course_start=None,
        beliefs=FLAT_BELIEFS,
        safety=safety.CALM,
        coordinator_needed=False,
        previous=None,
        before=None,
        composer=filling_of(plan.arm.code).make_composer(plan.duration_s, plan.seed),
        memory=opening_memory(),
        tail=empty_tail(),
        previous_step_sha256="",
        is_over=False,
    )


def run_pass(
    plan: LoopPlan,
    state: LoopState,
    window: Window,
    renderer: Renderer,
    rating: float | None = None,
) -> LoopPass:
    """Make the next segment.

    Parameters
    ----------
    plan : LoopPlan
        What is settled.
    state : LoopState
        What the pass before left; `begin` for the first.
    window : Window
        What was sensed.
    renderer : Renderer
        How notes become sound.
    rating : float, optional
        How tense the participant says to be, 0-100, since the last pass.

    Returns
    -------
    LoopPass
        The segment, its record and the next state.

    Raises
    ------
    SessionEndedError
        If the last segment has been made already.
    """
    if state.is_over:
        message = f"Session {plan.session_id} ended with segment {state.sequence - 1}."
        raise SessionEndedError(message)
    stages = _run_stages(plan, state, window, renderer, rating)
    step = _step(plan, state, stages, renderer)
    return LoopPass(
        state=_following(state, stages, step, renderer),
        step=step,
        pcm=stages.played.rendered.pcm,
        score=stages.score,
        last=stages.played.last,
        stop_reason=_stop_reason(stages.decision.safety_rule, stages.played),
    )


def _run_stages(
    plan: LoopPlan, state: LoopState, window: Window, renderer: Renderer, rating: float | None
) -> _Stages:
    inferred = _infer(plan, state, window, rating)
    decided = _decide(plan, state, inferred, window.end_s)
    filling = filling_of(plan.arm.code)
    told = filling.instruct(decided.decision.applied, plan.music, plan.seed)
    score, memory = _compose(plan, state, told)
    decision = filling.settle(decided.decision, score)
    played = _deliver(plan, state, score, renderer, decision.safety_rule)
    if played.cut_by_length:
        decision = session_length.named_in(decision)
    now = Pass(
        at_s=window.end_s,
        measures=inferred.measures,
        state=inferred.listener,
        level=expressed_arousal(decision.applied),
    )
    return _Stages(
        window=window,
        inferred=inferred,
        decided=decided,
        decision=decision,
        score=score,
        memory=memory,
        played=played,
        now=now,
        beliefs=learn(state.beliefs, state.before, now),
        rating=rating,
    )


def _step(plan: LoopPlan, state: LoopState, stages: _Stages, renderer: Renderer) -> LoopStep:
    return LoopStep(
        id=f"{plan.session_id}/{state.sequence}",
        session_id=plan.session_id,
        sequence=state.sequence,
        start_s=state.start_s,
        window=stages.window,
        measures=stages.inferred.measures,
        state=stages.inferred.listener,
        decision=stages.decision,
        composed=_composed(stages.score),
        delivered=_delivered(stages.played.rendered, renderer),
        reactivity=react(state.before, stages.now, stages.rating, stages.beliefs),
        arm_definition_hash=plan.arm.sha256,
        software_version=plan.software_version,
        previous_step_sha256=state.previous_step_sha256,
    )


def _following(state: LoopState, stages: _Stages, step: LoopStep, renderer: Renderer) -> LoopState:
    start_frame = state.start_frame + stages.played.rendered.frames
    return replace(
        state,
        sequence=state.sequence + 1,
        start_frame=start_frame,
        start_s=round(start_frame / renderer.sampling_rate_hz, TIME_DIGITS),
        estimate=stages.inferred.estimate,
        course_start=stages.decided.course_start,
        beliefs=stages.beliefs,
        safety=stages.decided.safety,
        coordinator_needed=safety.needs_a_person(stages.decision.safety_rule),
        previous=stages.decided.decision.applied,
        before=stages.now,
        memory=stages.memory,
        tail=stages.played.rendered.tail,
        previous_step_sha256=hash_of(step),
        is_over=stages.played.last,
    )


def _infer(plan: LoopPlan, state: LoopState, window: Window, rating: float | None) -> _Inferred:
    measures = measure_window(window)
    estimate, listener = infer(
        state.estimate, measures, plan.baseline, now_s=window.end_s, rating=rating
    )
    return _Inferred(measures=measures, estimate=estimate, listener=listener)


def _decide(plan: LoopPlan, state: LoopState, inferred: _Inferred, now_s: float) -> _Decided:
    listener, measures = inferred.listener, inferred.measures
    course_start = state.course_start
    if course_start is None and not listener.held:
        course_start = listener.arousal
    proposal = adaptive_policy.propose(
        adaptive_policy.Situation(
            state=listener,
            start_arousal=listener.arousal if course_start is None else course_start,
            progress=state.start_s / plan.duration_s,
            progress_after=(state.start_s + adaptive_policy.SEGMENT_S) / plan.duration_s,
            beliefs=state.beliefs,
        ),
        plan.music,
        plan.seed,
    )
    allowed, limited = limit(proposal.parameters, state.previous, plan.music)
    limits = safety.limits_of(plan.safety_rules)
    memory = safety.watch(state.safety, measures, plan.baseline, limits, now_s)
    rule = safety.rule_in_force(memory, limits, now_s)
    applied, overruled = safety.override(rule, allowed, state.previous, plan.music, plan.seed)
    decision = Decision(
        target_arousal=proposal.target_arousal,
        proposed=proposal.parameters,
        applied=applied,
        changes=limited + overruled,
        reason=f"{proposal.reason} {safety.IN_WORDS[rule]}".strip(),
        propensity=1.0,
        shadow=None,
        policy=adaptive_policy.NAME,
        safety_rule=rule,
    )
    return _Decided(decision=decision, safety=memory, course_start=course_start)


def _compose(
    plan: LoopPlan, state: LoopState, told: MusicalParameters
) -> tuple[Score, CompositionMemory]:
    return state.composer.compose(
        told,
        state.memory,
        sequence=state.sequence,
        seed=plan.seed,
        phase=_phase(state.start_s / plan.duration_s),
    )


def _phase(progress: float) -> str:
    if progress < OPENING_SHARE:
        return "opening"
    return "middle" if progress < CLOSING_SHARE else "closing"


def _deliver(
    plan: LoopPlan, state: LoopState, score: Score, renderer: Renderer, rule: str
) -> _Played:
    per_s = renderer.sampling_rate_hz
    planned = round(plan.duration_s * per_s)
    longest = session_length.longest_frames(plan.safety_rules, per_s)
    end = planned if longest is None else min(planned, longest)
    remaining = end - state.start_frame
    frames = round(score.duration_s * per_s)
    last, cut_by_length = rule == safety.LIMIT, False
    if remaining - frames < max(SHORTEST_LAST_S, plan.music.fade_s) * per_s:
        frames, last, cut_by_length = remaining, True, end < planned
    fade = min(frames, round(plan.music.fade_s * per_s))
    rendered = renderer.render(
        score,
        state.tail,
        frames=frames,
        fade_in_frames=0 if state.sequence else fade,
        fade_out_frames=fade if last else 0,
    )
    return _Played(rendered=rendered, last=last, cut_by_length=cut_by_length)


def _stop_reason(rule: str, played: _Played) -> str:
    at_length = session_length.IN_WORDS if played.cut_by_length else ""
    return safety.stop_reason(rule) or at_length


def _composed(score: Score) -> Composed:
    return Composed(
        composer=score.composer,
        seed=score.seed,
        phase=score.phase,
        notes=len(score.notes),
        duration_s=score.duration_s,
        score_sha256=score_sha256(score),
    )


def _delivered(rendered: Rendered, renderer: Renderer) -> Delivered:
    return Delivered(
        frames=rendered.frames,
        sampling_rate_hz=renderer.sampling_rate_hz,
        audio_sha256=rendered.audio_sha256,
        loudness_lufs=rendered.loudness_lufs,
        peak=rendered.peak,
    )
