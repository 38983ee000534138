"""The wall clock: read here for the terminal and in `app.py` for the server, nowhere else."""

from datetime import UTC, datetime


def wall_clock() -> datetime:
    """Return the time now, aware, in UTC."""
    return datetime.now(UTC)  # noqa: TID251 - a composition root must read the clock somewhere
