"""Reading and writing records, within reach of one actor and one permission.

Contents: `Reading`, `Writing`.
"""

from collections.abc import Iterable
from contextlib import AbstractContextManager, nullcontext
from datetime import date, datetime
from functools import cache, lru_cache
from itertools import groupby
from typing import Any, TypeVar

from sqlalchemy import (
    ColumnElement,
    Connection,
    Insert,
    Select,
    bindparam,
    func,
    insert,
    literal_column,
    select,
    update,
)
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

from data.records.participants import Participant
from data.records.trial import Site
from data.storage.access import Access
from data.storage.chain import Author, Chain, image_of
from data.storage.engine import in_plain_words
from data.storage.errors import (
    AlreadyRecordedError,
    LockedError,
    NotPermittedError,
    RecordNotFoundError,
    RecordUnusableError,
)
from data.storage.kinds import StoredKind, kind_of
from data.storage.mapping import Mapper, masks
from data.storage.tables import DATABASE_LOCK, stored_time
from protocols.canonical import canonical_json

Kind = TypeVar("Kind")

_IN_ORDER: ColumnElement[int] = literal_column("rowid")
_MOST_PARAMETERS = 500
_LOCK = select(DATABASE_LOCK.c.id).limit(1)


class Reading:
    """Records within reach of one call. Made by `Store.reading`."""

    def __init__(self, connection: Connection, access: Access | None, mapper: Mapper) -> None:
        self._connection = connection
        self._access = access
        """None inside storage itself: everything is in reach and opened."""
        self._mapper = mapper

    def get(self, kind: type[Kind], record_id: str) -> Kind:
        """Return the record with this id.

        Raises
        ------
        RecordNotFoundError
            If there is none within reach.
        """
        found = self.first(kind, id=record_id)
        if found is None:
            message = f"There is no such {kind_of(kind).name} within your reach: check its id."
            raise RecordNotFoundError(message)
        return found

    def find(self, kind: type[Kind], **equal: object) -> tuple[Kind, ...]:
        """Return the records whose columns equal the given values, in the order they came."""
        stored = kind_of(kind)
        query = self._query(stored, equal)
        return tuple(self._record(stored, row) for row in self._rows(stored, query, equal))

    def first(self, kind: type[Kind], **equal: object) -> Kind | None:
        """Return the first record whose columns equal the given values, if there is one."""
        stored = kind_of(kind)
        rows = self._rows(stored, self._query(stored, equal).limit(1), equal)
        return self._record(stored, rows[0]) if rows else None

    def count(self, kind: type[Any], **equal: object) -> int:
        """Return how many records have columns that equal the given values."""
        stored = kind_of(kind)
        query = (
            self._select(stored, equal)
            .order_by(None)
            .with_only_columns(func.count(stored.table.c.id))
        )
        return int(self._connection.execute(query, _parameters(equal)).scalar_one())

    def _query(self, stored: StoredKind, equal: dict[str, object]) -> Select[Any]:
        if self._access is not None:
            self._access.check_kind(stored)
        return self._select(stored, equal)

    def _select(self, stored: StoredKind, equal: dict[str, object]) -> Select[Any]:
        shape = tuple((name, value is None) for name, value in equal.items())
        return _select_where(stored, self._access, shape)

    def _rows(
        self, stored: StoredKind, query: Select[Any], equal: dict[str, object]
    ) -> list[dict[str, Any]]:
        rows = self._connection.execute(query, _parameters(equal)).all()
        return [dict(zip(stored.columns, row, strict=True)) for row in rows]

    def _record(self, stored: StoredKind, row: dict[str, Any]) -> Any:  # noqa: ANN401 - any record type
        if self._access is None:
            return self._mapper.to_record(stored, row)
        if stored.secret or (stored.sealed and not self._access.opens(stored)):
            return self._mapper.to_masked_record(stored, row)
        return self._mapper.to_record(stored, row)


