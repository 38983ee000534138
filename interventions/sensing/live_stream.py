"""A Lab Streaming Layer stream as a source: RR intervals in milliseconds, or an ECG at any declared rate.

Conventions: the session's clock starts with the first window and then follows the stream's clock, whatever time the
caller names, so that the age of a sample is true. Nothing runs in the background of ours: samples wait in the inlet
and are pulled when a window is asked for. An outlet that dies leaves a gap and a rising age; when it comes back under
the same source id the inlet recovers by itself. No exception, no number across the gap.

Contents: `LiveStreamSource`, `LiveStream`, `streams_in_reach`.

Notes
-----
RR intervals arrive when a device sends them, often several at once, so their times are rebuilt by adding them up; where
the clock runs away from the sum by more than one and a half intervals, beats were lost and the sum starts anew.
"""

from bisect import bisect_right
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np

from data.measures import neurokit
from data.measures.heartbeats import beats_of, check_beats, is_rate_true, locate_beats
from data.records.music import MusicalParameters
from data.records.signals import RRSeries, SignalKind, Window
from interventions.sensing.source import WINDOW_S, NoSourceError, window_of

RR_TYPES = frozenset({"RR", "RRI", "IBI", "HRV"})
ECG_TYPES = frozenset({"ECG", "EKG"})
MARGIN_S = 8.0
KEPT_S = 600.0
LOST_INTERVALS = 1.5
LONGEST_STEP_S = 0.1
"""Time stamps of neighbouring ECG samples further apart than this have samples missing between them."""
PULLED_AT_ONCE = 4096
DIGITS = 6

Clock = Callable[[], float]


@dataclass(frozen=True, kw_only=True, slots=True)
class LiveStream:
    """A stream that can be sensed, as it announces itself."""

    name: str
    stream_type: str
    sampling_rate_hz: float
    """0 when samples come irregularly."""


class _Inlet(Protocol):
    def pull_chunk(
        self, timeout: float = 0.0, max_samples: int = 1024
    ) -> tuple[list[list[float]], list[float]]: ...

    def close_stream(self) -> None: ...


class _Tape(Protocol):
    kind: SignalKind

    def extend(self, stamps_s: list[float], values: list[float]) -> None: ...

    def beats(self, start_s: float, end_s: float) -> tuple[list[float], list[float], str]: ...

    def newest_s(self) -> float | None: ...


class _BeatTape:
    """RR intervals with rebuilt times."""

    kind = SignalKind.RR

    def __init__(self) -> None:
        self._times_s: list[float] = []
        self._rr_ms: list[float] = []
        self._newest_s: float | None = None

    def extend(self, stamps_s: list[float], values: list[float]) -> None:
        for stamp_s, rr_ms in zip(stamps_s, values, strict=True):
            self._times_s.append(self._time_of(stamp_s, rr_ms / 1000.0))
            self._rr_ms.append(rr_ms)
            self._newest_s = stamp_s
        kept = bisect_right(self._times_s, (self._newest_s or 0.0) - KEPT_S)
        del self._times_s[:kept], self._rr_ms[:kept]

    def _time_of(self, stamp_s: float, rr_s: float) -> float:
        if not self._times_s:
            return stamp_s
        summed_s = self._times_s[-1] + rr_s
        is_lost = abs(stamp_s - summed_s) > LOST_INTERVALS * max(rr_s, 0.0)
        return max(stamp_s, self._times_s[-1]) if is_lost else summed_s

    def beats(self, start_s: float, end_s: float) -> tuple[list[float], list[float], str]:
        part = slice(bisect_right(self._times_s, start_s), bisect_right(self._times_s, end_s))
        return self._times_s[part], self._rr_ms[part], ""

    def newest_s(self) -> float | None:
        return self._newest_s


