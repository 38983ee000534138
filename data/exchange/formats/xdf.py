"""Extensible Data Format (XDF) of the Lab Streaming Layer: several streams on one clock.

Read by pyxdf, with clock offsets applied (segment by segment where a clock restarted) and the jitter of regular streams removed. Times
count from the earliest stamp of all streams. A regular stream becomes sampled channels, NaN in its gaps; a stream without a rate, or
whose stamps contradict the declared rate by more than 1 %, becomes events at its stamps; a stream of strings becomes marks. An empty
stream is data, not an error. Of a file cut off the whole chunks are read, with a note.

Contents: `recognizes`, `read`.
"""

import io
import logging
import struct
import threading
import warnings
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import ParseError

import numpy as np

from data.exchange.channel_names import kind_of_name, plain_unit
from data.exchange.formats.rr_text import unit_of_intervals
from data.exchange.formats.stamped import Grid, on_grid
from data.exchange.formats.xdf_chunks import whole_bytes
from data.exchange.recording import (
    RATE_TOLERANCE,
    Channel,
    ChannelKind,
    EventChannel,
    FloatArray,
    Mark,
    Recording,
    RecordingUnreadableError,
    RRUnit,
    SampledChannel,
    Stated,
    in_short,
)

SUFFIXES = (".xdf", ".xdfz")
MAGIC, GZIP_MAGIC = b"XDF:", b"\x1f\x8b"
MOST_BYTES = 2_000_000_000
SAME_RATE = 1e-6
BROKEN = (
    AttributeError, EOFError, LookupError, MemoryError, OSError, OverflowError, ParseError, RuntimeError,
    TypeError, ValueError, struct.error,
)  # fmt: skip


@dataclass(kw_only=True, slots=True)
class _Told:
    channels: list[Channel] = field(default_factory=list)
    marks: list[Mark] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class _Stream:
    name: str
    kind_word: str
    nominal_hz: float
    times_s: FloatArray
    """On the common clock, from the start of the recording."""
    series: Any
    """Shape (n, channels), or a list of lists of strings."""
    labels: tuple[tuple[str, str, str], ...]
    """Label, unit and type of each channel."""


def recognizes(path: Path, head: bytes) -> bool:
    """Tell whether the file begins like XDF, or is a packed one by its name."""
    is_packed = head.startswith(GZIP_MAGIC) and path.name.lower().endswith((".xdfz", ".xdf.gz"))
    return head.startswith(MAGIC) or is_packed


def read(path: Path, stated: Stated) -> Recording:
    """Read every stream.

    Raises
    ------
    RecordingUnreadableError
        If the file is larger than can be held, holds no stream, or a chunk of it is broken.
    """
    if path.stat().st_size > MOST_BYTES:
        raise RecordingUnreadableError(
            f"{path.name} has more than {MOST_BYTES // 10**9} GB: cut it, or export the streams apart."
        )
    cut = path.stat().st_size - whole_bytes(path) if _is_plain(path) else 0
    streams = _streams(path, cut)
    if not streams:
        raise RecordingUnreadableError(f"{path.name} is an XDF file that holds no stream.")
    told = _Told()
    if cut:
        told.notes.append(f"The file is cut off; its last {cut} bytes are no whole chunk.")
    for stream in streams:
        _tell(stream, told, stated)
    return Recording(
        name=path.name,
        source_format="XDF",
        channels=tuple(told.channels),
        marks=tuple(sorted(told.marks, key=lambda mark: mark.at_s)),
        notes=tuple(told.notes),
    )


def _is_plain(path: Path) -> bool:
    with path.open("rb") as file:
        return file.read(len(MAGIC)) == MAGIC


def _streams(path: Path, cut: int) -> tuple[_Stream, ...]:
    import pyxdf  # noqa: PLC0415 - only for this format

    try:
        with _complaints() as heard:
            source = io.BytesIO(path.read_bytes()[:-cut]) if cut else path
            found, _ = pyxdf.load_xdf(source)
        firsts = [float(one["time_stamps"][0]) for one in found if len(one["time_stamps"])]
        streams = tuple(_stream(one, min(firsts, default=0.0)) for one in found)
    except BROKEN as error:
        raise RecordingUnreadableError(
            f"{path.name} is a broken XDF file ({in_short(error)}): copy it again."
        ) from error
    if heard:
        raise RecordingUnreadableError(
            f"{path.name} is a broken XDF file ({in_short(heard[0])}): copy it again, or repair it with its "
            "recorder."
        )
    return streams


