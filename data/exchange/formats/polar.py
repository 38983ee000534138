"""Exports of Polar: Polar Sensor Logger, the RR file of Polar Flow, and the older ``.hrm``.

- Polar Sensor Logger writes text with semicolons; every row begins with the phone's time. RR intervals are in ms, the ECG in uV, the
  acceleration in mg, with the sensor's own stamps in ns, from which the rate follows. Where the phone's clock runs ahead of the sum
  of the intervals by more than 1.5 of them, beats were lost, and the times of later beats keep the gap.
- Polar Flow writes ``duration,offline``: intervals in ms; ``offline`` 1 marks what was recorded without contact, which is a gap.
- ``.hrm`` files (version 1.06 and later) hold RR intervals in ms when ``Interval=238``.

Contents: `recognizes`, `read`.
"""

import re
from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path

import numpy as np

from data.exchange.channel_names import kind_of_name, name_and_unit
from data.exchange.formats.numbers_in_lines import numbers_in_lines
from data.exchange.formats.rr_text import beats_channel
from data.exchange.formats.stamped import on_grid
from data.exchange.formats.text_table import decode
from data.exchange.recording import (
    Channel,
    ChannelKind,
    EventChannel,
    FloatArray,
    Recording,
    RecordingUnreadableError,
    SampledChannel,
    Stated,
)
from data.records.signals import SignalKind

SUFFIXES = (".txt", ".csv", ".hrm")
LOGGER, FLOW, MONITOR = "phone timestamp;", "duration,offline", "[params]"
BEATS_INTERVAL = "238"
LOST_BEATS = 1.5
AXES = re.compile(r"^[XYZ] \[(?:mg|g)\]$", re.IGNORECASE)
LIGHT = re.compile(r"^(?:channel \d+|ppg\d*)$", re.IGNORECASE)
SENSOR_TIME = "sensor timestamp [ns]"


def recognizes(_path: Path, head: bytes) -> bool:
    """Tell whether the file begins like one of the three exports."""
    first = head.lstrip(b"\xef\xbb\xbf")[:64].decode("ascii", "replace").lower()
    return first.startswith((LOGGER, FLOW, MONITOR))


def read(path: Path, stated: Stated) -> Recording:
    """Read an export.

    Raises
    ------
    RecordingUnreadableError
        If it has no rows, a row is no number, or it holds none of what is read.
    """
    text = decode(path.read_bytes(), path.name)
    lines = text.splitlines()
    first = lines[0].lower()
    if first.startswith(MONITOR):
        return _read_monitor(path.name, lines)
    if not any(line.strip() for line in lines[1:]):
        raise RecordingUnreadableError(f"{path.name} has a header and no rows: export it again.")
    if first.startswith(FLOW):
        return _read_flow(path.name, lines)
    return _read_logger(path.name, lines, stated)


def _read_flow(name: str, lines: Sequence[str]) -> Recording:
    rows = numbers_in_lines(lines[1:], name=name, width=2, first_line=2)
    ends_s = np.cumsum(rows[:, 0]) / 1000.0
    worn = rows[:, 1] == 0.0
    lost = int((~worn).sum())
    return Recording(
        name=name,
        source_format="Polar Flow",
        channels=(_beats(rows[worn, 0], ends_s[worn]),),
        notes=(f"{lost} intervals without contact were left out; their time is a gap.",)
        if lost
        else (),
    )


def _read_monitor(name: str, lines: Sequence[str]) -> Recording:
    told = dict(line.split("=", 1) for line in lines if line.count("=") == 1)
    start = next((i for i, line in enumerate(lines) if line.strip().lower() == "[hrdata]"), None)
    if told.get("Interval", "").strip() != BEATS_INTERVAL or start is None:
        raise RecordingUnreadableError(
            f"{name} holds no RR intervals (Interval is not 238): record with RR switched on."
        )
    rows = numbers_in_lines(
        lines[start + 1 :], name=name, width=1, first_line=start + 2, separator=None
    )
    if not rows.size:
        raise RecordingUnreadableError(f"{name} has no rows under [HRData]: export it again.")
    return Recording(
        name=name,
        source_format="Polar HRM",
        channels=(_beats(rows[:, 0], None),),
        started_at=_monitor_start(told.get("Date", ""), told.get("StartTime", "")),
    )


def _monitor_start(date: str, time: str) -> datetime | None:
    try:
        return datetime.fromisoformat(f"{date.strip()}T{time.strip().partition('.')[0]}")
    except ValueError:
        return None


