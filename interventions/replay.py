"""Every decision of a session computed again from its log, bit for bit, for every arm.

Conventions: from each stored step only the window and the self-report are taken; measures, estimate, decision, score and
reactivity are computed anew and must be equal. Sound is evidence, not replayed: float synthesis may differ in the last
bits between machines. The chain of hashes is checked against the stored steps themselves.

Contents: `replay`, `Replay`, `Difference`.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from data.records.sessions import LoopStep, SelfReport
from interventions.delivery.renderer import SilentRenderer
from interventions.loop import run_pass
from interventions.loop_values import LoopPlan, LoopState, begin
from protocols.canonical import hash_of

_REPLAYED = (
    "id",
    "session_id",
    "sequence",
    "start_s",
    "measures",
    "state",
    "decision",
    "composed",
    "reactivity",
    "arm_definition_hash",
    "software_version",
)
_REPLAYED_DELIVERY = ("frames", "sampling_rate_hz")


@dataclass(frozen=True, kw_only=True, slots=True)
class Difference:
    """One part of one step that is not what the loop computes."""

    sequence: int
    part: str
    """Field of the step; ``chain`` for the hash of the step before, ``order`` for a missing step."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Replay:
    """What a replay found."""

    passes: int
    equal: bool
    differences: tuple[Difference, ...]


def replay(plan: LoopPlan, steps: Sequence[LoopStep]) -> Replay:
    """Compute a session again and compare.

    Parameters
    ----------
    plan : LoopPlan
        What was settled before the session.
    steps : sequence of LoopStep
        The log, in order, from the first segment.

    Returns
    -------
    Replay
        Equal when nothing differs; a replay ends where steps are missing or follow the last segment.
    """
    differences: list[Difference] = []
    state = begin(plan)
    before_sha256 = ""
    for expected, step in enumerate(steps):
        if step.sequence != expected or state.is_over:
            differences.append(Difference(sequence=step.sequence, part="order"))
            break
        state, found = _replay_step(plan, state, step)
        if step.previous_step_sha256 != before_sha256:
            found.append("chain")
        differences += [Difference(sequence=step.sequence, part=part) for part in found]
        before_sha256 = hash_of(step)
    return Replay(passes=len(steps), equal=not differences, differences=tuple(differences))


def _replay_step(plan: LoopPlan, state: LoopState, step: LoopStep) -> tuple[LoopState, list[str]]:
    made = run_pass(
        plan,
        state,
        step.window,
        SilentRenderer(sampling_rate_hz=step.delivered.sampling_rate_hz),
        report=_report_of(step),
    )
    again = made.step
    found = [part for part in _REPLAYED if getattr(again, part) != getattr(step, part)]
    found += [
        f"delivered.{part}"
        for part in _REPLAYED_DELIVERY
        if getattr(again.delivered, part) != getattr(step.delivered, part)
    ]
    return made.state, found


def _report_of(step: LoopStep) -> SelfReport | None:
    rating = step.reactivity.rating
    return step.reactivity.report or (None if rating is None else SelfReport(tension=rating))
