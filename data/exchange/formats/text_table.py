"""Numbers in a text file: encodings, separators, decimal commas, headers and remarks that programs write.

Read are UTF-8, UTF-16 with a byte order mark, and the eight-bit code of Windows; line ends of any system; lines that begin with ``#`` as
remarks; fields apart by tab, semicolon, comma or spaces. Lines before the first number are headers, the last of them names the columns.

A comma is a decimal point where it cannot separate: beside another separator, under a header of one name, where only some lines have one,
where the digits behind it begin with a zero, and where what stands before it is an interval in milliseconds and what stands behind it is
neither a flag nor the heart rate of that interval.

Contents: `TextTable`, `open_table`, `decode`.
"""

import csv
import io
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from data.exchange.recording import FloatArray, RecordingUnreadableError, RRUnit

SEPARATORS = ("\t", ";", ",")
MOST_HEADER_LINES = 60
MOST_TEXT_BYTES = 2_000_000_000
SHORTEST_MS, LONGEST_MS = 200.0, 3000.0
RATE_SLACK_BPM = 2.0

_WORD = re.compile(r"^[^\W\d_]", re.UNICODE)
_LONE_COMMA = re.compile(r"(?P<whole>\d+)(?:,(?P<rest>\d+))?")
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f]")
_NUMBERS_AS_WORDS = ("nan", "inf", "infinity")


@dataclass(frozen=True, kw_only=True, slots=True)
class TextTable:
    """The numbers of a text file, not yet read."""

    name: str
    header: tuple[str, ...]
    """As written, without quotation marks; empty when the file has none."""
    separator: str | None
    """None for spaces."""
    width: int
    """Columns of the first line of numbers."""
    body: str
    """The lines of numbers, decimal points only."""
    first_line: int
    """Line number of the first line of the body, from 1."""
    remarks: tuple[str, ...]
    notes: tuple[str, ...]

    def columns(self, chosen: Sequence[int]) -> FloatArray:
        """Read some columns as numbers.

        Returns
        -------
        ndarray of float, shape (rows, len(chosen))
            NaN where a field is empty.

        Notes
        -----
        A row that is too short and a field that is no number raise `RecordingUnreadableError`
        with the number of the line.
        """
        try:
            return np.loadtxt(
                io.StringIO(self.body),
                delimiter=self.separator,
                usecols=tuple(chosen),
                ndmin=2,
                comments="#",
            )
        except ValueError:
            return np.array([self._row(line, cells, chosen) for line, cells in self._cells()])

    def check_width(self) -> None:
        """Check that every row has as many columns as the first, and the header as many names.

        Raises
        ------
        RecordingUnreadableError
            If not; it tells the line.
        """
        names = len(self.header)
        if names and names != self.width:
            raise RecordingUnreadableError(
                f"{self.name}, line {self.first_line}: some rows have {self.width} columns instead of "
                f"the header's {names}. A decimal comma is not read in a file separated by commas."
            )
        for line, cells in self._cells():
            if len(cells) != self.width:
                raise RecordingUnreadableError(
                    f"{self.name}, line {line}: some rows have {len(cells)} columns instead of "
                    f"{self.width}: mend or remove the line."
                )

    def _cells(self) -> Iterator[tuple[int, list[str]]]:
        for line, text in enumerate(io.StringIO(self.body), start=self.first_line):
            if text.strip() and not text.startswith("#"):
                yield line, cells_of(text, self.separator)

    def _row(self, line: int, cells: list[str], chosen: Sequence[int]) -> list[float]:
        try:
            return [float(cells[column].strip() or "nan") for column in chosen]
        except IndexError as error:
            raise RecordingUnreadableError(
                f"{self.name}, line {line}: some rows have {len(cells)} columns instead of "
                f"{self.width}: mend or remove the line."
            ) from error
        except ValueError as error:
            wrong = next(cells[column] for column in chosen if not _is_number(cells[column]))
            raise RecordingUnreadableError(
                f"{self.name}, line {line}: {wrong.strip()!r} is no number."
            ) from error


def decode(data: bytes, name: str) -> str:
    """Return a file's text with plain line ends.

    Raises
    ------
    RecordingUnreadableError
        If the bytes are no text.
    """
    encodings = ("utf-16",) if data[:2] in {b"\xff\xfe", b"\xfe\xff"} else ("utf-8-sig", "cp1252")
    for encoding in encodings:
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if not _CONTROL.search(text):
            return text.replace("\r\n", "\n").replace("\r", "\n")
    raise RecordingUnreadableError(f"{name} is no text: export it as text or as another format.")


