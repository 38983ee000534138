"""A recording as a file holds it, whatever its format: channels with units and rates, marks, a start.

Conventions: times are seconds from the start of the recording; a sampled channel may begin later. Units are those that the file
declares or its format fixes, written ``mV``, ``uV``, ``uS``, ``degC``, ``g``, ``ms``, ``bpm``, ``breaths/min``; empty when nothing says
it. Intervals between beats are always milliseconds. Values are kept as they are, NaN where the file says that one is missing: judging
them is the business of `data.measures`. Serial numbers, MAC addresses and names of people are not kept.

Contents: `Recording`, `SampledChannel`, `EventChannel`, `Mark`, `ChannelKind`, `RRUnit`, `Stated`, `RecordingUnreadableError`, `in_short`.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from data.records.signals import RRSeries, SignalKind

FloatArray: TypeAlias = NDArray[np.float64]

TIME_DIGITS = 6
RR_DIGITS = 6
RATE_TOLERANCE = 0.01
LONGEST_QUOTE = 120
MOST_VALUES = 200_000_000
"""Of all channels that are read at once: 1.6 GB."""


class RecordingUnreadableError(ValueError):
    """The file cannot be used as a recording; the message says what, where, and how to mend it."""


def in_short(error: Exception) -> str:
    """Return what a library says of a broken file, short enough for one sentence."""
    said = "".join(one if one.isprintable() else " " for one in str(error))
    return " ".join(said.split())[:LONGEST_QUOTE].rstrip(". ") or type(error).__name__


class ChannelKind(StrEnum):
    """What a channel measures."""

    RR = "rr"
    ECG = "ecg"
    PPG = "ppg"
    ELECTRODERMAL = "eda"
    RESPIRATION = "respiration"
    TEMPERATURE = "temperature"
    ACCELERATION = "acceleration"
    HEART_RATE = "heart_rate"
    EEG = "eeg"
    OXYGEN_SATURATION = "oxygen_saturation"
    OTHER = "other"


class RRUnit(StrEnum):
    """Unit of the intervals in a text file."""

    MILLISECONDS = "ms"
    SECONDS = "s"

    @property
    def in_ms(self) -> float:
        """Milliseconds of one unit."""
        return 1.0 if self is RRUnit.MILLISECONDS else 1000.0


@dataclass(frozen=True, kw_only=True, slots=True)
class Stated:
    """What the caller says of a file; None where nothing is said."""

    kind: ChannelKind | None = None
    unit: RRUnit | None = None
    rate_hz: float | None = None

    def rate_beside(self, declared_hz: float, name: str) -> float:
        """Return the rate that a file declares.

        Raises
        ------
        RecordingUnreadableError
            If the caller said another.
        """
        if self.rate_hz is None or abs(self.rate_hz / declared_hz - 1.0) <= RATE_TOLERANCE:
            return declared_hz
        raise RecordingUnreadableError(
            f"{name} declares {declared_hz:g} Hz, and {self.rate_hz:g} Hz was stated: leave the rate "
            "out, or mend the file."
        )


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class SampledChannel:
    """A signal sampled at a constant rate."""

    name: str
    """As the file calls it."""
    kind: ChannelKind
    unit: str
    """Empty when the file does not say it."""
    samples: FloatArray
    """Shape (n,); NaN is missing."""
    sampling_rate_hz: float
    start_s: float = 0.0
    """Of the first sample, on the clock of the recording."""

    @property
    def duration_s(self) -> float:
        """Samples over rate."""
        return self.samples.size / self.sampling_rate_hz


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class EventChannel:
    """Numbers at moments of their own, such as intervals between beats."""

    name: str
    kind: ChannelKind
    unit: str
    times_s: FloatArray
    """Shape (n,); for an interval the beat that ends it."""
    values: FloatArray
    """Shape (n,)."""
    sensed_by: SignalKind = SignalKind.RR
    """Of beats: ECG, PPG, or RR when the file does not say."""


Channel: TypeAlias = SampledChannel | EventChannel


@dataclass(frozen=True, kw_only=True, slots=True)
class Mark:
    """A note that the file sets at a moment: a tag, an annotation, a text of a stream."""

    at_s: float
    text: str


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Recording:
    """What a file holds."""

    name: str
    """The file's, without its path; that of its format where such names hold serial numbers."""
    source_format: str
    """For people: ``EDF+``, ``Empatica E4``, ``RR text``."""
    channels: tuple[Channel, ...]
    marks: tuple[Mark, ...] = ()
    started_at: datetime | None = None
    """With a time zone when the file says it, else on the clock of the device; None when not told."""
    notes: tuple[str, ...] = ()
    """One sentence each: what was inferred, dropped or looked wrong."""

    @property
    def rr(self) -> RRSeries | None:
        """The intervals between beats in milliseconds, or None."""
        found = self.events(ChannelKind.RR)
        if found is None:
            return None
        return RRSeries(
            times_s=tuple(found.times_s.round(TIME_DIGITS).tolist()),
            rr_ms=tuple(found.values.round(RR_DIGITS).tolist()),
            kind=found.sensed_by,
        )

    def sampled(self, kind: ChannelKind) -> SampledChannel | None:
        """Return the first sampled channel of a kind, or None."""
        every = (one for one in self.channels if isinstance(one, SampledChannel))
        return next((one for one in every if one.kind is kind), None)

    def events(self, kind: ChannelKind) -> EventChannel | None:
        """Return the first channel of events of a kind, or None."""
        every = (one for one in self.channels if isinstance(one, EventChannel))
        return next((one for one in every if one.kind is kind), None)
