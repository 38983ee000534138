"""Programmes of pieces and the composer that plays them."""

from itertools import pairwise

import pytest

from data.records.music import MusicalParameters
from interventions.composition.composer import opening_memory
from interventions.composition.pieces import (
    BRIGHTNESS_OFFSET,
    PAUSE_S,
    SHORTEST_EXCERPT_S,
    PieceComposer,
    passages_of,
    schedule_pieces,
)
from interventions.composition.repertoire import load_piece, piece_ids

GIVEN = MusicalParameters(
    tempo_bpm=99.0,
    note_density_per_s=9.0,
    brightness=0.33,
    register=99.0,
    dynamics=99.0,
    articulation=0.5,
    dissonance=0.12,
    mode="minor",
    root=11,
    voices=1,
    loudness_lufs=-23.0,
)
SESSION_S = 1200.0


@pytest.mark.parametrize("piece_id", piece_ids())
def test_passages_join_up_to_the_whole_piece_and_a_pause(piece_id: str) -> None:
    piece = load_piece(piece_id)

    passages = passages_of(piece_id)

    assert sum(len(passage.notes) for passage in passages) == len(piece.notes)
    assert sum(passage.duration_s for passage in passages) == pytest.approx(
        piece.duration_s + PAUSE_S
    )
    assert [passage.first_bar for passage in passages[1:]] == [
        passage.last_bar + 1 for passage in passages[:-1]
    ]


@pytest.mark.parametrize("piece_id", piece_ids())
def test_a_passage_lasts_as_long_as_a_composed_segment(piece_id: str) -> None:
    assert all(8.0 <= passage.duration_s <= 20.0 for passage in passages_of(piece_id))


def test_a_programme_lasts_at_least_as_long_as_the_session() -> None:
    for duration_s in (1.0, 300.0, SESSION_S):
        programme = schedule_pieces(duration_s, 1)
        assert programme.duration_s >= duration_s
        assert programme.entries[-1].onset_s < duration_s


def test_every_piece_is_heard_before_one_is_heard_again() -> None:
    for seed in range(30):
        entries = schedule_pieces(SESSION_S, seed).entries
        first_ten = [entry.piece_id for entry in entries[:10]]
        assert sorted(first_ten) == sorted(piece_ids())
        assert [entry.occurrence for entry in entries[:10]] == [1] * 10


def test_the_densest_piece_is_heard_once_at_most() -> None:
    for seed in range(30):
        heard = [entry.piece_id for entry in schedule_pieces(3 * SESSION_S, seed).entries]
        assert heard.count("bach-prelude-c") == 1


def test_no_piece_follows_itself() -> None:
    for seed in range(100):
        heard = [entry.piece_id for entry in schedule_pieces(SESSION_S, seed).entries]
        assert all(a != b for a, b in pairwise(heard))


def test_the_seed_alone_decides_the_order() -> None:
    orders = {
        tuple(entry.piece_id for entry in schedule_pieces(SESSION_S, seed).entries)
        for seed in range(20)
    }

    assert len(orders) == 20
    assert schedule_pieces(SESSION_S, 7) == schedule_pieces(SESSION_S, 7)


def test_a_session_does_not_end_in_the_first_bars_of_a_piece() -> None:
    for seed in range(200):
        last = schedule_pieces(SESSION_S, seed).entries[-1]
        assert SESSION_S - last.onset_s >= SHORTEST_EXCERPT_S


def test_entries_begin_where_the_ones_before_end() -> None:
    programme = schedule_pieces(SESSION_S, 3)

    ends = [entry.onset_s + entry.duration_s for entry in programme.entries]
    assert [entry.onset_s for entry in programme.entries[1:]] == pytest.approx(ends[:-1])
    assert programme.duration_s == pytest.approx(ends[-1])


def test_the_composer_plays_the_programme_in_order_whatever_is_decided() -> None:
    programme = schedule_pieces(60.0, 2)
    composer = PieceComposer(programme=programme)
    memory = opening_memory()

    scores = [
        composer.compose(GIVEN, memory, sequence=sequence, seed=2, phase="middle")[0]
        for sequence in range(len(programme.passages) + 1)
    ]

    assert [score.notes for score in scores[:-1]] == [p.notes for p in programme.passages]
    assert scores[-1].notes == scores[0].notes
    assert [score.phase for score in scores[:-1]] == [p.title for p in programme.passages]


def test_the_score_describes_the_passage_and_keeps_the_settings_of_the_sound() -> None:
    programme = schedule_pieces(60.0, 2)
    passage = programme.passages[0]

    score, memory = PieceComposer(programme=programme).compose(
        GIVEN, opening_memory(), sequence=0, seed=2, phase="middle"
    )

    described = score.parameters
    onsets = {note.onset_beats for note in passage.notes}
    assert described.note_density_per_s == pytest.approx(len(onsets) / passage.duration_s, abs=1e-4)
    assert (described.tempo_bpm, described.mode, described.root) == (
        passage.tempo_bpm,
        passage.mode,
        passage.root,
    )
    assert described.brightness == pytest.approx(0.33 + BRIGHTNESS_OFFSET)
    assert (described.dissonance, described.loudness_lufs) == (0.12, -23.0)
    assert memory == opening_memory()
