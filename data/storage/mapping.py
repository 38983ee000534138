"""Records to rows and back: typed columns by name, nested tuples as JSON, sealed columns as ciphertext.

Conventions: a row is a mapping from column name to plain value (JSON values, or bytes where sealed).
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Column, Float

from data.storage.encryption import Keys, Place, compressed, decompressed
from data.storage.errors import RecordUnusableError
from data.storage.kinds import Custody, StoredKind
from data.storage.tables import Moment, stored_time
from protocols.canonical import adapter_of, canonical_json, to_plain

Row = Mapping[str, Any]

_PAYLOAD = "payload"


class Mapper:
    """Turns records into rows of one store and back.

    Parameters
    ----------
    keys : Keys
        The store's keys.
    """

    def __init__(self, keys: Keys) -> None:
        self._keys = keys

    def to_row(self, stored: StoredKind, record: Any) -> dict[str, Any]:  # noqa: ANN401 - any record type
        """Return the row of a record, sealed where its kind says so.

        Numbers that are not finite and times without a time zone are refused.
        """
        plain = to_plain(record)
        if stored.custody is Custody.STEP:
            plain = {
                "id": plain["id"],
                "session_id": plain["session_id"],
                "sequence": plain["sequence"],
                _PAYLOAD: _packed(stored, plain),
            }
        return {
            column.name: self._stored_value(stored, column, plain)
            for column in stored.table.columns
        }

    def to_record(self, stored: StoredKind, row: Row) -> Any:  # noqa: ANN401 - any record type
        """Return the record of a row with everything opened."""
        if stored.custody is Custody.STEP:
            payload = decompressed(self._opened(stored, row, _PAYLOAD))
            return adapter_of(stored.kind).validate_json(payload)
        plain = dict(row)
        for column in stored.sealed:
            plain[column.name] = self._opened(stored, row, column.name).decode()
        return adapter_of(stored.kind).validate_python(plain)

    def to_masked_record(self, stored: StoredKind, row: Row) -> Any:  # noqa: ANN401 - any record type
        """Return the record of a row with empty text where a column is sealed or secret."""
        return adapter_of(stored.kind).validate_python({**row, **masks(stored)})

    def keep_ciphertext(self, stored: StoredKind, old: Row, new: dict[str, Any]) -> None:
        """Put the old ciphertext back into a new row wherever the value beneath is the same."""
        for column in stored.sealed:
            if self._opened(stored, old, column.name) == self._opened(stored, new, column.name):
                new[column.name] = old[column.name]

    def _stored_value(self, stored: StoredKind, column: Column[Any], plain: Row) -> Any:  # noqa: ANN401 - any column
        value = plain[column.name]
        if column in stored.sealed:
            content = value if isinstance(value, bytes) else str(value).encode()
            place = _place(stored, plain, column.name)
            return self._keys.seal(content, _key_id(stored, plain), place)
        if value is None:
            return None
        if isinstance(column.type, Moment):
            return _utc(stored, column.name, value)
        # SQLite keeps a real number without a fraction as an integer: -0.0 and 1 come back as 0.0, 1.0
        return float(value) + 0.0 if isinstance(column.type, Float) else value

    def _opened(self, stored: StoredKind, row: Row, column: str) -> bytes:
        place = _place(stored, row, column)
        return self._keys.open(row[column], _key_id(stored, row), place)


def masks(stored: StoredKind) -> dict[str, str]:
    """Return empty text for every column that is sealed or secret."""
    return dict.fromkeys([column.name for column in stored.sealed] + list(stored.secret), "")


def _key_id(stored: StoredKind, row: Row) -> str:
    if stored.custody is Custody.IDENTITY:
        return f"identity-1-{row['id']}"
    return "step-1" if stored.custody is Custody.STEP else "arm-1"


def _place(stored: StoredKind, row: Row, column: str) -> Place:
    return Place(table=stored.table.name, row=row["id"], column=column)


def _packed(stored: StoredKind, plain: Row) -> bytes:
    try:
        return compressed(canonical_json(plain))
    except ValueError:
        raise _not_finite(stored) from None


def _not_finite(stored: StoredKind) -> RecordUnusableError:
    message = f"A {stored.name} holds a number that is not finite: leave it out and say why."
    return RecordUnusableError(message)


def _utc(stored: StoredKind, column: str, text: str) -> str:
    if text.endswith("Z"):
        return text
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        message = f"{column} of a {stored.name} has no time zone: pass an aware time in UTC."
        raise RecordUnusableError(message)
    return stored_time(moment)
