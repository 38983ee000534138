"""A plain CSV file with a header: one row an observation, columns of numbers or of text.

Conventions: UTF-8, with or without a byte order mark; fields apart by comma, semicolon or tab (the header decides). An empty field is
missing. A column holds numbers when every field is a number; a number with a leading zero (``006``) is a code, so its column is text.
In a file with semicolons or tabs a decimal comma is a decimal point. Infinite numbers, and those beyond 1e30, are refused. Nothing else is interpreted: ``NA``,
``.`` and ``-99`` are what they are.

Contents: `read_table`, `Table`, `Column`, `TableUnreadableError`.
"""

import csv
import hashlib
import io
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING, cast

if TYPE_CHECKING:
    import pandas as pd

SEPARATORS = (";", "\t", ",")
"""The first of these in the header is the separator."""

_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?")
_DECIMAL_COMMA = re.compile(r"[+-]?\d+,\d+([eE][+-]?\d+)?")
_CODE = re.compile(r"[+-]?0\d.*")
_INFINITE = re.compile(r"[+-]?inf(inity)?", re.IGNORECASE)

LARGEST = 1e30
"""Larger numbers are no measurements, and their powers overflow."""
MOST_CODES = 10
"""Different numbers that a column may hold and still be one of codes."""

Fields = tuple[float | None, ...] | tuple[str | None, ...]
"""Of one column; None is missing."""


class TableUnreadableError(ValueError):
    """The file cannot be used as a table; the message says where, why, and how to mend it."""


@dataclass(frozen=True, kw_only=True, slots=True)
class TextField:
    """A field that is not a number, and where it stands."""

    line: int
    text: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Column:
    """One column: numbers, or text; None is missing."""

    name: str
    fields: Fields
    first_text: TextField | None
    """Why the column is text: its first field that is not a number. None for numbers."""

    @property
    def is_numeric(self) -> bool:
        """Whether every value is a number."""
        return self.first_text is None

    def of_rows(self, rows: Sequence[int]) -> "Column":
        """Return some rows; a column of text stays one."""
        kept = tuple(self.fields[row] for row in rows)
        return Column(name=self.name, fields=cast("Fields", kept), first_text=self.first_text)


