"""The text notation of pieces: what it reads and what it refuses."""

import pytest

from interventions.composition.notation import (
    NotationError,
    check_bars,
    parse_bars,
    parse_chord,
    parse_pitch,
    sound_bars,
)


@pytest.mark.parametrize(
    ("symbol", "pitch"),
    [("C4", 60), ("F#4", 66), ("Bb3", 58), ("A4", 69)],
)
def test_a_pitch_name_is_a_midi_pitch(symbol: str, pitch: int) -> None:
    assert parse_pitch(symbol) == pitch


@pytest.mark.parametrize("symbol", ["C-1", "H4", "c4", "F##4", "G"])
def test_what_is_no_pitch_is_refused(symbol: str) -> None:
    with pytest.raises(NotationError, match="is not a pitch"):
        parse_pitch(symbol)


@pytest.mark.parametrize(
    ("symbol", "classes", "bass"),
    [
        ("C", (0, 4, 7), 0),
        ("Am", (9, 0, 4), 9),
        ("D7", (2, 6, 9, 0), 2),
        ("C/E", (0, 4, 7), 4),
        ("Ebm7", (3, 6, 10, 1), 3),
    ],
)
def test_a_chord_symbol_is_its_pitch_classes(
    symbol: str, classes: tuple[int, ...], bass: int
) -> None:
    chord = parse_chord(symbol)

    assert (chord.pitch_classes, chord.bass) == (classes, bass)


def test_an_unknown_chord_is_refused() -> None:
    with pytest.raises(NotationError, match="'H7' is not a chord"):
        parse_chord("H7")


def test_a_length_holds_until_the_next_one() -> None:
    bars = parse_bars("C4:1 D4 | E4:2", {})

    assert [[token.beats for token in bar] for bar in bars] == [[1.0, 1.0], [2.0]]


def test_a_repeated_bar_is_written_once() -> None:
    bars = parse_bars("C4:1 D4 | % | E4:2", {})

    assert bars[0] == bars[1]


def test_a_phrase_is_written_once_and_named() -> None:
    assert parse_bars("@a | @a", {"a": "C4:4"}) == parse_bars("C4:4 | C4:4", {})


def test_rests_are_silent_and_ties_lengthen() -> None:
    sounded = sound_bars(parse_bars("r:1 C4+E4:2 | _:1 D4", {}))

    assert sounded == [(1.0, 3.0, ("C4", "E4")), (4.0, 1.0, ("D4",))]


@pytest.mark.parametrize(
    ("text", "says"),
    [
        pytest.param("C4", "has no length", id="no length"),
        pytest.param("C4:x", "is not a length in beats", id="length that is no number"),
        pytest.param("C4:0", "has no length", id="length of nothing"),
        pytest.param("@b", "no phrase is named 'b'", id="unknown phrase"),
    ],
)
def test_what_cannot_be_read_is_refused(text: str, says: str) -> None:
    with pytest.raises(NotationError, match=says):
        parse_bars(text, {})


@pytest.mark.parametrize("text", ["_:1 C4", "C4:1 r _"])
def test_a_tie_needs_a_note(text: str) -> None:
    with pytest.raises(NotationError, match="nothing to lengthen"):
        sound_bars(parse_bars(text, {}))


def test_a_bar_of_the_wrong_length_is_named() -> None:
    with pytest.raises(NotationError, match="melody: bar 2 has 3 beats, wanted 4"):
        check_bars(parse_bars("C4:4 | C4:3", {}), [4.0, 4.0], "melody")


def test_a_missing_bar_is_noticed() -> None:
    with pytest.raises(NotationError, match="melody: 1 bars, wanted 2"):
        check_bars(parse_bars("C4:4", {}), [4.0, 4.0], "melody")
