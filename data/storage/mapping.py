"""Records to rows and back: typed columns by name, nested tuples as JSON, sealed columns as ciphertext.

Conventions: a row is a mapping from column name to plain value (JSON values, or bytes where sealed).
"""

import re
from collections.abc import Mapping
from datetime import datetime
from functools import cache
from typing import Any

from pydantic import ConfigDict, TypeAdapter

from data.storage.encryption import Keys, Place, compressed, decompressed
from data.storage.errors import RecordUnusableError
from data.storage.kinds import Custody, StoredKind
from data.storage.tables import stored_time
from protocols.canonical import adapter_of, to_plain

Row = Mapping[str, Any]

_PAYLOAD = "payload"
_NOT_FINITE = re.compile(rb"[:,\[](NaN|-?Infinity)[,\]}]")


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
        if stored.custody is Custody.STEP:
            plain = {
                "id": record.id,
                "session_id": record.session_id,
                "sequence": record.sequence,
                _PAYLOAD: _packed(stored, record),
            }
        else:
            plain = to_plain(record)
        return {name: self._stored_value(stored, name, plain) for name in stored.columns}

    def to_record(self, stored: StoredKind, row: Row) -> Any:  # noqa: ANN401 - any record type
        """Return the record of a row with everything opened."""
        if stored.custody is Custody.STEP:
            payload = decompressed(self._opened(stored, row, _PAYLOAD))
            return adapter_of(stored.kind).validate_json(payload)
        plain = dict(row)
        for column in stored.sealed:
            plain[column] = self._opened(stored, row, column).decode()
        return adapter_of(stored.kind).validate_python(plain)

    def to_masked_record(self, stored: StoredKind, row: Row) -> Any:  # noqa: ANN401 - any record type
        """Return the record of a row with empty text where a column is sealed or secret."""
        return adapter_of(stored.kind).validate_python({**row, **masks(stored)})

    def keep_ciphertext(self, stored: StoredKind, old: Row, new: dict[str, Any]) -> None:
        """Put the old ciphertext back into a new row wherever the value beneath is the same."""
        for column in stored.sealed:
            if self._opened(stored, old, column) == self._opened(stored, new, column):
                new[column] = old[column]

    def _stored_value(self, stored: StoredKind, column: str, plain: Row) -> Any:  # noqa: ANN401 - any column
        value = plain[column]
        if column in stored.sealed:
            content = value if isinstance(value, bytes) else str(value).encode()
            place = _place(stored, plain, column)
            return self._keys.seal(content, _key_id(stored, plain), place)
        if value is None:
            return None
        if column in stored.moments:
            return _utc(stored, column, value)
        # SQLite keeps a real number without a fraction as an integer: -0.0 and 1 come back as 0.0, 1.0
        return float(value) + 0.0 if column in stored.numbers else value

    def _opened(self, stored: StoredKind, row: Row, column: str) -> bytes:
        place = _place(stored, row, column)
        return self._keys.open(row[column], _key_id(stored, row), place)


def masks(stored: StoredKind) -> dict[str, str]:
    """Return empty text for every column that is sealed or secret."""
    return dict.fromkeys(stored.sealed | stored.secret, "")


def _key_id(stored: StoredKind, row: Row) -> str:
    if stored.custody is Custody.IDENTITY:
        return f"identity-1-{row['id']}"
    return "step-1" if stored.custody is Custody.STEP else "arm-1"


def _place(stored: StoredKind, row: Row, column: str) -> Place:
    return Place(table=stored.table.name, row=row["id"], column=column)


def _packed(stored: StoredKind, record: object) -> bytes:
    text: bytes = _writer_of(stored).dump_json((record,))[1:-1]
    if (b"NaN" in text or b"Infinity" in text) and _NOT_FINITE.search(text):
        message = f"A {stored.name} holds a number that is not finite: leave it out, say why."
        raise RecordUnusableError(message)
    return compressed(text)


@cache
def _writer_of(stored: StoredKind) -> TypeAdapter[Any]:
    """Return a writer of JSON that shows a number that is not finite, where `adapter_of` drops it.

    Pydantic takes settings for a tuple, not for a dataclass.
    """
    settings = ConfigDict(ser_json_inf_nan="constants")
    return TypeAdapter(tuple[stored.kind], config=settings)  # type: ignore[name-defined]


def _utc(stored: StoredKind, column: str, text: str) -> str:
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        message = f"{column} of a {stored.name} has no time zone: pass an aware time in UTC."
        raise RecordUnusableError(message)
    return stored_time(moment)