@dataclass(frozen=True, kw_only=True, slots=True)
class Table:
    """What a file holds."""

    name: str
    """File name without its folder."""
    sha256: str
    """Hash of the file's bytes."""
    columns: tuple[Column, ...]
    lines: tuple[int, ...]
    """Line of the file in which each row ends, from 1."""
    chosen: tuple[tuple[str, tuple[str, ...]], ...] = ()
    """Columns and their values by which rows were chosen (`where`); empty for the whole file."""
    separator: str = ","
    """Between the fields of a row."""

    def column(self, name: str) -> Column:
        """Return a column.

        Raises
        ------
        TableUnreadableError
            If there is none of this name; the message names the nearest.
        """
        found = next((column for column in self.columns if column.name == name), None)
        if found is None:
            names = [column.name for column in self.columns]
            near = get_close_matches(name, names, n=1, cutoff=0.5)
            hint = f"did you mean {near[0]!r}?" if near else f"it has {', '.join(names)}."
            raise TableUnreadableError(f"{self.name} has no column {name!r}; {hint}")
        return found

    def require_numbers(self, name: str) -> None:
        """Check that a column holds numbers.

        Raises
        ------
        TableUnreadableError
            If a field is text, or the column is empty.
        """
        column = self.column(name)
        text = column.first_text
        if text is not None:
            raise TableUnreadableError(
                f"{self.name}, line {text.line}, column {name}: {text.text!r} is not a number. "
                "Leave a missing value empty."
            )
        if all(value is None for value in column.fields):
            raise TableUnreadableError(f"{self.name}, column {name}: every field is empty.")

    def require_no_stray_text(self, name: str) -> None:
        """Check that a column is not one of measurements with a few words in it, which would make every number a category.

        Raises
        ------
        TableUnreadableError
            If most fields are numbers, with decimals or of many kinds, and one is text; the message says where.
        """
        column = self.column(name)
        text = column.first_text
        if text is None:
            return
        filled = [str(value) for value in column.fields if value is not None]
        numbers = {
            value for value in filled if _NUMBER.fullmatch(value) and not _CODE.fullmatch(value)
        }
        measured = len(numbers) > MOST_CODES or any("." in value for value in numbers)
        if measured and 2 * sum(value in numbers for value in filled) > len(filled):
            raise TableUnreadableError(
                f"{self.name}, line {text.line}, column {name}: {text.text!r} is text among numbers. "
                "Leave a missing value empty."
            )

    def require_one_row_each(self, names: Sequence[str]) -> None:
        """Check that no combination of values of these columns occurs in two rows, nor is missing.

        Raises
        ------
        TableUnreadableError
            If one does; the message names both lines.
        """
        columns = [self.column(name) for name in names]
        first_line: dict[tuple[object, ...], int] = {}
        for line, *key in zip(self.lines, *(column.fields for column in columns), strict=True):
            if None in key:
                empty = names[key.index(None)]
                raise TableUnreadableError(
                    f"{self.name}, line {line}, column {empty}: the field is empty."
                )
            earlier = first_line.setdefault(tuple(key), line)
            if earlier != line:
                what = ", ".join(
                    f"{name} {plain_label(value)}" for name, value in zip(names, key, strict=True)
                )
                raise TableUnreadableError(
                    f"{self.name}, lines {earlier} and {line}: two rows for {what}; one is allowed."
                )

    def where(self, name: str, values: Sequence[str]) -> "Table":
        """Return the rows in which a column has one of these values.

        Raises
        ------
        TableUnreadableError
            If one of the values does not occur.
        """
        fields = [_label(field) for field in self.column(name).fields]
        absent = [value for value in values if value not in fields]
        if absent:
            raise TableUnreadableError(f"{self.name}, column {name}: no row has {absent[0]!r}.")
        kept = [row for row, field in enumerate(fields) if field in values]
        return replace(
            self,
            columns=tuple(column.of_rows(kept) for column in self.columns),
            lines=tuple(self.lines[row] for row in kept),
            chosen=(*self.chosen, (name, tuple(values))),
        )

    def frame(self, text: Sequence[str] = ()) -> "pd.DataFrame":
        """Return a data frame: float64 columns with NaN, object columns with None.

        Parameters
        ----------
        text : sequence of str
            Columns of numbers that are names here (participants, visits, arms): 4.0 becomes ``"4"``.
        """
        import pandas as pd  # noqa: PLC0415 - slow to import

        return pd.DataFrame(
            {
                column.name: pd.Series(column.fields, dtype="float64")
                if column.is_numeric and column.name not in text
                else pd.Series([_label(value) for value in column.fields], dtype="object")
                for column in self.columns
            }
        )


def plain_label(value: object) -> str:
    """Return a value as a name: whole numbers without decimals.

    Examples
    --------
    >>> plain_label(4.0), plain_label(0.5), plain_label("006")
    ('4', '0.5', '006')
    """
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)


def _label(value: object) -> str | None:
    return None if value is None else plain_label(value)


def read_table(path: Path | str) -> Table:
    """Read a CSV file.

    Parameters
    ----------
    path : Path or str
        The file; its first line that is not empty names the columns.

    Returns
    -------
    Table
        Typed columns in the order of the file.

    Raises
    ------
    TableUnreadableError
        If the file is missing, not UTF-8, without rows, ragged, or holds an infinite number.
    """
    path = Path(path)
    if not path.is_file():
        raise TableUnreadableError(f"There is no file {path}.")
    content = path.read_bytes()
    text = _decode(path.name, content)
    separator = _separator(text)
    rows = _rows(path.name, text, separator)
    (_, header), *body = rows
    _check_header(path.name, header)
    _check_widths(path.name, header, body)
    if not body:
        raise TableUnreadableError(f"{path.name} holds a header and no rows.")
    lines = tuple(line for line, _ in body)
    return Table(
        name=path.name,
        sha256=hashlib.sha256(content).hexdigest(),
        columns=tuple(
            _column(
                path.name, name, lines, [fields[place].strip() for _, fields in body], separator
            )
            for place, name in enumerate(header)
        ),
        lines=lines,
        separator=separator,
    )


