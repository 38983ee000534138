"""SQLite as we need it: settings that keep what was acknowledged, read back on every connection.

Conventions: one writer connection that begins IMMEDIATE and alone checkpoints; readers are
`query_only`. WAL with `synchronous=FULL` lost no acknowledged commit in simulated power cuts, NORMAL
did (design notes on storage, 8.1).
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from sqlite3 import Connection as SqliteConnection
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import QueuePool

from data.storage.errors import (
    AlreadyRecordedError,
    LockedError,
    RecordNotFoundError,
    StorageError,
    StoreUnusableError,
)
from data.storage.triggers import LOCKED, NEVER_CHANGED, NEVER_DELETED
from protocols.canonical import canonical_json

_SETTINGS: Mapping[str, str | int] = {
    "journal_mode": "wal",
    "synchronous": 2,
    "foreign_keys": 1,
    "busy_timeout": 30_000,
    "trusted_schema": 0,
    "mmap_size": 0,
    "secure_delete": 1,
}
_READER_SETTINGS: Mapping[str, str | int] = {
    **_SETTINGS,
    "wal_autocheckpoint": 0,
    "query_only": 1,
}
_COPY_SETTINGS: Mapping[str, str | int] = {"query_only": 1, "trusted_schema": 0, "mmap_size": 0}


def make_writer(path: Path) -> Engine:
    """Return the engine of the one connection that writes."""
    engine = _make_engine(path, _SETTINGS, pool_size=1, max_overflow=0)

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE")

    return engine


def make_readers(path: Path) -> Engine:
    """Return the engine of the connections that only read."""
    engine = _make_engine(path, _READER_SETTINGS, pool_size=8, max_overflow=56)

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        connection.exec_driver_sql("BEGIN")

    return engine


def make_copy_reader(path: Path) -> Engine:
    """Return the engine that reads a copy at rest, which has no write-ahead log."""
    return _make_engine(path, _COPY_SETTINGS, pool_size=1, max_overflow=0)


def _make_engine(
    path: Path, settings: Mapping[str, str | int], *, pool_size: int, max_overflow: int
) -> Engine:
    engine = create_engine(
        f"sqlite:///{path}",
        poolclass=QueuePool,
        pool_size=pool_size,
        max_overflow=max_overflow,
        connect_args={"check_same_thread": False, "isolation_level": None},
        json_serializer=_to_json,
        hide_parameters=True,
    )

    @event.listens_for(engine, "connect")
    def _connect(connection: SqliteConnection, _record: Any) -> None:  # noqa: ANN401 - interface
        _apply(connection, settings)

    return engine


def _to_json(value: object) -> str:
    return canonical_json(value).decode()


def _apply(connection: SqliteConnection, settings: Mapping[str, str | int]) -> None:
    for name, value in settings.items():
        connection.execute(f"PRAGMA {name} = {value}").close()
    wrong = [name for name, value in settings.items() if _setting(connection, name) != value]
    if wrong:
        message = (
            f"SQLite did not take the settings {', '.join(wrong)} that keep the records safe: "
            "move the store to a local disk."
        )
        raise StoreUnusableError(message)


def _setting(connection: SqliteConnection, name: str) -> str | int | None:
    row = connection.execute(f"PRAGMA {name}").fetchone()
    return row[0] if row else None


@contextmanager
def in_plain_words() -> Iterator[None]:
    """Turn what the database refuses into an error of storage: one clear sentence."""
    try:
        yield
    except DBAPIError as error:
        refusal = _plain(str(error.orig))
        raise refusal from error


def _plain(said: str) -> StorageError:
    for part, error in _MEANINGS.items():
        if part in said:
            return type(error)(*error.args)
    return StoreUnusableError(
        "The database could not do this, and nothing was saved: check its disk, then run "
        "`antiphon verify`."
    )


_MEANINGS: Mapping[str, StorageError] = {
    LOCKED: LockedError("The database is locked: clinical records no longer change."),
    NEVER_CHANGED: AlreadyRecordedError(
        "Records of this kind never change: record a correction as a new one."
    ),
    NEVER_DELETED: AlreadyRecordedError("Records are never deleted: record a correction instead."),
    "UNIQUE constraint": AlreadyRecordedError(
        "Another record holds this place already: read it again before you write."
    ),
    "FOREIGN KEY constraint": RecordNotFoundError(
        "A record refers to another one that is not in the store: add that one first."
    ),
    "database or disk is full": StoreUnusableError(
        "The disk is full, and nothing was saved: make room, then try again."
    ),
    "disk I/O error": StoreUnusableError(
        "The disk failed, and nothing was saved: check the disk, then run `antiphon verify`."
    ),
}
