"""How the coordinator's screens say things: days, moments, time left.

Contents: `in_day`, `times_in_words`, `in_time_left`, `in_length`, `in_minutes`, `reason_in_words`.
"""

import re
from collections.abc import Iterable
from datetime import date, datetime, timedelta

from protocols.eligibility import Criterion
from screens.acts import in_moment

_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT[\d:.]+(?:Z|[+-]\d\d:\d\d)")
_DAY = re.compile(r"\d{4}-\d\d-\d\d")


def in_day(day: date) -> str:
    """Return a day with its weekday, e.g. ``Tue 24 Nov 2026``."""
    return f"{day:%a} {day.day} {day:%b %Y}"


def times_in_words(text: str) -> str:
    """Return a text of the record with its moments and days as people read them.

    Examples
    --------
    >>> times_in_words("Window 2026-11-24 to 2026-11-30")
    'Window Tue 24 Nov 2026 to Mon 30 Nov 2026'
    """
    with_moments = _MOMENT.sub(lambda found: in_moment(datetime.fromisoformat(found[0])), text)
    return _DAY.sub(lambda found: in_day(date.fromisoformat(found[0])), with_moments)


def in_time_left(remaining: timedelta) -> str:
    """Return how long there is left, or how long the time has been over."""
    length = in_length(abs(remaining))
    return f"{length} left" if remaining > timedelta() else f"overdue by {length}"


def in_length(length: timedelta) -> str:
    """Return a length in hours and minutes, e.g. ``1 h 05 min``."""
    minutes = int(length.total_seconds() // 60)
    return f"{minutes // 60} h {minutes % 60:02d} min"


def in_minutes(seconds: float) -> str:
    """Return a length as minutes and seconds, e.g. ``3:07``."""
    return f"{int(seconds) // 60}:{int(seconds) % 60:02d}"


def reason_in_words(code: str, criteria: Iterable[Criterion]) -> str:
    """Return a reason of a screen failure as people read it."""
    if code == "declined":
        return "Declined to take part."
    text = next((criterion.text for criterion in criteria if criterion.code == code), code)
    return " ".join(text.split())
