"""One byte form and one hash for every value that is frozen, sealed or compared.

Conventions: canonical JSON is UTF-8, keys sorted, no blanks, no NaN; times are ISO 8601 in UTC; enumerations by value.
A field that is `UNSAID` is not in it while it is empty, so what was frozen before there was such a field keeps its hash.
"""

import hashlib
import json
from functools import lru_cache
from typing import Any, cast

from pydantic import Field, TypeAdapter


def _says_nothing(value: object) -> bool:
    return value is None or value == ()


UNSAID = Field(exclude_if=_says_nothing)
"""Annotates an optional field: left out of every byte form while it is None or an empty tuple."""


def adapter_of(kind: type) -> TypeAdapter[Any]:
    """Return the (cached) reader and writer of one frozen dataclass."""
    return _adapter(cast("Any", kind))


@lru_cache(maxsize=256)
def _adapter(kind: Any) -> TypeAdapter[Any]:  # noqa: ANN401 - a type; see the cast above
    return TypeAdapter(kind)


def to_plain(value: object) -> Any:  # noqa: ANN401 - plain JSON: mapping, list, text, number, bool or None
    """Turn a frozen dataclass into plain JSON values (enumerations and times as text)."""
    return adapter_of(type(value)).dump_python(value, mode="json")


def canonical_json(value: object) -> bytes:
    """Return the canonical JSON of a dataclass or of plain JSON values.

    A number that is NaN or infinite has no JSON form: it ends in a ``ValueError``.
    """
    plain = to_plain(value) if hasattr(type(value), "__dataclass_fields__") else value
    return json.dumps(
        plain, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False
    ).encode()


def sha256_hex(content: bytes) -> str:
    """Return the SHA-256 of some bytes, as 64 lower-case hexadecimal digits."""
    return hashlib.sha256(content).hexdigest()


def hash_of(value: object) -> str:
    """Return the SHA-256 of the canonical JSON of a value."""
    return sha256_hex(canonical_json(value))
