"""Numbers deep inside the structures of a MAT file of version 5, read with every length checked.

Source: MATLAB's "MAT-File Format" (level 5): a header of 128 bytes, then elements of a type, a size and data, filled up to eight bytes; a
matrix element holds its flags, dimensions and name, then its numbers or the fields of a structure. Only what the path asks for is
looked at. `scipy.io.loadmat` 1.17 is not used here: one changed byte can stop it for half a minute or end the process (measured).

Contents: `numbers_at`, `MatFileBrokenError`.
"""

import math
import struct
import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from data.exchange.recording import FloatArray

HEADER_BYTES, ENDIAN_AT = 128, 126
MATRIX, COMPRESSED = 14, 15
STRUCTURE, NUMERIC_CLASSES = 2, range(6, 16)
MOST_INFLATED_BYTES = 500_000_000
NUMBERS: Mapping[int, str] = {
    1: "i1", 2: "u1", 3: "i2", 4: "u2", 5: "i4", 6: "u4", 7: "f4", 9: "f8", 12: "i8", 13: "u8",
}  # fmt: skip


class MatFileBrokenError(ValueError):
    """The file is no MAT file of version 5, or a length in it is wrong."""


@dataclass(frozen=True, kw_only=True, slots=True)
class _Element:
    kind: int
    data: memoryview


@dataclass(frozen=True, kw_only=True, slots=True)
class _Matrix:
    kind: int
    name: str
    size: int
    """Product of its dimensions."""
    rest: tuple[_Element, ...]
    """What follows its name."""


def numbers_at(path: Path, names: Sequence[str]) -> FloatArray | None:
    """Return the numbers of a field.

    Parameters
    ----------
    path : Path
        The file.
    names : sequence of str
        The variable, then the field in each structure.

    Returns
    -------
    ndarray of float, shape (n,), or None
        None when there is no such field, or it holds no real numbers.

    Raises
    ------
    MatFileBrokenError
        If the file is broken before the field is reached.
    """
    data = memoryview(path.read_bytes())
    mark = bytes(data[ENDIAN_AT:HEADER_BYTES])
    if mark not in {b"IM", b"MI"}:
        raise MatFileBrokenError("it has no header of version 5")
    order = "<" if mark == b"IM" else ">"
    for element in _elements(data[HEADER_BYTES:], order):
        held = _inflated(element, order) if element.kind == COMPRESSED else element
        if held.kind != MATRIX:
            continue
        matrix = _matrix(held, order)
        if matrix.name == names[0]:
            return _numbers_in(matrix, names[1:], order)
    return None


def _numbers_in(matrix: _Matrix, names: Sequence[str], order: str) -> FloatArray | None:
    if names:
        field = _field(matrix, names[0], order)
        return None if field is None else _numbers_in(_matrix(field, order), names[1:], order)
    if matrix.kind not in NUMERIC_CLASSES or not matrix.rest:
        return None
    real = matrix.rest[0]
    form = NUMBERS.get(real.kind)
    if form is None or len(real.data) != matrix.size * int(form[1]):
        raise MatFileBrokenError("the size of an array is not that of its numbers")
    return np.frombuffer(real.data, dtype=f"{order}{form}").astype(np.float64)


def _field(matrix: _Matrix, name: str, order: str) -> _Element | None:
    if matrix.kind != STRUCTURE or matrix.size != 1 or len(matrix.rest) < 2:
        return None
    width = _unsigned(matrix.rest[0].data, order)
    names = bytes(matrix.rest[1].data)
    if not 0 < width <= len(names):
        raise MatFileBrokenError("the names of a structure's fields are broken")
    called = [
        names[at : at + width].split(b"\x00")[0].decode("ascii", "replace")
        for at in range(0, len(names), width)
    ]
    fields = matrix.rest[2:]
    if name not in called or called.index(name) >= len(fields):
        return None
    return fields[called.index(name)]


def _matrix(element: _Element, order: str) -> _Matrix:
    parts = tuple(_elements(element.data, order))
    if element.kind != MATRIX or len(parts) < 3:
        raise MatFileBrokenError("an array has no flags, dimensions or name")
    flags, dimensions, name = parts[:3]
    if len(dimensions.data) % 4:
        raise MatFileBrokenError("the dimensions of an array are broken")
    sides = np.frombuffer(dimensions.data, dtype=f"{order}i4").tolist()
    return _Matrix(
        kind=_unsigned(flags.data, order) & 0xFF,
        name=bytes(name.data).decode("ascii", "replace"),
        size=math.prod(sides),
        rest=parts[3:],
    )


def _elements(data: memoryview, order: str) -> Iterator[_Element]:
    at = 0
    while at + 8 <= len(data):
        first, size = struct.unpack_from(f"{order}II", data, at)
        if first >> 16:
            kind, size, begin, after = first & 0xFFFF, first >> 16, at + 4, at + 8
        else:
            kind, begin = first, at + 8
            filled = 0 if kind == COMPRESSED else -size % 8
            after = begin + size + filled
        if begin + size > len(data):
            raise MatFileBrokenError("it ends too early")
        yield _Element(kind=kind, data=data[begin : begin + size])
        at = after


def _inflated(element: _Element, order: str) -> _Element:
    packed = zlib.decompressobj()
    try:
        data = packed.decompress(element.data, MOST_INFLATED_BYTES)
    except zlib.error as error:
        raise MatFileBrokenError("a packed variable is broken") from error
    if packed.unconsumed_tail or not packed.eof:
        raise MatFileBrokenError("a packed variable is broken or too large")
    found = next(_elements(memoryview(data), order), None)
    if found is None:
        raise MatFileBrokenError("a packed variable is empty")
    return found


def _unsigned(data: memoryview, order: str) -> int:
    if len(data) < 4:
        raise MatFileBrokenError("a number is cut off")
    return int(struct.unpack_from(f"{order}I", data)[0])
