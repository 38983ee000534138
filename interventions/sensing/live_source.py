"""Any sensor that is sensed now, as a source: a feed that brings samples, and a tape that keeps them.

Conventions: the session's clock starts with the first window and then follows the feed's clock, whatever time the
caller names, so that the age of a sample is true. Samples wait in the feed and are pulled when a window is asked for. A
sensor that falls silent leaves a gap and a rising age; no exception, no number across the gap. A source is bound to the
sensor it was made for: a feed that another sensor answers gives windows that are refused.

Contents: `Feed` (the port), `Pulled`, `LiveSource`, `SensorState` and `SensorWatch` (the staleness watchdog).
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from data.measures.hrv import LONGEST_AGE_S
from data.records.music import MusicalParameters
from data.records.signals import RRSeries, Window
from interventions.sensing.sensor import Sensor
from interventions.sensing.source import WINDOW_S, window_of
from interventions.sensing.tapes import KEPT_S, Tape

DIGITS = 6
NO_CONTACT = "no_contact"
OTHER_SENSOR = "other_sensor"
NO_INTERVALS = "no_intervals"


@dataclass(frozen=True, kw_only=True, slots=True)
class Pulled:
    """What a feed brought since it was last asked."""

    now_s: float
    """The feed's clock, the one of the time stamps."""
    stamps_s: list[float]
    values: list[float]
    """RR intervals in milliseconds, or samples of an ECG; as many as time stamps."""
    refused: str = ""
    """Why the signal must not be believed now; empty when nothing speaks against it."""


class Feed(Protocol):
    """What brings the samples of one connected sensor."""

    def pull(self) -> Pulled:
        """Return what arrived since the last call, without waiting; never an exception."""

    def close(self) -> None:
        """Let go of the device."""


class SensorState(StrEnum):
    """What the watchdog says of a sensor."""

    WAITING = "waiting"
    """Connected; nothing has arrived yet."""
    STREAMING = "streaming"
    STALE = "stale"
    """Nothing has arrived for more than five seconds."""
    NO_CONTACT = NO_CONTACT
    """The sensor says that it does not touch the skin."""
    NO_INTERVALS = NO_INTERVALS
    """The sensor sends a heart rate without RR intervals."""
    OTHER_SENSOR = OTHER_SENSOR
    """Another sensor answered than the one the source is bound to."""


@dataclass(frozen=True, kw_only=True, slots=True)
class SensorWatch:
    """How a sensor does now."""

    state: SensorState
    newest_sample_age_s: float | None
    """None when nothing has ever arrived."""


class LiveSource:
    """A sensor that is sensed now.

    Parameters
    ----------
    sensor : Sensor
        The sensor it is bound to.
    feed : Feed
        What brings its samples.
    tape : Tape
        What becomes of them.
    """

    def __init__(self, sensor: Sensor, feed: Feed, tape: Tape) -> None:
        self.sensor = sensor
        self.name = sensor.name
        self.kind = tape.kind
        self._feed = feed
        self._tape = tape
        self._session_starts_s: float | None = None
        self._now_s = 0.0
        self._refused = ""
        self._is_open = True

    def resting_beats(self) -> RRSeries:
        """Return the beats since the connection that came before the first window."""
        now_s = self._pull()
        end_s = now_s if self._session_starts_s is None else self._session_starts_s
        times_s, rr_ms, _ = self._tape.beats(now_s - KEPT_S, end_s)
        return self._series(times_s, rr_ms, end_s)

    def window_at(self, now_s: float) -> Window:
        """Return the beats of the last 60 seconds; the end of the window is the feed's own now."""
        clock_s = self._pull()
        if self._session_starts_s is None:
            self._session_starts_s = clock_s - now_s
        times_s, rr_ms, refused = self._tape.beats(clock_s - WINDOW_S, clock_s)
        beats = self._series(times_s, rr_ms, self._session_starts_s)
        return window_of(
            beats.times_s,
            beats.rr_ms,
            now_s=round(clock_s - self._session_starts_s, DIGITS),
            kind=self.kind,
            age_s=self._age_s(clock_s),
            refused=self._refused or refused,
        )

    def watch(self) -> SensorWatch:
        """Return how the sensor does now."""
        age_s = self._age_s(self._pull())
        if self._refused:
            state = SensorState(self._refused)
        elif age_s is None:
            state = SensorState.WAITING
        else:
            state = SensorState.STALE if age_s > LONGEST_AGE_S else SensorState.STREAMING
        return SensorWatch(state=state, newest_sample_age_s=age_s)

    def _age_s(self, clock_s: float) -> float | None:
        newest_s = self._tape.newest_s()
        return None if newest_s is None else round(max(0.0, clock_s - newest_s), DIGITS)

    def _series(self, times_s: list[float], rr_ms: list[float], zero_s: float) -> RRSeries:
        return RRSeries(
            times_s=tuple(round(time_s - zero_s, DIGITS) for time_s in times_s),
            rr_ms=tuple(round(one_ms, 3) for one_ms in rr_ms),
            kind=self.kind,
        )

    def _pull(self) -> float:
        """Take over what arrived and return the feed's now; after the end, the last now."""
        if self._is_open:
            pulled = self._feed.pull()
            self._tape.extend(pulled.stamps_s, pulled.values)
            self._now_s, self._refused = pulled.now_s, pulled.refused
        return self._now_s

    def hear(self, parameters: MusicalParameters, duration_s: float) -> None:
        """Do nothing: the person hears the real music."""

    def close(self) -> None:
        """Disconnect; a second time does nothing."""
        if self._is_open:
            self._is_open = False
            self._feed.close()
