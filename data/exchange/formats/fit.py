"""Garmin FIT: RR intervals (``hrv`` messages) and the heart rate of ``record`` messages.

Read by fitdecode; the checksums of header and file are checked. Slots of an ``hrv`` message that hold nothing (0xFFFF) are no
intervals. Positions, serial numbers and names are not read. A file without ``hrv`` messages holds no RR intervals, which is said and is
no error: the watch was not told to log them.

Contents: `recognizes`, `read`.
"""

import struct
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np

from data.exchange.formats.rr_text import beats_channel
from data.exchange.recording import (
    Channel,
    ChannelKind,
    EventChannel,
    Recording,
    RecordingUnreadableError,
    Stated,
    in_short,
)

SUFFIXES = (".fit",)
MAGIC, MAGIC_AT = b".FIT", 8
WANTED = ("file_id", "hrv", "record")


@dataclass(kw_only=True, slots=True)
class _Found:
    rr_ms: list[float] = field(default_factory=list)
    rates: list[tuple[datetime, float]] = field(default_factory=list)
    created: datetime | None = None


def recognizes(_path: Path, head: bytes) -> bool:
    """Tell whether the file has the header of FIT."""
    return head[MAGIC_AT : MAGIC_AT + len(MAGIC)] == MAGIC


def read(path: Path, _stated: Stated) -> Recording:
    """Read the RR intervals and heart rates; a wrong checksum or a file cut off is refused."""
    found = _Found()
    for name, values in _messages(path):
        if name == "hrv":
            found.rr_ms.extend(1000.0 * one for one in _numbers(values.get("time")))
        elif name == "file_id" and found.created is None:
            found.created = _moment(values.get("time_created"))
        elif name == "record":
            at, rates = _moment(values.get("timestamp")), _numbers(values.get("heart_rate"))
            found.rates.extend((at, rate) for rate in rates if at is not None)
    started_at = found.created or (found.rates[0][0] if found.rates else None)
    channels: list[Channel] = []
    notes: tuple[str, ...] = ()
    if found.rr_ms:
        channels.append(beats_channel(np.array(found.rr_ms)))
    else:
        notes = ("There are no RR intervals in this file: logging of HRV was off.",)
    if found.rates and started_at is not None:
        channels.append(_heart_rate(found.rates, started_at))
    return Recording(
        name=path.name,
        source_format="Garmin FIT",
        channels=tuple(channels),
        started_at=started_at,
        notes=notes,
    )


def _messages(path: Path) -> Iterator[tuple[str, Mapping[str, Any]]]:
    import fitdecode  # noqa: PLC0415 - only for this format

    broken = (fitdecode.FitError, struct.error, ValueError, LookupError, TypeError, ArithmeticError)
    try:
        with fitdecode.FitReader(
            path,
            check_crc=fitdecode.CrcCheck.RAISE,
            error_handling=fitdecode.ErrorHandling.RAISE,
        ) as reader:
            for frame in reader:
                if frame.frame_type == fitdecode.FIT_FRAME_DATA and frame.name in WANTED:
                    yield frame.name, {one.name: one.value for one in frame.fields}
    except fitdecode.FitCRCError as error:
        raise RecordingUnreadableError(
            f"{path.name}: the checksum of this FIT file is wrong, so it was changed or cut off; copy "
            "it from the watch again."
        ) from error
    except broken as error:
        raise RecordingUnreadableError(
            f"{path.name} is a broken FIT file ({in_short(error)}): copy it from the watch again."
        ) from error


def _numbers(value: object) -> list[float]:
    several = value if isinstance(value, tuple | list) else (value,)
    return [float(one) for one in several if isinstance(one, int | float)]


def _moment(value: object) -> datetime | None:
    return value if isinstance(value, datetime) else None


def _heart_rate(rates: list[tuple[datetime, float]], started_at: datetime) -> EventChannel:
    return EventChannel(
        name="heart_rate",
        kind=ChannelKind.HEART_RATE,
        unit="bpm",
        times_s=np.array([(at - started_at).total_seconds() for at, _ in rates]),
        values=np.array([rate for _, rate in rates]),
    )
