"""The third stage: what the adaptive policy proposes, bounds and limits of change, and the safety layer last.

Contents: `Decided`, `decide`.
"""

from dataclasses import dataclass

from data.records.sessions import Decision, ListenerState
from data.records.signals import WindowMeasures
from interventions.control import adaptive_policy, safety
from interventions.control.bounds import limit
from interventions.loop_values import LoopPlan, LoopState


@dataclass(frozen=True, kw_only=True, slots=True)
class Decided:
    """What the adaptive policy would play, and what is remembered of it."""

    decision: Decision
    safety: safety.SafetyMemory
    course_start: float | None


def decide(
    plan: LoopPlan,
    state: LoopState,
    listener: ListenerState,
    measures: WindowMeasures,
    now_s: float,
) -> Decided:
    """Decide what the next segment is to be.

    Parameters
    ----------
    plan : LoopPlan
        What is settled.
    state : LoopState
        What the pass before left.
    listener : ListenerState
        What was inferred.
    measures : WindowMeasures
        What the safety rules watch.
    now_s : float
        End of the window.
    """
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
    return Decided(decision=decision, safety=memory, course_start=course_start)
