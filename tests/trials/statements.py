"""What a block asks of its store, statement by statement."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Engine, event


@contextmanager
def statements() -> Iterator[list[str]]:
    """Collect the SQL statements of every store while the block runs.

    Yields
    ------
    list of str
        In the order in which they were sent.
    """
    sent: list[str] = []

    def collect(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:  # noqa: ANN401 - interface
        sent.append(statement)

    event.listen(Engine, "before_cursor_execute", collect)
    try:
        yield sent
    finally:
        event.remove(Engine, "before_cursor_execute", collect)


def reads(sent: list[str]) -> list[str]:
    """Return the tables that were read, one for each statement that reads."""
    return [
        statement.split("FROM ")[1].split()[0]
        for statement in sent
        if statement.startswith("SELECT")
    ]
