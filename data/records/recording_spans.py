"""How long a resting recording of beats was and where it was interrupted: what its quality is judged by, without its beats.

Contents: `RestingSpan`.
"""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True, slots=True)
class RestingSpan:
    """The latest recording of beats of one visit."""

    id: str
    """``<participant>/<visit code>``."""
    participant_id: str
    visit: str
    recordings: int
    """How often it was tried."""
    recorded_s: float
    """From the beginning of the first interval to the last beat."""
    beats: int
    gaps: int
    """Places where more time passed between two beats than the interval between them lasts."""
