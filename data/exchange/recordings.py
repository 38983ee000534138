"""Recordings of the heart from files: RR intervals as text, an ECG as text or as a WFDB record.

Conventions: a unit is never guessed. RR intervals without a header are milliseconds; a header names the column and with
it the unit (``rr_ms``, ``ibi_ms``, ``rr_s``, ``ibi_s``). An ECG as text declares its sampling rate in a comment
(``# sampling_rate_hz: 250``) or by the caller, and may have a column ``time_s``, against which the rate is checked.
Values are kept as they are: judging them is the business of `data.measures`.

Contents: `read_recording`, `Recording`, `RecordingUnreadableError`.
"""

import csv
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from data.measures.heartbeats import is_rate_true
from data.records.signals import RRSeries, SignalKind

FloatArray: TypeAlias = NDArray[np.float64]

WFDB_SUFFIXES = (".hea", ".dat")
TEXT_SUFFIXES = (".csv", ".txt", ".ibi")
RR_UNITS_MS = {"rr_ms": 1.0, "ibi_ms": 1.0, "rr_s": 1000.0, "ibi_s": 1000.0}
"""Column names of RR intervals and milliseconds to their unit."""
ECG_COLUMNS = ("ecg", "ecg_mv", "ecg_uv")
TIME_COLUMN = "time_s"
SHORTEST_MEDIAN_MS = 10.0
"""Below this the intervals of a file without a header are no milliseconds."""
TIME_DIGITS = 6

_RATE = re.compile(r"sampling[ _]rate[^0-9]*(?P<hz>\d+(?:\.\d+)?)", re.IGNORECASE)


class RecordingUnreadableError(ValueError):
    """The file cannot be used as a recording; the message says why and how to mend it."""


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Recording:
    """What a file holds: RR intervals or an ECG."""

    name: str
    """File name without its folder."""
    rr: RRSeries | None
    ecg: FloatArray | None
    """Samples of one lead; NaN where the file says that one is missing."""
    sampling_rate_hz: float | None
    """Of the ECG; None for RR intervals."""


@dataclass(frozen=True, kw_only=True, slots=True)
class _Table:
    path: Path
    header: tuple[str, ...]
    rows: tuple[tuple[float, ...], ...]
    declared_hz: float | None


def read_recording(path: Path, sampling_rate_hz: float | None = None) -> Recording:
    """Read a recording.

    Parameters
    ----------
    path : Path
        ``.hea`` or ``.dat`` (WFDB, first lead), or ``.csv``, ``.txt``, ``.ibi`` (text).
    sampling_rate_hz : float, optional
        Declares that a text file is an ECG of this rate.

    Returns
    -------
    Recording
        RR intervals or an ECG.

    Raises
    ------
    RecordingUnreadableError
        If the file is missing, of another kind, empty, or its unit or rate is not declared.
    """
    if not path.is_file():
        raise RecordingUnreadableError(f"There is no file {path}.")
    suffix = path.suffix.lower()
    if suffix in WFDB_SUFFIXES:
        return _read_wfdb(path)
    if suffix not in TEXT_SUFFIXES:
        known = ", ".join((*WFDB_SUFFIXES, *TEXT_SUFFIXES))
        raise RecordingUnreadableError(f"{path.name}: a recording is one of {known}.")
    table = _read_table(path)
    rate_hz = table.declared_hz if sampling_rate_hz is None else sampling_rate_hz
    has_ecg = any(name in ECG_COLUMNS for name in table.header)
    if has_ecg or (rate_hz is not None and not table.header):
        return _ecg_of(table, rate_hz)
    return _rr_of(table)


def _read_wfdb(path: Path) -> Recording:
    import wfdb  # noqa: PLC0415 - slow to import

    record_path = path.with_suffix("")
    if not record_path.with_suffix(".hea").is_file():
        raise RecordingUnreadableError(f"{path.name} has no header {record_path.name}.hea.")
    try:
        record = wfdb.rdrecord(str(record_path), channels=[0])
    except (OSError, ValueError, IndexError, KeyError, TypeError) as error:
        raise RecordingUnreadableError(f"{path.name} is no WFDB record: {error}.") from error
    return Recording(
        name=path.name,
        rr=None,
        ecg=np.asarray(record.p_signal[:, 0], dtype=np.float64),
        sampling_rate_hz=float(record.fs),
    )


