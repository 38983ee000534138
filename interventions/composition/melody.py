"""A melody that remembers: a motif, its repetition and its variation, on chord tones where the ear expects them.

Conventions: strong beats are the first and third of a bar; a phrase is motif, motif again (moved with the harmony),
development, cadence. Only strong beats are bound to the chord; between them the melody moves along the scale.

Contents: `Line` (what a melody is made of), `compose_melody`, `vary_motif`, `first_motif`.

References
----------
Schoenberg, A. (1967), Fundamentals of Musical Composition, ch. 3-8: motif, sentence, period. Huron, D. (2006), Sweet
Anticipation: melodic arch, small intervals.
"""

import random
from dataclasses import dataclass

from interventions.composition.composer import CompositionMemory
from interventions.composition.harmony import (
    BEATS_PER_BAR,
    Chord,
    nearest_pitch,
    scale_pitches,
    step_from,
)

Rhythm = tuple[tuple[float, float], ...]

_CELLS: dict[int, tuple[Rhythm, ...]] = {
    1: (((0, 4),), ((0, 3),), ((2, 2),)),
    2: (((0, 2), (2, 2)), ((0, 3), (3, 1)), ((1, 1), (2, 2))),
    3: (
        ((0, 2), (2, 1), (3, 1)),
        ((0, 1), (1, 1), (2, 2)),
        ((0, 1.5), (1.5, 0.5), (2, 2)),
    ),
    4: (
        ((0, 1), (1, 1), (2, 1), (3, 1)),
        ((0, 1.5), (1.5, 0.5), (2, 1), (3, 1)),
        ((0, 2), (2, 1), (3, 0.5), (3.5, 0.5)),
    ),
    5: (
        ((0, 1), (1, 0.5), (1.5, 0.5), (2, 1), (3, 1)),
        ((0, 1.5), (1.5, 0.5), (2, 1), (3, 0.5), (3.5, 0.5)),
    ),
    6: (
        ((0, 1), (1, 0.5), (1.5, 0.5), (2, 1), (3, 0.5), (3.5, 0.5)),
        ((0, 0.5), (0.5, 0.5), (1, 1), (2, 0.5), (2.5, 0.5), (3, 1)),
    ),
}
_CADENCES: tuple[Rhythm, ...] = (((0, 3),), ((0, 2), (2, 1)), ((0, 1), (1, 2)))
_ARCHES: dict[str, tuple[float, float, float, float]] = {
    "statement": (-1.5, 0.5, 2.0, -1.0),
    "answer": (1.0, 1.5, 0.0, -2.5),
    "contrast": (1.5, -1.0, 1.5, -2.0),
    "return": (0.5, 2.0, 0.0, -2.5),
    "opening": (0.0, 0.0, 1.0, -1.0),
    "closing": (1.5, 0.5, -0.5, -1.5),
}
_CLOSED = {"answer", "return", "closing"}
REACH_SEMITONES = 9
LEAP_SEMITONES = 6
MOTIF_STEPS = 6
MOTIF_REACH = 2
SEMITONES_PER_STEP = 12 / 7


@dataclass(frozen=True, kw_only=True, slots=True)
class Line:
    """What the melody of one phrase follows."""

    role: str
    register: float
    """Mean pitch."""
    root: int
    notes_per_bar: int
    """1-6, in the bars before the cadence."""


def first_motif(chance: random.Random) -> tuple[tuple[int, ...], float]:
    """Return a new motif: scale steps from its first note, and the choice of its rhythm."""
    steps = [0]
    direction = 1 if chance.random() < 0.6 else -1
    for position in range(1, MOTIF_STEPS):
        size = 2 if position == 1 and chance.random() < 0.3 else 1
        if abs(steps[-1] + direction * size) > MOTIF_REACH or chance.random() < 0.3:
            direction = -direction
        steps.append(steps[-1] + direction * size)
    return tuple(steps), chance.random()


def vary_motif(memory: CompositionMemory, role: str, chance: random.Random) -> CompositionMemory:
    """Return the memory with the motif as this phrase uses it: kept, inverted for a contrast, or renewed."""
    steps, rhythm = memory.motif_steps, memory.motif_rhythm
    if not steps or (role == "statement" and chance.random() < 0.3):
        steps, rhythm = first_motif(chance)
    elif role == "contrast":
        steps, rhythm = tuple(-step for step in steps), (rhythm + 0.4) % 1.0
    elif role == "return":
        rhythm = (rhythm + 0.6) % 1.0
        steps = tuple(-step for step in steps)
    return CompositionMemory(
        motif_steps=steps,
        motif_rhythm=rhythm,
        figure=memory.figure,
        pad=memory.pad,
        melody=memory.melody,
    )