def _read_logger(name: str, lines: Sequence[str], stated: Stated) -> Recording:
    header = [one.strip() for one in lines[0].rstrip("; ").split(";")]
    rows = [line for line in lines[1:] if line.strip()]
    moments = _moments(name, rows)
    cells = [_after_the_time(row, len(header) - 1) for row in rows]
    notes: list[str] = []
    if header[1].lower().startswith("rr"):
        rr_ms = _one_number(cells, name)
        times_s = _with_gaps(rr_ms, moments, notes)
        channels: tuple[Channel, ...] = (_beats(rr_ms, times_s),)
    elif header[1].lower().startswith("hr"):
        rates = _one_number(cells, name)
        channels = (
            EventChannel(
                name="HR",
                kind=ChannelKind.HEART_RATE,
                unit="bpm",
                times_s=moments,
                values=rates,
            ),
        )
    else:
        channels = tuple(_sampled(name, header, cells, stated, notes))
    return Recording(
        name="Polar Sensor Logger recording",
        source_format="Polar Sensor Logger",
        channels=channels,
        started_at=_moment(rows[0]),
        notes=tuple(notes),
    )


def _one_number(cells: Sequence[str], name: str) -> FloatArray:
    found = numbers_in_lines(cells, name=name, width=1, first_line=2, separator=";")[:, 0]
    if found.size != len(cells) or not np.isfinite(found).all():
        raise RecordingUnreadableError(
            f"{name}: a row holds no number behind its time; mend or remove the row."
        )
    return found


def _beats(rr_ms: FloatArray, times_s: FloatArray | None) -> EventChannel:
    return beats_channel(np.ascontiguousarray(rr_ms), times_s=times_s, sensed_by=SignalKind.ECG)


def _moment(row: str) -> datetime | None:
    try:
        found = datetime.fromisoformat(row.partition(";")[0].strip())
    except ValueError:
        return None
    return found.replace(tzinfo=None)


def _moments(name: str, rows: Sequence[str]) -> FloatArray:
    moments = [_moment(row) for row in rows]
    missing = next((i for i, one in enumerate(moments) if one is None), None)
    if missing is not None:
        raise RecordingUnreadableError(
            f"{name}, line {missing + 2}: {rows[missing][:40]!r} does not begin with a time; mend or "
            "remove the line."
        )
    known = [one for one in moments if one is not None]
    return np.array([(one - known[0]).total_seconds() for one in known])


def _after_the_time(row: str, width: int) -> str:
    """Return the fields after the time, decimal commas as points, no field at the end."""
    return ";".join(row.replace(",", ".").split(";")[1 : width + 1])


def _with_gaps(rr_ms: FloatArray, moments_s: FloatArray, notes: list[str]) -> FloatArray:
    """Return the beats' times: summed up, moved on where the phone's clock has run ahead."""
    times_s = np.cumsum(rr_ms) / 1000.0
    ahead_s, gaps = 0.0, 0
    lead_s = moments_s - moments_s[0] + times_s[0] - times_s
    for i in range(rr_ms.size):
        if lead_s[i] - ahead_s > LOST_BEATS * rr_ms[i] / 1000.0:
            ahead_s, gaps = float(lead_s[i]), gaps + 1
        times_s[i] += ahead_s
    if gaps:
        notes.append(f"Beats were lost in {gaps} places; the times of the beats keep these gaps.")
    return times_s


def _sampled(
    name: str, header: Sequence[str], cells: Sequence[str], stated: Stated, notes: list[str]
) -> Iterator[SampledChannel]:
    called = [(i, *_called(one)) for i, one in enumerate(header[1:])]
    wanted = [(i, label, unit, kind) for i, label, unit, kind in called if kind is not None]
    clock = next((i for i, one in enumerate(header[1:]) if one.lower() == SENSOR_TIME), None)
    if not wanted or clock is None:
        raise RecordingUnreadableError(
            f"{name} has the columns {', '.join(header)}: of Polar Sensor Logger the files RR, HR, "
            "ECG, PPG and ACC are read."
        )
    values = numbers_in_lines(cells, name=name, width=len(header) - 1, first_line=2, separator=";")
    stamps = [int(cell.split(";")[clock].partition(".")[0]) for cell in cells]
    times_s = np.array([(one - stamps[0]) / 1e9 for one in stamps])
    grid = on_grid(times_s, values[:, [i for i, *_ in wanted]])
    if grid is None:
        raise RecordingUnreadableError(
            f"{name}: the sensor's time stamps are too few or go back; cut the file there."
        )
    if grid.missing:
        notes.append(f"{grid.missing} samples were lost on the way; their places are empty.")
    rate_hz = grid.sampling_rate_hz
    if stated.rate_hz is not None:
        stated.rate_beside(rate_hz, name)
    for column, (_, label, unit, kind) in enumerate(wanted):
        yield SampledChannel(
            name=label,
            kind=kind or ChannelKind.OTHER,
            unit=unit,
            samples=np.ascontiguousarray(grid.samples[:, column]),
            sampling_rate_hz=rate_hz,
        )


def _called(column: str) -> tuple[str, str, ChannelKind | None]:
    """Return name, unit and kind of a column; no kind when it is not read."""
    name, unit = name_and_unit(column)
    if AXES.match(column):
        return f"ACC {name.lower()}", unit, ChannelKind.ACCELERATION
    if LIGHT.match(column):
        return column, unit, ChannelKind.PPG
    kind = kind_of_name(name)
    return name, unit, kind if kind is ChannelKind.ECG else None
