"""The course of a session: twenty equal parts, each the mean of what was played in it."""

import pytest

from interventions.composition.courses import (
    PARTS,
    CoursePoint,
    course_of_session,
    load_pool,
    pool_sha256,
)
from interventions.composition.matched_programme import POOL


def point(tempo_bpm: float) -> CoursePoint:
    return CoursePoint(
        tempo_bpm=tempo_bpm,
        note_density_per_s=2.0,
        register=62.0,
        dynamics=56.0,
        articulation=0.9,
        brightness=0.5,
    )


def test_a_part_is_the_mean_of_its_segments_weighted_by_their_time_in_it() -> None:
    course = course_of_session([point(60.0), point(80.0)], [7.5, 12.5], "major")

    tempos = [one.tempo_bpm for one in course.points]

    assert len(tempos) == PARTS
    assert tempos[6:9] == [60.0, 70.0, 80.0]


def test_the_pool_of_this_program_is_whole() -> None:
    pool = load_pool(POOL)

    assert len(pool.courses) == 64
    assert {len(course.points) for course in pool.courses} == {PARTS}
    assert len(pool_sha256(POOL)) == 64


def test_a_pool_that_is_not_there_is_an_error() -> None:
    with pytest.raises(FileNotFoundError):
        load_pool("nobody")
