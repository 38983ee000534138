"""A whole session faster than real time: for the terminal, simulated trials and tests.

Contents: `run_session`.
"""

from collections.abc import Iterator

from interventions.delivery.renderer import Renderer
from interventions.loop import run_pass
from interventions.loop_values import LoopPass, LoopPlan, begin
from interventions.sensing.source import SignalSource


def run_session(plan: LoopPlan, source: SignalSource, renderer: Renderer) -> Iterator[LoopPass]:
    """Run a session from its first segment to its last.

    Parameters
    ----------
    plan : LoopPlan
        What is settled.
    source : SignalSource
        What is sensed; it hears each segment before the next window is asked for.
    renderer : Renderer
        How notes become sound.

    Yields
    ------
    LoopPass
        One a segment, in order.
    """
    state = begin(plan)
    while not state.is_over:
        made = run_pass(plan, state, source.window_at(state.start_s), renderer)
        source.hear(made.step.decision.applied, made.step.composed.duration_s)
        state = made.state
        yield made