class Writing(Reading):
    """Records within reach of one call that may change them. Made by `Store.writing`."""

    def __init__(
        self,
        connection: Connection,
        access: Access | None,
        mapper: Mapper,
        *,
        author: Author,
        chain: Chain,
    ) -> None:
        super().__init__(connection, access, mapper)
        self._author = author
        self._chain = chain
        self._unlocked = False

    def add(self, record: object) -> None:
        """Add one record; adding the very same record again changes nothing.

        Another record with the same id is refused (`AlreadyRecordedError`).
        """
        self.add_all((record,))

    def add_all(self, records: Iterable[object]) -> None:
        """Add many records of any kinds, in order; as `add`, but fast."""
        for kind, alike in groupby(records, type):
            self._add_alike(kind_of(kind), list(alike))

    def replace(self, record: object) -> None:
        """Put a record in the place of the one with the same id.

        Sealed columns that the permission does not open keep their value.

        Raises
        ------
        RecordNotFoundError
            If there is none within reach.
        AlreadyRecordedError
            If records of this kind never change.
        """
        stored = kind_of(type(record))
        if stored.lasting:
            message = f"A {stored.name} never changes: record a correction as a new one."
            raise AlreadyRecordedError(message)
        self._check_unlocked(stored)
        new = self._checked_row(stored, record)
        by_id: dict[str, object] = {"id": new["id"]}
        here = self._rows(stored, self._query(stored, by_id), by_id)
        if not here:
            message = f"There is no such {stored.name} within your reach: check its id."
            raise RecordNotFoundError(message)
        self._settle_sealed(stored, record, here[0], new)
        self._change(stored, here[0], new)

    def note(self, subject: str, detail: str) -> None:
        """Leave an audit entry of an act that changes no record (a backup, an export)."""
        self._chain.add(self._author, "", subject, canonical_json({"note": detail}).decode())

    def _change(self, stored: StoredKind, old: dict[str, Any], new: dict[str, Any]) -> None:
        if old == new:
            return
        table = stored.table
        change = _change_text(stored, old, new)
        with in_plain_words():
            self._connection.execute(update(table).where(table.c.id == new["id"]).values(new))
        self._chain.add(self._author, table.name, new["id"], change)

    def _add_alike(self, stored: StoredKind, records: list[object]) -> None:
        if len(records) == 1:
            self._add_one(stored, records[0])
        else:
            self._add_many(stored, records)

    def _add_one(self, stored: StoredKind, record: object) -> None:
        """Add one record; that the database is not locked, the table's trigger sees to."""
        row = self._checked_row(stored, record)
        change = _change_text(stored, None, row)
        with in_plain_words():
            added = self._connection.execute(_insert_new_into(stored), row).rowcount
        if added:
            self._chain.add(self._author, stored.table.name, row["id"], change)
        else:
            self._check_same(stored, self._known(stored, [row["id"]])[row["id"]], record)

    def _add_many(self, stored: StoredKind, records: list[object]) -> None:
        self._check_unlocked(stored)
        rows = [self._checked_row(stored, record) for record in records]
        known = self._known(stored, [row["id"] for row in rows])
        fresh = []
        for record, row in zip(records, rows, strict=True):
            if row["id"] in known:
                self._check_same(stored, known[row["id"]], record)
            else:
                known[row["id"]] = row
                fresh.append(row)
        if fresh:
            self._insert(stored, fresh)

    def _insert(self, stored: StoredKind, rows: list[dict[str, Any]]) -> None:
        changes = [_change_text(stored, None, row) for row in rows]
        with in_plain_words(), self._kept_whole(len(rows)):
            self._connection.execute(_insert_into(stored), rows)
        for row, change in zip(rows, changes, strict=True):
            self._chain.add(self._author, stored.table.name, row["id"], change)

    def _checked_row(self, stored: StoredKind, record: object) -> dict[str, Any]:
        if self._access is not None:
            self._access.check_record(stored, record)
        _check_id(stored, record)
        return self._mapper.to_row(stored, record)

    def _kept_whole(self, rows: int) -> AbstractContextManager[object]:
        """Let several rows in, or none: a single one is whole by itself."""
        return self._connection.begin_nested() if rows > 1 else nullcontext()

    def _check_unlocked(self, stored: StoredKind) -> None:
        if not stored.clinical or self._unlocked:
            return
        if self._connection.execute(_LOCK).first() is not None:
            message = "The database is locked: clinical records no longer change."
            raise LockedError(message)
        self._unlocked = True

    def _known(self, stored: StoredKind, ids: list[str]) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for start in range(0, len(ids), _MOST_PARAMETERS):
            some = ids[start : start + _MOST_PARAMETERS]
            query = select(stored.table).where(stored.table.c.id.in_(some))
            found.update({row["id"]: row for row in self._rows(stored, query, {})})
        return found

    def _check_same(self, stored: StoredKind, known: Any, record: object) -> None:  # noqa: ANN401 - any row
        if self._mapper.to_record(stored, known) != record:
            message = (
                f"Another {stored.name} with this id is recorded already: it is kept as it was."
            )
            raise AlreadyRecordedError(message)

    def _settle_sealed(
        self, stored: StoredKind, record: object, old: dict[str, Any], new: dict[str, Any]
    ) -> None:
        if self._access is None or self._access.opens(stored):
            self._mapper.keep_ciphertext(stored, old, new)
        hidden = [] if self._access is None else list(stored.secret)
        if self._access is not None and not self._access.opens(stored):
            hidden = list(masks(stored))
        if any(getattr(record, name) for name in hidden):
            message = f"The permission in force does not change what is sealed in a {stored.name}."
            raise NotPermittedError(message)
        new.update({name: old[name] for name in hidden})


