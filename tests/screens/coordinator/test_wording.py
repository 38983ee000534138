"""What the coordinator reads: days, time left, reasons."""

from datetime import date, timedelta

import pytest

from protocols.document import shipped_protocol
from screens.coordinator.wording import (
    in_day,
    in_minutes,
    in_time_left,
    reason_in_words,
    times_in_words,
)


def test_a_day_is_written_with_its_weekday() -> None:
    assert in_day(date(2026, 11, 4)) == "Wed 4 Nov 2026"


def test_times_in_a_record_are_written_as_people_read_them() -> None:
    words = times_in_words("Report by 2026-11-25T17:11+00:00: fainted on 2026-11-24")

    assert words.replace("\u00a0", " ") == (
        "Report by 25 Nov 2026, 17:11 UTC: fainted on Tue 24 Nov 2026"
    )


@pytest.mark.parametrize(
    ("remaining", "words"),
    [
        (timedelta(hours=18, minutes=5), "18 h 05 min left"),
        (timedelta(), "overdue by 0 h 00 min"),
        (timedelta(hours=-2, minutes=-30), "overdue by 2 h 30 min"),
    ],
)
def test_time_left_says_when_it_is_over(remaining: timedelta, words: str) -> None:
    assert in_time_left(remaining) == words


def test_a_length_is_written_in_minutes_and_seconds() -> None:
    assert in_minutes(187.9) == "3:07"


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("age_18", "Is 18 years of age or older."),
        ("declined", "Declined to take part."),
        ("of_an_older_version", "of_an_older_version"),
    ],
)
def test_a_reason_of_a_screen_failure_is_the_wording_of_its_criterion(
    code: str, words: str
) -> None:
    assert reason_in_words(code, shipped_protocol().criteria) == words
