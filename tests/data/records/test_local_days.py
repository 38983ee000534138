"""Calendar days at a site, by the clock on its wall."""

from datetime import UTC, date, datetime, timedelta

import pytest

from data.records.local_days import end_of_day, known_time_zones, local_day, moment_at
from data.records.trial import Site


def at(time_zone: str) -> Site:
    return Site(id="LEI", name="Leiden", open=True, on_call="Dr Vos", time_zone=time_zone)


@pytest.mark.parametrize(
    ("time_zone", "day"),
    [
        ("Pacific/Honolulu", date(2026, 3, 1)),
        ("UTC", date(2026, 3, 2)),
        ("Europe/Amsterdam", date(2026, 3, 2)),
        ("Pacific/Kiritimati", date(2026, 3, 2)),
    ],
)
def test_early_in_the_morning_of_utc_it_is_still_yesterday_in_the_west(
    time_zone: str, day: date
) -> None:
    assert local_day(at(time_zone), datetime(2026, 3, 2, 9, 30, tzinfo=UTC)) == day


def test_the_day_begins_an_hour_earlier_in_utc_once_summer_time_has_begun() -> None:
    """In Amsterdam the clock goes from 2 to 3 on 29 March 2026."""
    amsterdam = at("Europe/Amsterdam")
    half_past_ten = datetime(2026, 3, 28, 22, 30, tzinfo=UTC)

    assert local_day(amsterdam, half_past_ten) == date(2026, 3, 28)
    assert local_day(amsterdam, half_past_ten + timedelta(days=1)) == date(2026, 3, 30)


@pytest.mark.parametrize(
    ("day", "hours"), [(date(2026, 3, 29), 23), (date(2026, 6, 1), 24), (date(2026, 10, 25), 25)]
)
def test_a_day_with_a_change_of_the_clock_is_one_day_from_end_to_end(day: date, hours: int) -> None:
    vienna = at("Europe/Vienna")
    begins = end_of_day(vienna, day - timedelta(days=1)) + timedelta(microseconds=1)
    ends = end_of_day(vienna, day)

    assert ends - begins == timedelta(hours=hours) - timedelta(microseconds=1)
    assert {local_day(vienna, begins), local_day(vienna, ends)} == {day}


def test_a_time_on_the_wall_is_told_in_utc() -> None:
    nine = moment_at(at("Europe/Vienna"), datetime(2026, 7, 1, 9))  # noqa: DTZ001 - a clock on the wall

    assert (nine, nine.tzinfo) == (datetime(2026, 7, 1, 7, tzinfo=UTC), UTC)


def test_every_time_zone_on_offer_tells_a_day() -> None:
    noon = datetime(2026, 3, 2, 12, tzinfo=UTC)

    assert {"UTC", "Europe/Amsterdam", "Europe/Vienna"} <= set(known_time_zones())
    assert {local_day(at(name), noon) - noon.date() for name in known_time_zones()} == {
        timedelta(0),
        timedelta(days=1),
    }
