"""European Data Format (EDF, EDF+) and BioSemi's BDF: several signals, each with its own rate.

Read by edfio: EDF through a memory map, signal by signal; BDF in parts of some megabytes. Gaps between the records of ``EDF+D`` are
NaN. Annotations become marks. What the header says of the person is not kept.

Contents: `recognizes`, `read`.
"""

import io
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

import numpy as np

from data.exchange.channel_names import kind_of_name, plain_unit
from data.exchange.formats.edf_layout import Layout, layout_of, record_onsets_s
from data.exchange.recording import (
    MOST_VALUES,
    ChannelKind,
    FloatArray,
    Mark,
    Recording,
    RecordingUnreadableError,
    SampledChannel,
    Stated,
    in_short,
)

if TYPE_CHECKING:
    from edfio import Bdf, BdfSignal, Edf, EdfSignal

    Signal: TypeAlias = EdfSignal | BdfSignal
    File: TypeAlias = Edf | Bdf

SUFFIXES = (".edf", ".bdf")
EDF_MAGIC, BDF_MAGIC = b"0       ", b"\xffBIOSEMI"
PART_BYTES = 32_000_000
BROKEN = (ValueError, IndexError, KeyError, TypeError, OSError, OverflowError, ArithmeticError)


def recognizes(_path: Path, head: bytes) -> bool:
    """Tell whether the file begins like EDF or BDF."""
    return head.startswith((EDF_MAGIC, BDF_MAGIC))


def read(path: Path, stated: Stated) -> Recording:
    """Read the signals and annotations; with a kind stated only the signals that may be of it.

    Raises
    ------
    RecordingUnreadableError
        If the header is broken, there is no data record, or more is held than can be read at once.
    """
    with path.open("rb") as file:
        is_bdf = file.read(len(BDF_MAGIC)) == BDF_MAGIC
    layout = layout_of(path, sample_bytes=3 if is_bdf else 2)
    if not layout.records:
        raise RecordingUnreadableError(
            f"{path.name} has a header and no whole data record: copy or export it again."
        )
    with _told(path) as heard:
        first = _part(layout, 0, 1) if is_bdf else _open_edf(path)
        wanted = _wanted(first.signals, stated.kind)
        _check_size(layout, first.signals, wanted)
        onsets_s = record_onsets_s(layout) if layout.has_gaps else None
        marks = [_mark(one, 0.0) for one in first.annotations]
        if is_bdf:
            columns, marks = _read_parts(layout, wanted, onsets_s)
        else:
            columns = [np.array(first.signals[i].data) for i in wanted]
        channels = tuple(
            _channel(first.signals[i], samples, layout, onsets_s, stated)
            for i, samples in zip(wanted, columns, strict=True)
        )
        started_at = _start(first)
    return Recording(
        name=path.name,
        source_format=_format_name(layout, is_bdf=is_bdf),
        channels=channels,
        marks=tuple(marks),
        started_at=started_at,
        notes=_notes(layout, heard),
    )


@contextmanager
def _told(path: Path) -> Iterator[list[str]]:
    heard: list[str] = []
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        try:
            yield heard
        except RecordingUnreadableError:
            raise
        except BROKEN as error:
            raise RecordingUnreadableError(
                f"{path.name} is a broken EDF or BDF file ({in_short(error)}): copy or export it again."
            ) from error
        heard.extend(str(one.message) for one in caught if "uncalibrated" in str(one.message))


def _open_edf(path: Path) -> "Edf":
    from edfio import read_edf  # noqa: PLC0415 - only for this format

    return read_edf(path, lazy_load_data=True, header_encoding="latin-1")


def _part(layout: Layout, first: int, count: int) -> "Bdf":
    """Return some data records of a BDF file as a file of their own."""
    from edfio import read_bdf  # noqa: PLC0415 - only for this format

    with layout.path.open("rb") as file:
        header = file.read(layout.header_bytes)
        file.seek(layout.header_bytes + first * layout.record_bytes)
        data = file.read(count * layout.record_bytes)
    return read_bdf(io.BytesIO(header + data), header_encoding="latin-1")


