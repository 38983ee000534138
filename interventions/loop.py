"""One pass of the closed loop: six stages in order over one frozen value.

Rules: sense, infer, decide, compose, deliver, feed back; every arm runs the same six stages in the same order, in every
arm the adaptive policy decides (in shadow where it is not heard) and the safety layer comes last. The loop has no
clock, no store, no file and no chance of its own: a pass is a pure function of plan, state, window and self-report, so
each can be computed again.

Contents: `run_pass`. Its values: `interventions.loop_values`; two of its stages: `interventions.deciding`,
`interventions.playing`.
"""

from dataclasses import dataclass, replace

from data.measures.windows import measure_all
from data.records.music import MusicalParameters, Score
from data.records.sessions import Composed, Decision, Delivered, ListenerState, LoopStep, SelfReport
from data.records.signals import Window, WindowMeasures
from interventions.arms.definition import filling_of
from interventions.composition.composer import CompositionMemory, score_sha256
from interventions.control import safety, session_length
from interventions.control.expression import expressed_arousal
from interventions.control.reaction import Beliefs
from interventions.deciding import Decided, decide
from interventions.delivery.renderer import Rendered, Renderer
from interventions.feedback import Pass, learn, react
from interventions.inference.affect import Sensed
from interventions.inference.models import AnyBelief, infer
from interventions.loop_values import LoopPass, LoopPlan, LoopState, SessionEndedError
from interventions.playing import Played, play
from protocols.canonical import hash_of

OPENING_SHARE = 0.15
CLOSING_SHARE = 0.85
TIME_DIGITS = 6


@dataclass(frozen=True, kw_only=True, slots=True)
class _Inferred:
    measures: WindowMeasures
    belief: AnyBelief
    listener: ListenerState


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class _Stages:
    """What the six stages of one pass gave, in their order."""

    window: Window
    inferred: _Inferred
    decided: Decided
    decision: Decision
    """As the arm settled it: what is heard."""
    score: Score
    memory: CompositionMemory
    played: Played
    now: Pass
    beliefs: Beliefs
    report: SelfReport | None


def run_pass(
    plan: LoopPlan,
    state: LoopState,
    window: Window,
    renderer: Renderer,
    report: SelfReport | None = None,
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
    report : SelfReport, optional
        What the participant said since the last pass.

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
    stages = _run_stages(plan, state, window, renderer, report)
    step = _step(plan, state, stages, renderer)
    return LoopPass(
        state=_following(state, stages, step, renderer),
        step=step,
        pcm=stages.played.rendered.pcm,
        score=stages.score,
        last=stages.played.last,
        stop_reason=stages.played.stop_reason(stages.decision.safety_rule),
    )


def _run_stages(
    plan: LoopPlan, state: LoopState, window: Window, renderer: Renderer, report: SelfReport | None
) -> _Stages:
    inferred = _infer(plan, state, window, report)
    decided = decide(plan, state, inferred.listener, inferred.measures, window.end_s)
    filling = filling_of(plan.arm)
    told = filling.instruct(decided.decision.applied, plan.music, plan.seed)
    score, memory = _compose(plan, state, told)
    decision = filling.settle(decided.decision, score)
    played = play(plan, state, score, renderer, decision.safety_rule)
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
        report=report,
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
        reactivity=react(state.before, stages.now, stages.report, stages.beliefs),
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
        estimate=stages.inferred.belief,
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


def _infer(
    plan: LoopPlan, state: LoopState, window: Window, report: SelfReport | None
) -> _Inferred:
    measures = measure_all(window)
    sensed = Sensed(measures=measures, rest=window.rest, now_s=window.end_s, report=report)
    belief, listener = infer(state.estimate, sensed, plan.baseline)
    return _Inferred(measures=measures, belief=belief, listener=listener)


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