class _WaveformTape:
    """ECG samples with their time stamps; missing ones are NaN when a window is cut."""

    kind = SignalKind.ECG

    def __init__(self, sampling_rate_hz: float) -> None:
        self._rate_hz = sampling_rate_hz
        self._stamps_s = np.empty(0)
        self._samples = np.empty(0)

    def extend(self, stamps_s: list[float], values: list[float]) -> None:
        if not stamps_s:
            return
        stamps = np.concatenate([self._stamps_s, stamps_s])
        kept = int(np.searchsorted(stamps, stamps[-1] - KEPT_S))
        self._stamps_s = stamps[kept:]
        self._samples = np.concatenate([self._samples, values])[kept:]

    def beats(self, start_s: float, end_s: float) -> tuple[list[float], list[float], str]:
        first, begin, end = np.searchsorted(self._stamps_s, (start_s - MARGIN_S, start_s, end_s))
        stamps_s, samples = self._stamps_s[first:end], self._samples[first:end]
        if not self._is_rate_true(stamps_s):
            return [], [], "wrong_rate" if stamps_s.size > self._rate_hz else "too_short"
        ecg = _with_missing(stamps_s, samples, self._rate_hz)
        found = locate_beats(ecg, self._rate_hz)
        ecg_start_s = float(stamps_s[-1]) - (ecg.size - 1) / self._rate_hz
        series = beats_of(found, start_s=ecg_start_s, kind=self.kind)
        within = (float(self._stamps_s[begin]) - ecg_start_s) * self._rate_hz
        verdict = check_beats(found, within, ecg.size)
        kept = bisect_right(series.times_s, start_s)
        return list(series.times_s[kept:]), list(series.rr_ms[kept:]), verdict.reason

    def _is_rate_true(self, stamps_s: np.ndarray) -> bool:
        """Judge the rate on what came in one piece."""
        if stamps_s.size < self._rate_hz:
            return False
        breaks = np.flatnonzero(np.diff(stamps_s) > LONGEST_STEP_S) + 1
        pieces = np.split(stamps_s, breaks)
        return is_rate_true(self._rate_hz, max(pieces, key=len))

    def newest_s(self) -> float | None:
        return float(self._stamps_s[-1]) if self._stamps_s.size else None


def _with_missing(stamps_s: np.ndarray, samples: np.ndarray, rate_hz: float) -> np.ndarray:
    """Put NaN where samples are missing between two time stamps."""
    breaks = np.flatnonzero(np.diff(stamps_s) > LONGEST_STEP_S)
    if not breaks.size:
        return samples
    missing = np.rint(np.diff(stamps_s)[breaks] * rate_hz).astype(np.int64) - 1
    return np.insert(samples, np.repeat(breaks + 1, missing), np.nan)


