"""A tune with its chords, arranged so densely, so fast, so high and so loud as is wanted.

Conventions: the tune is the composer's and is left alone but for its pitch level; pad, bass and figuration are ours. The
figuration fills the bars in metrical order, so that denser music is the same music with more of its pulse heard.

Contents: `Wanted`, `Tune`, `tune_of`, `arrange_tune`.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from data.records.music import Note
from interventions.composition.harmony import Chord
from interventions.composition.notation import parse_chord
from interventions.composition.repertoire import Piece, note_of_part
from interventions.composition.texture import bass_notes, figuration_pitches, pad_notes

SOFTEST, LOUDEST = 25, 100
SWELL = 7.7
"""Velocity that a passage gains to its middle and loses again, as composed phrases do."""
ONSET_DIGITS = 6
WRITTEN_ARTICULATION = 0.975
"""Mean share sounded of tunes as they are written, with pad, bass and figuration (measured over the second edition)."""
_LEVELS = ((0.0,), (0.5,), (0.25, 0.75))
"""Positions within a beat, from the strong to the weak."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Wanted:
    """How some bars of a tune are to sound."""

    tempo_bpm: float
    onsets: int
    """Distinct onset times in these bars; never fewer than tune and harmony have."""
    transposition: int
    """Semitones from the written pitch."""
    dynamics: float
    """Mean velocity."""
    articulation: float
    pad_centre: int
    """Pitch around which the pad is voiced."""
    figure: int
    """Which figure the accompaniment plays."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Tune:
    """A piece whose accompaniment is ours, and what is asked of it again and again."""

    piece: Piece
    register: float
    """Mean written pitch of the tune."""
    onsets: int
    """Distinct onset times without any figuration."""

    def density_per_s(self, tempo_bpm: float) -> float:
        """Return the onsets a second that it has without any figuration."""
        return self.onsets / (self.piece.beats * 60.0 / tempo_bpm)


def tune_of(piece: Piece) -> Tune:
    """Return a piece as a tune.

    Parameters
    ----------
    piece : Piece
        With chords.
    """
    pitches = [note.pitch - piece.transposition for note in piece.notes if note.part == "melody"]
    carried = {n.onset_beats for n in piece.notes if n.part in {"melody", "pad", "bass"}}
    return Tune(piece=piece, register=sum(pitches) / len(pitches), onsets=len(carried))


def arrange_tune(
    piece: Piece, start_beats: float, end_beats: float, wanted: Wanted, pad: tuple[int, ...]
) -> tuple[tuple[Note, ...], tuple[int, ...]]:
    """Arrange some bars of a tune.

    Parameters
    ----------
    piece : Piece
        With chords.
    start_beats, end_beats : float
        The bars, within the piece.
    wanted : Wanted
        How they are to sound.
    pad : tuple of int
        Pitches of the pad's last chord before, for voice leading; empty at the beginning.

    Returns
    -------
    tuple of (tuple of Note, tuple of int)
        The notes, onsets from the start of the bars, in order; and the pad's last chord.
    """
    tune = list(_tune(piece, start_beats, end_beats, wanted.transposition))
    voiced = pad_notes(
        _chords(piece, start_beats, end_beats, wanted.transposition), pad, wanted.pad_centre
    )
    notes = tune + [
        note_of_part("pad", chord.onset_beats, chord.duration_beats, pitch)
        for chord, pitches in voiced
        for pitch in pitches
    ]
    notes += [note_of_part("bass", *sounded) for sounded in bass_notes(tuple(c for c, _ in voiced))]
    slots = _slots(piece, start_beats, end_beats, {n.onset_beats for n in notes}, wanted.onsets)
    slots = [slot for slot in slots if slot >= voiced[0][0].onset_beats]
    if slots:
        figured = figuration_pitches(slots, voiced, wanted.figure)
        notes += [note_of_part("arpeggio", *sounded) for sounded in figured]
    notes.sort(key=lambda note: (note.onset_beats, note.part, note.pitch))
    return tuple(_performed(notes, wanted, end_beats - start_beats)), voiced[-1][1]


def _tune(piece: Piece, start: float, end: float, transposition: int) -> Iterator[Note]:
    moved = transposition - piece.transposition
    for note in piece.notes:
        if note.part == "melody" and start <= note.onset_beats < end:
            yield replace(
                note,
                onset_beats=round(note.onset_beats - start, ONSET_DIGITS),
                pitch=note.pitch + moved,
            )


def _chords(piece: Piece, start: float, end: float, transposition: int) -> tuple[Chord, ...]:
    """Return the chords that sound in these bars; the first also holds where a pickup has none."""
    found = []
    for span in piece.chords:
        first = max(span.onset_beats, start)
        last = min(span.onset_beats + span.duration_beats, end)
        if last - first > 0.0:
            chord = parse_chord(span.symbol)
            found.append(
                Chord(
                    onset_beats=round(first - start, ONSET_DIGITS),
                    duration_beats=round(last - first, ONSET_DIGITS),
                    bass=(chord.bass + transposition) % 12,
                    pitch_classes=tuple((one + transposition) % 12 for one in chord.pitch_classes),
                    scale="major",
                )
            )
    return tuple(found)


def _slots(piece: Piece, start: float, end: float, taken: set[float], onsets: int) -> list[float]:
    """Return the beats the figuration plays on: strong ones first, weak bars before strong ones."""
    bars = [onset - start for onset in piece.bar_onsets if start <= onset < end]
    ends = [*bars[1:], end - start]
    heard = set(taken)
    slots: list[float] = []
    for level in _LEVELS:
        for first in (*range(1, len(bars), 2), *range(0, len(bars), 2)):
            for beat in _positions(bars[first], ends[first], level):
                if len(heard) >= onsets and slots:
                    return sorted(slots)
                if beat not in heard or not slots:
                    slots.append(beat)
                    heard.add(beat)
    return sorted(slots)


def _positions(start: float, end: float, level: tuple[float, ...]) -> Iterator[float]:
    beat = 0
    while start + beat < end:
        for part in level:
            position = round(start + beat + part, ONSET_DIGITS)
            if position < end:
                yield position
        beat += 1


def _performed(notes: list[Note], wanted: Wanted, beats: float) -> Iterator[Note]:
    """Move loudness and length of the notes to what is wanted, and let each passage rise and fall.

    Yields
    ------
    Note
        In the same order.
    """
    swells = [SWELL * (1.0 - 4.0 * abs(note.onset_beats / beats - 0.5)) for note in notes]
    written = sum(note.velocity + swell for note, swell in zip(notes, swells, strict=True))
    louder = wanted.dynamics - written / len(notes)
    share = wanted.articulation / WRITTEN_ARTICULATION
    for note, swell in zip(notes, swells, strict=True):
        yield replace(
            note,
            velocity=min(LOUDEST, max(SOFTEST, round(note.velocity + swell + louder))),
            duration_beats=round(note.duration_beats * share, ONSET_DIGITS),
        )
