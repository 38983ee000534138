"""Programmes of the second edition: they take the course of an adaptive session, within what a piece allows."""

from itertools import groupby
from statistics import fmean

import numpy as np
import pytest

from data.records.music import MusicalParameters
from interventions.composition.composer import opening_memory
from interventions.composition.courses import FEATURES, CoursePoint, Moments, load_pool
from interventions.composition.matched_programme import (
    POOL,
    MatchedPieceComposer,
    MatchedProgramme,
    eligible_tunes,
    schedule_matched,
)
from interventions.composition.repertoire import TEMPO_TOLERANCE, load_piece, piece_ids
from interventions.delivery.timbres import PARTS
from interventions.music_features import measure_segment
from protocols.music import MusicEdition
from tests.interventions.composition.test_pieces import GIVEN

SESSION_S = 1200.0
SEEDS = range(6)


@pytest.fixture(scope="module", params=SEEDS)
def programme(request: pytest.FixtureRequest) -> MatchedProgramme:
    return schedule_matched(SESSION_S, request.param)


def pieces_of(programme: MatchedProgramme) -> list[str]:
    return [name for name, _ in groupby(entry.passage.piece_id for entry in programme.passages)]


def wanted_at(programme: MatchedProgramme, share: float) -> CoursePoint:
    return Moments(values=load_pool(POOL).courses[programme.course].as_array()).at(share)


def test_the_second_edition_has_at_least_24_pieces_and_all_of_the_first() -> None:
    second = piece_ids(MusicEdition.SECOND)

    assert len(second) >= 24
    assert set(piece_ids()) < set(second)


@pytest.mark.parametrize("piece_id", piece_ids(MusicEdition.SECOND))
def test_every_piece_of_the_second_edition_is_free_and_says_what_was_simplified(
    piece_id: str,
) -> None:
    piece = load_piece(piece_id)

    assert piece.published <= 1929
    assert piece.died is None or piece.died <= 1953
    assert "Encoded by the Antiphon authors" in piece.encoding
    assert abs(piece.tempo_bpm / piece.tempo_usual_bpm - 1.0) <= TEMPO_TOLERANCE


@pytest.mark.parametrize("piece_id", piece_ids(MusicEdition.SECOND))
def test_every_melody_of_the_second_edition_stays_in_its_key_for_the_most_part(
    piece_id: str,
) -> None:
    piece = load_piece(piece_id)
    steps = {"major": (0, 2, 4, 5, 7, 9, 11), "minor": (0, 2, 3, 5, 7, 8, 9, 10, 11)}[piece.mode]
    melody = [note.pitch for note in piece.notes if note.part == "melody"]

    assert fmean((pitch - piece.root) % 12 in steps for pitch in melody) >= 0.9


def test_the_seed_draws_the_course_evenly_and_alone_decides_the_programme() -> None:
    courses = len(load_pool(POOL).courses)

    assert [schedule_matched(60.0, seed).course for seed in range(3)] == [0, 1, 2]
    assert schedule_matched(60.0, courses + 1).course == 1
    assert schedule_matched(300.0, 5) == schedule_matched.__wrapped__(300.0, 5)
    assert pieces_of(schedule_matched(SESSION_S, 3)) != pieces_of(
        schedule_matched(SESSION_S, courses + 3)
    )


def test_a_programme_fills_the_session_without_hearing_a_piece_twice(
    programme: MatchedProgramme,
) -> None:
    pieces = pieces_of(programme)

    assert programme.duration_s >= SESSION_S
    assert len(set(pieces)) == len(pieces)


def test_a_long_session_plays_pieces_again_but_never_one_after_itself() -> None:
    programme = schedule_matched(3600.0, 2)
    last = programme.passages[-1].passage

    assert programme.duration_s >= 3600.0
    assert len(pieces_of(programme)) > len(eligible_tunes("major"))
    assert last.notes


def test_tempo_and_pitch_are_moved_no_further_than_a_piece_allows(
    programme: MatchedProgramme,
) -> None:
    for entry in programme.passages:
        usual = load_piece(entry.passage.piece_id).tempo_usual_bpm
        assert abs(entry.passage.tempo_bpm / usual - 1.0) <= TEMPO_TOLERANCE + 1e-6
        assert -18 <= entry.transposition <= 6


def test_the_tune_itself_is_left_alone(programme: MatchedProgramme) -> None:
    first = programme.passages[0]
    piece = load_piece(first.passage.piece_id)
    bars = {note.onset_beats: note for note in piece.notes if note.part == "melody"}

    played = [note for note in first.passage.notes if note.part == "melody"]

    moved = first.transposition - piece.transposition
    assert [note.pitch for note in played] == [
        bars[note.onset_beats].pitch + moved for note in played
    ]


def test_every_passage_has_all_four_parts_and_can_be_played(programme: MatchedProgramme) -> None:
    for entry in programme.passages:
        notes = entry.passage.notes
        assert {note.part for note in notes} == {"melody", "pad", "bass", "arpeggio"} <= set(PARTS)
        assert all(30 <= note.pitch <= 96 and 1 <= note.velocity <= 127 for note in notes)
        assert all(0.0 <= note.onset_beats < entry.passage.beats for note in notes)


def test_a_session_is_as_dense_loud_and_high_as_its_course(programme: MatchedProgramme) -> None:
    composer = MatchedPieceComposer(programme=programme)
    heard, wanted = [], []
    for number, entry in enumerate(programme.passages):
        score = composer.compose(GIVEN, opening_memory(), sequence=number, seed=1, phase="")[0]
        if entry.share < 1.0:
            heard.append(measure_segment(score, None, 1))
            wanted.append(wanted_at(programme, entry.share))

    def miss(feature: str) -> float:
        got = [getattr(one, feature) for one in heard]
        asked = [getattr(one, feature) for one in wanted]
        return float(np.mean(np.subtract(got, asked)))

    assert abs(miss("note_density_per_s")) < 0.08
    assert abs(miss("dynamics")) < 0.5
    assert abs(miss("register")) < 1.0
    assert abs(miss("tempo_bpm")) < 2.0
    assert abs(miss("articulation")) < 0.02


def test_nothing_that_is_decided_in_the_session_changes_a_note() -> None:
    programme = schedule_matched(60.0, 2)
    composer = MatchedPieceComposer(programme=programme)
    other = MusicalParameters(**{f: getattr(GIVEN, f) for f in GIVEN.__dataclass_fields__})

    scores = [
        composer.compose(given, opening_memory(), sequence=0, seed=seed, phase=phase)[0]
        for given, seed, phase in ((GIVEN, 1, "opening"), (other, 9, "closing"))
    ]

    assert scores[0].notes == scores[1].notes == programme.passages[0].passage.notes
    assert scores[0].parameters.brightness == programme.passages[0].brightness


def test_moments_lie_on_straight_lines_between_the_parts_of_a_course() -> None:
    values = np.array([[60.0] * len(FEATURES), [80.0] * len(FEATURES)])
    moments = Moments(values=values)

    found = [moments.at(share).tempo_bpm for share in (-0.5, 0.0, 0.25, 0.5, 0.75, 1.0, 2.0)]

    assert found == [60.0, 60.0, 60.0, 70.0, 80.0, 80.0, 80.0]
