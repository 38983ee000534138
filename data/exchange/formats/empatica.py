"""Empatica E4: a folder (or its zip) with a file for each sensor, or one of these files.

Source: the vendor's ``info.txt``. The first line of a file is its start (Unix seconds, UTC), the second its rate; ``IBI.csv`` has one
line of start and the word IBI, then seconds since that start and the interval in seconds; ``tags.csv`` has a Unix time a line. BVP is in
units of the device, EDA in uS, TEMP in degrees Celsius, ACC in 1/64 g. Each file begins when its sensor did (HR 10 s later), so
every channel keeps its own start. The name of the folder holds the serial number of the device and is not kept.

Contents: `recognizes`, `read`.
"""

import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath

import numpy as np

from data.exchange.formats.numbers_in_lines import numbers_in_lines
from data.exchange.formats.rr_text import beats_channel
from data.exchange.formats.text_table import decode
from data.exchange.recording import (
    Channel,
    ChannelKind,
    Mark,
    Recording,
    RecordingUnreadableError,
    SampledChannel,
    Stated,
    in_short,
)
from data.records.signals import SignalKind

SUFFIXES = (".zip",)
ZIP_MAGIC = b"PK\x03\x04"
INTERVALS, TAGS = "IBI.CSV", "TAGS.CSV"
MOST_BYTES = 2_000_000_000
EARLIEST_UNIX_S, LATEST_UNIX_S = 1e9, 4e9
"""2001 and 2096: before and after any of these devices."""


@dataclass(frozen=True, kw_only=True, slots=True)
class _Sensor:
    kind: ChannelKind
    unit: str
    names: tuple[str, ...]
    scale: float = 1.0


SENSORS: Mapping[str, _Sensor] = {
    "BVP.CSV": _Sensor(kind=ChannelKind.PPG, unit="", names=("BVP",)),
    "EDA.CSV": _Sensor(kind=ChannelKind.ELECTRODERMAL, unit="uS", names=("EDA",)),
    "TEMP.CSV": _Sensor(kind=ChannelKind.TEMPERATURE, unit="degC", names=("TEMP",)),
    "HR.CSV": _Sensor(kind=ChannelKind.HEART_RATE, unit="bpm", names=("HR",)),
    "ACC.CSV": _Sensor(
        kind=ChannelKind.ACCELERATION, unit="g", names=("ACC x", "ACC y", "ACC z"), scale=1.0 / 64.0
    ),
}
FILES = (*SENSORS, INTERVALS, TAGS)


def recognizes(path: Path, head: bytes) -> bool:
    """Tell whether this is a folder with files of the wristband, one of these files, or a zip."""
    if path.is_dir():
        return any(one.name.upper() in FILES for one in path.iterdir())
    if head.startswith(ZIP_MAGIC):
        return path.suffix.lower() == ".zip"
    first = head.split(b"\n", 1)[0].split(b",")[0].strip()
    return path.name.upper() in FILES and _is_unix_time(first)


def read(path: Path, stated: Stated) -> Recording:
    """Read the files that are there.

    Raises
    ------
    RecordingUnreadableError
        If a file has no start or rate, a line is no number, or no file holds a value.
    """
    channels: list[tuple[float, Channel]] = []
    marks: list[float] = []
    notes: list[str] = []
    for name, text in _texts(path):
        if name == TAGS:
            marks.extend(numbers_in_lines(text.splitlines(), name=name, width=1)[:, 0].tolist())
        elif not text.strip():
            notes.append(f"{name.lower()} is empty.")
        elif name == INTERVALS:
            channels.extend(_intervals(text, notes))
        else:
            channels.extend(_sampled(name, text, stated))
    if not channels:
        raise RecordingUnreadableError(
            f"{_shown(path)} holds no values of an Empatica E4: export the session again."
        )
    start_s = min(at for at, _ in channels)
    return Recording(
        name=_shown(path),
        source_format="Empatica E4",
        channels=tuple(_begun(channel, at - start_s) for at, channel in channels),
        marks=tuple(Mark(at_s=at - start_s, text="tag") for at in sorted(marks)),
        started_at=datetime.fromtimestamp(start_s, tz=UTC),
        notes=tuple(notes),
    )


