"""Which hypotheses share the level of significance, and who inherits it: promised before unblinding, as values.

A hypothesis is a planned analysis, named by its code; it says that the arms do not differ in it. All hypotheses of a
plan together are tested at the plan's two-sided level.
"""

from dataclasses import dataclass
from enum import StrEnum


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


@dataclass(frozen=True, kw_only=True, slots=True)
class PlannedHeir:
    """Who inherits from a rejected hypothesis."""

    analysis: str
    """Code of the analysis that inherits."""
    share: float
    """Of what the rejected hypothesis was tested at; 0 to 1."""


@dataclass(frozen=True, kw_only=True, slots=True)
class PlannedHypothesis:
    """One hypothesis of a graph."""

    analysis: str
    """Code of the analysis."""
    weight: float
    """Its share of the level at the beginning; together at most 1."""
    heirs: tuple[PlannedHeir, ...] = ()
    """Who inherits when it is rejected; shares together at most 1."""


@dataclass(frozen=True, kw_only=True, slots=True)
class PlannedGraph:
    """Hypotheses with weights and heirs (Bretz, Maurer, Brannath & Posch 2009)."""

    hypotheses: tuple[PlannedHypothesis, ...]
