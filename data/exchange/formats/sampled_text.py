"""Sampled signals in a text file: a column a channel, with a rate that the file or the caller says.

A remark such as ``# sampling_rate_hz: 250`` or ``# Sampling Rate (Hz):= 1000.00`` declares the rate; a column ``time_s`` is checked
against it, or gives it when it steps evenly. ``# Labels:= EDA`` names the one column of a file without a header. Units are those in the
names of columns (``ecg_mv``, ``eda [uS]``): a file without them holds numbers of unknown unit.

Contents: `has_samples`, `declared_rate_hz`, `read_samples`.
"""

import re

import numpy as np

from data.exchange.channel_names import kind_of_name, name_and_unit
from data.exchange.formats.text_table import TextTable
from data.exchange.recording import (
    RATE_TOLERANCE,
    ChannelKind,
    FloatArray,
    Recording,
    RecordingUnreadableError,
    SampledChannel,
    Stated,
)
from data.measures.heartbeats import is_rate_true

SAMPLED = frozenset(ChannelKind) - {ChannelKind.RR, ChannelKind.HEART_RATE, ChannelKind.OTHER}
TIME_NAMES = ("time_s", "t_s", "time [s]", "time (s)")
EVEN_SHARE = 0.99

_RATE = re.compile(r"sampl(?:ing|e)[ _]?rate[^0-9]*(?P<hz>\d+(?:\.\d+)?)", re.IGNORECASE)
_LABELS = re.compile(r"labels?\W+(?P<name>\w+)", re.IGNORECASE)


def has_samples(table: TextTable) -> bool:
    """Tell whether the header names a sampled signal."""
    return any(_kind(name) in SAMPLED for name in table.header)


def declared_rate_hz(table: TextTable) -> float | None:
    """Return the rate in the remarks, or None."""
    found = next((match for one in table.remarks if (match := _RATE.search(one))), None)
    return float(found["hz"]) if found else None


def read_samples(table: TextTable, stated: Stated) -> Recording:
    """Read the sampled signals of a table.

    Parameters
    ----------
    table : TextTable
        With a header that names signals, or one column without a header.
    stated : Stated
        Kind and rate where the file is silent.

    Raises
    ------
    RecordingUnreadableError
        If the rate is not told, is no rate, or the column of times says otherwise.
    """
    table.check_width()
    names = table.header or (_label(table),)
    if not table.header and table.width != 1:
        raise RecordingUnreadableError(
            f"{table.name} has {table.width} columns and no header: add a first line that names them, "
            "such as `time_s,ecg_mv`."
        )
    wanted = [i for i, name in enumerate(names) if not table.header or _kind(name) in SAMPLED]
    if stated.kind in SAMPLED and table.header and not wanted and len(names) == 1:
        wanted = [0]
    values = table.columns(wanted)
    rate_hz, notes = _rate(table, stated)
    channels = []
    for i, column in enumerate(wanted):
        name, unit = name_and_unit(names[column])
        channels.append(
            SampledChannel(
                name=name or "samples",
                kind=_kind(name) if name else (stated.kind or ChannelKind.ECG),
                unit=unit,
                samples=np.ascontiguousarray(values[:, i]),
                sampling_rate_hz=rate_hz,
            )
        )
    if not names[0] and stated.kind is None:
        notes += ("Nothing says what the samples are; they were taken as an ECG.",)
    return Recording(
        name=table.name,
        source_format="sampled text",
        channels=tuple(channels),
        notes=(*table.notes, *notes),
    )


def _kind(name: str) -> ChannelKind:
    return kind_of_name(name_and_unit(name)[0])


def _label(table: TextTable) -> str:
    found = next((match for one in table.remarks if (match := _LABELS.search(one))), None)
    return found["name"] if found else ""


def _rate(table: TextTable, stated: Stated) -> tuple[float, tuple[str, ...]]:
    times_s = _times_s(table)
    declared = declared_rate_hz(table)
    if declared is not None and not declared > 0.0:
        raise RecordingUnreadableError(
            f"{table.name} declares a sampling rate of {declared:g} Hz: write the samples a second."
        )
    rate_hz = stated.rate_hz if declared is None else stated.rate_beside(declared, table.name)
    if rate_hz is None:
        return _stepped(table, times_s)
    if times_s is not None and not is_rate_true(rate_hz, times_s):
        raise RecordingUnreadableError(
            f"{table.name} declares {rate_hz:g} Hz, but its column time_s says otherwise: mend one "
            "of the two."
        )
    return rate_hz, ()


def _stepped(table: TextTable, times_s: FloatArray | None) -> tuple[float, tuple[str, ...]]:
    silent = RecordingUnreadableError(
        f"{table.name} does not say its sampling rate: add a line like `# sampling_rate_hz: 250`, or "
        "state the rate."
    )
    if times_s is None or times_s.size < 2 or not times_s[-1] > times_s[0]:
        raise silent
    step_s = (times_s[-1] - times_s[0]) / (times_s.size - 1)
    even = np.abs(np.diff(times_s) / step_s - 1.0) <= RATE_TOLERANCE
    if not float(even.mean()) >= EVEN_SHARE:
        raise silent
    rate_hz = float(1.0 / step_s)
    return rate_hz, (f"The sampling rate of {rate_hz:.6g} Hz follows from the column of times.",)


def _times_s(table: TextTable) -> FloatArray | None:
    column = next((i for i, n in enumerate(table.header) if n.lower() in TIME_NAMES), None)
    return None if column is None else table.columns([column])[:, 0]
