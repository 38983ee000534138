"""What a signal other than the heartbeat gave in the resting recording of a visit, and the samples as they were received.

Contents: `RestingSignal`, `RestingSamples`.
"""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class RestingSignal:
    """One variable of one visit: a value, or the reason why there is none."""

    id: str
    """``<participant>/<visit code>/<variable>``."""
    participant_id: str
    visit: str
    variable: str
    """A code of `protocols.signal_variables`."""
    recipe: str
    value: float | None
    unit: str
    reason: str
    """A word of `data.measures.measured_values.NoValueReason`; empty when there is a value."""
    quality: str
    """``good``, ``degraded`` or ``hold``."""
    usable_share: float
    """Share of the samples that are believed, in [0, 1]."""
    sampling_rate_hz: float | None
    """None when nothing could be recorded."""
    duration_s: float
    samples_id: str | None
    """The samples that it was computed from."""
    measured_at: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class RestingSamples:
    """One signal of one resting recording; stored once, never edited."""

    id: str
    """``<participant>/<visit code>/<signal>-<number of the recording>``, from 1."""
    participant_id: str
    visit: str
    signal: str
    """A value of `protocols.signal_variables.SignalName`."""
    unit: str
    sampling_rate_hz: float
    samples: tuple[float | None, ...]
    """None where the recording says that one is missing."""
    recorded_at: datetime
