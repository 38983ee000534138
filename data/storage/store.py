"""The store of one trial: one SQLite file, one process that writes, every change in the audit.

Contents: `create_store`, `open_store`, `open_store_for_reading`, `store_exists`, `default_url`, `Store`
with `reading`, `writing`, `group_commit`, `key_for`, `close`.
"""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from datetime import datetime
from pathlib import Path

from sqlalchemy import Connection

from data.records.people import Actor
from data.storage.access import Access, admit
from data.storage.address import database_path, default_url, existing_path, store_exists
from data.storage.chain import Author, Chain
from data.storage.connections import Connections, Transaction
from data.storage.encryption import Keys
from data.storage.errors import StoreUnusableError
from data.storage.key_file import key_path, make_keys, read_keys
from data.storage.mapping import Mapper
from data.storage.opening import check_for_reading, make_tables, prepare_for_writing
from data.storage.passwords import PASSWORD_COST, PasswordCost
from data.storage.process_lock import ProcessLock
from data.storage.roles import Permission
from data.storage.tables import stored_time
from data.storage.transactions import Reading, Writing

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
        lock: ProcessLock | None,
        password_cost: PasswordCost = PASSWORD_COST,
    ) -> None:
        self.path = path
        self.clock = clock
        self.keys = keys
        self.password_cost = password_cost
        self.processes: dict[str, Actor] = {}
        self._mapper = Mapper(keys)
        self._lock = lock
        self._connections = (
            Connections.for_writing(path, sign=self._sign)
            if lock
            else Connections(path, None, sign=self._sign)
        )

    @property
    def only_reads(self) -> bool:
        """Whether this opening cannot write."""
        return self._connections.only_read

    @contextmanager
    def reading(self, actor: Actor, permission: Permission) -> Iterator[Reading]:
        """Read records within reach of an actor, all from one moment.

        Inside `writing` or `group_commit` of the same thread, what was written so far is seen.

        Yields
        ------
        Reading
            Valid inside the `with` block.
        """
        with self._connections.reading() as connection:
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
        with self._connections.writing() as transaction:
            access = self._admit(transaction.connection, actor, permission)
            author = Author.of(actor, action=action, reason=reason, at=self.now_text())
            yield self._writing(transaction, access, author)

    @contextmanager
    def group_commit(self) -> Iterator[None]:
        """Let every `writing` of this thread inside the block join one transaction.

        For bulk work only: nothing is acknowledged before the block ends.
        """
        with self._connections.writing():
            yield

    @contextmanager
    def reading_within(self) -> Iterator[Reading]:
        """Read any record on behalf of storage itself.

        Yields
        ------
        Reading
            Valid inside the `with` block; nothing is out of its reach.
        """
        with self._connections.reading() as connection:
            yield Reading(connection, None, self._mapper)

    @contextmanager
    def writing_within(self, author: Author) -> Iterator[Writing]:
        """Change any record on behalf of storage itself (sign-ins, backups).

        Yields
        ------
        Writing
            Valid inside the `with` block; nothing is out of its reach.
        """
        with self._connections.writing() as transaction:
            yield self._writing(transaction, None, author)

    def connection(self) -> AbstractContextManager[Connection]:
        """Lend a connection that reads; for storage only."""
        return self._connections.reading()

    @contextmanager
    def written_connection(self) -> Iterator[Connection]:
        """Lend the connection that writes; for storage's unaudited rows only.

        Yields
        ------
        Connection
            Inside a transaction.
        """
        with self._connections.writing() as transaction:
            yield transaction.connection

    def key_for(self, purpose: str) -> bytes:
        """Return the key of one purpose: ``allocation``, ``masking`` or ``sessions``."""
        return self.keys.for_purpose(purpose)

    def now_text(self) -> str:
        """Return the time now, as it is stored."""
        return stored_time(self.clock())

    def close(self) -> None:
        """Close every connection and let another process have the store."""
        self._connections.close()
        if self._lock is not None:
            self._lock.release()

    def _admit(self, connection: Connection, actor: Actor, permission: Permission) -> Access:
        now, processes = self.clock(), self.processes
        return admit(connection, actor, permission, now=now, processes=processes)

    def _writing(self, transaction: Transaction, access: Access | None, author: Author) -> Writing:
        return Writing(
            transaction.connection,
            access,
            self._mapper,
            author=author,
            chain=transaction.chain,
        )

    def _sign(self, chain: Chain) -> None:
        chain.sign(self.keys, self.now_text())


def create_store(url: str, clock: Clock, *, password_cost: PasswordCost = PASSWORD_COST) -> Store:
    """Make a new, empty store with new keys, and open it.

    Parameters
    ----------
    url : str
        ``sqlite:///PATH``.
    clock : callable
        Returns the time now, aware, in UTC.
    password_cost : PasswordCost
        What hashing a password costs; cheaper in tests and simulations only.

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
    with ExitStack() as undo:
        lock = _lock_in_new_folder(path)
        undo.callback(lock.release)
        keys = _make_whole(path, at=stored_time(clock()))
        store = Store(path, clock, keys, lock=lock, password_cost=password_cost)
        undo.pop_all()
    return store


def open_store(url: str, clock: Clock, *, password_cost: PasswordCost = PASSWORD_COST) -> Store:
    """Open a store for reading and writing, for this process alone.

    Tables of an older version are backed up, verified and brought up to date first.

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
        Open for writing.
    """
    path = existing_path(url)
    with ExitStack() as undo:
        lock = ProcessLock(path)
        undo.callback(lock.release)
        keys = read_keys(key_path(path))
        prepare_for_writing(path, keys, at=stored_time(clock()))
        store = Store(path, clock, keys, lock=lock, password_cost=password_cost)
        undo.pop_all()
    return store


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
    """
    path = existing_path(url)
    keys = read_keys(key_path(path))
    check_for_reading(path, keys)
    return Store(path, clock, keys, lock=None)


def _make_whole(path: Path, *, at: str) -> Keys:
    """Make keys and tables, or leave neither behind."""
    with ExitStack() as undo:
        keys = make_keys(key_path(path))
        undo.callback(path.unlink, missing_ok=True)
        undo.callback(key_path(path).unlink)
        make_tables(path, keys, at=at)
        undo.pop_all()
    return keys


def _lock_in_new_folder(path: Path) -> ProcessLock:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        return ProcessLock(path)
    except OSError:
        message = f"The folder {path.parent} cannot be written: name another in ANTIPHON_STORE."
        raise StoreUnusableError(message) from None
