"""The grade of a signal over time: it falls at once and improves one step at a time.

Rules: a window that is worse than the one before counts as what it is. A signal must have been better for ten seconds
before it improves, and then by one step a pass: from hold to degraded, from degraded to good. So a signal that comes and
goes is trusted less than one that stays, and no measure gains weight in the moment in which its quality is doubtful.

Contents: `Steadied`, `steady`, `QUALITY`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from data.records.signals import WindowGrade

SETTLED_S = 10.0
_FROM_WORST = (WindowGrade.HOLD, WindowGrade.DEGRADED, WindowGrade.GOOD)
QUALITY: Mapping[WindowGrade, float] = MappingProxyType(
    {WindowGrade.GOOD: 1.0, WindowGrade.DEGRADED: 0.5, WindowGrade.HOLD: 0.0}
)
"""By which an observation counts: its variance is divided by the square; at 0 it does not count."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Steadied:
    """The grade that counts."""

    grade: WindowGrade
    low_at_s: float
    """When a window was last no better than that."""


def steady(before: Steadied | None, seen: WindowGrade, now_s: float) -> Steadied:
    """Return the grade that counts now.

    Parameters
    ----------
    before : Steadied or None
        What counted in the pass before; None in the first.
    seen : WindowGrade
        What this window is.
    now_s : float
        End of the window.
    """
    if before is None:
        return Steadied(grade=seen, low_at_s=now_s)
    held, found = _FROM_WORST.index(before.grade), _FROM_WORST.index(seen)
    if found <= held:
        return Steadied(grade=seen, low_at_s=now_s)
    if now_s - before.low_at_s >= SETTLED_S:
        return Steadied(grade=_FROM_WORST[held + 1], low_at_s=before.low_at_s)
    return before
