"""Functional harmony: phrases that ask and answer, and chords that move by small steps.

Conventions: a phrase is four bars of 4/4; four phrases make a section: statement (ends open, on the dominant), answer
(closes), contrast (leaves the tonic, ends open), return (closes). Scale degrees count from 0; pitch classes 0-11.

Contents: `plan_chords` (phrase -> chords), `scale_pitches`, `nearest_pitch`, `voice_chord`.

References
----------
Caplin, W. E. (1998), Classical Form, ch. 3-4: period and sentence. Huron, D. (2001), Tone and voice, Music Perception
19(1): small motion and common tones as the core of voice leading.
"""

from bisect import bisect_left
from dataclasses import dataclass
from functools import lru_cache

from data.records.music import MusicalParameters

SCALES = {
    "major": (0, 2, 4, 5, 7, 9, 11),
    "minor": (0, 2, 3, 5, 7, 8, 10),
    "harmonic minor": (0, 2, 3, 5, 7, 8, 11),
}
BEATS_PER_BAR = 4
DOMINANT = 4

_MEMBERS = {
    "tonic": ((0, 2, 4), (0, 2, 4), (0, 2, 4, 8), (0, 2, 4, 6, 8)),
    "other": ((0, 2, 4), (0, 2, 4, 6), (0, 2, 6, 8), (0, 2, 6, 8, 10)),
}

_PHRASES: dict[str, dict[str, tuple[tuple[int, int, int, int], ...]]] = {
    "major": {
        "statement": ((0, 5, 3, 4), (0, 3, 1, 4), (0, 2, 5, 4), (0, 2, 3, 4)),
        "answer": ((0, 5, 1, 0), (5, 3, 4, 0), (0, 3, 4, 0), (3, 1, 4, 0)),
        "contrast": ((5, 2, 3, 4), (3, 0, 1, 4), (5, 3, 1, 4), (2, 5, 1, 4)),
        "return": ((0, 3, 4, 0), (0, 1, 4, 0), (0, 2, 3, 0), (0, 5, 3, 0)),
        "opening": ((0, 3, 0, 4), (0, 0, 3, 4)),
        "closing": ((0, 3, 3, 0), (3, 4, 3, 0)),
    },
    "minor": {
        "statement": ((0, 5, 3, 4), (0, 3, 5, 4), (0, 6, 5, 4), (0, 5, 2, 4)),
        "answer": ((0, 5, 3, 0), (5, 3, 4, 0), (3, 0, 4, 0), (5, 6, 0, 0)),
        "contrast": ((2, 6, 3, 4), (5, 2, 3, 4), (2, 5, 3, 4), (3, 6, 2, 4)),
        "return": ((0, 3, 4, 0), (0, 5, 3, 0), (0, 2, 3, 0), (0, 6, 5, 0)),
        "opening": ((0, 3, 0, 4), (0, 0, 5, 4)),
        "closing": ((0, 3, 3, 0), (5, 3, 3, 0)),
    },
}
_ROLES = ("statement", "answer", "contrast", "return")


@dataclass(frozen=True, kw_only=True, slots=True)
class Chord:
    """One chord of a phrase."""

    onset_beats: float
    duration_beats: float
    bass: int
    """Pitch class of the lowest part."""
    pitch_classes: tuple[int, ...]
    """Members of the chord, root first."""
    scale: str
    """Key of `SCALES`: the minor scale's seventh degree is raised over its dominant."""


def phrase_role(sequence: int, phase: str) -> str:
    """Return the part a segment plays in its section of four phrases."""
    return phase if phase in {"opening", "closing"} else _ROLES[sequence % 4]


@lru_cache(maxsize=1024)
def plan_chords(
    *, mode: str, root: int, role: str, choice: int, richness: int, suspended: str
) -> tuple[Chord, ...]:
    """Return the chords of one phrase.

    Parameters
    ----------
    mode, root
        Scale and pitch class of the tonic.
    role : str
        ``statement``, ``answer``, ``contrast``, ``return``, ``opening`` or ``closing``.
    choice : int
        Which of the role's progressions; taken modulo their number.
    richness : int
        0 triads, 1 sevenths off the tonic, 2 ninths, 3 elevenths off the tonic.
    suspended : str
        ``suspended`` or ``plain``: whether an open phrase delays its last third by half a bar.
    """
    progressions = _PHRASES[mode][role]
    degrees = progressions[choice % len(progressions)]
    pedal = root if role in {"opening", "closing"} else None
    chords = [
        _chord(mode=mode, root=root, degree=degree, bar=bar, richness=richness, pedal=pedal)
        for bar, degree in enumerate(degrees)
    ]
    if suspended == "suspended" and degrees[-1] == DOMINANT:
        chords[-1:] = _suspend(chords[-1], root)
    return tuple(chords)


