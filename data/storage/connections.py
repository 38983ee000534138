"""The connections of one open store: many that read, one that writes, first come, first served.

Contents: `Transaction`, `Connections`.
"""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from threading import local

from sqlalchemy import Connection, Engine

from data.storage.chain import Chain
from data.storage.engine import in_plain_words, make_readers, make_writer
from data.storage.errors import StoreUnusableError
from data.storage.waiting_line import WaitingLine


@dataclass(frozen=True, kw_only=True, slots=True)
class Transaction:
    """A transaction that writes, and the end of the audit in it."""

    connection: Connection
    chain: Chain


class Connections:
    """Lends connections inside transactions.

    Parameters
    ----------
    path : Path
        The database file.
    writer : Engine or None
        The engine that writes; None when this opening only reads.
    sign : callable
        Signs the end of the audit before a commit.
    """

    def __init__(self, path: Path, writer: Engine | None, *, sign: Callable[[Chain], None]) -> None:
        self._readers = make_readers(path)
        self._writer = writer
        self._sign = sign
        self._line = WaitingLine()
        self._held = local()

    @classmethod
    def for_writing(cls, path: Path, *, sign: Callable[[Chain], None]) -> "Connections":
        """Return connections that read and write."""
        return cls(path, make_writer(path), sign=sign)

    @property
    def only_read(self) -> bool:
        """Whether none of them writes."""
        return self._writer is None

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """Lend a connection that sees one moment.

        Yields
        ------
        Connection
            The one that writes, when this thread holds it.
        """
        held = self._transaction_held()
        if held is not None:
            yield held.connection
            return
        with in_plain_words(), self._readers.begin() as connection:
            yield connection

    @contextmanager
    def writing(self) -> Iterator[Transaction]:
        """Lend the connection that writes; inside another `writing` of this thread, join it.

        Yields
        ------
        Transaction
            Committed at the end of the outermost block, or rolled back.
        """
        held = self._transaction_held()
        if held is None:
            with self._outermost() as transaction:
                yield transaction
        else:
            with _joined(held):
                yield held

    def close(self) -> None:
        """Close every connection."""
        self._readers.dispose()
        if self._writer is not None:
            self._writer.dispose()

    def _transaction_held(self) -> Transaction | None:
        return getattr(self._held, "transaction", None)

    @contextmanager
    def _outermost(self) -> Iterator[Transaction]:
        if self._writer is None:
            message = "This opening of the store only reads: use the server, or stop it first."
            raise StoreUnusableError(message)
        self._line.enter()
        try:
            with in_plain_words(), self._writer.begin() as connection:
                transaction = Transaction(connection=connection, chain=Chain(connection))
                self._held.transaction = transaction
                yield transaction
                transaction.chain.flush()
                self._sign(transaction.chain)
        finally:
            self._held.transaction = None
            self._line.leave()


@contextmanager
def _joined(held: Transaction) -> Iterator[None]:
    """Keep or forget what happens inside as a whole, within the transaction that is held."""
    held.chain.flush()
    mark = held.chain.mark()
    with ExitStack() as undo:
        undo.callback(held.chain.return_to, mark)
        with in_plain_words(), held.connection.begin_nested():
            yield
            held.chain.flush()
        undo.pop_all()
