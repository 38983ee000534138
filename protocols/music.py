"""What each arm plays, and what "matched" means, in numbers (TIDieR, RG-MBI)."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated

from protocols.canonical import UNSAID


class Trajectory(StrEnum):
    """Where the music starts relative to the listener and how it moves to the aim."""

    ISO = "iso"
    """Start at the listener's estimated arousal, move linearly to the aim by 70 % of the session."""
    COMPENSATORY = "compensatory"
    """Start at the aim."""


class MusicEdition(StrEnum):
    """Which presets fill the arms: what was played once is never altered, what is new is another edition."""

    FIRST = "music-1"
    """Ten pieces in an order drawn by the seed."""
    SECOND = "music-2"
    """Programmes that follow the course of an adaptive session, from more pieces."""


@dataclass(frozen=True, kw_only=True, slots=True)
class ParameterRange:
    """Bounds of one musical parameter and how far it may move between two segments."""

    parameter: str
    """Field name of ``MusicalParameters``, e.g. ``tempo_bpm``."""
    minimum: float
    """Smallest value that is ever played."""
    maximum: float
    """Largest value that is ever played."""
    maximum_change: float
    """Largest difference between two segments in a row."""


@dataclass(frozen=True, kw_only=True, slots=True)
class MusicPlan:
    """The therapist's bounds and aim, common to every arm."""

    trajectory: Trajectory
    """How the aim is approached."""
    target_arousal: float
    """Aim in [-1, 1]."""
    target_valence: float
    """Aim in [-1, 1]."""
    ranges: tuple[ParameterRange, ...]
    """One for each musical parameter."""
    loudness_lufs: float
    """Session loudness of every arm (BS.1770)."""
    fade_s: float
    """Fade in and out, equal in every arm."""
    edition: Annotated[MusicEdition | None, UNSAID] = None
    """None: the first, as before there was a choice."""


@dataclass(frozen=True, kw_only=True, slots=True)
class MatchBound:
    """Equivalence bound of one feature between two arms' music (two one-sided tests)."""

    feature: str
    """Name of the feature, e.g. ``tempo_bpm`` or ``spectral_centroid``."""
    bound: float
    """Largest mean difference that still counts as equal; 0 asks for equality."""
    unit: str
    """Unit of the bound; ``percent`` is of the experimental arm's mean."""


@dataclass(frozen=True, kw_only=True, slots=True)
class MatchSpecification:
    """Which features of the comparator's music are held equal, and how closely."""

    bounds: tuple[MatchBound, ...]
    """One for each feature that is held equal."""
    maximum_standardized_difference: float
    """Standardized mean differences of features are to stay below this."""