def _check_id(stored: StoredKind, record: Any) -> None:  # noqa: ANN401 - any record type
    """Refuse ids that could be taken for those of another site.

    Raises
    ------
    RecordUnusableError
        If the id is empty or does not have the form of its kind.
    """
    match record:
        case Site():
            fits, form = record.id.isalnum(), "letters and digits only, for example LEI"
        case Participant():
            fits = record.id.startswith(f"{record.site_id}-")
            form = "the site id, a hyphen and a number, for example LEI-001"
        case _:
            fits, form = bool(record.id), "not empty"
    if not fits:
        message = f"The id of a {stored.name} is {form}."
        raise RecordUnusableError(message)


@cache
def _insert_into(stored: StoredKind) -> Insert:
    return insert(stored.table)


@cache
def _insert_new_into(stored: StoredKind) -> Insert:
    """Return the insert that leaves a row with the same id as it is."""
    return sqlite_insert(stored.table).on_conflict_do_nothing(index_elements=["id"])


def _change_text(stored: StoredKind, old: dict[str, Any] | None, new: dict[str, Any]) -> str:
    before = None if old is None else image_of(stored, old)
    try:
        return canonical_json({"old": before, "new": image_of(stored, new)}).decode()
    except ValueError:
        message = f"A {stored.name} holds a number that is not finite: leave it out, say why."
        raise RecordUnusableError(message) from None


@lru_cache(maxsize=4096)
def _select_where(
    stored: StoredKind, access: Access | None, shape: tuple[tuple[str, bool], ...]
) -> Select[Any]:
    """Return the query of a shape, built once: which columns are compared, and which to None."""
    asked = [_equals(stored, name, to_none=to_none) for name, to_none in shape]
    within = [] if access is None else access.conditions(stored)
    return select(stored.table).where(*asked, *within).order_by(_IN_ORDER)


def _equals(stored: StoredKind, name: str, *, to_none: bool) -> ColumnElement[bool]:
    column = stored.table.c.get(name)
    if column is None or name in stored.secret | stored.sealed:
        message = f"A {stored.name} cannot be found by {name!r}: it is no plain column."
        raise RecordUnusableError(message)
    return column.is_(None) if to_none else column == bindparam(f"equal_{name}")


def _parameters(equal: dict[str, object]) -> dict[str, object]:
    return {f"equal_{name}": _as_kept(value) for name, value in equal.items() if value is not None}


def _as_kept(value: object) -> object:
    if isinstance(value, datetime):
        return stored_time(value)
    return value.isoformat() if isinstance(value, date) else value