@contextmanager
def _complaints() -> Iterator[list[ValueError]]:
    heard: list[ValueError] = []
    here = threading.get_ident()

    def listen(record: logging.LogRecord) -> bool:
        if record.thread != here:
            return True
        if record.levelno >= logging.ERROR:
            heard.append(ValueError(record.getMessage()))
        return False

    logger = logging.getLogger("pyxdf.pyxdf")
    logger.addFilter(listen)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield heard
    finally:
        logger.removeFilter(listen)


def _stream(found: Mapping[str, Any], start_s: float) -> _Stream:
    info = found["info"]
    return _Stream(
        name=str(info["name"][0] or ""),
        kind_word=str(info["type"][0] or ""),
        nominal_hz=float(info["nominal_srate"][0]),
        times_s=np.asarray(found["time_stamps"], dtype=np.float64) - start_s,
        series=found["time_series"],
        labels=tuple(_labels(info.get("desc") or [None])),
    )


def _labels(desc: Sequence[Any]) -> Iterator[tuple[str, str, str]]:
    tree = desc[0]
    if not isinstance(tree, Mapping) or not isinstance(tree.get("channels", [None])[0], Mapping):
        return
    for one in tree["channels"][0].get("channel", []):
        if isinstance(one, Mapping):
            label, unit, kind = (str((one.get(key) or [""])[0] or "") for key in LABEL_KEYS)
            yield label, unit, kind


LABEL_KEYS = ("label", "unit", "type")


def _tell(stream: _Stream, told: _Told, stated: Stated) -> None:
    if not len(stream.times_s):
        told.notes.append(f"Stream {stream.name!r} is empty.")
        return
    if isinstance(stream.series, list):
        told.marks.extend(
            Mark(at_s=float(at_s), text=" ".join(texts))
            for at_s, texts in zip(stream.times_s, stream.series, strict=True)
        )
        return
    values = np.asarray(stream.series, dtype=np.float64)
    grid = _grid(stream, values, told)
    for column in range(values.shape[1]):
        name, unit, kind = _called(stream, column, values.shape[1])
        if grid is not None:
            told.channels.append(_sampled(name, unit, kind, stream, grid, column))
        else:
            told.channels.append(_events(name, unit, kind, stream, values[:, column], told, stated))


def _grid(stream: _Stream, values: FloatArray, told: _Told) -> Grid | None:
    if stream.nominal_hz <= 0.0:
        return None
    grid = on_grid(stream.times_s, values)
    if grid is None:
        told.notes.append(f"Stream {stream.name!r} has no even stamps; its values are events.")
        return None
    off = abs(grid.sampling_rate_hz / stream.nominal_hz - 1.0)
    if off > RATE_TOLERANCE:
        told.notes.append(
            f"Stream {stream.name!r} declares {stream.nominal_hz:g} Hz, and its stamps say "
            f"{grid.sampling_rate_hz:.4g} Hz; its values are events."
        )
        return None
    if grid.missing:
        told.notes.append(f"Stream {stream.name!r} has gaps; {grid.missing} samples are missing.")
    return grid


def _called(stream: _Stream, column: int, width: int) -> tuple[str, str, ChannelKind]:
    label, unit, kind_word = stream.labels[column] if column < len(stream.labels) else ("", "", "")
    name = stream.name if width == 1 else f"{stream.name}: {label or column + 1}"
    words = (label, kind_word, stream.kind_word, stream.name)
    kinds = (kind_of_name(word) for word in words if word)
    kind = next((one for one in kinds if one is not ChannelKind.OTHER), ChannelKind.OTHER)
    return name, plain_unit(unit), kind


def _sampled(
    name: str, unit: str, kind: ChannelKind, stream: _Stream, grid: Grid, column: int
) -> SampledChannel:
    close = abs(grid.sampling_rate_hz / stream.nominal_hz - 1.0) <= SAME_RATE
    return SampledChannel(
        name=name,
        kind=kind,
        unit=unit,
        samples=np.ascontiguousarray(grid.samples[:, column]),
        sampling_rate_hz=stream.nominal_hz if close else grid.sampling_rate_hz,
        start_s=float(stream.times_s[0]),
    )


def _events(
    name: str,
    unit: str,
    kind: ChannelKind,
    stream: _Stream,
    values: FloatArray,
    told: _Told,
    stated: Stated,
) -> EventChannel:
    if kind is ChannelKind.RR:
        declared = RRUnit(unit) if unit in {"ms", "s"} else None
        try:
            chosen, notes = unit_of_intervals(name, values, declared, stated.unit)
        except RecordingUnreadableError as refusal:
            kind = ChannelKind.OTHER
            told.notes.append(str(refusal))
        else:
            values, unit = values * chosen.in_ms, "ms"
            told.notes.extend(notes)
    return EventChannel(name=name, kind=kind, unit=unit, times_s=stream.times_s, values=values)
