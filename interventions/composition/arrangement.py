"""Plain accompaniments for a tune, and the written-out figure of Bach's C major prelude.

Conventions: chords are voiced in close position with the least motion; the bass is the chord's lowest tone.

Contents: `arrange_harmony`, `arrange_figured`.
"""

from collections.abc import Iterator, Sequence

from interventions.composition.harmony import Chord
from interventions.composition.notation import Bar, NotationError, parse_chord, parse_pitch
from interventions.composition.texture import bass_notes, figuration_pitches, pad_notes

FIGURES = ("held", "gentle", "broken")
_STEP_BEATS = {"gentle": 1.0, "broken": 0.5}
_PAD_CENTRE = 55
_FIGURED_TONES = 5
_SIXTEENTH = 0.25
_LINE = ("bass", "arpeggio", "arpeggio", "arpeggio", "melody")

PartNote = tuple[str, float, float, int]
"""Part, onset and length in beats, pitch."""


def arrange_harmony(
    chords: Sequence[tuple[float, float, tuple[str, ...]]], figure: str
) -> list[PartNote]:
    """Return pad, bass and figuration for chord symbols with their onsets and lengths.

    Parameters
    ----------
    chords : sequence of (onset, length, symbols)
        One symbol each.
    figure : str
        ``held``: no figuration; ``gentle``: a tone a beat; ``broken``: two tones a beat.
    """
    harmony = tuple(_chord(onset, length, symbols[0]) for onset, length, symbols in chords)
    voiced = pad_notes(harmony, (), _PAD_CENTRE)
    notes: list[PartNote] = [
        ("pad", chord.onset_beats, chord.duration_beats, pitch)
        for chord, pitches in voiced
        for pitch in pitches
    ]
    notes += [("bass", *sounded) for sounded in bass_notes(harmony)]
    if figure in _STEP_BEATS:
        slots = [beat for chord in harmony for beat in _slots(chord, _STEP_BEATS[figure])]
        notes += [("arpeggio", *sounded) for sounded in figuration_pitches(slots, voiced, 0)]
    return notes


def _chord(onset: float, length: float, symbol: str) -> Chord:
    chord = parse_chord(symbol)
    return Chord(
        onset_beats=onset,
        duration_beats=length,
        bass=chord.bass,
        pitch_classes=chord.pitch_classes,
        scale="major",
    )


def _slots(chord: Chord, step_beats: float) -> list[float]:
    count = int(chord.duration_beats / step_beats)
    return [chord.onset_beats + index * step_beats for index in range(count)]


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