def _read_table(path: Path) -> _Table:
    try:
        lines = path.read_text("utf-8-sig").splitlines()
    except UnicodeDecodeError as error:
        raise RecordingUnreadableError(f"{path.name} is no text.") from error
    comments = [line for line in lines if line.startswith("#")]
    content = [
        (number, line.strip())
        for number, line in enumerate(lines, start=1)
        if line.strip() and not line.startswith("#")
    ]
    if not content:
        raise RecordingUnreadableError(f"{path.name} holds no values.")
    separator = _separator(content[0][1])
    header = _header(content[0][1], separator)
    _check_header(path, header)
    rows = [_numbers(path, number, line, separator) for number, line in content[bool(header) :]]
    _check_columns(path, header, rows)
    found = next((match for line in comments if (match := _RATE.search(line))), None)
    return _Table(
        path=path,
        header=header,
        rows=tuple(rows),
        declared_hz=float(found["hz"]) if found else None,
    )


def _separator(line: str) -> str:
    return next((mark for mark in ("\t", ";", ",") if mark in line), ",")


def _header(line: str, separator: str) -> tuple[str, ...]:
    names = tuple(name.strip().lower() for name in next(csv.reader([line], delimiter=separator)))
    return names if any(_is_word(name) for name in names) else ()


def _is_word(name: str) -> bool:
    try:
        float(name.replace(",", "."))
    except ValueError:
        return bool(name)
    return False


def _numbers(path: Path, number: int, line: str, separator: str) -> tuple[float, ...]:
    cells = line.split(separator)
    if separator != ",":
        cells = [cell.replace(",", ".") for cell in cells]
    try:
        return tuple(float(cell) for cell in cells if cell.strip())
    except ValueError as error:
        raise RecordingUnreadableError(
            f"{path.name}, line {number}: {line!r} is no number."
        ) from error


def _check_columns(path: Path, header: tuple[str, ...], rows: Sequence[tuple[float, ...]]) -> None:
    if not rows:
        raise RecordingUnreadableError(f"{path.name} holds a header and no values.")
    width = len(header) or 1
    found = next((len(row) for row in rows if len(row) != width), width)
    if found != width:
        wanted = f"the header's {width}" if header else "one, or a header that names them"
        raise RecordingUnreadableError(
            f"{path.name}: some rows have {found} columns instead of {wanted}. "
            "A decimal comma is not read in a file separated by commas."
        )


def _ecg_of(table: _Table, rate_hz: float | None) -> Recording:
    name = table.path.name
    if rate_hz is None:
        raise RecordingUnreadableError(
            f"{name} does not say its sampling rate: add a line like `# sampling_rate_hz: 250`."
        )
    if not rate_hz > 0.0:
        raise RecordingUnreadableError(
            f"{name} declares a sampling rate of {rate_hz:g} Hz: write the samples a second."
        )
    values = np.array(table.rows, dtype=np.float64)
    column = next((i for i, name in enumerate(table.header) if name in ECG_COLUMNS), 0)
    if TIME_COLUMN in table.header and not is_rate_true(
        rate_hz, values[:, table.header.index(TIME_COLUMN)]
    ):
        raise RecordingUnreadableError(
            f"{name} declares {rate_hz:g} Hz, but its column {TIME_COLUMN} says otherwise."
        )
    return Recording(name=name, rr=None, ecg=values[:, column], sampling_rate_hz=rate_hz)


def _rr_of(table: _Table) -> Recording:
    name = table.path.name
    column, unit_ms = _rr_column(table)
    rr_ms = np.array(table.rows, dtype=np.float64)[:, column] * unit_ms
    if not np.isfinite(rr_ms).all() or rr_ms.min() < 0.0:
        raise RecordingUnreadableError(f"{name}: an RR interval is negative or not a number.")
    if not table.header and np.median(rr_ms) < SHORTEST_MEDIAN_MS:
        raise RecordingUnreadableError(
            f"{name}: half of the intervals are below {SHORTEST_MEDIAN_MS:g}, so they are no "
            "milliseconds. The unit is not guessed: add a first line `rr_s` when they are seconds."
        )
    times_s = np.cumsum(rr_ms / 1000.0).round(TIME_DIGITS)
    series = RRSeries(
        times_s=tuple(times_s.tolist()), rr_ms=tuple(rr_ms.tolist()), kind=SignalKind.RR
    )
    return Recording(name=name, rr=series, ecg=None, sampling_rate_hz=None)


def _rr_column(table: _Table) -> tuple[int, float]:
    for index, name in enumerate(table.header):
        if name in RR_UNITS_MS:
            return index, RR_UNITS_MS[name]
    return 0, 1.0


def _check_header(path: Path, header: tuple[str, ...]) -> None:
    known = (*RR_UNITS_MS, *ECG_COLUMNS)
    if header and not any(name in known for name in header):
        raise RecordingUnreadableError(
            f"{path.name} has the columns {', '.join(header)}; one must be of {', '.join(known)}."
        )
