"""Musical parameters and the arousal they express: both directions.

Conventions: a *level* is expressed arousal in the listener's z units; higher is more arousing. The model is linear and
additive, without interactions (Eerola et al. 2013: 77-89 % of the variance). Loudness, mode, root and the number of
voices are constant through a session, so that they cannot be the active ingredient.

Contents: `expressed_arousal`, `expressed_valence`, `parameters_at` (a level to parameters inside the bounds),
`level_span`,
`neutral_default`.

References
----------
Eerola, Friberg & Bresin (2013), Frontiers in Psychology 4, 487. Gomez & Danuser (2007), Emotion 7(2), 377-387.
Bernardi, Porta & Sleight (2006), Heart 92(4), 445-452.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType

from data.records.music import MusicalParameters
from protocols.music import MusicPlan

VOICES = 4
ROOTS = (0, 2, 5, 7, 9)
"""Roots a session may have: C, D, F, G, A."""
DIGITS = 4


@dataclass(frozen=True, kw_only=True, slots=True)
class Cue:
    """How one parameter expresses arousal."""

    weight: float
    """Share in the expressed arousal; negative when more of the parameter calms."""
    centre: float
    spread: float


CUES: Mapping[str, Cue] = MappingProxyType(
    {
        "tempo_bpm": Cue(weight=0.45, centre=78.0, spread=11.0),
        "dynamics": Cue(weight=0.35, centre=62.0, spread=10.0),
        "note_density_per_s": Cue(weight=0.25, centre=3.0, spread=1.5),
        "articulation": Cue(weight=-0.20, centre=0.80, spread=0.15),
        "brightness": Cue(weight=0.15, centre=0.60, spread=0.20),
        "register": Cue(weight=0.10, centre=62.0, spread=6.0),
        "dissonance": Cue(weight=0.15, centre=0.15, spread=0.12),
    }
)
"""A proposal in sizes, from the literature in signs."""

TOTAL_WEIGHT = sum(abs(cue.weight) for cue in CUES.values())


def expressed_arousal(parameters: MusicalParameters) -> float:
    """Return the level that music with these parameters expresses.

    Parameters
    ----------
    parameters : MusicalParameters
        Decided, or those of a piece.

    Returns
    -------
    float
        Weighted mean of the standardized cues, in z units.
    """
    total = 0.0
    for name, cue in CUES.items():
        total += cue.weight * (float(getattr(parameters, name)) - cue.centre) / cue.spread
    return total / TOTAL_WEIGHT


def expressed_valence(parameters: MusicalParameters) -> float:
    """Return the valence that music with these parameters expresses.

    Parameters
    ----------
    parameters : MusicalParameters
        Decided, or those of a piece.
    """

    def z(name: str) -> float:
        return (float(getattr(parameters, name)) - CUES[name].centre) / CUES[name].spread

    major = 1.0 if parameters.mode == "major" else 0.0
    return (
        0.50 * major
        + 0.20 * z("tempo_bpm")
        + 0.15 * z("register")
        - 0.25 * z("dissonance")
        - 0.05 * z("dynamics")
    )


def parameters_at(level: float, music: MusicPlan, seed: int) -> MusicalParameters:
    """Return the parameters inside the bounds that express a level, as closely as the bounds allow.

    Parameters
    ----------
    level : float
        Wanted expressed arousal.
    music : MusicPlan
        The therapist's bounds.
    seed : int
        The session's seed, from which the root follows.

    Returns
    -------
    MusicalParameters
        All parameters move together: at the calmest level each is at the calm end of its range.
    """
    lowest, highest = level_span(music)
    share = 0.0 if highest <= lowest else (level - lowest) / (highest - lowest)
    share = max(0.0, min(1.0, share))
    values = {
        name: round(calm + (arousing - calm) * share, DIGITS)
        for name, (calm, arousing) in _ends(music).items()
    }
    return MusicalParameters(
        tempo_bpm=values["tempo_bpm"],
        note_density_per_s=values["note_density_per_s"],
        brightness=values["brightness"],
        register=values["register"],
        dynamics=values["dynamics"],
        articulation=values["articulation"],
        dissonance=values["dissonance"],
        mode="major" if music.target_valence >= 0.0 else "minor",
        root=ROOTS[seed % len(ROOTS)],
        voices=VOICES,
        loudness_lufs=music.loudness_lufs,
    )


def neutral_default(music: MusicPlan, seed: int) -> MusicalParameters:
    """Return the neutral default: the middle of the bounds.

    Parameters
    ----------
    music : MusicPlan
        The therapist's bounds.
    seed : int
        The session's seed.
    """
    lowest, highest = level_span(music)
    return parameters_at((lowest + highest) / 2.0, music, seed)


@lru_cache(maxsize=64)
def level_span(music: MusicPlan) -> tuple[float, float]:
    """Return the calmest and the most arousing level inside the bounds.

    Parameters
    ----------
    music : MusicPlan
        The therapist's bounds.
    """
    calm = arousing = 0.0
    for name, ends in _ends(music).items():
        cue = CUES[name]
        calm += cue.weight * (ends[0] - cue.centre) / cue.spread
        arousing += cue.weight * (ends[1] - cue.centre) / cue.spread
    return calm / TOTAL_WEIGHT, arousing / TOTAL_WEIGHT


@lru_cache(maxsize=64)
def _ends(music: MusicPlan) -> Mapping[str, tuple[float, float]]:
    """Return the calm and the arousing end of each cue; a cue without bounds stays at its centre."""
    ranges = {one.parameter: (one.minimum, one.maximum) for one in music.ranges}
    ends = {}
    for name, cue in CUES.items():
        low, high = ranges.get(name, (cue.centre, cue.centre))
        ends[name] = (low, high) if cue.weight > 0.0 else (high, low)
    return MappingProxyType(ends)
