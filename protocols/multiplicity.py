"""Which hypotheses share the level of significance, and who inherits it: promised before unblinding, as values.

A hypothesis is a planned analysis, named by its code; it says that the arms do not differ in it. With more than two arms
it is one comparison of it, an arm with the reference arm. All hypotheses of a plan together are tested at the plan's two-sided level.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated

from protocols.canonical import UNSAID


class FamilyProcedure(StrEnum):
    """How a family is adjusted; each controls the chance of any wrong claim in the family."""

    BONFERRONI = "bonferroni"
    SIDAK = "sidak"
    """For tests that are independent, or depend positively in the usual ways."""
    HOLM = "holm"
    """Whatever the dependence."""
    HOCHBERG = "hochberg"
    """For independent or positively dependent tests."""
    HOMMEL = "hommel"
    """As Hochberg, and never worse than it."""

    @property
    def holds_at_looks(self) -> bool:
        """Whether the procedure keeps its level when its hypotheses are tested at several looks.

        It does when every intersection is tested by Bonferroni (Maurer & Bretz 2013).
        """
        return self in {FamilyProcedure.BONFERRONI, FamilyProcedure.HOLM}


@dataclass(frozen=True, kw_only=True, slots=True)
class PlannedFamily:
    """Hypotheses that are tested together, once all of the family before them is rejected."""

    code: str
    """Short lower-case name."""
    label: str
    """Name that people read."""
    analyses: tuple[str, ...]
    """Codes of the analyses; each in one family only."""
    procedure: FamilyProcedure = FamilyProcedure.HOLM
    arms: Annotated[tuple[str, ...], UNSAID] = ()
    """With more than two arms: which are compared with the reference arm; empty: all of them."""


@dataclass(frozen=True, kw_only=True, slots=True)
class PlannedHeir:
    """Who inherits from a rejected hypothesis."""

    analysis: str
    """Code of the analysis that inherits."""
    share: float
    """Of what the rejected hypothesis was tested at; 0 to 1."""
    arm: Annotated[str | None, UNSAID] = None
    """With more than two arms: the one that is compared with the reference arm."""

    @property
    def name(self) -> str:
        """Name of the hypothesis that inherits."""
        return hypothesis_name(self.analysis, self.arm)


@dataclass(frozen=True, kw_only=True, slots=True)
class PlannedHypothesis:
    """One hypothesis of a graph."""

    analysis: str
    """Code of the analysis."""
    weight: float
    """Its share of the level at the beginning; together at most 1."""
    heirs: tuple[PlannedHeir, ...] = ()
    """Who inherits when it is rejected; shares together at most 1."""
    arm: Annotated[str | None, UNSAID] = None
    """With more than two arms: the one that is compared with the reference arm."""

    @property
    def name(self) -> str:
        """Name of the hypothesis."""
        return hypothesis_name(self.analysis, self.arm)


@dataclass(frozen=True, kw_only=True, slots=True)
class PlannedGraph:
    """Hypotheses with weights and heirs (Bretz, Maurer, Brannath & Posch 2009)."""

    hypotheses: tuple[PlannedHypothesis, ...]


def hypothesis_name(analysis: str, arm: str | None) -> str:
    """Return the name of a hypothesis, which is the id of its result.

    Examples
    --------
    >>> hypothesis_name("gad7_week_4", None), hypothesis_name("gad7_week_4", "adaptive")
    ('gad7_week_4', 'gad7_week_4.adaptive')
    """
    return analysis if arm is None else f"{analysis}.{arm}"
