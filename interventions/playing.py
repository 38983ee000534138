"""The fifth stage: how many frames a segment lasts, whether it is the last, and its sound.

Conventions: a session lasts exactly ``round(duration_s * sampling_rate_hz)`` frames in every arm, with equal fades, or as
many as the rule for the longest session allows, when that are fewer. The last segment is cut, or rings on by less than
`SHORTEST_LAST_S`, so that none is too short to be asked for in time.

Contents: `Played`, `play`.
"""

from dataclasses import dataclass

from data.records.music import Score
from interventions.control import safety, session_length
from interventions.delivery.renderer import Rendered, Renderer
from interventions.loop_values import LoopPlan, LoopState

SHORTEST_LAST_S = 3.0


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Played:
    """The sound of a segment."""

    rendered: Rendered
    last: bool
    cut_by_length: bool
    """True when the rule for the longest session made it the last."""

    def stop_reason(self, rule: str) -> str:
        """Return why the session ends early; empty when it does not."""
        at_length = session_length.IN_WORDS if self.cut_by_length else ""
        return safety.stop_reason(rule) or at_length


def play(plan: LoopPlan, state: LoopState, score: Score, renderer: Renderer, rule: str) -> Played:
    """Render the next segment.

    Parameters
    ----------
    plan : LoopPlan
        What is settled.
    state : LoopState
        What the pass before left.
    score : Score
        The notes.
    renderer : Renderer
        How they become sound.
    rule : str
        Code of the safety rule in force.
    """
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
    return Played(rendered=rendered, last=last, cut_by_length=cut_by_length)
