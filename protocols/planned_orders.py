"""What estimators of order need to know, promised before unblinding: which value is better, not by how much.

Each is a section of a planned analysis, beside those of `planned_estimators`.
"""

from dataclasses import dataclass
from enum import StrEnum


@dataclass(frozen=True, kw_only=True, slots=True)
class PlannedOrder:
    """How an outcome is cut into ordered categories."""

    cuts: tuple[float, ...]
    """A value above a cut lies in the next category, e.g. 4, 9, 14 of the GAD-7; none: each value is a category of its own."""

    @property
    def label(self) -> str:
        """The promise in a few words."""
        if not self.cuts:
            return "each value a category"
        return f"categories cut above {', '.join(f'{cut:g}' for cut in self.cuts)}"


@dataclass(frozen=True, kw_only=True, slots=True)
class PlannedRank:
    """One step of a comparison of pairs."""

    variable: str
    """Code of an outcome; or an event, of which none or a later one is better: ``left_trial``, or the code of an intercurrent event."""
    margin: float = 0.0
    """Of an outcome: differences up to this size, in its unit, decide nothing."""

    @property
    def label(self) -> str:
        """The step in a few words."""
        return f"{self.variable} by more than {self.margin:g}" if self.margin else self.variable


@dataclass(frozen=True, kw_only=True, slots=True)
class PlannedWinRatio:
    """In which order outcomes decide who of a pair did better."""

    ranks: tuple[PlannedRank, ...]
    """The most important first."""

    @property
    def label(self) -> str:
        """The promise in a few words."""
        return f"decided by {', then '.join(rank.label for rank in self.ranks)}"


class ShiftOf(StrEnum):
    """Which number of a participant is ranked."""

    VALUE = "value"
    CHANGE = "change"
    """From baseline."""


@dataclass(frozen=True, kw_only=True, slots=True)
class PlannedShift:
    """Which numbers a shift is estimated of."""

    of: ShiftOf

    @property
    def label(self) -> str:
        """The promise in a few words."""
        return "of the change from baseline" if self.of is ShiftOf.CHANGE else "of the value"
