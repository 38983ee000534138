"""Verify the audit, and read it.

What `verify` finds: an entry edited, removed, inserted or moved; a chain made anew by somebody without
the key file (its end is signed); a row changed, added or removed around the application (the audit is
replayed and must end in the very rows of every table); triggers dropped or altered.

What it cannot see by itself: that the newest entries *and* the rows they left were both taken back
together, for instance by putting an old copy of the file in place. Hence `expected`: the hash that was
printed, sent or noted elsewhere must still be in the chain. Nor does it protect from somebody who holds
the key file. Not covered: when people were last active (`sign_in_activity`).

Problems name an entry by the beginning of its hash, never by its number: people read them who must not
learn how many passes a session had, because arms differ in it.

Contents: `verify`, `Verification`, `audit_entries`, `AuditPage`.
"""

import json
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, and_, func, or_, select, union_all

from data.records.people import Actor
from data.records.trial import AuditEntry
from data.storage.chain import entry_hash, head_message, image_of
from data.storage.encryption import Keys
from data.storage.kinds import BY_TABLE, StoredKind
from data.storage.roles import Permission
from data.storage.store import Store
from data.storage.tables import AUDIT_ENTRY, AUDIT_HEAD, stored_time
from data.storage.triggers import trigger_differences
from protocols.canonical import adapter_of, canonical_json, sha256_hex

_MOST_PROBLEMS = 50
_ROWS_AT_ONCE = 1000
_AFTER_SLASH = chr(ord("/") + 1)


@dataclass(frozen=True, kw_only=True, slots=True)
class Verification:
    """What `verify` found."""

    entries: int
    ok: bool
    problems: tuple[str, ...]
    """One sentence each; at most 50, then how many more there are."""
    head_hash: str
    """Hash of the newest entry, to note elsewhere; empty when there is none."""
    public_key: str
    """Ed25519 key that checks the signed heads, hexadecimal."""


@dataclass(frozen=True, kw_only=True, slots=True)
class AuditPage:
    """One page of the audit, newest entry first."""

    entries: tuple[AuditEntry, ...]
    number: int
    """From 1."""
    pages: int
    total: int


def verify(store: Store, expected: str = "") -> Verification:
    """Recompute the whole audit and replay it against the rows of every table.

    Parameters
    ----------
    store : Store
        An open store; reading is enough.
    expected : str
        The hash of a head noted elsewhere, which must still be part of the chain; empty: none.

    Returns
    -------
    Verification
        ``ok`` when nothing was found.
    """
    with store.connection() as connection:
        return verify_tables(connection, store.keys, expected)


def verify_tables(connection: Connection, keys: Keys, expected: str = "") -> Verification:
    """Verify the tables behind one connection (a store's or a copy's).

    Parameters
    ----------
    connection : Connection
        Inside a transaction that reads.
    keys : Keys
        The keys of the store.
    expected : str
        The hash of a head noted elsewhere; empty: none.

    Returns
    -------
    Verification
        ``ok`` when nothing was found.
    """
    replay = _Replay(connection, keys, expected)
    problems = list(replay.problems())
    shown = problems[:_MOST_PROBLEMS]
    if len(problems) > len(shown):
        shown.append(f"There are {len(problems) - len(shown)} more problems.")
    return Verification(
        entries=replay.entries,
        ok=not problems,
        problems=tuple(shown),
        head_hash=replay.head_hash,
        public_key=keys.public_key,
    )


