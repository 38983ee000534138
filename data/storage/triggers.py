"""SQL triggers: rules that hold even for those who reach the tables around the application.

No row is ever deleted; the audit and records that last never change; after the database lock no
clinical table changes. `verify` compares the triggers of a store with `expected_triggers`.
"""

from collections.abc import Iterator, Mapping

from sqlalchemy import Connection, text

from data.storage import tables
from data.storage.kinds import KINDS, StoredKind

NEVER_DELETED = "antiphon: rows are never deleted"
NEVER_CHANGED = "antiphon: these rows never change"
LOCKED = "antiphon: the database is locked"

_APPEND_ONLY = (tables.AUDIT_ENTRY, tables.AUDIT_HEAD)


def expected_triggers() -> Mapping[str, str]:
    """Return every trigger of a store: name to SQL."""
    found: dict[str, str] = {}
    for table in _APPEND_ONLY:
        found.update([_no_delete(table.name), _no_update(table.name)])
    for stored in KINDS.values():
        found.update(_of_kind(stored))
    return found


def install_triggers(connection: Connection) -> None:
    """Drop and make every trigger again (a migration may rebuild tables, which drops theirs)."""
    for name, sql in expected_triggers().items():
        connection.execute(text(f"DROP TRIGGER IF EXISTS {name}"))
        connection.execute(text(sql))


def trigger_differences(connection: Connection) -> tuple[str, ...]:
    """Return the names of triggers that are missing, altered or not ours."""
    rows = connection.execute(text("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'"))
    found = {row.name: row.sql for row in rows}
    expected = expected_triggers()
    names = sorted(expected.keys() | found.keys())
    return tuple(name for name in names if found.get(name) != expected.get(name))


def _of_kind(stored: StoredKind) -> Iterator[tuple[str, str]]:
    name = stored.table.name
    yield _no_delete(name)
    if stored.lasting:
        yield _no_update(name)
    if stored.clinical:
        yield from (_no_change_when_locked(name, verb) for verb in ("INSERT", "UPDATE"))


def _no_delete(table: str) -> tuple[str, str]:
    return _refusal(f"{table}_no_delete", f"BEFORE DELETE ON {table}", NEVER_DELETED)


def _no_update(table: str) -> tuple[str, str]:
    return _refusal(f"{table}_no_update", f"BEFORE UPDATE ON {table}", NEVER_CHANGED)


def _no_change_when_locked(table: str, verb: str) -> tuple[str, str]:
    locked = "EXISTS (SELECT 1 FROM database_lock)"
    when = f"BEFORE {verb} ON {table} WHEN {locked}"
    return _refusal(f"{table}_locked_{verb.lower()}", when, LOCKED)


def _refusal(name: str, when: str, message: str) -> tuple[str, str]:
    return name, f"CREATE TRIGGER {name} {when} BEGIN SELECT RAISE(ABORT, '{message}'); END"
