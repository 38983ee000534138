"""A clock that a simulation moves: the store of a simulated trial is made with it."""

from datetime import datetime


class MovableClock:
    """A clock that stands still until it is moved, and never goes back.

    Parameters
    ----------
    start : datetime
        Aware, in UTC.
    """

    def __init__(self, start: datetime) -> None:
        self._now = start

    def __call__(self) -> datetime:
        """Return the time it shows."""
        return self._now

    def move_to(self, moment: datetime) -> None:
        """Move the clock forward; an earlier moment leaves it where it is."""
        self._now = max(self._now, moment)
