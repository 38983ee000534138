"""How a recording is cut into windows.

Contents: `WindowPlan`, `WindowPlanError`.
"""

from dataclasses import dataclass

from data.measures.beat_policy import LONGEST_RR_MS

TOLERANCE_S = LONGEST_RR_MS / 1000.0
"""A window may lack the interval that its end cuts."""
MOST_WINDOWS = 200_000


class WindowPlanError(ValueError):
    """Windows cannot be cut like that; the message says why."""


@dataclass(frozen=True, kw_only=True, slots=True)
class WindowPlan:
    """How a recording is cut; without a length it is one window."""

    length_s: float | None = None
    step_s: float | None = None
    """From one beginning to the next; None means the length."""

    def __post_init__(self) -> None:
        """Refuse what cannot be cut.

        Raises
        ------
        WindowPlanError
            If length or step is not above zero, or there is a step without a length.
        """
        for name, seconds in (("window", self.length_s), ("step", self.step_s)):
            if seconds is not None and not 0.0 < seconds < float("inf"):
                raise WindowPlanError(f"A {name} of {seconds:g} s: it must be above zero.")
        if self.length_s is None and self.step_s is not None:
            message = "A step needs a window: say how long each window is."
            raise WindowPlanError(message)

    def spans_s(self, start_s: float, end_s: float) -> list[tuple[float, float]]:
        """Return begin and end of every complete window; the first one even when it is not complete.

        Raises
        ------
        WindowPlanError
            If there are more than 200 000.
        """
        if self.length_s is None:
            return [(start_s, end_s)]
        step_s = self.step_s or self.length_s
        steps = (end_s + TOLERANCE_S - start_s - self.length_s) / step_s
        if steps >= MOST_WINDOWS:
            raise WindowPlanError(f"A step of {step_s:g} s makes more than {MOST_WINDOWS} windows.")
        begins_s = [start_s + number * step_s for number in range(max(0, int(steps)) + 1)]
        return [(round(begin, 6), round(begin + self.length_s, 6)) for begin in begins_s]
