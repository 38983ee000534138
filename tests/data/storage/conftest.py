"""A new store in a folder of its own, a clock that stands, and people in every role."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from shutil import copy
from sqlite3 import connect

import pytest

from data.records.people import Actor, Role
from data.storage.chain import Author
from data.storage.roles import Permission
from data.storage.sign_in import sign_in_process
from data.storage.store import Store, create_store, open_store
from tests.data.storage.examples import (
    CHEAP,
    EVERY_KIND,
    LOCK,
    OTHER_SITE,
    SITE,
    TRIAL,
    VERSION,
    Clock,
    participant,
)

AUTHOR = Author(
    user_id="test", role="", sign_in_id="", action="test", reason="", at="2026-03-02T12:00:00Z"
)


@pytest.fixture
def clock() -> Clock:
    """Return a clock that stands."""
    return Clock()


@pytest.fixture
def url(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """Return the address of a store that is not there yet."""
    monkeypatch.delenv("ANTIPHON_KEYS", raising=False)
    return f"sqlite:///{tmp_path / 'trial.db'}"


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a closed, empty store to copy: making one takes longer than most tests."""
    path = tmp_path_factory.mktemp("template") / "trial.db"
    create_store(f"sqlite:///{path}", Clock(), password_cost=CHEAP).close()
    return path


@pytest.fixture
def store(template: Path, url: str, tmp_path: Path, clock: Clock) -> Iterator[Store]:
    """Return an empty store; close it afterwards.

    Yields
    ------
    Store
        Without people.
    """
    copy_store(template, tmp_path)
    opened = open_store(url, clock, password_cost=CHEAP)
    yield opened
    opened.close()


@pytest.fixture
def administrator(store: Store) -> Actor:
    """Return an administrator."""
    return sign_in_process(store, Role.ADMINISTRATOR, "ana")


@pytest.fixture
def coordinator(store: Store) -> Actor:
    """Return a coordinator of Leiden."""
    return sign_in_process(store, Role.COORDINATOR, "bea", "LEI")


@pytest.fixture
def statistician(store: Store) -> Actor:
    """Return a statistician."""
    return sign_in_process(store, Role.STATISTICIAN, "sam")


@pytest.fixture
def running(store: Store, administrator: Actor) -> Store:
    """Return a store with a trial, two sites, and a participant at each."""
    with store.writing(administrator, Permission.OPEN_TRIAL, "open_trial") as writing:
        writing.add_all((SITE, OTHER_SITE, VERSION, TRIAL))
    everywhere = sign_in_process(store, Role.COORDINATOR, "eva")
    with store.writing(everywhere, Permission.ENROL, "screen_participant") as writing:
        writing.add_all((participant(1, "LEI"), participant(2, "LEI"), participant(1, "GRA")))
    return store


@pytest.fixture(scope="session")
def full_template(template: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a closed store with one record of every kind but the lock, to copy."""
    path = copy_store(template, tmp_path_factory.mktemp("full"))
    opened = open_store(f"sqlite:///{path}", Clock(), password_cost=CHEAP)
    with opened.writing_within(AUTHOR) as writing:
        writing.add_all([record for record in EVERY_KIND if record is not LOCK])
    opened.close()
    return path


@pytest.fixture
def full(store: Store, full_template: Path, tmp_path: Path) -> Store:
    """Return a store with one record of every kind but the lock."""
    with (
        closing(connect(full_template)) as source,
        closing(connect(tmp_path / "trial.db")) as target,
        source,
        target,
    ):
        source.backup(target)
    return store


def copy_store(closed: Path, folder: Path) -> Path:
    """Copy a closed store with its keys."""
    for name in (closed.name, f"{closed.name}.keys"):
        copy(closed.with_name(name), folder / name)
    return folder / closed.name


def run_sql(store: Store, *statements: str) -> None:
    """Change a store around the application."""
    with closing(connect(store.path)) as connection, connection:
        for statement in statements:
            connection.execute(statement)
    connection.close()
