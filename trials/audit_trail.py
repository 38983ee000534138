"""The audit trail as people read it: filtered, sealed values closed, nothing that lifts the blind.

Conventions: until unblinding is confirmed, entries about single passes of a listening session are left
out and entries carry no running number, because arms differ in the number of passes a session has
(conduct.md, 4: audit views are a leak channel). Sealed, secret and digested columns never show, not
even as ciphertext: its length tells arms apart. Block sizes stand in the protocol's document, and from
a session's seed its music can be computed for either arm: both are withheld until then, too.
"""

import csv
import io
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from data.records.people import Actor
from data.records.trial import AuditEntry
from data.storage.audit import AuditPage, audit_entries
from data.storage.kinds import BY_TABLE
from data.storage.mapping import masks
from data.storage.roles import Permission
from data.storage.store import Store
from trials.blinding import Blind, unblinding_state

OF_PASSES = frozenset({"loop_step", "playback", "signal_batch"})
"""Tables with a row for each pass of a session."""
WITHHELD: Mapping[str, frozenset[str]] = {
    "protocol_version": frozenset({"document"}),
    "listening_session": frozenset({"seed"}),
}
"""Columns that show only when the blind is lifted, by table."""
SEALED = "sealed"
NOTHING = "nothing"
ROWS_A_PAGE = 50
_ROWS_AT_ONCE = 2000
_FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "\r")
CSV_COLUMNS = ("number", "at", "who", "role", "action", "reason", "table", "record", "changes")


@dataclass(frozen=True, kw_only=True, slots=True)
class AuditFilter:
    """Which entries are wanted; None means any."""

    participant_id: str | None = None
    user_id: str | None = None
    action: str | None = None
    since: datetime | None = None
    until: datetime | None = None
    """Excluded."""


@dataclass(frozen=True, kw_only=True, slots=True)
class FieldChange:
    """What became of one field."""

    field: str
    before: str
    """Empty when there was nothing."""
    after: str


@dataclass(frozen=True, kw_only=True, slots=True)
class AuditRow:
    """One entry as its reader may see it."""

    number: int | None
    """None until unblinding."""
    at: datetime
    user_id: str
    role: str
    action: str
    reason: str
    table: str
    """Empty when no record changed."""
    record_id: str
    is_new: bool
    """Whether the record was made by this entry."""
    changes: tuple[FieldChange, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class AuditTrail:
    """One page of the trail, newest entry first."""

    rows: tuple[AuditRow, ...]
    number: int
    pages: int
    total: int
    blind: bool
    """True while passes and running numbers are left out."""


def audit_trail(
    store: Store, actor: Actor, wanted: AuditFilter, page: int = 1, per_page: int = ROWS_A_PAGE
) -> AuditTrail:
    """Return one page of the trail.

    Parameters
    ----------
    store : Store
        Where the trial lives.
    actor : Actor
        Who reads.
    wanted : AuditFilter
        Which entries.
    page : int
        From 1.
    per_page : int
        Entries on a page.

    Returns
    -------
    AuditTrail
        Newest entry first.
    """
    blind = unblinding_state(store, actor) is not Blind.LIFTED
    found = _page(store, actor, wanted, blind=blind, page=page, per_page=per_page)
    return AuditTrail(
        rows=tuple(_row(entry, blind=blind) for entry in found.entries),
        number=found.number,
        pages=found.pages,
        total=found.total,
        blind=blind,
    )


def export_audit_trail(store: Store, actor: Actor, wanted: AuditFilter) -> str:
    """Return every wanted entry as CSV; that it was exported is on record.

    Parameters
    ----------
    store : Store
        Where the trial lives.
    actor : Actor
        Who exports.
    wanted : AuditFilter
        Which entries.

    Returns
    -------
    str
        Newest entry first; no cell begins like a formula of a spreadsheet.
    """
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerow(CSV_COLUMNS)
    rows = 0
    for row in _all_rows(store, actor, wanted):
        writer.writerow([_harmless(cell) for cell in _cells(row)])
        rows += 1
    record_export(store, actor, f"audit trail, {rows} entries")
    return buffer.getvalue()


def record_export(store: Store, actor: Actor, what: str) -> None:
    """Leave on record that somebody took something out of the workbench."""
    with store.writing(actor, Permission.SEE_AUDIT, "export") as writing:
        writing.note("export", what)


def _page(
    store: Store,
    actor: Actor,
    wanted: AuditFilter,
    *,
    blind: bool,
    page: int,
    per_page: int,
    up_to: int | None = None,
) -> AuditPage:
    return audit_entries(
        store,
        actor,
        participant_id=wanted.participant_id,
        user_id=wanted.user_id,
        action=wanted.action,
        since=wanted.since,
        until=wanted.until,
        without_tables=OF_PASSES if blind else (),
        up_to=up_to,
        page=page,
        per_page=per_page,
    )


def _all_rows(store: Store, actor: Actor, wanted: AuditFilter) -> Iterator[AuditRow]:
    blind = unblinding_state(store, actor) is not Blind.LIFTED
    newest: int | None = None
    number, pages = 1, 1
    while number <= pages:
        found = _page(
            store, actor, wanted, blind=blind, page=number, per_page=_ROWS_AT_ONCE, up_to=newest
        )
        if newest is None and found.entries:
            newest = found.entries[0].sequence
        yield from (_row(entry, blind=blind) for entry in found.entries)
        number, pages = number + 1, found.pages


def _row(entry: AuditEntry, *, blind: bool) -> AuditRow:
    change = json.loads(entry.change)
    return AuditRow(
        number=None if blind else entry.sequence,
        at=entry.at,
        user_id=entry.user_id,
        role=entry.role,
        action=entry.action,
        reason=entry.reason,
        table=entry.table,
        record_id=entry.record_id,
        is_new=bool(entry.table) and change["old"] is None,
        changes=tuple(_changes(entry.table, change, blind=blind)),
    )


def _changes(table: str, change: Mapping[str, Any], *, blind: bool) -> Iterator[FieldChange]:
    if not table:
        yield FieldChange(field="note", before="", after=str(change["note"]))
        return
    closed = _closed_columns(table) | (WITHHELD.get(table, frozenset()) if blind else frozenset())
    old, new = change["old"] or {}, change["new"]
    for field, after in new.items():
        before = old.get(field)
        if field == "id" or before == after:
            continue
        yield FieldChange(
            field=field,
            before="" if before is None else _shown(field, before, closed),
            after=_shown(field, after, closed),
        )


def _closed_columns(table: str) -> frozenset[str]:
    stored = BY_TABLE[table]
    return frozenset(masks(stored)) | stored.digested


def _shown(field: str, value: object, closed: frozenset[str]) -> str:
    if field in closed:
        return SEALED
    if value is None:
        return NOTHING
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _cells(row: AuditRow) -> tuple[str, ...]:
    changes = "; ".join(f"{c.field}: {c.before} -> {c.after}" for c in row.changes)
    number = "" if row.number is None else str(row.number)
    at = row.at.isoformat().replace("+00:00", "Z")
    return (
        number,
        at,
        row.user_id,
        row.role,
        row.action,
        row.reason,
        row.table,
        row.record_id,
        changes,
    )


def _harmless(cell: str) -> str:
    return f"'{cell}" if cell.startswith(_FORMULA_SIGNS) else cell