def open_table(path: Path, unit: RRUnit | None = None) -> TextTable:
    """Find the header, the separator and the numbers of a text file.

    Parameters
    ----------
    path : Path
        The file.
    unit : RRUnit, optional
        What the caller says of the numbers; seconds tell that ``0,8`` is one number.

    Raises
    ------
    RecordingUnreadableError
        If it is no text, too large, or holds no numbers.
    """
    if path.stat().st_size > MOST_TEXT_BYTES:
        raise RecordingUnreadableError(
            f"{path.name} has more than {MOST_TEXT_BYTES // 10**9} GB of text: cut it, or export it "
            "as EDF."
        )
    text = decode(path.read_bytes(), path.name).replace('"', "")
    above, first_line, start = _above_the_numbers(text)
    remarks = tuple(line for line in above if line.startswith("#"))
    named = [line for line in above if line.strip() and not line.startswith("#")]
    body = text[start:]
    if not body.strip():
        found = "a header and no values" if named else "no values"
        raise RecordingUnreadableError(f"{path.name} holds {found}: export it again.")
    separator = _separator(body.lstrip().partition("\n")[0])
    names = _names(named[-1], body.lstrip().partition("\n")[0]) if named else []
    notes: list[str] = []
    if separator == "," and _is_decimal(body, names, unit):
        separator = None
        notes.append("The comma was read as a decimal point.")
    if separator != "," and "," in body:
        body = body.replace(",", ".")
    return TextTable(
        name=path.name,
        header=tuple(name.strip() for name in names),
        separator=separator,
        width=len(cells_of(body.lstrip().partition("\n")[0], separator)),
        body=body,
        first_line=first_line,
        remarks=remarks,
        notes=tuple(notes),
    )


def _above_the_numbers(text: str) -> tuple[list[str], int, int]:
    """Return the lines above the first numbers, the line number of these, and where they start."""
    above: list[str] = []
    start = 0
    for line in io.StringIO(text):
        is_above = not line.strip() or line.startswith("#") or _is_header(line)
        if not is_above or len(above) > MOST_HEADER_LINES:
            break
        above.append(line)
        start += len(line)
    while above and _has_number(above[-1]) and any(map(_is_names, above)):
        start -= len(above.pop())
    return [line.strip() for line in above], len(above) + 1, start


def _names(header: str, first_row: str) -> list[str]:
    separator = _separator(header)
    is_one = separator is None and (_separator(first_row) or len(first_row.split()) == 1)
    return [header] if is_one else cells_of(header, separator)


def _is_names(line: str) -> bool:
    return not line.startswith("#") and _is_header(line) and not _has_number(line)


def _has_number(line: str) -> bool:
    separator = _separator(line)
    cells = [] if line.startswith("#") else cells_of(line, separator)
    return any(cell.strip() and _is_number(cell.replace(",", ".")) for cell in cells)


def _is_header(line: str) -> bool:
    cells = cells_of(line, _separator(line))
    return any(
        _WORD.match(cell.strip()) and cell.strip().lower() not in _NUMBERS_AS_WORDS
        for cell in cells
    )


def _separator(line: str) -> str | None:
    return next((mark for mark in SEPARATORS if mark in line), None)


def cells_of(line: str, separator: str | None) -> list[str]:
    """Split a line into its fields; a separator at its end begins no field."""
    if separator is None:
        return line.split()
    return next(csv.reader([line.strip("\n ").removesuffix(separator)], delimiter=separator), [])


def _is_number(cell: str) -> bool:
    try:
        float(cell.strip() or "nan")
    except ValueError:
        return False
    return True


def _is_decimal(body: str, names: Sequence[str], unit: RRUnit | None) -> bool:
    if names:
        return len(names) == 1
    if "." in body:
        return False
    lines = [line.strip() for line in io.StringIO(body) if line.strip()]
    found = [match for line in lines if (match := _LONE_COMMA.fullmatch(line))]
    rests = [match["rest"] for match in found]
    if len(found) != len(lines) or not any(rests):
        return False
    if not all(rests) or any(len(rest) > 1 and rest[0] == "0" for rest in rests):
        return True
    return unit is RRUnit.SECONDS or _are_fractions(found)


def _are_fractions(found: Sequence[re.Match[str]]) -> bool:
    """Tell whether ``812,5`` is one interval: not an interval and a flag, a rate or a time."""
    wholes = np.array([float(match["whole"]) for match in found])
    rests = np.array([float(match["rest"]) for match in found])
    are_intervals = bool(((wholes >= SHORTEST_MS) & (wholes <= LONGEST_MS)).all())
    are_flags = bool((rests <= 1.0).all() and rests.any())
    are_rates = bool((np.abs(60_000.0 / np.maximum(wholes, 1.0) - rests) < RATE_SLACK_BPM).all())
    is_time = wholes.size > 2 and bool((np.diff(wholes) > 0.0).all())
    return are_intervals and not are_flags and not are_rates and not is_time
