"""Intervals between beats in a text file: one a line, or a column that a header names.

The unit is what the caller or the header says. Where neither does, half of the values between 200 and 3000 can only be milliseconds (as
seconds the heart would beat once in minutes) and are taken so, with a note; anything else is refused, seconds included: a unit is not
guessed. A unit that the values contradict is refused too.

Contents: `has_intervals`, `read_intervals`, `beats_channel`, `unit_of_intervals`.
"""

import numpy as np

from data.exchange.channel_names import interval_name
from data.exchange.formats.text_table import LONGEST_MS, SHORTEST_MS, TextTable
from data.exchange.recording import (
    ChannelKind,
    EventChannel,
    FloatArray,
    Recording,
    RecordingUnreadableError,
    RRUnit,
)
from data.records.signals import SignalKind

PLAUSIBLE_MS = (10.0, 20_000.0)
"""A stated unit that puts the median outside is contradicted by the values."""
TIME_SLACK = 0.02
"""Of an interval: how far a column of times may step beside it."""
TIME_SHARE = 0.9
FEWEST_TO_JUDGE = 100
SMOOTHEST = 0.35
"""Second over first differences, standard deviations: intervals of eight recordings 1.2 to 1.6, paced breathing without noise
0.48, a pulse wave at 100 Hz 0.22 (measured)."""
SOURCE_FORMAT = "RR text"


def has_intervals(table: TextTable) -> bool:
    """Tell whether the header names a column of intervals."""
    return any(interval_name(name) for name in table.header)


def read_intervals(table: TextTable, unit: RRUnit | None) -> Recording:
    """Read the intervals of a table.

    Parameters
    ----------
    table : TextTable
        With a header that names the intervals, or without a header.
    unit : RRUnit or None
        What the caller says.

    Raises
    ------
    RecordingUnreadableError
        If the column or the unit is not told, or a value is no interval.
    """
    table.check_width()
    column = _column(table)
    values = table.columns([column])[:, 0]
    if not np.isfinite(values).all() or values.min() < 0.0:
        row = int(np.flatnonzero(~(values >= 0.0) | np.isinf(values))[0])
        raise RecordingUnreadableError(
            f"{table.name}: RR interval {row + 1} is negative or not a number: mend or remove it, or state "
            "the kind and rate when the file is a sampled signal."
        )
    said = interval_name(table.header[column]) if table.header else None
    declared = said.unit if said else None
    chosen, notes = unit_of_intervals(table.name, values, declared, unit)
    return Recording(
        name=table.name,
        source_format=SOURCE_FORMAT,
        channels=(beats_channel(values * chosen.in_ms),),
        notes=(*table.notes, *notes),
    )


def beats_channel(
    rr_ms: FloatArray,
    *,
    name: str = "RR",
    times_s: FloatArray | None = None,
    sensed_by: SignalKind = SignalKind.RR,
) -> EventChannel:
    """Return intervals as a channel; without times each interval follows the one before it."""
    return EventChannel(
        name=name,
        kind=ChannelKind.RR,
        unit="ms",
        times_s=np.cumsum(rr_ms) / 1000.0 if times_s is None else times_s,
        values=rr_ms,
        sensed_by=sensed_by,
    )


def _column(table: TextTable) -> int:
    named = [i for i, name in enumerate(table.header) if interval_name(name)]
    if named:
        return named[0]
    if table.width == 1:
        return 0
    if table.width == 2 and not table.header and _steps_by_the_second(table):
        return 1
    raise RecordingUnreadableError(
        f"{table.name}: some rows have {table.width} columns instead of one, or a header that names "
        "them: add a first line such as `time_s,rr_ms`. Between whole numbers the comma is read as "
        "a decimal comma only where it cannot separate; write a decimal point."
    )


def _runs_like_a_waveform(values: FloatArray) -> bool:
    steps = np.diff(values)
    if values.size < FEWEST_TO_JUDGE or not steps.any():
        return False
    return float(np.diff(steps).std()) < SMOOTHEST * float(steps.std())


def _steps_by_the_second(table: TextTable) -> bool:
    values = table.columns([0, 1])
    steps, intervals = np.diff(values[:, 0]), values[:, 1]
    if not steps.size or not np.isfinite(values).all() or (intervals <= 0.0).any():
        return False
    slack = TIME_SLACK * np.median(intervals)
    return any(
        float((np.abs(steps - beside) <= slack).mean()) >= TIME_SHARE
        for beside in (intervals[1:], intervals[:-1])
    )


def unit_of_intervals(
    name: str, values: FloatArray, declared: RRUnit | None, stated: RRUnit | None
) -> tuple[RRUnit, tuple[str, ...]]:
    """Return the unit of intervals, and a note where it was inferred.

    Parameters
    ----------
    name : str
        Of the file or stream, for messages.
    values : ndarray of float, shape (n,)
        Intervals in the unit looked for.
    declared, stated : RRUnit or None
        What the file and what the caller says.

    Raises
    ------
    RecordingUnreadableError
        If the two differ, the values contradict them, or nothing says the unit.
    """
    median = float(np.median(values))
    if declared and stated and declared is not stated:
        raise RecordingUnreadableError(
            f"{name} says {declared.value} in its header, and {stated.value} was stated: leave the "
            "unit out, or mend the header."
        )
    told = declared or stated
    if told is None and _runs_like_a_waveform(values):
        raise RecordingUnreadableError(
            f"{name}: these numbers run as smoothly as a sampled signal, not like intervals between "
            "beats: state the kind and the rate, or the unit if they are intervals."
        )
    if told is None:
        if SHORTEST_MS <= median <= LONGEST_MS:
            return RRUnit.MILLISECONDS, (
                f"The file does not say its unit; a median of {median:g} can only be milliseconds.",
            )
        raise RecordingUnreadableError(
            f"{name}: half of the intervals are {'below' if median < SHORTEST_MS else 'above'} "
            f"{median:.4g}, so they are no milliseconds. The unit is not guessed: add a first line "
            "`rr_s` or state the unit when they are seconds."
        )
    shortest, longest = PLAUSIBLE_MS
    if not shortest <= median * told.in_ms <= longest:
        raise RecordingUnreadableError(
            f"{name}: the median interval would be {median * told.in_ms:g} ms, so the unit is not "
            f"{told.value}: mend the header or state the other unit."
        )
    return told, ()
