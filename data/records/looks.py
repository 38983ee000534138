"""Looks at the data before the end that were held: what each found, and what was decided. For the unblinded statistician.

What tells arms apart (``findings``, ``reason``) is sealed in the store and leaves it with the arms.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class LookDecision(StrEnum):
    """What the monitoring committee decided; the bounds only advise."""

    GO_ON = "go on"
    STOP_FOR_BENEFIT = "stop for benefit"
    STOP_FOR_FUTILITY = "stop for futility"
    STOP_FOR_HARM = "stop for harm"


@dataclass(frozen=True, kw_only=True, slots=True)
class LookFinding:
    """What one look found about one hypothesis, and the bounds in force then. Levels and p values are two-sided."""

    hypothesis: str
    """Id of its result."""
    observed: int
    """Participants of both arms with the outcome."""
    planned: int
    """As many as the sample size expects to have it."""
    estimate: float | None
    """First arm minus second, in the unit of the outcome; None: not estimable."""
    standard_error: float | None
    df: float | None
    """None for a normal statistic."""
    z: float | None
    """Normal statistic with the same p value; a benefit is positive."""
    p: float | None
    """Not adjusted for looking."""
    local_level: float
    """Share of the level that the hypothesis was tested at over all looks; 0: not reached."""
    nominal_level: float | None
    """What ``p`` was compared with at this look; None: nothing could be spent."""
    efficacy_bound: float | None
    """As z; None: nothing could be spent."""
    futility_bound: float | None
    harm_bound: float | None
    repeated_lower: float | None
    """Of the repeated interval of level 1 - ``local_level``; None: the whole line."""
    repeated_upper: float | None
    conditional_power: float | None
    """At the end, under the planned effect; None where it is not asked."""
    is_rejected: bool
    """At this look or before."""
    advice: str
    """What the bounds say."""
    reason: str
    """Why there is no estimate; empty when there is one."""

    @property
    def information(self) -> float:
        """Share of the planned participants with the outcome."""
        return self.observed / self.planned


@dataclass(frozen=True, kw_only=True, slots=True)
class LookFindings:
    """What one look found, about every hypothesis of the plan."""

    findings: tuple[LookFinding, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class InterimLook:
    """One look that was held, as the store keeps it."""

    id: str
    """``look-<number>``."""
    number: int
    """From 1."""
    data_sha256: str
    """Hash of the records that were looked at, arms and earlier looks with them."""
    protocol_sha256: str
    code_version: str
    held_at: datetime
    held_by: str
    findings: str
    """A `LookFindings` as JSON; sealed."""


@dataclass(frozen=True, kw_only=True, slots=True)
class DecidedLook:
    """What was decided after a look, as the store keeps it."""

    id: str
    """That of the look."""
    decision: LookDecision
    reason: str
    """Sealed."""
    decided_at: datetime
    decided_by: str
    """Who put the decision on record."""


@dataclass(frozen=True, kw_only=True, slots=True)
class HeldLook:
    """One look that was held, as its reader may know it."""

    number: int
    held_at: datetime
    held_by: str
    data_sha256: str
    protocol_sha256: str
    code_version: str
    findings: tuple[LookFinding, ...]
    """Empty while the arms are masked."""
    decision: LookDecision | None
    """None: nothing is on record yet."""
    reason: str
    """Empty while the arms are masked."""
    decided_at: datetime | None
    decided_by: str | None

    def finding(self, hypothesis: str) -> LookFinding | None:
        """Return what was found about one hypothesis."""
        return next((one for one in self.findings if one.hypothesis == hypothesis), None)
