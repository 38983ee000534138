"""The store of one trial: one SQLite file, one process that writes, every change in the audit.

Contents: `create_store`, `open_store`, `open_store_for_reading`, `store_exists`, `default_url`, `Store`
with `reading`, `writing`, `group_commit`, `key_for`, `close`.
"""

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from threading import local

from sqlalchemy import Connection, Engine, insert, select

from data.records.people import Actor
from data.storage.access import Access, admit
from data.storage.chain import Author, Chain
from data.storage.encryption import Keys
from data.storage.engine import database_path, in_plain_words, make_readers, make_writer
from data.storage.errors import StoreNotFoundError, StoreUnusableError
from data.storage.key_file import key_path, make_keys, read_keys
from data.storage.mapping import Mapper
from data.storage.passwords import PASSWORD_COST, PasswordCost
from data.storage.process_lock import ProcessLock
from data.storage.roles import Permission
from data.storage.tables import STORE_FACTS
from data.storage.transactions import Reading, Writing
from data.storage.waiting_line import WaitingLine

__all__ = [
    "Clock",
    "Reading",
    "Store",
    "Writing",
    "create_store",
    "default_url",
    "open_store",
    "open_store_for_reading",
    "store_exists",
]

Clock = Callable[[], datetime]


@dataclass(frozen=True, kw_only=True, slots=True)
class _Transaction:
    connection: Connection
    chain: Chain


