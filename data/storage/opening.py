"""Make the tables of a new store; check those of an old one before it is trusted.

Conventions: a store of an older version is copied and the copy checked before its tables change. Every
migration is an act in the audit.
"""

from pathlib import Path

from sqlalchemy import Connection, insert, select
from sqlalchemy.exc import DatabaseError

from data.storage.chain import Author, Chain
from data.storage.encryption import Keys
from data.storage.engine import in_plain_words, make_readers, make_writer
from data.storage.errors import StoreUnusableError
from data.storage.local_disk import check_local_disk
from data.storage.tables import STORE_FACTS, TABLES_VERSION, VERSION
from data.storage.triggers import trigger_differences
from protocols.canonical import canonical_json


def make_tables(path: Path, keys: Keys, *, at: str) -> None:
    """Make every table of a new store."""
    check_local_disk(path)
    path.touch(mode=0o600, exist_ok=False)
    writer = make_writer(path)
    try:
        with in_plain_words(), writer.begin() as connection:
            _migrate(connection)
            fact = {"name": "key_fingerprint", "value": keys.fingerprint}
            connection.execute(insert(STORE_FACTS), [fact])
            _note(connection, keys, "create_store", f"tables of version {TABLES_VERSION}", at=at)
    finally:
        writer.dispose()


def prepare_for_writing(path: Path, keys: Keys, *, at: str) -> None:
    """Check a store's keys and tables; bring older tables up to date after a checked copy.

    Raises
    ------
    StoreUnusableError
        If the keys do not fit, or the tables are not to be trusted.
    """
    check_local_disk(path)
    writer = make_writer(path)
    try:
        with in_plain_words(), writer.begin() as connection:
            version = _checked_version(connection, path, keys)
        if version != TABLES_VERSION:
            _copy_before(path, version)
            with in_plain_words(), writer.begin() as connection:
                _migrate(connection)
                detail = f"tables from version {version} to {TABLES_VERSION}"
                _note(connection, keys, "migrate_store", detail, at=at)
        with in_plain_words(), writer.begin() as connection:
            altered = trigger_differences(connection)
    finally:
        writer.dispose()
    if altered:
        message = (
            f"The rules inside the store {path} were altered ({', '.join(altered)}): run "
            "`antiphon verify`, then restore a backup."
        )
        raise StoreUnusableError(message)


def check_for_reading(path: Path, keys: Keys) -> None:
    """Check that a store can be read as it is.

    Raises
    ------
    StoreUnusableError
        If the keys do not fit, or the tables are of an older version.
    """
    readers = make_readers(path)
    try:
        with in_plain_words(), readers.begin() as connection:
            version = _checked_version(connection, path, keys)
    finally:
        readers.dispose()
    if version != TABLES_VERSION:
        message = f"The store {path} is of an older version: start Antiphon once to bring it up."
        raise StoreUnusableError(message)


def _checked_version(connection: Connection, path: Path, keys: Keys) -> str:
    try:
        version = connection.execute(select(VERSION.c.version_num)).scalar()
        query = select(STORE_FACTS.c.value).where(STORE_FACTS.c.name == "key_fingerprint")
        fingerprint = connection.execute(query).scalar()
    except DatabaseError:
        message = f"{path} is not a store of Antiphon, or is damaged: restore a backup."
        raise StoreUnusableError(message) from None
    if fingerprint != keys.fingerprint:
        message = "The key file is not the one of this store: put the right one back."
        raise StoreUnusableError(message)
    if version is None or version > TABLES_VERSION:
        message = f"The store {path} was made by a newer Antiphon: use that one."
        raise StoreUnusableError(message)
    return str(version)


def _migrate(connection: Connection) -> None:
    from data.storage.migrating import migrate  # noqa: PLC0415 - Alembic is slow to import

    migrate(connection)


def _copy_before(path: Path, version: str) -> None:
    from data.storage.copying import copy_checked  # noqa: PLC0415 - only before a migration

    copy_checked(path, path.with_name(f"{path.name}.before-{version}"))


def _note(connection: Connection, keys: Keys, action: str, detail: str, *, at: str) -> None:
    author = Author(
        user_id="process:antiphon", role="", sign_in_id="", action=action, reason="", at=at
    )
    chain = Chain(connection)
    chain.add(author, "", "store", canonical_json({"note": detail}).decode())
    chain.flush()
    chain.sign(keys, at)
