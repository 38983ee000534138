"""Results of Kubios HRV with the intervals inside: its text or CSV report, and its MAT file.

The report has a section ``RR INTERVAL DATA and SPECTRUM ESTIMATES`` with two columns for each sample, the time of the beat that ends an
interval and the interval, in the unit that a row below their names states. The MAT file (version 5) has ``Res.HRV.Data.RR`` in seconds
and the beats' times in ``T_RR``. Both hold the intervals *after* the corrections that Kubios made, which the recording notes: measures of
them are not measures of the original beats. Names of files and people in the report are not kept.

Contents: `recognizes`, `read`.
"""

import re
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from data.exchange.formats.mat5 import MatFileBrokenError, numbers_at
from data.exchange.formats.rr_text import beats_channel, unit_of_intervals
from data.exchange.formats.text_table import cells_of, decode
from data.exchange.recording import (
    EventChannel,
    FloatArray,
    Recording,
    RecordingUnreadableError,
    RRUnit,
    Stated,
)

SUFFIXES = (".txt", ".csv", ".mat")
MAT_MAGIC = b"MATLAB "
MAT_5 = b"MATLAB 5.0"
REPORT = re.compile(rb"^\W{0,4}(?:kubios hrv|hrv analysis results)", re.IGNORECASE | re.MULTILINE)
SECTION = "rr interval data"
INTERVAL = re.compile(r"^rr(?: interval)?$", re.IGNORECASE)
UNITS = {"(s)": RRUnit.SECONDS, "(ms)": RRUnit.MILLISECONDS}
HEADER_LINES = 8
TIME_SLACK_S = 0.002
"""Reports print three decimals."""
CORRECTION = re.compile(
    r"^\s*(artifacts? correct|beat correction|artifact correction|beats corrected)", re.IGNORECASE
)
DATA = ("Res", "HRV", "Data")


def recognizes(_path: Path, head: bytes) -> bool:
    """Tell whether the file is a MAT file or a report that names Kubios."""
    return head.startswith(MAT_MAGIC) or (b"\x00" not in head and bool(REPORT.search(head)))


def read(path: Path, stated: Stated) -> Recording:
    """Read the intervals of a result of Kubios; a report without its data section is refused."""
    with path.open("rb") as file:
        head = file.read(len(MAT_5))
    if head.startswith(MAT_MAGIC):
        return _read_mat(path, head)
    return _read_report(path, stated)


def _read_mat(path: Path, head: bytes) -> Recording:
    if head != MAT_5:
        raise RecordingUnreadableError(
            f"{path.name} is a MAT file of version 7.3, which is not read: export the report as text."
        )
    try:
        rr_s = numbers_at(path, (*DATA, "RR"))
        beats_s = numbers_at(path, (*DATA, "T_RR"))
    except MatFileBrokenError as error:
        raise RecordingUnreadableError(
            f"{path.name} is a broken MAT file ({error}): save the results in Kubios again."
        ) from error
    if rr_s is None:
        raise RecordingUnreadableError(
            f"{path.name} is a MAT file without the RR intervals of Kubios (Res.HRV.Data.RR): save the "
            "results in Kubios again."
        )
    _check(path.name, rr_s)
    unit_of_intervals(path.name, rr_s, RRUnit.SECONDS, None)
    return _recording(
        path.name,
        (_channel("RR", rr_s, _ends_s(rr_s, np.empty(0) if beats_s is None else beats_s)),),
        (),
    )


def _ends_s(rr_s: FloatArray, beats_s: FloatArray) -> FloatArray | None:
    """Return when each interval ends, if the beats' times say it; else None."""
    if beats_s.size == rr_s.size + 1:
        beats_s = beats_s[1:]
    if beats_s.size != rr_s.size:
        return None
    steps = np.diff(beats_s)
    if np.allclose(steps, rr_s[1:], atol=TIME_SLACK_S):
        return beats_s
    return beats_s + rr_s if np.allclose(steps, rr_s[:-1], atol=TIME_SLACK_S) else None


def _read_report(path: Path, stated: Stated) -> Recording:
    lines = decode(path.read_bytes(), path.name).replace('"', "").splitlines()
    start = next((i for i, line in enumerate(lines) if SECTION in line.lower()), None)
    if start is None:
        raise RecordingUnreadableError(
            f"{path.name} is a report of Kubios without its section of RR interval data: export it with "
            "the data, or read the original recording."
        )
    separator = _separator(lines[start + 1 : start + HEADER_LINES])
    rows = [[one.strip() for one in cells_of(line, separator)] for line in lines[start + 1 :]]
    names_at = next(
        (i for i, row in enumerate(rows[:HEADER_LINES]) if any(map(INTERVAL.match, row))), None
    )
    if names_at is None or names_at + 2 >= len(rows):
        raise RecordingUnreadableError(
            f"{path.name}, line {start + 1}: no column of RR intervals follows; export it again."
        )
    columns = [i for i, one in enumerate(rows[names_at]) if INTERVAL.match(one)]
    channels: list[EventChannel] = []
    notes: list[str] = []
    for number, column in enumerate(columns, start=1):
        unit = UNITS.get(_cell(rows[names_at + 1], column))
        body = rows[names_at + 2 :]
        at, values = _pairs(path.name, body, column, start + names_at + 4)
        chosen, inferred = unit_of_intervals(path.name, values, unit, stated.unit)
        rr_s = values * chosen.in_ms / 1000.0
        name = "RR" if len(columns) == 1 else f"RR of sample {number}"
        channels.append(_channel(name, rr_s, _ends_s(rr_s, at)))
        notes.extend(inferred)
    said = [" ".join(one.replace(separator, " ").split()) for one in lines if CORRECTION.match(one)]
    return _recording(path.name, tuple(channels), (*notes, *(f"{one}." for one in said)))


def _separator(lines: Sequence[str]) -> str:
    return next((one for one in ("\t", ";", ",") if any(one in line for line in lines)), ",")


def _cell(row: Sequence[str], column: int) -> str:
    return row[column].lower() if column < len(row) else ""


def _pairs(
    name: str, rows: Sequence[Sequence[str]], column: int, first_line: int
) -> tuple[FloatArray, FloatArray]:
    found = []
    for line, row in enumerate(rows, start=first_line):
        if not _cell(row, column):
            break
        try:
            found.append([float(row[i].replace(",", ".")) for i in (column - 1, column)])
        except ValueError as error:
            raise RecordingUnreadableError(
                f"{name}, line {line}: {row[column]!r} beside {row[column - 1]!r} is no time and "
                "interval; export the report again."
            ) from error
    values = np.array(found).reshape(-1, 2)
    _check(name, values[:, 1])
    return values[:, 0], values[:, 1]


def _check(name: str, intervals: FloatArray) -> None:
    if not intervals.size or not np.isfinite(intervals).all() or intervals.min() < 0.0:
        raise RecordingUnreadableError(
            f"{name} holds no RR intervals, or one that is negative or not a number: export it again."
        )


def _channel(name: str, rr_s: FloatArray, ends_s: FloatArray | None) -> EventChannel:
    return beats_channel(rr_s * 1000.0, name=name, times_s=ends_s)


def _recording(name: str, channels: tuple[EventChannel, ...], notes: tuple[str, ...]) -> Recording:
    said = "These are intervals as Kubios used them, after its corrections."
    return Recording(name=name, source_format="Kubios HRV", channels=channels, notes=(said, *notes))
