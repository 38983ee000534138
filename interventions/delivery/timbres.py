"""The sound of each part: which partials, how they begin, fade and end, and where they stand.

Conventions: times in seconds; partial amplitudes relative to the fundamental, before the brightness damps them; pan
from -1 (left) to 1 (right).

Contents: `Timbre`, `timbre_of`.
"""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True, slots=True)
class Timbre:
    """How one part sounds."""

    partials: tuple[float, ...]
    """Amplitudes of 3-7 partials, fundamental first."""
    attack_s: float
    """Raised-cosine rise, 5 ms at least."""
    release_s: float
    """Raised-cosine fall after the note's end."""
    decay_per_s: float
    """Decay constant of the fundamental; partial k fades k times as fast."""
    pan: float
    gain: float
    detune_cents: float
    """Pitch of a second tone, away from the first, that the ears hear in opposite phase: width for sustained sounds
    that is silent in mono; 0 for none."""


_TIMBRES = {
    "melody": Timbre(
        partials=(1.0, 0.42, 0.2, 0.1, 0.05),
        attack_s=0.035,
        release_s=0.35,
        decay_per_s=0.35,
        pan=0.08,
        gain=0.9,
        detune_cents=0.0,
    ),
    "pad": Timbre(
        partials=(1.0, 0.5, 0.3, 0.16, 0.08),
        attack_s=0.45,
        release_s=1.1,
        decay_per_s=0.0,
        pan=0.0,
        gain=0.42,
        detune_cents=4.0,
    ),
    "bass": Timbre(
        partials=(1.0, 0.6, 0.25, 0.1),
        attack_s=0.03,
        release_s=0.5,
        decay_per_s=0.25,
        pan=-0.05,
        gain=0.9,
        detune_cents=0.0,
    ),
    "arpeggio": Timbre(
        partials=(1.0, 0.5, 0.22, 0.14, 0.07, 0.04),
        attack_s=0.008,
        release_s=0.45,
        decay_per_s=1.3,
        pan=-0.3,
        gain=0.7,
        detune_cents=0.0,
    ),
    "bell": Timbre(
        partials=(1.0, 0.12, 0.3, 0.05, 0.08),
        attack_s=0.006,
        release_s=1.2,
        decay_per_s=0.9,
        pan=0.35,
        gain=0.35,
        detune_cents=0.0,
    ),
    "piano": Timbre(
        partials=(1.0, 0.6, 0.35, 0.2, 0.12, 0.07, 0.04),
        attack_s=0.006,
        release_s=0.4,
        decay_per_s=0.7,
        pan=0.0,
        gain=0.8,
        detune_cents=0.0,
    ),
}
PARTS = tuple(_TIMBRES)


class UnknownPartError(Exception):
    """A note names a part that has no timbre."""


def timbre_of(part: str) -> Timbre:
    """Return the timbre of a part.

    Raises
    ------
    UnknownPartError
        If no part has that name.
    """
    if part not in _TIMBRES:
        raise UnknownPartError(f"no timbre for part {part!r}: use one of {', '.join(PARTS)}")
    return _TIMBRES[part]
