"""Sensors worn beside that of the heart: skin conductance, breathing, oxygen saturation.

Conventions: each has a clock of its own, which meets the session's with the first window. A companion never raises because
its signal is missing: its stream says how old the newest sample is, or why the signal is refused.

Contents: `Companion` (the port), `LiveCompanion`, `RecordedCompanion`, `as_stream`, `IN_WORDS`.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from data.records.signals import SignalStream, StreamKind
from interventions.sensing.live_source import DIGITS, Feed
from interventions.sensing.sensor import Sensor
from interventions.sensing.source import WINDOW_S
from interventions.sensing.stream_tape import StreamTape, Stretch
from interventions.sensing.tapes import KEPT_S

IN_WORDS: Mapping[StreamKind, str] = MappingProxyType(
    {
        StreamKind.ELECTRODERMAL: "skin conductance",
        StreamKind.RESPIRATION: "breathing",
        StreamKind.OXYGEN_SATURATION: "oxygen saturation",
    }
)
"""What a companion brings, for people."""


class Companion(Protocol):
    """What one sensor beside the heart's brings."""

    @property
    def kind(self) -> StreamKind:
        """What it measures."""

    @property
    def name(self) -> str:
        """Kind of device or recording, in words; no serial number."""

    @property
    def sensor_id(self) -> str:
        """The sensor it is bound to; empty for recordings and simulation."""

    def stream_at(self, now_s: float) -> SignalStream:
        """Return the last 60 seconds; times are asked for in ascending order."""

    def rest_before(self, now_s: float) -> SignalStream:
        """Return what was sensed before the music, ten minutes at most."""

    def close(self) -> None:
        """Let go of the device; a second time does nothing."""


class LiveCompanion:
    """A sensor that is sensed now.

    Parameters
    ----------
    sensor : Sensor
        The sensor it is bound to.
    kind : StreamKind
        What it measures.
    feed : Feed
        What brings its samples.
    """

    def __init__(self, sensor: Sensor, kind: StreamKind, feed: Feed) -> None:
        self.sensor = sensor
        self.name = sensor.name
        self.sensor_id = sensor.sensor_id
        self.kind = kind
        self._feed = feed
        self._tape = StreamTape(sensor.sampling_rate_hz)
        self._session_starts_s: float | None = None
        self._now_s = 0.0
        self._refused = ""
        self._is_open = True

    def stream_at(self, now_s: float) -> SignalStream:
        """Return the last 60 seconds up to the feed's own now."""
        return self._cut(WINDOW_S, self._pull(now_s))

    def rest_before(self, now_s: float) -> SignalStream:
        """Return everything since the connection, when asked with the first window."""
        return self._cut(KEPT_S, self._pull(now_s))

    def close(self) -> None:
        """Disconnect; a second time does nothing."""
        if self._is_open:
            self._is_open = False
            self._feed.close()

    def _pull(self, now_s: float) -> float:
        """Take over what arrived and return the feed's now; after the end, the last now."""
        if self._is_open:
            pulled = self._feed.pull()
            self._tape.extend(pulled.stamps_s, pulled.values)
            self._now_s, self._refused = pulled.now_s, pulled.refused
        if self._session_starts_s is None:
            self._session_starts_s = self._now_s - now_s
        return self._now_s

    def _cut(self, longest_s: float, clock_s: float) -> SignalStream:
        newest_s = self._tape.newest_s()
        age_s = None if newest_s is None else round(max(0.0, clock_s - newest_s), DIGITS)
        stretch = self._tape.stretch(longest_s, clock_s)
        return as_stream(
            self.kind,
            stretch,
            zero_s=self._session_starts_s or 0.0,
            age_s=age_s,
            refused=self._refused,
        )


class RecordedCompanion:
    """A recorded signal, replayed on the session's clock.

    Parameters
    ----------
    kind : StreamKind
        What was measured.
    samples : ndarray of float, shape (n_samples,)
        The recording; NaN where missing.
    sampling_rate_hz : float
        Samples a second.
    starts_s : float
        Time of the first sample on the session's clock; negative for what lies before the music.
    """

    sensor_id = ""

    def __init__(
        self,
        kind: StreamKind,
        samples: NDArray[np.float64],
        *,
        sampling_rate_hz: float,
        starts_s: float,
    ) -> None:
        self.kind = kind
        self.name = f"recorded {IN_WORDS[kind]}"
        present = np.isfinite(samples)
        self._stamps_s = (starts_s + np.arange(samples.size) / sampling_rate_hz)[present]
        self._samples = samples[present]
        self._rate_hz = sampling_rate_hz

    def stream_at(self, now_s: float) -> SignalStream:
        """Return the last 60 seconds."""
        return self._cut(WINDOW_S, now_s)

    def rest_before(self, now_s: float) -> SignalStream:
        """Return what was recorded before the music."""
        return self._cut(KEPT_S, now_s)

    def close(self) -> None:
        """Nothing is held."""

    def _cut(self, longest_s: float, now_s: float) -> SignalStream:
        first, end = np.searchsorted(self._stamps_s, (now_s - longest_s - 1.0, now_s))
        tape = StreamTape(self._rate_hz)
        tape.extend(self._stamps_s[first:end].tolist(), self._samples[first:end].tolist())
        newest_s = tape.newest_s()
        age_s = None if newest_s is None else round(now_s - newest_s, DIGITS)
        return as_stream(self.kind, tape.stretch(longest_s, now_s), zero_s=0.0, age_s=age_s)


def as_stream(
    kind: StreamKind, stretch: Stretch, *, zero_s: float, age_s: float | None, refused: str = ""
) -> SignalStream:
    """Return a stretch as it is kept with a window.

    Parameters
    ----------
    kind : StreamKind
        What it is.
    stretch : Stretch
        Samples on the source's clock.
    zero_s : float
        When the session's clock starts, on the source's.
    age_s : float or None
        Age of the newest sample.
    refused : str
        Why the sensor itself says not to believe it.
    """
    return SignalStream(
        kind=kind,
        sampling_rate_hz=stretch.sampling_rate_hz,
        start_s=round(stretch.start_s - zero_s, DIGITS),
        samples=stretch.samples,
        newest_sample_age_s=age_s,
        refused=refused or stretch.refused,
    )