class LiveStreamSource:
    """A stream that is sensed now; make one with `connect`.

    Parameters
    ----------
    stream : LiveStream
        What is sensed.
    inlet : pylsl.StreamInlet
        Where its samples wait.
    tape : _Tape
        What becomes of them.
    clock : callable
        The clock of the inlet's time stamps, in seconds.
    """

    def __init__(self, stream: LiveStream, inlet: _Inlet, tape: _Tape, clock: Clock) -> None:
        self.name = stream.name
        self.kind = tape.kind
        self._inlet = inlet
        self._tape = tape
        self._clock = clock
        self._session_starts_s: float | None = None
        self._is_open = True

    @classmethod
    def connect(
        cls, *, name: str = "", stream_type: str = "", wait_s: float = 3.0
    ) -> "LiveStreamSource":
        """Look for a stream by its name or its type and connect to it.

        Parameters
        ----------
        name : str
            Name that the stream announces; empty takes any.
        stream_type : str
            ``RR`` or ``ECG``; empty takes any.
        wait_s : float
            How long to look for it.

        Raises
        ------
        NoSourceError
            If no such stream is found, or it carries neither an ECG nor RR intervals.
        """
        import pylsl  # noqa: PLC0415 - loads a C library

        found = _resolve(name, stream_type, wait_s)
        if found is None:
            wanted = f"named {name!r}" if name else f"of type {stream_type!r}"
            raise NoSourceError(
                f"No live stream {wanted} was found within {wait_s:g} s. Switch the sensor and its "
                "Lab Streaming Layer outlet on, and see that both are in the same network."
            )
        stream = _described(found)
        tape = _tape_for(stream)
        inlet = pylsl.StreamInlet(found, recover=True, processing_flags=pylsl.proc_clocksync)
        try:
            inlet.open_stream(timeout=max(1.0, wait_s))
        except (pylsl.util.TimeoutError, pylsl.util.LostError) as error:
            message = f"The live stream {stream.name!r} was found but does not answer."
            raise NoSourceError(message) from error
        return cls(stream, inlet, tape, pylsl.local_clock)

    def resting_beats(self) -> RRSeries:
        """Return the beats since the connection that came before the first window."""
        now_s = self._pull()
        end_s = now_s if self._session_starts_s is None else self._session_starts_s
        times_s, rr_ms, _ = self._tape.beats(now_s - KEPT_S, end_s)
        return self._series(times_s, rr_ms, end_s)

    def window_at(self, now_s: float) -> Window:
        """Return the beats of the last 60 seconds; the end of the window is the stream's own now."""
        clock_s = self._pull()
        if self._session_starts_s is None:
            self._session_starts_s = clock_s - now_s
        times_s, rr_ms, refused = self._tape.beats(clock_s - WINDOW_S, clock_s)
        beats = self._series(times_s, rr_ms, self._session_starts_s)
        newest_s = self._tape.newest_s()
        return window_of(
            beats.times_s,
            beats.rr_ms,
            now_s=round(clock_s - self._session_starts_s, DIGITS),
            kind=self.kind,
            age_s=None if newest_s is None else round(max(0.0, clock_s - newest_s), DIGITS),
            refused=refused,
        )

    def _series(self, times_s: list[float], rr_ms: list[float], zero_s: float) -> RRSeries:
        return RRSeries(
            times_s=tuple(round(time_s - zero_s, DIGITS) for time_s in times_s),
            rr_ms=tuple(round(one_ms, 3) for one_ms in rr_ms),
            kind=self.kind,
        )

    def _pull(self) -> float:
        """Take over what waits in the inlet and return the clock's now."""
        while self._is_open:
            samples, stamps_s = self._inlet.pull_chunk(timeout=0.0, max_samples=PULLED_AT_ONCE)
            self._tape.extend(list(stamps_s), [float(sample[0]) for sample in samples])
            if len(stamps_s) < PULLED_AT_ONCE:
                break
        return self._clock()

    def hear(self, parameters: MusicalParameters, duration_s: float) -> None:
        """Do nothing: the person hears the real music."""

    def close(self) -> None:
        """Disconnect; a second time does nothing."""
        if self._is_open:
            self._is_open = False
            self._inlet.close_stream()


def streams_in_reach(wait_s: float = 1.0) -> tuple[LiveStream, ...]:
    """Return the streams of the network that carry an ECG or RR intervals, by name.

    Parameters
    ----------
    wait_s : float
        How long to listen for announcements.
    """
    import pylsl  # noqa: PLC0415 - loads a C library

    described = [_described(info) for info in pylsl.resolve_streams(wait_time=wait_s)]
    usable = [one for one in described if one.stream_type.upper() in RR_TYPES | ECG_TYPES]
    return tuple(sorted(usable, key=lambda one: one.name))


def _resolve(name: str, stream_type: str, wait_s: float) -> Any:  # noqa: ANN401 - pylsl ships no types
    import pylsl  # noqa: PLC0415 - loads a C library

    searched = ("name", name) if name else ("type", stream_type)
    found = pylsl.resolve_byprop(*searched, minimum=1, timeout=wait_s)
    fitting = [info for info in found if not stream_type or info.type() == stream_type]
    return fitting[0] if fitting else None


def _described(info: Any) -> LiveStream:  # noqa: ANN401 - pylsl ships no types
    return LiveStream(
        name=info.name(), stream_type=info.type(), sampling_rate_hz=float(info.nominal_srate())
    )


def _tape_for(stream: LiveStream) -> _Tape:
    if stream.stream_type.upper() in RR_TYPES:
        return _BeatTape()
    if stream.stream_type.upper() not in ECG_TYPES:
        message = (
            f"The live stream {stream.name!r} is of type {stream.stream_type!r}: "
            "what is needed is ECG or RR."
        )
        raise NoSourceError(message)
    if stream.sampling_rate_hz <= 0.0:
        message = f"The live stream {stream.name!r} is an ECG without a declared sampling rate."
        raise NoSourceError(message)
    neurokit.load()
    return _WaveformTape(stream.sampling_rate_hz)
