"""The audit chain: every change leaves one entry, hashed over the entry before it, in the same transaction.

Conventions: `hash` is the SHA-256 of the canonical JSON of every other field; the entry before the first
has the hash ``""``. After each transaction the newest hash is signed (Ed25519): who rewrites the whole
chain without the key file cannot sign its end.

Contents: `Author`, `Chain`, `image_of`, `entry_hash`, `head_message`.
"""

from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, insert, select

from data.records.people import Actor
from data.storage.encryption import Keys
from data.storage.kinds import StoredKind
from data.storage.tables import AUDIT_ENTRY, AUDIT_HEAD
from protocols.canonical import canonical_json, hash_of, sha256_hex


@dataclass(frozen=True, kw_only=True, slots=True)
class Author:
    """Who changes something, what for and when: the same for every entry of one act."""

    user_id: str
    role: str
    sign_in_id: str
    action: str
    reason: str
    at: str

    @classmethod
    def of(cls, actor: Actor, *, action: str, reason: str, at: str) -> "Author":
        """Return the author that an actor is in one act."""
        return cls(
            user_id=actor.user_id,
            role=actor.role,
            sign_in_id=actor.sign_in_id,
            action=action,
            reason=reason,
            at=at,
        )


class Chain:
    """The end of the audit inside one transaction.

    Parameters
    ----------
    connection : Connection
        The connection that writes.
    """

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        newest = select(AUDIT_ENTRY.c.sequence, AUDIT_ENTRY.c.hash)
        row = connection.execute(newest.order_by(AUDIT_ENTRY.c.sequence.desc()).limit(1)).first()
        self.sequence: int = row[0] if row else 0
        self.hash: str = row[1] if row else ""
        self._signed = self.sequence
        self._waiting: list[dict[str, Any]] = []

    def add(self, author: Author, table: str, record_id: str, change: str) -> None:
        """Chain one more entry; it is written by `flush`."""
        entry: dict[str, Any] = {
            "sequence": self.sequence + 1,
            "at": author.at,
            "user_id": author.user_id,
            "role": author.role,
            "sign_in_id": author.sign_in_id,
            "action": author.action,
            "reason": author.reason,
            "table": table,
            "record_id": record_id,
            "change": change,
            "previous_hash": self.hash,
        }
        self.hash = entry_hash(entry)
        self.sequence += 1
        self._waiting.append({**entry, "hash": self.hash})

    def flush(self) -> None:
        """Write the entries that wait."""
        if self._waiting:
            self._connection.execute(insert(AUDIT_ENTRY), self._waiting)
            self._waiting = []

    def mark(self) -> tuple[int, str]:
        """Return where the chain stands, to come back to."""
        return self.sequence, self.hash

    def return_to(self, mark: tuple[int, str]) -> None:
        """Forget every entry after a mark (its savepoint was rolled back)."""
        self.sequence, self.hash = mark
        self._waiting = []

    def sign(self, keys: Keys, at: str) -> None:
        """Sign the end of the chain, when this transaction made it longer."""
        if self.sequence == self._signed:
            return
        signature = keys.sign(head_message(self.sequence, self.hash))
        head = {"sequence": self.sequence, "hash": self.hash, "at": at, "signature": signature}
        self._connection.execute(insert(AUDIT_HEAD), [head])
        self._signed = self.sequence


def entry_hash(entry: Mapping[str, Any]) -> str:
    """Return the hash of an entry: over all its fields but the hash itself."""
    return hash_of({name: value for name, value in entry.items() if name != "hash"})


def head_message(sequence: int, newest_hash: str) -> bytes:
    """Return what is signed at the end of a transaction."""
    return f"antiphon|audit-head|v1|{sequence}|{newest_hash}".encode()


def image_of(stored: StoredKind, row: Mapping[str, Any]) -> dict[str, Any]:
    """Return a row as the audit keeps it: ciphertext in base64, digests where the kind says so."""
    image = {name: _pictured(stored, name, row[name]) for name in stored.columns}
    return stored.as_first_made(image) if stored.later else image


def _pictured(stored: StoredKind, name: str, value: Any) -> Any:  # noqa: ANN401 - any column
    if name in stored.digested or name in stored.secret:
        content = value if isinstance(value, bytes) else canonical_json(value)
        return f"sha256:{sha256_hex(content)}"
    return b64encode(value).decode() if isinstance(value, bytes) else value