class Store:
    """An open store. Made by `create_store`, `open_store` and `open_store_for_reading`.

    Attributes
    ----------
    path : Path
        The database file.
    clock : callable
        Returns the time now, aware, in UTC.
    keys : Keys
        For storage only; others ask `key_for`.
    password_cost : PasswordCost
        What hashing a password costs.
    processes : dict of str to Actor
        The live sign-ins of this process (`sign_in.sign_in_process`), by id.
    """

    def __init__(
        self,
        path: Path,
        clock: Clock,
        keys: Keys,
        *,
        password_cost: PasswordCost = PASSWORD_COST,
        lock: ProcessLock | None,
    ) -> None:
        self.path = path
        self.clock = clock
        self.keys = keys
        self.password_cost = password_cost
        self.processes: dict[str, Actor] = {}
        self._mapper = Mapper(keys)
        self._lock = lock
        self._writer: Engine | None = make_writer(path) if lock else None
        self._readers = make_readers(path)
        self._line = WaitingLine()
        self._held = local()

    @property
    def only_reads(self) -> bool:
        """Whether this opening cannot write."""
        return self._writer is None

    @contextmanager
    def reading(self, actor: Actor, permission: Permission) -> Iterator[Reading]:
        """Read records within reach of an actor, all from one moment.

        Inside `writing` or `group_commit` of the same thread, what was written so far is seen.

        Yields
        ------
        Reading
            Valid inside the `with` block.
        """
        with self.connection() as connection:
            access = self._admit(connection, actor, permission)
            yield Reading(connection, access, self._mapper)

    @contextmanager
    def writing(
        self, actor: Actor, permission: Permission, action: str, reason: str = ""
    ) -> Iterator[Writing]:
        """Change records within reach of an actor: all of it is stored at the end, or nothing.

        Writers wait in line. Inside another `writing` or `group_commit` of the same thread, the
        changes join that transaction.

        Parameters
        ----------
        actor : Actor
            Who changes something.
        permission : Permission
            What the use case needs.
        action : str
            Name of the use case, for the audit.
        reason : str
            Why, where the protocol asks for a reason.

        Yields
        ------
        Writing
            Valid inside the `with` block.
        """
        with self._transaction() as transaction:
            access = self._admit(transaction.connection, actor, permission)
            author = Author.of(actor, action=action, reason=reason, at=self.now_text())
            yield self._writing(transaction, access, author)
            transaction.chain.flush()

    @contextmanager
    def writing_within(self, author: Author) -> Iterator[Writing]:
        """Change any record on behalf of storage itself (sign-ins, backups).

        Yields
        ------
        Writing
            Valid inside the `with` block; nothing is out of its reach.
        """
        with self._transaction() as transaction:
            yield self._writing(transaction, None, author)
            transaction.chain.flush()

    @contextmanager
    def reading_within(self) -> Iterator[Reading]:
        """Read any record on behalf of storage itself.

        Yields
        ------
        Reading
            Valid inside the `with` block; nothing is out of its reach.
        """
        with self.connection() as connection:
            yield Reading(connection, None, self._mapper)

    @contextmanager
    def group_commit(self) -> Iterator[None]:
        """Let every `writing` of this thread inside the block join one transaction.

        For bulk work only: nothing is acknowledged before the block ends.
        """
        with self._transaction():
            yield

    @contextmanager
    def connection(self) -> Iterator[Connection]:
        """Lend a connection that reads, inside a transaction; for storage only.

        Yields
        ------
        Connection
            The one that writes, when this thread holds it.
        """
        held = self._held_transaction()
        if held is not None:
            yield held.connection
            return
        with in_plain_words(), self._readers.begin() as connection:
            yield connection

    @contextmanager
    def written_connection(self) -> Iterator[Connection]:
        """Lend the connection that writes; for storage's unaudited rows only.

        Yields
        ------
        Connection
            Inside a transaction.
        """
        with self._transaction() as transaction:
            yield transaction.connection

    def key_for(self, purpose: str) -> bytes:
        """Return the key of one purpose: ``allocation``, ``masking`` or ``sessions``."""
        return self.keys.for_purpose(purpose)

    def now_text(self) -> str:
        """Return the time now, as it is stored."""
        return self.clock().astimezone(UTC).isoformat().replace("+00:00", "Z")

    def close(self) -> None:
        """Close every connection and let another process have the store."""
        self._readers.dispose()
        if self._writer is not None:
            self._writer.dispose()
        if self._lock is not None:
            self._lock.release()

    def _admit(self, connection: Connection, actor: Actor, permission: Permission) -> Access:
        now, processes = self.clock(), self.processes
        return admit(connection, actor, permission, now=now, processes=processes)

    def _writing(self, transaction: _Transaction, access: Access | None, author: Author) -> Writing:
        chain = transaction.chain
        return Writing(transaction.connection, access, self._mapper, author=author, chain=chain)

    def _held_transaction(self) -> _Transaction | None:
        return getattr(self._held, "transaction", None)

    @contextmanager
    def _transaction(self) -> Iterator[_Transaction]:
        held = self._held_transaction()
        if held is None:
            with self._outermost() as transaction:
                yield transaction
            return
        mark = held.chain.mark()
        try:
            with in_plain_words(), held.connection.begin_nested():
                yield held
        except BaseException:
            held.chain.return_to(mark)
            raise

    @contextmanager
    def _outermost(self) -> Iterator[_Transaction]:
        if self._writer is None:
            message = "This opening of the store only reads: stop the server, or use the server."
            raise StoreUnusableError(message)
        self._line.enter()
        try:
            with in_plain_words(), self._writer.begin() as connection:
                transaction = _Transaction(connection=connection, chain=Chain(connection))
                self._held.transaction = transaction
                yield transaction
                transaction.chain.sign(self.keys, self.now_text())
        finally:
            self._held.transaction = None
            self._line.leave()


def default_url() -> str:
    """Return the address of the store: `ANTIPHON_STORE`, or a file in the user's data folder."""
    named = os.environ.get("ANTIPHON_STORE")
    return named or f"sqlite:///{_data_folder() / 'antiphon' / 'antiphon.db'}"


def store_exists(url: str) -> bool:
    """Say whether there is a store at an address."""
    return database_path(url).is_file()