def _shown(path: Path) -> str:
    return path.name if path.name.upper() in FILES else "Empatica E4 recording"


def _is_unix_time(text: bytes) -> bool:
    try:
        return EARLIEST_UNIX_S < float(text) < LATEST_UNIX_S
    except ValueError:
        return False


def _texts(path: Path) -> Iterator[tuple[str, str]]:
    if path.is_dir():
        found = sorted(one for one in path.iterdir() if one.name.upper() in FILES)
        for one in found:
            yield one.name.upper(), decode(one.read_bytes(), one.name)
    elif path.name.upper() in FILES:
        yield path.name.upper(), decode(path.read_bytes(), path.name)
    else:
        yield from _unpacked(path)


def _unpacked(path: Path) -> Iterator[tuple[str, str]]:
    try:
        with zipfile.ZipFile(path) as packed:
            for one in packed.infolist():
                name = PurePosixPath(one.filename).name
                if name.upper() not in FILES:
                    continue
                if one.file_size > MOST_BYTES:
                    raise RecordingUnreadableError(
                        f"{name} in {path.name} is too large to be read."
                    )
                yield name.upper(), decode(packed.read(one), name)
    except (zipfile.BadZipFile, EOFError, NotImplementedError, RuntimeError, OSError) as error:
        raise RecordingUnreadableError(
            f"{path.name} is a broken zip file ({in_short(error)}): download it again."
        ) from error


def _begin(text: str, name: str) -> tuple[float, list[str]]:
    lines = text.splitlines()
    first = lines[0].split(",")[0].strip().encode()
    if not _is_unix_time(first):
        raise RecordingUnreadableError(
            f"{name.lower()}, line 1: a start in Unix seconds is expected, not {lines[0][:40]!r}."
        )
    return float(first), lines[1:]


def _intervals(text: str, notes: list[str]) -> Iterator[tuple[float, Channel]]:
    start_s, lines = _begin(text, INTERVALS)
    rows = numbers_in_lines(lines, name=INTERVALS, width=2, first_line=2)
    if not rows.size:
        notes.append("IBI.csv holds no intervals: the wristband found no reliable beats.")
        return
    yield (
        start_s,
        beats_channel(
            rows[:, 1] * 1000.0, name="IBI", times_s=rows[:, 0], sensed_by=SignalKind.PPG
        ),
    )


def _sampled(name: str, text: str, stated: Stated) -> Iterator[tuple[float, Channel]]:
    sensor = SENSORS[name]
    start_s, lines = _begin(text, name)
    head = numbers_in_lines(lines[:1], name=name, width=len(sensor.names), first_line=2)
    if not head.size or not head[0, 0] > 0.0:
        raise RecordingUnreadableError(
            f"{name.lower()}, line 2: samples a second are expected; export the session again."
        )
    rate_hz = float(head[0, 0])
    if stated.kind is sensor.kind:
        rate_hz = stated.rate_beside(rate_hz, name.lower())
    rows = numbers_in_lines(lines[1:], name=name, width=len(sensor.names), first_line=3)
    for column, called in enumerate(sensor.names):
        yield (
            start_s,
            SampledChannel(
                name=called,
                kind=sensor.kind,
                unit=sensor.unit,
                samples=rows[:, column] * sensor.scale,
                sampling_rate_hz=rate_hz,
            ),
        )


def _begun(channel: Channel, start_s: float) -> Channel:
    """Return the channel on the clock of the recording."""
    if isinstance(channel, SampledChannel):
        return replace(channel, start_s=start_s)
    return replace(channel, times_s=np.asarray(channel.times_s) + start_s)
