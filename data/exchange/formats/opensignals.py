"""OpenSignals text files of BITalino and biosignalsplux: a header in JSON, then rows of counts.

Counts of known sensors become physical units by the transfer functions of the data sheets (n bits of the channel):

- BITalino ECG: mV = (counts / 2^n - 1/2) * 3.3 V / 1100 * 1000; EDA of the (r)evolution: uS = counts / 2^n * 3.3 V / 0.132.
- biosignalsplux ECG: mV = (counts / 2^n - 1/2) * 3 V / 1000 * 1000; EDA: uS = counts / 2^n * 3 V / 0.12.

Other sensors keep their counts (unit ``counts``), and so does the EDA of the first BITalino, whose function is not linear. The key of the
header is the MAC address of the device: an identifier, which is not kept. ``nSeq`` counts round; a count left out is a sample lost, and
its place is NaN.

Contents: `recognizes`, `read`.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np

from data.exchange.channel_names import kind_of_name
from data.exchange.formats.numbers_in_lines import numbers_in_lines
from data.exchange.formats.text_table import MOST_TEXT_BYTES, decode
from data.exchange.recording import (
    ChannelKind,
    FloatArray,
    Recording,
    RecordingUnreadableError,
    SampledChannel,
    Stated,
    in_short,
)

SUFFIXES = (".txt",)
MAGIC = b"# OpenSignals Text File Format"
END = "# EndOfHeader"
SEQUENCE = "nSeq"
COUNTS = "counts"


@dataclass(frozen=True, kw_only=True, slots=True)
class _Device:
    model: str
    rate_hz: float
    columns: tuple[str, ...]
    bits: tuple[int, ...]
    labels: tuple[str, ...]
    sensors: tuple[str, ...]
    started_at: datetime | None


@dataclass(frozen=True, kw_only=True, slots=True)
class _Transfer:
    """Value = (counts / 2^bits - offset) * gain."""

    unit: str
    offset: float
    gain: float


BITALINO_ECG = _Transfer(unit="mV", offset=0.5, gain=3.3 / 1100.0 * 1000.0)
BITALINO_EDA = _Transfer(unit="uS", offset=0.0, gain=3.3 / 0.132)
PLUX_ECG = _Transfer(unit="mV", offset=0.5, gain=3.0 / 1000.0 * 1000.0)
PLUX_EDA = _Transfer(unit="uS", offset=0.0, gain=3.0 / 0.12)
TRANSFERS: Mapping[tuple[str, ChannelKind], _Transfer] = {
    ("bitalino", ChannelKind.ECG): BITALINO_ECG,
    ("bitalino_rev", ChannelKind.ECG): BITALINO_ECG,
    ("bitalino_rev", ChannelKind.ELECTRODERMAL): BITALINO_EDA,
    ("biosignalsplux", ChannelKind.ECG): PLUX_ECG,
    ("biosignalsplux", ChannelKind.ELECTRODERMAL): PLUX_EDA,
}


def recognizes(_path: Path, head: bytes) -> bool:
    """Tell whether the file begins like a text file of OpenSignals."""
    return head.lstrip(b"\xef\xbb\xbf").startswith(MAGIC)


def read(path: Path, stated: Stated) -> Recording:
    """Read the analogue channels.

    Raises
    ------
    RecordingUnreadableError
        If the header is broken, names several devices, or the file is too large or has no rows.
    """
    if path.stat().st_size > MOST_TEXT_BYTES:
        raise RecordingUnreadableError(f"{path.name} is too large to be read at once: cut it.")
    header, rows, first_line = _parts(path)
    device = _device(path.name, header)
    values = numbers_in_lines(
        rows.splitlines(),
        name=path.name,
        width=len(device.columns),
        first_line=first_line,
        separator="\t",
    )
    if not values.size:
        raise RecordingUnreadableError(f"{path.name} has a header and no rows: export it again.")
    values, lost = _with_lost(values, device)
    rate_hz = stated.rate_beside(device.rate_hz, path.name)
    notes = [f"{lost} samples were lost on the way; their places are empty."] if lost else []
    return Recording(
        name=path.name,
        source_format="OpenSignals",
        channels=tuple(_channels(values, device, rate_hz, notes)),
        started_at=device.started_at,
        notes=tuple(notes),
    )


def _parts(path: Path) -> tuple[Any, str, int]:
    text = decode(path.read_bytes(), path.name)
    above, found, rows = text.partition(f"{END}\n")
    lines = above.splitlines()
    if not found or len(lines) < 2:
        raise RecordingUnreadableError(
            f"{path.name}: the header of this OpenSignals file has no end; export it again."
        )
    try:
        return json.loads(lines[1].removeprefix("#")), rows, len(lines) + 2
    except ValueError as error:
        raise RecordingUnreadableError(
            f"{path.name}, line 2: the header is no JSON ({in_short(error)}); export the file again."
        ) from error


def _device(name: str, header: Any) -> _Device:  # noqa: ANN401 - what JSON holds
    devices = list(header.values()) if isinstance(header, dict) else []
    if len(devices) != 1:
        raise RecordingUnreadableError(
            f"{name} holds {len(devices)} devices; export one file for each."
        )
    told = devices[0]
    try:
        device = _Device(
            model=str(told["device"]).lower(),
            rate_hz=float(told["sampling rate"]),
            columns=tuple(str(one) for one in told["column"]),
            bits=tuple(int(one) for one in told["resolution"]),
            labels=tuple(str(one) for one in told["label"]),
            sensors=tuple(str(one) for one in told.get("sensor", told["label"])),
            started_at=_start(str(told.get("date", "")), str(told.get("time", ""))),
        )
    except (KeyError, TypeError, ValueError) as error:
        raise RecordingUnreadableError(
            f"{name}, line 2: the header lacks or garbles {in_short(error)}; export the file again."
        ) from error
    if not device.rate_hz > 0.0 or not set(device.labels) <= set(device.columns):
        raise RecordingUnreadableError(
            f"{name}, line 2: the header contradicts itself; export the file again."
        )
    return device


def _start(date: str, time: str) -> datetime | None:
    """Return the start on the clock of the device; its numbers have no leading zeros."""
    try:
        year, month, day = (int(one) for one in date.split("-"))
        hours, minutes, seconds = time.split(":")
        midnight = datetime(year, month, day)  # noqa: DTZ001 - the device's own clock
        return midnight + timedelta(hours=int(hours), minutes=int(minutes), seconds=float(seconds))
    except ValueError:
        return None


def _with_lost(values: FloatArray, device: _Device) -> tuple[FloatArray, int]:
    """Put an empty row where ``nSeq`` jumps, and count these rows."""
    if SEQUENCE not in device.columns:
        return values, 0
    column = device.columns.index(SEQUENCE)
    round_of = 2 ** _bits(device, SEQUENCE, default=4)
    steps = np.diff(values[:, column]).astype(np.int64) % round_of
    steps[steps == 0] = round_of
    places = np.concatenate(([0], np.cumsum(steps)))
    spread = np.full((int(places[-1]) + 1, values.shape[1]), np.nan)
    spread[places] = values
    return spread, int(places[-1]) + 1 - values.shape[0]


def _bits(device: _Device, column: str, default: int) -> int:
    if len(device.bits) != len(device.columns):
        return default
    return device.bits[device.columns.index(column)]


def _channels(
    values: FloatArray, device: _Device, rate_hz: float, notes: list[str]
) -> Iterator[SampledChannel]:
    for position, label in enumerate(device.labels):
        sensor = _at(device.sensors, position, label)
        kind = kind_of_name(sensor.removesuffix("BIT"))
        raw = values[:, device.columns.index(label)]
        transfer = TRANSFERS.get((device.model, kind))
        bits = _bits(device, label, default=0)
        if transfer is None or not _are_counts(raw, bits):
            notes.append(f"Channel {label} ({sensor}) keeps the numbers of the file.")
            samples, unit = np.ascontiguousarray(raw), COUNTS if _are_counts(raw, bits) else ""
        else:
            samples, unit = (raw / 2**bits - transfer.offset) * transfer.gain, transfer.unit
        if transfer is PLUX_ECG and unit:
            notes.append(
                f"Channel {label}: a gain of 1000 was taken; sensors since 2022 have 1019."
            )
        yield SampledChannel(
            name=label, kind=kind, unit=unit, samples=samples, sampling_rate_hz=rate_hz
        )


def _at(several: Sequence[str], position: int, otherwise: str) -> str:
    return several[position] if position < len(several) else otherwise


def _are_counts(raw: FloatArray, bits: int) -> bool:
    """Tell whether the numbers are what a converter of so many bits gives; NaN is none of them."""
    held = raw[np.isfinite(raw)]
    return bits > 1 and bool(((held >= 0) & (held < 2**bits) & (held == np.rint(held))).all())
