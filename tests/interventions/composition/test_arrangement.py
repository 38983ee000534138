"""Accompaniments of our own, and the figure of Bach's prelude."""

import pytest

from interventions.composition.arrangement import arrange_figured, arrange_harmony
from interventions.composition.notation import NotationError, parse_bars, sound_bars

WALTZ = sound_bars(parse_bars("G:3 | D7:3", {}))


@pytest.mark.parametrize(
    ("figure", "tones"),
    [
        pytest.param("held", 0, id="held chords have no figuration"),
        pytest.param("gentle", 6, id="gentle: one tone a quarter"),
        pytest.param("swaying", 8, id="swaying: long and short, four tones a bar of 6/8"),
        pytest.param("broken", 12, id="broken: one tone an eighth"),
    ],
)
def test_the_figure_says_how_often_a_chord_is_touched(figure: str, tones: int) -> None:
    parts = [part for part, *_ in arrange_harmony(WALTZ, figure, 0)]

    assert parts.count("arpeggio") == tones
    assert parts.count("bass") == 2


def test_the_bass_plays_the_root_unless_another_is_named() -> None:
    harmony = sound_bars(parse_bars("C:2 C/E", {}))

    bass = [
        pitch % 12 for part, _, _, pitch in arrange_harmony(harmony, "held", 0) if part == "bass"
    ]

    assert bass == [0, 4]


def test_transposed_chords_move_and_their_parts_stay_in_register() -> None:
    written, lower = (arrange_harmony(WALTZ, "gentle", semitones) for semitones in (0, -6))

    bass = [pitch for part, _, _, pitch in lower if part == "bass"]
    assert [pitch % 12 for pitch in bass] == [(7 - 6) % 12, (2 - 6) % 12]
    assert all(36 <= pitch <= 47 for pitch in bass)
    assert len(written) == len(lower)


def test_the_prelude_figure_plays_its_eight_sixteenths_twice_a_bar() -> None:
    bars = parse_bars("C4:0.8 E4 G4 C5 E5", {})

    notes = list(arrange_figured(bars))

    assert [pitch for _, _, _, pitch in notes] == [60, 64, 67, 72, 76, 67, 72, 76] * 2
    assert [onset for _, onset, _, _ in notes] == [sixteenth / 4 for sixteenth in range(16)]


def test_a_figured_bar_has_five_tones() -> None:
    with pytest.raises(NotationError, match="bar 2 has 1 tones, wanted 5"):
        list(arrange_figured(parse_bars("C4:0.8 E4 G4 C5 E5 | C4:4", {})))