def compose_melody(
    line: Line, chords: tuple[Chord, ...], memory: CompositionMemory, chance: random.Random
) -> list[tuple[float, float, int]]:
    """Return onset and length in beats and pitch of every note of one phrase's melody.

    Parameters
    ----------
    line : Line
        Role of the phrase, register and how many notes a bar.
    chords : tuple of Chord
        The phrase's harmony, one chord a bar (the last may be split).
    memory : CompositionMemory
        Holds the motif and the last pitch.
    chance : random.Random
        The segment's random numbers.
    """
    notes: list[tuple[float, float, int]] = []
    last = memory.melody
    if last is not None and abs(last - line.register) > LEAP_SEMITONES:
        last = None
    for bar, height in enumerate(_ARCHES[line.role]):
        rhythm = _rhythm_of_bar(line, bar, memory, chance)
        target = line.register + height + _correction(line, notes)
        for onset, length, pitch in _bar(line, rhythm, bar, target, chords, memory, last):
            notes.append((onset, length, pitch))
            last = pitch
    return notes


def _correction(line: Line, notes: list[tuple[float, float, int]]) -> float:
    """Return how far to lean back towards the register, from what was written so far."""
    if not notes:
        return 0.0
    mean = sum(pitch for _, _, pitch in notes) / len(notes)
    return max(-4.0, min(4.0, line.register - mean))


def _rhythm_of_bar(
    line: Line, bar: int, memory: CompositionMemory, chance: random.Random
) -> Rhythm:
    if bar == 3:
        cadences = _CADENCES[: max(1, min(3, line.notes_per_bar))]
        return cadences[int(chance.random() * len(cadences))]
    count = line.notes_per_bar + (1 if bar == 2 and 2 <= line.notes_per_bar <= 5 else 0)
    cells = _CELLS[count]
    return cells[int(memory.motif_rhythm * len(cells))]


def _bar(
    line: Line,
    rhythm: Rhythm,
    bar: int,
    target: float,
    chords: tuple[Chord, ...],
    memory: CompositionMemory,
    last: int | None,
) -> list[tuple[float, float, int]]:
    start = bar * BEATS_PER_BAR
    steps = memory.motif_steps[: len(rhythm)]
    lean = SEMITONES_PER_STEP * sum(steps) / len(steps)
    anchor = _anchor(target - lean, _chord_at(chords, start), last)
    notes = []
    for (offset, length), step in zip(rhythm, steps, strict=True):
        chord = _chord_at(chords, start + offset)
        scale = scale_pitches(chord.scale, line.root)
        pitch = step_from(scale, anchor, step)
        if offset in {0, 2}:
            pitch = nearest_pitch(pitch, chord.pitch_classes)
        notes.append((start + offset, length, _within_reach(pitch, line.register, chord)))
    if bar == 3:
        notes[-1] = _cadence(notes[-1], line.role, chords)
    return notes


def _cadence(
    note: tuple[float, float, int], role: str, chords: tuple[Chord, ...]
) -> tuple[float, float, int]:
    """Close a closed phrase on the root of its last chord, an open one on its root or third."""
    onset, length, pitch = note
    members = _chord_at(chords, onset).pitch_classes
    return onset, length, nearest_pitch(pitch, members[: 1 if role in _CLOSED else 2])


def _anchor(target: float, chord: Chord, last: int | None) -> int:
    """Return the chord tone a bar starts on: near the arch, and not far from the note before."""
    if last is None:
        return nearest_pitch(target, chord.pitch_classes)
    wanted = max(last - LEAP_SEMITONES, min(last + LEAP_SEMITONES, target))
    return nearest_pitch(wanted, chord.pitch_classes)


def _within_reach(pitch: int, register: float, chord: Chord) -> int:
    if abs(pitch - register) <= REACH_SEMITONES:
        return pitch
    edge = register + REACH_SEMITONES - 3 if pitch > register else register - REACH_SEMITONES + 3
    return nearest_pitch(edge, chord.pitch_classes)


def _chord_at(chords: tuple[Chord, ...], beat: float) -> Chord:
    return next(chord for chord in reversed(chords) if chord.onset_beats <= beat)
