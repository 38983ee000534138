"""What exactly is estimated: the five attributes and the intercurrent events of ICH E9(R1)."""

from dataclasses import dataclass
from enum import StrEnum


class Strategy(StrEnum):
    """How an intercurrent event is taken into account (ICH E9(R1) A.3.2)."""

    TREATMENT_POLICY = "treatment_policy"
    HYPOTHETICAL = "hypothetical"
    COMPOSITE = "composite"
    WHILE_ON_TREATMENT = "while_on_treatment"
    PRINCIPAL_STRATUM = "principal_stratum"


@dataclass(frozen=True, kw_only=True, slots=True)
class IntercurrentEvent:
    """An event after randomization that changes the meaning or existence of the outcome."""

    code: str
    """Short lower-case name, e.g. ``stopped_sessions``."""
    label: str
    detected_by: str
    """Which records show that it happened, in words."""


@dataclass(frozen=True, kw_only=True, slots=True)
class EventStrategy:
    """The strategy chosen for one intercurrent event of the catalogue, and why."""

    event: str
    strategy: Strategy
    rationale: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Estimand:
    """One estimand with its five attributes (ICH E9(R1) A.3.3)."""

    code: str
    label: str
    objective: str
    treatment: str
    comparator: str
    population: str
    outcome: str
    """Code of the outcome (the variable)."""
    strategies: tuple[EventStrategy, ...]
    """Exactly one for every intercurrent event of the protocol's catalogue."""
    summary: str
    """Population-level summary, e.g. difference in adjusted means."""
