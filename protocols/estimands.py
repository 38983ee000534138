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
    """Name that people read."""
    detected_by: str
    """Which records show that it happened, in words."""


@dataclass(frozen=True, kw_only=True, slots=True)
class EventStrategy:
    """The strategy chosen for one intercurrent event of the catalogue, and why."""

    event: str
    """Code of the event."""
    strategy: Strategy
    """The one strategy for it."""
    rationale: str
    """Why this one."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Estimand:
    """One estimand with its five attributes (ICH E9(R1) A.3.3)."""

    code: str
    """Short lower-case name; results carry it."""
    label: str
    """Name that people read."""
    objective: str
    """Which objective of the trial it serves."""
    treatment: str
    """The treatment condition of interest."""
    comparator: str
    """What it is compared with."""
    population: str
    """In whom."""
    outcome: str
    """Code of the outcome (the variable)."""
    strategies: tuple[EventStrategy, ...]
    """Exactly one for every intercurrent event of the protocol's catalogue."""
    summary: str
    """Population-level summary, e.g. difference in adjusted means."""