def _read_parts(
    layout: Layout, wanted: Sequence[int], onsets_s: FloatArray | None
) -> tuple[list[FloatArray], list[Mark]]:
    stride = max(1, PART_BYTES // layout.record_bytes)
    columns: list[list[FloatArray]] = [[] for _ in wanted]
    marks: list[Mark] = []
    for first in range(0, layout.records, stride):
        part = _part(layout, first, min(stride, layout.records - first))
        for column, index in zip(columns, wanted, strict=True):
            column.append(part.signals[index].data)
        begin_s = first * layout.record_s if onsets_s is None else onsets_s[first] - onsets_s[0]
        marks.extend(_mark(one, float(begin_s)) for one in part.annotations)
    return [np.concatenate(column) for column in columns], marks


def _wanted(signals: Sequence["Signal"], kind: ChannelKind | None) -> list[int]:
    kinds = [kind_of_name(one.label) for one in signals]
    if kind is None:
        return list(range(len(signals)))
    chosen = [i for i, one in enumerate(kinds) if one is kind]
    return chosen or [i for i, one in enumerate(kinds) if one is ChannelKind.OTHER]


def _check_size(layout: Layout, signals: Sequence["Signal"], wanted: Sequence[int]) -> None:
    values = layout.records * sum(signals[i].samples_per_data_record for i in wanted)
    if values > MOST_VALUES:
        raise RecordingUnreadableError(
            f"{layout.path.name} holds {values} values, more than {MOST_VALUES} at once: state the "
            "kind that is wanted, or cut the file."
        )


def _channel(
    signal: "Signal",
    samples: FloatArray,
    layout: Layout,
    onsets_s: FloatArray | None,
    stated: Stated,
) -> SampledChannel:
    if not signal.sampling_frequency > 0.0:
        raise RecordingUnreadableError(
            f"{layout.path.name}: signal {signal.label!r} has no samples a second; export it again."
        )
    rate_hz = float(signal.sampling_frequency)
    if onsets_s is not None:
        samples = _spread(samples, signal.samples_per_data_record, onsets_s, rate_hz, layout)
    kind = kind_of_name(signal.label)
    if stated.kind in {None, kind}:
        rate_hz = stated.rate_beside(rate_hz, layout.path.name)
    return SampledChannel(
        name=signal.label,
        kind=kind,
        unit=plain_unit(signal.physical_dimension),
        samples=samples,
        sampling_rate_hz=rate_hz,
    )


def _spread(
    samples: FloatArray, per_record: int, onsets_s: FloatArray, rate_hz: float, layout: Layout
) -> FloatArray:
    begins = np.rint((onsets_s - onsets_s[0]) * rate_hz).astype(np.int64)
    if (np.diff(begins) < per_record).any():
        raise RecordingUnreadableError(
            f"{layout.path.name}: data records overlap or go back in time; export it again."
        )
    points = int(begins[-1]) + per_record
    if points > MOST_VALUES:
        raise RecordingUnreadableError(
            f"{layout.path.name}: its gaps are too long to be held; cut it at the gaps."
        )
    spread = np.full(points, np.nan)
    places = begins[:, np.newaxis] + np.arange(per_record)
    spread[places.reshape(-1)] = samples
    return spread


def _mark(annotation: tuple[float, float | None, str], begin_s: float) -> Mark:
    """Return a mark; the library counts onsets from the first record of what it was given."""
    onset_s, _, text = annotation
    return Mark(at_s=float(onset_s) + begin_s, text=text)


def _start(file: "File") -> datetime | None:
    try:
        return datetime.combine(file.startdate, file.starttime)
    except ValueError:
        return None


def _format_name(layout: Layout, *, is_bdf: bool) -> str:
    name = "BDF" if is_bdf else "EDF"
    return f"{name}+" if "+" in layout.reserved else name


def _notes(layout: Layout, heard: Sequence[str]) -> tuple[str, ...]:
    notes = [f"{one.rstrip('.')}." for one in heard]
    size = layout.path.stat().st_size - layout.header_bytes
    if size % layout.record_bytes:
        notes.append("The last data record is cut off; it was left out.")
    if layout.declared_records not in {-1, layout.records}:
        notes.append(
            f"The header declares {layout.declared_records} data records; {layout.records} are there."
        )
    if layout.has_gaps:
        notes.append("The recording has gaps; samples between its parts are missing.")
    return tuple(notes)
