"""What each arm plays, and what "matched" means, in numbers (TIDieR, RG-MBI)."""

from dataclasses import dataclass
from enum import StrEnum


class Trajectory(StrEnum):
    """Where the music starts relative to the listener and how it moves to the aim."""

    ISO = "iso"
    """Start at the listener's estimated arousal, move linearly to the aim by 70 % of the session."""
    COMPENSATORY = "compensatory"
    """Start at the aim."""


@dataclass(frozen=True, kw_only=True, slots=True)
class ParameterRange:
    """Bounds of one musical parameter and how far it may move between two segments."""

    parameter: str
    """Field name of ``MusicalParameters``, e.g. ``tempo_bpm``."""
    minimum: float
    maximum: float
    maximum_change: float


@dataclass(frozen=True, kw_only=True, slots=True)
class MusicPlan:
    """The therapist's bounds and aim, common to every arm."""

    trajectory: Trajectory
    target_arousal: float
    """Aim in [-1, 1]."""
    target_valence: float
    ranges: tuple[ParameterRange, ...]
    loudness_lufs: float
    """Session loudness of every arm (BS.1770)."""
    fade_s: float
    """Fade in and out, equal in every arm."""


@dataclass(frozen=True, kw_only=True, slots=True)
class MatchBound:
    """Equivalence bound of one feature between two arms' music (two one-sided tests)."""

    feature: str
    bound: float
    unit: str


@dataclass(frozen=True, kw_only=True, slots=True)
class MatchSpecification:
    """Which features of the comparator's music are held equal, and how closely."""

    bounds: tuple[MatchBound, ...]
    maximum_standardized_difference: float