def audit_entries(
    store: Store,
    actor: Actor,
    *,
    table: str | None = None,
    record_id: str | None = None,
    user_id: str | None = None,
    action: str | None = None,
    participant_id: str | None = None,
    since: datetime | None = None,
    until: datetime | None = None,
    without_tables: Collection[str] = (),
    up_to: int | None = None,
    page: int = 1,
    per_page: int = 50,
) -> AuditPage:
    """Read the audit, newest entry first, filtered by what is given.

    Parameters
    ----------
    store : Store
        The open store.
    actor : Actor
        Who asks; needs SEE_AUDIT.
    table, record_id, user_id, action : str or None
        Only entries with exactly these values.
    participant_id : str or None
        Only entries about records of this participant, or of what the participant did.
    since, until : datetime or None
        Only entries from the first moment on and before the second.
    without_tables : collection of str
        Leave out entries about rows of these tables.
    up_to : int or None
        Only entries up to this number: pages read one after the other then fit together, whatever is
        written meanwhile.
    page : int
        From 1.
    per_page : int
        Entries on a page.

    Returns
    -------
    AuditPage
        Sealed values are ciphertext: the audit tells nobody an arm or an identity.
    """
    wanted = {"table": table, "record_id": record_id, "user_id": user_id, "action": action}
    where = [AUDIT_ENTRY.c[name] == value for name, value in wanted.items() if value is not None]
    where += _in_period(since, until)
    where += [AUDIT_ENTRY.c.table.not_in(without_tables)] if without_tables else []
    where += [] if participant_id is None else [_about(participant_id)]
    where += [] if up_to is None else [AUDIT_ENTRY.c.sequence <= up_to]
    with store.reading(actor, Permission.SEE_AUDIT), store.connection() as connection:
        total = _count(connection, where)
        query = select(AUDIT_ENTRY).where(*where).order_by(AUDIT_ENTRY.c.sequence.desc())
        rows = connection.execute(query.limit(per_page).offset((page - 1) * per_page)).mappings()
        adapter = adapter_of(AuditEntry)
        entries = tuple(adapter.validate_python(dict(row)) for row in rows)
    pages = max(1, -(-total // per_page))
    return AuditPage(entries=entries, number=page, pages=pages, total=total)


def _in_period(since: datetime | None, until: datetime | None) -> list[ColumnElement[bool]]:
    begun = [] if since is None else [AUDIT_ENTRY.c.at >= stored_time(since)]
    return begun if until is None else [*begun, AUDIT_ENTRY.c.at < stored_time(until)]


def _about(participant_id: str) -> ColumnElement[bool]:
    """Compare with indexes only: what an entry holds is never read to find it.

    Ids of records begin with the participant's, or stand in a table beside it.
    """
    entry = AUDIT_ENTRY.c
    tables = (stored.table.c for stored in BY_TABLE.values())
    beside = [
        select(columns.id).where(columns.participant_id == participant_id)
        for columns in tables
        if "participant_id" in columns
    ]
    return or_(
        entry.user_id == participant_id,
        entry.record_id == participant_id,
        and_(
            entry.record_id > f"{participant_id}/",
            entry.record_id < f"{participant_id}{_AFTER_SLASH}",
        ),
        entry.record_id.in_(union_all(*beside)),
    )


def _count(connection: Connection, where: list[ColumnElement[bool]]) -> int:
    query = select(func.count()).select_from(AUDIT_ENTRY).where(*where)
    return int(connection.execute(query).scalar_one())


class _Replay:
    """Walks the chain once and keeps the newest image of every row."""

    def __init__(self, connection: Connection, keys: Keys, expected: str) -> None:
        self._connection = connection
        self._keys = keys
        self._missed = expected
        self._images: dict[tuple[str, str], str] = {}
        self.entries = 0
        self.head_hash = ""
        self._signed = 0

    def problems(self) -> Iterator[str]:
        yield from self._rules()
        yield from self._chain()
        for stored in BY_TABLE.values():
            yield from self._rows(stored)
        for table, record_id in self._images:
            yield f"Row {record_id} of table {table} is gone: it was removed around the application."

    def _rules(self) -> Iterator[str]:
        for name in trigger_differences(self._connection):
            yield f"Trigger {name} is missing, altered or foreign."

    def _chain(self) -> Iterator[str]:
        heads = {row.sequence: row for row in self._connection.execute(select(AUDIT_HEAD)).all()}
        query = select(AUDIT_ENTRY).order_by(AUDIT_ENTRY.c.sequence)
        streamed = self._connection.execution_options(yield_per=_ROWS_AT_ONCE).execute(query)
        for entry in streamed.mappings():
            yield from self._entry(dict(entry))
            head = heads.pop(self.entries, None)
            if head is not None:
                self._signed = self.entries
                yield from self._head(head)
        yield from self._ends(heads)

    def _entry(self, entry: dict[str, Any]) -> Iterator[str]:
        sequence, name = entry["sequence"], _name(entry)
        if sequence != self.entries + 1:
            yield f"Entries before {name} of the audit are missing."
        if entry["previous_hash"] != self.head_hash:
            yield f"Entry {name} of the audit does not follow the entry before it."
        if entry_hash(entry) != entry["hash"]:
            yield f"Entry {name} of the audit was edited."
        self.entries, self.head_hash = sequence, entry["hash"]
        if self._missed == entry["hash"]:
            self._missed = ""
        if entry["table"]:
            yield from self._applied(entry)

    def _applied(self, entry: Mapping[str, Any]) -> Iterator[str]:
        place = (entry["table"], entry["record_id"])
        try:
            change = json.loads(entry["change"])
            old, new = change["old"], change["new"]
        except (ValueError, KeyError, TypeError):
            yield f"Entry {_name(entry)} of the audit holds no change that can be read."
            return
        before = None if old is None else _digest(old)
        if self._images.get(place) != before:
            yield f"Entry {_name(entry)} of the audit does not start from the row before it."
        self._images[place] = _digest(new)

    def _head(self, head: Row[Any]) -> Iterator[str]:
        message = head_message(head.sequence, self.head_hash)
        if head.hash != self.head_hash or not self._keys.has_signed(message, head.signature):
            yield f"The signature after entry {_short(self.head_hash)} of the audit does not fit."

    def _ends(self, left: Mapping[int, Row[Any]]) -> Iterator[str]:
        if self._signed != self.entries:
            yield "The end of the audit is not signed."
        if left:
            yield "Signed ends of the audit have no entry: entries were taken away."
        if self._missed:
            yield (
                f"The head {_short(self._missed)} that was noted elsewhere is not part of the audit: "
                "its newest entries were taken away, or it was made anew."
            )

    def _rows(self, stored: StoredKind) -> Iterator[str]:
        query = select(stored.table)
        streamed = self._connection.execution_options(yield_per=_ROWS_AT_ONCE).execute(query)
        for row in streamed.mappings():
            place = (stored.table.name, row["id"])
            kept = self._images.pop(place, None)
            found = _digest(image_of(stored, dict(row)))
            if kept is None:
                yield f"Row {place[1]} of table {place[0]} was added around the application."
            elif kept != found:
                yield f"Row {place[1]} of table {place[0]} was changed around the application."


def _name(entry: Mapping[str, Any]) -> str:
    return _short(entry["hash"])


def _short(entry_hash: str) -> str:
    return entry_hash[:12]


def _digest(image: object) -> str:
    return sha256_hex(canonical_json(image))