def _chord(
    *, mode: str, root: int, degree: int, bar: int, richness: int, pedal: int | None
) -> Chord:
    scale = "harmonic minor" if mode == "minor" and degree == DOMINANT else mode
    members = _MEMBERS["other" if degree else "tonic"][richness]
    classes = tuple((root + SCALES[scale][(degree + member) % 7]) % 12 for member in members)
    return Chord(
        onset_beats=float(bar * BEATS_PER_BAR),
        duration_beats=float(BEATS_PER_BAR),
        bass=classes[0] if pedal is None or bar == 3 else pedal,
        pitch_classes=classes,
        scale=scale,
    )


def _suspend(dominant: Chord, root: int) -> list[Chord]:
    """Delay the third of a dominant by half a bar: the tonic stays, then falls to the leading tone."""
    half = dominant.duration_beats / 2
    third = dominant.pitch_classes[1]
    held = tuple(root if member == third else member for member in dominant.pitch_classes)
    return [
        Chord(
            onset_beats=dominant.onset_beats + offset,
            duration_beats=half,
            bass=dominant.bass,
            pitch_classes=classes,
            scale=dominant.scale,
        )
        for offset, classes in ((0.0, held), (half, dominant.pitch_classes))
    ]


def richness_of(parameters: MusicalParameters) -> int:
    """Return how rich chords are at this dissonance: from 0, triads, to 3, clusters."""
    return min(3, int(parameters.dissonance * 4.0))


@lru_cache(maxsize=256)
def scale_pitches(scale: str, root: int) -> tuple[int, ...]:
    """Return every pitch of a scale from 12 to 119, ascending."""
    classes = {(root + step) % 12 for step in SCALES[scale]}
    return tuple(pitch for pitch in range(12, 120) if pitch % 12 in classes)


@lru_cache(maxsize=4096)
def nearest_pitch(target: float, pitch_classes: tuple[int, ...]) -> int:
    """Return the pitch of the given classes that lies nearest to the target (the lower one of two)."""
    base = round(target)
    candidates = [pitch for pitch in range(base - 6, base + 7) if pitch % 12 in pitch_classes]
    return min(candidates, key=lambda pitch: abs(pitch - target))


def step_from(scale: tuple[int, ...], pitch: int, steps: int) -> int:
    """Return the scale pitch so many steps from the pitch (from the next one below when outside the scale)."""
    index = bisect_left(scale, pitch)
    if index == len(scale) or scale[index] != pitch:
        index -= 1
    return scale[max(0, min(len(scale) - 1, index + steps))]


@lru_cache(maxsize=8192)
def voice_chord(
    pitch_classes: tuple[int, ...], previous: tuple[int, ...], centre: int
) -> tuple[int, ...]:
    """Return the close position of a chord that moves least from the previous one and stays near the centre."""
    ordered = sorted(set(pitch_classes))
    positions = [
        _close_position(ordered, inversion, centre + shift)
        for inversion in range(len(ordered))
        for shift in (-12, 0)
    ]
    return min(positions, key=lambda position: _motion(position, previous, centre))


def _close_position(ordered: list[int], inversion: int, lowest: int) -> tuple[int, ...]:
    rotated = ordered[inversion:] + ordered[:inversion]
    pitch = lowest + (rotated[0] - lowest) % 12
    pitches = [pitch]
    for member in rotated[1:]:
        pitch += (member - pitch) % 12
        pitches.append(pitch)
    return tuple(pitches)


def _motion(position: tuple[int, ...], previous: tuple[int, ...], centre: int) -> float:
    drift = abs(sum(position) / len(position) - centre)
    if not previous:
        return drift
    moved = sum(min(abs(pitch - old) for old in previous) for pitch in position)
    return moved + 0.6 * drift + (drift - 4.0) * 3.0 * (drift > 4.0)
