"""A full disk loses nothing that was acknowledged, says so, and is over when there is room again."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Connection, text

from data.records.answers import ItemAnswer
from data.storage.audit import verify
from data.storage.errors import StoreUnusableError
from data.storage.store import Store, create_store
from tests.data.storage.conftest import AUTHOR
from tests.data.storage.examples import CHEAP, SITE, Clock, answer, participant


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """Return a store whose file may grow by 40 pages only.

    Yields
    ------
    Store
        With one participant.
    """
    made = create_store(f"sqlite:///{tmp_path / 'trial.db'}", Clock(), password_cost=CHEAP)
    with made.writing_within(AUTHOR) as writing:
        writing.add_all((SITE, participant()))
    with made.written_connection() as connection:
        set_room(connection, pages(connection) + 40)
    yield made
    made.close()


def pages(connection: Connection) -> int:
    """Return how many pages the file has."""
    return int(connection.execute(text("PRAGMA page_count")).scalar_one())


def set_room(connection: Connection, most_pages: int) -> None:
    """Let the file of this connection have so many pages at most."""
    connection.execute(text(f"PRAGMA max_page_count = {most_pages}"))


def fill(store: Store) -> tuple[list[str], str]:
    """Write answers until the disk is full; return what was acknowledged and what was said."""
    acknowledged: list[str] = []

    def save_until_refused() -> None:
        for number in range(10_000):
            with store.writing_within(AUTHOR) as writing:
                writing.add(answer(f"item_{number}"))
            acknowledged.append(f"item_{number}")

    with pytest.raises(StoreUnusableError) as refused:
        save_until_refused()
    return acknowledged, str(refused.value)


def test_a_full_disk_keeps_what_was_acknowledged_and_says_what_to_do(store: Store) -> None:
    acknowledged, said = fill(store)

    with store.reading_within() as reading:
        found = [one.item for one in reading.find(ItemAnswer)]

    assert said == "The disk is full, and nothing was saved: make room, then try again."
    assert len(acknowledged) > 20
    assert found == acknowledged
    assert verify(store).ok


def test_writing_goes_on_when_there_is_room_again(store: Store) -> None:
    acknowledged, _ = fill(store)
    with store.written_connection() as connection:
        set_room(connection, 1_000_000)

    with store.writing_within(AUTHOR) as writing:
        writing.add(answer("after"))

    with store.reading_within() as reading:
        assert reading.count(ItemAnswer) == len(acknowledged) + 1
    assert verify(store).ok
