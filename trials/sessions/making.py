"""One pass of the loop after the other, each from what the source senses at that moment.

Contents: `PassMaker`, `merged`, `nothing_said`.
"""

from collections.abc import Callable
from dataclasses import replace

from data.records.sessions import SelfReport
from interventions.delivery.ear_level import is_too_loud
from interventions.delivery.renderer import Renderer
from interventions.loop import run_pass
from interventions.loop_values import LoopPass, LoopPlan, LoopState, begin
from interventions.sensing.source import SignalSource
from trials.sessions.refusals import TooLoudError


class PassMaker:
    """Makes the next pass; what was made counts only once it is kept.

    Parameters
    ----------
    plan : LoopPlan
        What is settled.
    source : SignalSource
        What is sensed.
    renderer : Renderer
        How notes become sound.
    said_before : callable
        What the participant said before the music, with its age at the moment of the call.
    """

    def __init__(
        self,
        plan: LoopPlan,
        source: SignalSource,
        renderer: Renderer,
        said_before: Callable[[], SelfReport | None],
    ) -> None:
        self.plan = plan
        self.state: LoopState = begin(plan)
        self.made: LoopPass | None = None
        """The newest pass that was kept."""
        self._source = source
        self._renderer = renderer
        self._said_before = said_before
        self._said: SelfReport | None = None
        self._is_unheard = False

    def say(self, report: SelfReport) -> None:
        """Take what the participant says into the next pass; what was said anew goes before."""
        self._said = merged(self._said, report)

    def make(self) -> LoopPass:
        """Make the next pass.

        Raises
        ------
        TooLoudError
            If it came out louder than the cap of the volume allows for.
        """
        if self.made is not None and self._is_unheard:
            self._is_unheard = False
            step = self.made.step
            self._source.hear(step.decision.applied, step.composed.duration_s)
        if self.made is None:
            self._said = merged(self._said_before(), self._said)
        window = self._source.window_at(self.state.start_s)
        made = run_pass(self.plan, self.state, window, self._renderer, report=self._said)
        if is_too_loud(made.step.delivered.loudness_lufs, self.plan.music.loudness_lufs):
            message = f"Segment {made.step.sequence} is louder than the safe loudness allows for."
            raise TooLoudError(message)
        return made

    def keep(self, made: LoopPass) -> None:
        """Go on from a pass that was written down."""
        self.made, self.state, self._said = made, made.state, None
        self._is_unheard = True

    def close(self) -> None:
        """Let go of the sensors."""
        self._source.close()


def merged(before: SelfReport | None, now: SelfReport | None) -> SelfReport | None:
    """Return what was said last of each thing; its age is that of the last report."""
    if before is None or now is None:
        return now or before
    return replace(
        now,
        tension=before.tension if now.tension is None else now.tension,
        pleasure=before.pleasure if now.pleasure is None else now.pleasure,
        arousal=before.arousal if now.arousal is None else now.arousal,
    )


def nothing_said() -> None:
    """Return that nothing was said before the music."""