def _decode(name: str, content: bytes) -> str:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        raise TableUnreadableError(
            f"{name}, line {line}: the file is not UTF-8. Save it as “CSV UTF-8”."
        ) from None
    if "\0" in text:
        raise TableUnreadableError(f"{name} is not text: it holds zero bytes.")
    return text


def _separator(text: str) -> str:
    first = next((line for line in text.splitlines() if line.strip()), "")
    unquoted = re.sub(r'"[^"]*"', "", first)
    return next((mark for mark in SEPARATORS if mark in unquoted), ",")


def _rows(name: str, text: str, separator: str) -> list[tuple[int, list[str]]]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    rows = []
    try:
        for fields in reader:
            if any(field.strip() for field in fields):
                rows.append((reader.line_num, fields))  # noqa: PERF401 - the line is read in step
    except csv.Error as error:
        raise TableUnreadableError(f"{name}, line {reader.line_num}: {error}.") from None
    if not rows:
        raise TableUnreadableError(f"{name} is empty.")
    return rows


def _check_header(name: str, header: list[str]) -> None:
    header[:] = [field.strip() for field in header]
    if "" in header:
        raise TableUnreadableError(
            f"{name}, column {header.index('') + 1} has no name. Name it, or leave it out "
            "(row names: write.csv(..., row.names = FALSE) in R, to_csv(..., index=False) in pandas)."
        )
    twice = next((field for field in header if header.count(field) > 1), None)
    if twice is not None:
        raise TableUnreadableError(f"{name} has two columns named {twice!r}; rename one.")


def _check_widths(name: str, header: list[str], body: Sequence[tuple[int, list[str]]]) -> None:
    for line, fields in body:
        if len(fields) != len(header):
            raise TableUnreadableError(
                f"{name}, line {line} has {len(fields)} fields and the header {len(header)}. "
                "A decimal comma cannot stand in a file separated by commas."
            )


def _column(
    file: str, name: str, lines: Sequence[int], fields: Sequence[str], separator: str
) -> Column:
    decimal_comma = separator != ","
    numbers = [_number(field, decimal_comma=decimal_comma) for field in fields]
    others = [
        TextField(line=line, text=field)
        for line, field, number in zip(lines, fields, numbers, strict=True)
        if field and number is None
    ]
    finite = next((one for one in others if not _is_infinite(one.text)), None)
    if others and finite is None:
        what = "infinite" if _INFINITE.fullmatch(others[0].text) else "too large for a measurement"
        raise TableUnreadableError(
            f"{file}, line {others[0].line}, column {name}: {others[0].text!r} is {what}. "
            "Correct it, or leave it empty if it is missing."
        )
    if finite is None:
        return Column(name=name, fields=tuple(numbers), first_text=None)
    return Column(name=name, fields=tuple(field or None for field in fields), first_text=finite)


def _number(field: str, *, decimal_comma: bool) -> float | None:
    if decimal_comma and _DECIMAL_COMMA.fullmatch(field):
        field = field.replace(",", ".")
    if not _NUMBER.fullmatch(field) or _CODE.fullmatch(field):
        return None
    number = float(field)
    return number if abs(number) <= LARGEST else None


def _is_infinite(field: str) -> bool:
    return bool(_INFINITE.fullmatch(field)) or (
        bool(_NUMBER.fullmatch(field)) and not _CODE.fullmatch(field)
    )
