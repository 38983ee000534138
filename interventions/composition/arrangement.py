"""Plain accompaniments for a tune, and the written-out figure of Bach's C major prelude.

Conventions: chords are voiced in close position with the least motion; the bass is the chord's lowest tone.

Contents: `arrange_harmony`, `arrange_figured`.
"""

from collections.abc import Iterator, Sequence
from itertools import cycle

from interventions.composition.harmony import Chord
from interventions.composition.notation import Bar, NotationError, parse_chord, parse_pitch
from interventions.composition.texture import bass_notes, figuration_pitches, pad_notes

_STEPS_BEATS: dict[str, tuple[float, ...]] = {
    "held": (),
    "gentle": (1.0,),
    "swaying": (1.0, 0.5),
    "broken": (0.5,),
}
FIGURES = tuple(_STEPS_BEATS)
_PAD_CENTRE = 55
_FIGURED_TONES = 5
_SIXTEENTH = 0.25
_LINE = ("bass", "arpeggio", "arpeggio", "arpeggio", "melody")

PartNote = tuple[str, float, float, int]
"""Part, onset and length in beats, pitch."""


def arrange_harmony(
    chords: Sequence[tuple[float, float, tuple[str, ...]]], figure: str, transposition: int
) -> list[PartNote]:
    """Return pad, bass and figuration for chord symbols with their onsets and lengths.

    Parameters
    ----------
    chords : sequence of (onset, length, symbols)
        One symbol each.
    figure : str
        ``held``: no figuration; ``gentle``: a tone a quarter; ``swaying``: long and short, for 6/8; ``broken``: a tone
        an eighth.
    transposition : int
        Semitones by which the chords are moved; the parts stay in their registers.
    """
    harmony = tuple(
        _chord(onset, length, symbols[0], transposition) for onset, length, symbols in chords
    )
    voiced = pad_notes(harmony, (), _PAD_CENTRE)
    notes: list[PartNote] = [
        ("pad", chord.onset_beats, chord.duration_beats, pitch)
        for chord, pitches in voiced
        for pitch in pitches
    ]
    notes += [("bass", *sounded) for sounded in bass_notes(harmony)]
    slots = [beat for chord in harmony for beat in _slots(chord, _STEPS_BEATS[figure])]
    if slots:
        notes += [("arpeggio", *sounded) for sounded in figuration_pitches(slots, voiced, 0)]
    return notes


def _chord(onset: float, length: float, symbol: str, transposition: int) -> Chord:
    chord = parse_chord(symbol)
    return Chord(
        onset_beats=onset,
        duration_beats=length,
        bass=(chord.bass + transposition) % 12,
        pitch_classes=tuple((member + transposition) % 12 for member in chord.pitch_classes),
        scale="major",
    )


def _slots(chord: Chord, steps_beats: tuple[float, ...]) -> list[float]:
    slots = []
    beat = 0.0
    for step in cycle(steps_beats):
        if beat >= chord.duration_beats:
            break
        slots.append(chord.onset_beats + beat)
        beat += step
    return slots


def arrange_figured(bars: Sequence[Bar]) -> Iterator[PartNote]:
    """Yield the notes of five-tone bars in the figure of Bach's prelude: 1 2 3 4 5 3 4 5, twice a bar.

    Yields
    ------
    tuple
        Part, onset and length in beats, pitch.

    Raises
    ------
    NotationError
        If a bar has not five tones.
    """
    for number, bar in enumerate(bars):
        if len(bar) != _FIGURED_TONES:
            raise NotationError(f"figured: bar {number + 1} has {len(bar)} tones, wanted 5")
        pitches = [parse_pitch(token.symbol) for token in bar]
        for half in (0.0, 2.0):
            start = number * 4.0 + half
            for position, tone in enumerate((0, 1, 2, 3, 4, 2, 3, 4)):
                onset = position * _SIXTEENTH
                length = 2.0 - onset if tone < 2 else 2 * _SIXTEENTH
                yield _LINE[tone], start + onset, length, pitches[tone]
