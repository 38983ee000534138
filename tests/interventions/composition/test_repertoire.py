"""The shipped pieces: read, checked, and what is known about them for certain."""

import pytest

from interventions.composition.repertoire import (
    LARGEST_TRANSPOSITION,
    LOWEST_PITCH,
    SCORES,
    TEMPO_TOLERANCE,
    Piece,
    PieceError,
    load_piece,
    parse_piece,
    piece_ids,
)
from interventions.delivery.timbres import PARTS

AMAZING = (SCORES / "amazing-grace.yaml").read_text(encoding="utf-8")


@pytest.fixture(params=piece_ids())
def piece(request: pytest.FixtureRequest) -> Piece:
    return load_piece(request.param)


def line(piece: Piece, part: str) -> list[tuple[float, int]]:
    """Return onset and written pitch of a part."""
    return [
        (note.onset_beats, note.pitch - piece.transposition)
        for note in piece.notes
        if note.part == part
    ]


def test_ten_pieces_are_more_than_ten_minutes_of_music() -> None:
    assert len(piece_ids()) == 10
    assert sum(load_piece(piece_id).duration_s for piece_id in piece_ids()) >= 600.0


def test_every_piece_is_in_the_public_domain_and_says_why(piece: Piece) -> None:
    assert piece.published <= 1929
    assert piece.died is None or piece.died <= 1953
    assert str(piece.published) in piece.public_domain or str(piece.died) in piece.public_domain


def test_every_piece_says_who_encoded_it_and_what_was_simplified(piece: Piece) -> None:
    assert "Encoded by the Antiphon authors" in piece.encoding
    assert "from memory" in piece.encoding


def test_every_piece_is_played_near_its_usual_tempo_and_written_pitch(piece: Piece) -> None:
    assert abs(piece.tempo_bpm / piece.tempo_usual_bpm - 1.0) <= TEMPO_TOLERANCE
    assert abs(piece.transposition) <= LARGEST_TRANSPOSITION


def test_every_note_can_be_played(piece: Piece) -> None:
    assert {note.part for note in piece.notes} <= set(PARTS)
    assert all(
        LOWEST_PITCH <= note.pitch <= 96 and 1 <= note.velocity <= 127 for note in piece.notes
    )
    assert all(note.duration_beats > 0 for note in piece.notes)
    assert all(0 <= note.onset_beats < piece.beats for note in piece.notes)


def test_every_melody_stays_in_its_key_for_the_most_part(piece: Piece) -> None:
    steps = {"major": (0, 2, 4, 5, 7, 9, 11), "minor": (0, 2, 3, 5, 7, 8, 9, 10, 11)}[piece.mode]
    classes = {(piece.root - piece.transposition + step) % 12 for step in steps}
    melody = [pitch for _, pitch in line(piece, "melody")]

    assert sum(pitch % 12 in classes for pitch in melody) / len(melody) >= 0.9


def test_bachs_prelude_has_35_bars_and_its_lowest_tone_is_raised_an_octave() -> None:
    prelude = load_piece("bach-prelude-c")

    first = [note.pitch + 6 for note in prelude.notes if note.onset_beats < 2.0]
    last = sorted(note.pitch + 6 for note in prelude.notes if note.onset_beats >= 34 * 4.0)
    assert len(prelude.bar_onsets) == 35
    assert first == [60, 64, 67, 72, 76, 67, 72, 76]
    assert last == [48, 48, 64, 67, 72]
    assert prelude.transposition == -6


def test_pachelbels_voices_are_the_same_line_two_bars_apart() -> None:
    canon = load_piece("pachelbel-canon")
    first = line(canon, "melody")
    second = [(onset - 8.0, pitch) for onset, pitch in line(canon, "arpeggio")]
    third = [(onset - 16.0, pitch) for onset, pitch in line(canon, "piano")]

    in_canon = [entry for entry in first if entry[0] < 40.0]
    assert [entry for entry in second if entry[0] < 40.0] == in_canon
    assert [entry for entry in third if entry[0] < 40.0] == in_canon


def test_pachelbels_ground_repeats_every_two_bars() -> None:
    pitches = [pitch for _, pitch in line(load_piece("pachelbel-canon"), "bass")]

    assert pitches == [50, 45, 47, 42, 43, 38, 43, 45] * 9 + [50]


def test_saties_melody_falls_from_its_seventh_bar() -> None:
    melody = [pitch for _, pitch in line(load_piece("satie-gymnopedie-1"), "melody")]

    assert melody[:10] == [78, 81, 79, 78, 73, 71, 73, 74, 69, 66]


def test_an_unknown_piece_is_refused() -> None:
    with pytest.raises(PieceError, match="no piece 'symphony'"):
        load_piece("symphony")


@pytest.mark.parametrize(
    ("before", "after", "says"),
    [
        pytest.param("tempo_bpm: 78", "tempo_bpm: 90", r"\+25% from the usual 72", id="too fast"),
        pytest.param("transposition: -6", "transposition: -7", "transposition", id="too low"),
        pytest.param("figure: held", "figure: wild", "figure 'wild'", id="unknown figure"),
        pytest.param(
            "form: [verse, verse]", "form: [coda]", "section 'coda'", id="unknown section"
        ),
        pytest.param(
            "D4:1 | G4:2", "D4:1 | G4:3", "verse, melody: bar 2 has 4 beats", id="long bar"
        ),
        pytest.param("harmony: |", "harmonie: |", "Extra inputs", id="unknown field"),
        pytest.param("title: Amazing", "titel: Amazing", "title", id="missing field"),
        pytest.param("id: ", "id: [", "bent", id="no YAML"),
    ],
)
def test_a_document_with_a_mistake_is_refused(before: str, after: str, says: str) -> None:
    assert before in AMAZING

    with pytest.raises(PieceError, match=f"(?s)bent.*{says}" if says != "bent" else says):
        parse_piece(AMAZING.replace(before, after), "bent")
