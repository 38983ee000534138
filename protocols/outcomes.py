"""What is measured: domain, variable, time point and summary of every outcome."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated

from protocols.canonical import UNSAID


class OutcomeRole(StrEnum):
    """Rank of an outcome in the protocol (CONSORT 2025 item 14)."""

    PRIMARY = "primary"
    SECONDARY = "secondary"
    EXPLORATORY = "exploratory"
    SAFETY = "safety"


class OutcomeSource(StrEnum):
    """Which records an outcome is derived from."""

    QUESTIONNAIRE = "questionnaire"
    """A questionnaire score at a visit."""
    SESSION_RATING = "session_rating"
    """Visual analogue scale before and after each listening session."""
    RESTING_HRV = "resting_hrv"
    """lnRMSSD of the resting recording at a visit."""
    RESTING_SIGNAL = "resting_signal"
    """Another signal of the resting recording at a visit, e.g. skin conductance."""
    ADHERENCE = "adherence"
    """Share of the planned sessions attended."""
    DOSE = "dose"
    """Minutes of music really played."""
    ADVERSE_EVENTS = "adverse_events"
    """Participants with adverse events."""


class Direction(StrEnum):
    """Which direction of change is improvement."""

    LOWER_IS_BETTER = "lower_is_better"
    HIGHER_IS_BETTER = "higher_is_better"


@dataclass(frozen=True, kw_only=True, slots=True)
class Outcome:
    """One outcome, promised before the first participant (SPIRIT 2025 item 16)."""

    code: str
    """Short lower-case name, e.g. ``gad7_week_4``."""
    label: str
    """Name that people read."""
    role: OutcomeRole
    """Rank in the protocol."""
    domain: str
    """What is meant to be measured, e.g. ``Anxiety``."""
    source: OutcomeSource
    """Which records it is derived from."""
    questionnaire: str | None = None
    """Questionnaire id when the source is a questionnaire or a session rating."""
    score: str | None = None
    """Name of the score within that questionnaire, usually ``total``."""
    visit: str | None = None
    """Visit code of the time point; None for outcomes over the whole treatment epoch."""
    direction: Direction = Direction.LOWER_IS_BETTER
    """Which direction of change is improvement."""
    unit: str = "points"
    """Unit of the value."""
    summary: str = ""
    """How it is summarized and compared, in words."""
    minimal_important_difference: float | None = None
    """A published difference that matters to a person; never a hard line."""
    recipe: str | None = None
    """Recipe id of a physiological outcome, e.g. ``rmssd-median11-20pct-v1``."""
    variable: Annotated[str | None, UNSAID] = None
    """Which number of a signal, when the source is one: a code of `protocols.signal_variables`."""
