"""The calendar day at a site: windows, visits and "today" are days there, wherever the server stands.

Conventions: a time zone is an IANA name (``Europe/Vienna``); moments are aware. Days are counted by the clock on the wall
at the site, so a day of 23 or 25 hours counts as one.

Contents: `local_day`, `end_of_day`, `moment_at`, `known_time_zones`, `Located`, `UNNAMED_TIME_ZONE`.
"""

from datetime import UTC, date, datetime, time
from functools import cache
from typing import Protocol
from zoneinfo import ZoneInfo, available_timezones

UNNAMED_TIME_ZONE = "UTC"
"""Of sites that were opened before a site had a time zone, until somebody names it."""

_REGIONS = frozenset(
    [
        "Africa",
        "America",
        "Antarctica",
        "Arctic",
        "Asia",
        "Atlantic",
        "Australia",
        "Europe",
        "Indian",
        "Pacific",
    ]
)


class Located(Protocol):
    """A place with a clock on the wall: a site."""

    @property
    def time_zone(self) -> str:
        """Its time zone, by its IANA name."""


def local_day(site: Located, moment: datetime) -> date:
    """Return the calendar day at a site.

    Parameters
    ----------
    site : Located
        Where.
    moment : datetime
        When; aware.

    Returns
    -------
    date
        The day that people there write down.

    Examples
    --------
    >>> from data.records.trial import Site
    >>> dunedin = Site(
    ...     id="DUN", name="Dunedin", open=True, on_call="", time_zone="Pacific/Auckland"
    ... )
    >>> local_day(dunedin, datetime(2026, 3, 2, 11, 30, tzinfo=UTC)).isoformat()
    '2026-03-03'
    """
    return moment.astimezone(ZoneInfo(site.time_zone)).date()


def end_of_day(site: Located, day: date) -> datetime:
    """Return the last moment of a calendar day at a site, in UTC."""
    # fold: the later one of two, on a day whose last hour comes twice
    return moment_at(site, datetime.combine(day, time.max).replace(fold=1))


def moment_at(site: Located, on_the_wall: datetime) -> datetime:
    """Return the moment, in UTC, at which the clock on the wall of a site shows a day and time (naive)."""
    return on_the_wall.replace(tzinfo=ZoneInfo(site.time_zone)).astimezone(UTC)


@cache
def known_time_zones() -> tuple[str, ...]:
    """Return the time zones that a site may lie in, by name: those of places, and UTC."""
    places = (name for name in available_timezones() if name.partition("/")[0] in _REGIONS)
    return (UNNAMED_TIME_ZONE, *sorted(places))