def create_store(url: str, clock: Clock, *, password_cost: PasswordCost = PASSWORD_COST) -> Store:
    """Make a new, empty store with new keys, and open it.

    Parameters
    ----------
    url : str
        ``sqlite:///PATH``.
    clock : callable
        Returns the time now, aware, in UTC.
    password_cost : PasswordCost
        What hashing a password costs; cheaper in tests only.

    Returns
    -------
    Store
        Open for writing.

    Raises
    ------
    StoreUnusableError
        If there is a store already, or the folder cannot be written.
    """
    path = database_path(url)
    if path.exists():
        message = f"There is a store at {path} already: open it, or name another one."
        raise StoreUnusableError(message)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        lock = ProcessLock(path)
    except OSError:
        message = f"The folder {path.parent} cannot be written: name another in ANTIPHON_STORE."
        raise StoreUnusableError(message) from None
    try:
        keys = make_keys(key_path(path))
        _make_tables(path, keys)
    except BaseException:
        lock.release()
        raise
    return Store(path, clock, keys, password_cost=password_cost, lock=lock)


def open_store(url: str, clock: Clock, *, password_cost: PasswordCost = PASSWORD_COST) -> Store:
    """Open a store for reading and writing, for this process alone.

    Parameters
    ----------
    url : str
        ``sqlite:///PATH``.
    clock : callable
        Returns the time now, aware, in UTC.
    password_cost : PasswordCost
        What hashing a new password costs.

    Returns
    -------
    Store
        Open for writing; its tables are of the newest version.

    Raises
    ------
    StoreUnusableError
        If another process has it, its keys do not fit, or its tables are not to be trusted.
    """
    path = _existing(url)
    lock = ProcessLock(path)
    try:
        keys = read_keys(key_path(path))
        _check_version(path, keys)
    except BaseException:
        lock.release()
        raise
    return Store(path, clock, keys, password_cost=password_cost, lock=lock)


def open_store_for_reading(url: str, clock: Clock) -> Store:
    """Open a store only to read, beside a process that may be writing to it.

    `sign_in.sign_in_process` works here without a row in the store: its actor lives in memory only,
    so what it reads leaves no trace in the audit.

    Parameters
    ----------
    url : str
        ``sqlite:///PATH``.
    clock : callable
        Returns the time now, aware, in UTC.

    Returns
    -------
    Store
        Every `writing` is refused.

    Raises
    ------
    StoreUnusableError
        If its keys do not fit or its tables are not of the newest version.
    """
    from data.storage.migrating import newest_version, version_of

    path = _existing(url)
    store = Store(path, clock, read_keys(key_path(path)), lock=None)
    try:
        with store.connection() as connection:
            _check_keys(connection, store.keys)
            if version_of(connection) != newest_version():
                message = (
                    f"The store {path} is of another version: start Antiphon once to bring it up."
                )
                raise StoreUnusableError(message)
    except BaseException:
        store.close()
        raise
    return store


def _data_folder() -> Path:
    if sys.platform == "win32":
        return Path(os.environ.get("LOCALAPPDATA") or Path.home() / "AppData" / "Local")
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Application Support"
    return Path(os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share")


def _existing(url: str) -> Path:
    path = database_path(url)
    if not path.is_file():
        message = f"There is no store at {path}: create one, or mend ANTIPHON_STORE."
        raise StoreNotFoundError(message)
    return path


def _make_tables(path: Path, keys: Keys) -> None:
    from data.storage.migrating import migrate

    writer = make_writer(path)
    try:
        with in_plain_words(), writer.begin() as connection:
            migrate(connection)
            fact = {"name": "key_fingerprint", "value": keys.fingerprint}
            connection.execute(insert(STORE_FACTS), [fact])
    finally:
        writer.dispose()


def _check_version(path: Path, keys: Keys) -> None:
    from data.storage.migrating import is_known, migrate, newest_version, version_of

    writer = make_writer(path)
    try:
        with in_plain_words(), writer.begin() as connection:
            _check_keys(connection, keys)
            version = version_of(connection)
            if version is None or not is_known(version):
                message = f"The store {path} was made by a newer Antiphon: use that one."
                raise StoreUnusableError(message)
            if version != newest_version():
                migrate(connection)
    finally:
        writer.dispose()


def _check_keys(connection: Connection, keys: Keys) -> None:
    query = select(STORE_FACTS.c.value).where(STORE_FACTS.c.name == "key_fingerprint")
    if connection.execute(query).scalar() != keys.fingerprint:
        message = "The key file is not the one of this store: put the right one back."
        raise StoreUnusableError(message)
