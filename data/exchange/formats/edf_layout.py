"""How an EDF or BDF file lies on the disk: its header's counts, and the onset of each data record.

Source: Kemp et al. 1992 (EDF), Kemp & Olivan 2003 (EDF+: the first annotation of a record is its onset; ``EDF+D`` has gaps between
records), BioSemi's description of BDF (24 bits).

Contents: `Layout`, `layout_of`, `record_onsets_s`.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from data.exchange.recording import FloatArray, RecordingUnreadableError

FIXED_BYTES = 256
MOST_SIGNALS = 4096
ONSET = re.compile(rb"^([+-]\d+(?:\.\d*)?)[\x14\x15]")


@dataclass(frozen=True, kw_only=True, slots=True)
class Layout:
    """The counts of a header."""

    path: Path
    header_bytes: int
    sample_bytes: int
    """2 of EDF, 3 of BDF."""
    reserved: str
    """``EDF+C``, ``EDF+D``, ``BDF+C``, ``BDF+D``, ``24BIT`` or empty."""
    declared_records: int
    """-1 when the recording was not closed."""
    record_s: float
    labels: tuple[str, ...]
    samples_per_record: tuple[int, ...]

    @property
    def record_bytes(self) -> int:
        """Bytes of one data record."""
        return self.sample_bytes * sum(self.samples_per_record)

    @property
    def records(self) -> int:
        """Whole data records that the file holds."""
        return max(0, self.path.stat().st_size - self.header_bytes) // self.record_bytes

    @property
    def has_gaps(self) -> bool:
        """Whether records may be apart."""
        return self.reserved.endswith("+D")


def layout_of(path: Path, sample_bytes: int) -> Layout:
    """Read the counts of a header.

    Raises
    ------
    RecordingUnreadableError
        If the header ends too early or a count is no number.
    """
    with path.open("rb") as file:
        fixed = file.read(FIXED_BYTES)
        try:
            signals = int(fixed[252:256])
            declared, record_s = int(fixed[236:244]), float(fixed[244:252])
        except ValueError as error:
            raise RecordingUnreadableError(_broken(path)) from error
        if not 0 < signals <= MOST_SIGNALS or len(fixed) < FIXED_BYTES:
            raise RecordingUnreadableError(_broken(path))
        rest = file.read(FIXED_BYTES * signals)
    counts = _fields(rest, start=216 * signals, width=8, count=signals)
    try:
        samples = tuple(int(one) for one in counts)
    except ValueError as error:
        raise RecordingUnreadableError(_broken(path)) from error
    if len(rest) < FIXED_BYTES * signals or min(samples) < 0 or not sum(samples):
        raise RecordingUnreadableError(_broken(path))
    return Layout(
        path=path,
        header_bytes=FIXED_BYTES * (signals + 1),
        sample_bytes=sample_bytes,
        reserved=fixed[192:236].decode("ascii", "replace").strip(),
        declared_records=declared,
        record_s=record_s,
        labels=tuple(_fields(rest, start=0, width=16, count=signals)),
        samples_per_record=samples,
    )


def record_onsets_s(layout: Layout) -> FloatArray:
    """Return the onset of each data record of a file with gaps.

    Returns
    -------
    ndarray of float, shape (records,)
        Seconds from the start that the header states.

    Raises
    ------
    RecordingUnreadableError
        If a record does not tell its onset.
    """
    column = next((i for i, one in enumerate(layout.labels) if one.endswith("Annotations")), None)
    if column is None:
        raise RecordingUnreadableError(
            f"{layout.path.name} says that it has gaps, but not where: export it without gaps."
        )
    start = layout.sample_bytes * sum(layout.samples_per_record[:column])
    data = np.memmap(layout.path, dtype=np.uint8, mode="r", offset=layout.header_bytes)
    onsets = []
    for record in range(layout.records):
        at = record * layout.record_bytes + start
        length = layout.sample_bytes * layout.samples_per_record[column]
        found = ONSET.match(bytes(data[at : at + length]))
        if not found:
            raise RecordingUnreadableError(
                f"{layout.path.name}, data record {record + 1}: its onset cannot be read; copy or "
                "export the file again."
            )
        onsets.append(float(found[1]))
    return np.array(onsets)


def _broken(path: Path) -> str:
    return f"{path.name}: the header of this EDF or BDF file is broken; copy or export it again."


def _fields(raw: bytes, *, start: int, width: int, count: int) -> Sequence[str]:
    cells = (raw[start + i * width : start + (i + 1) * width] for i in range(count))
    return [cell.decode("latin-1").strip() for cell in cells]
