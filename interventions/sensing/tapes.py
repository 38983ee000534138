"""What becomes of samples as they arrive: beats with rebuilt times, or a waveform that is searched for beats.

Conventions: times are those of the source's clock, in seconds, ascending. A tape keeps ten minutes. What is missing
stays missing: a jump of the clock between beats, NaN between the samples of a waveform.

Contents: `Tape` (the port), `BeatTape` with `Stamps`, `WaveformTape`.

Notes
-----
RR intervals arrive when a device sends them, often several at once, so their times are rebuilt by adding them up; where
the clock runs away from the sum by more than one and a half intervals, beats were lost and the sum starts anew.
"""

from bisect import bisect_right
from enum import StrEnum
from typing import Protocol

import numpy as np

from data.measures.heartbeats import beats_of, check_beats, is_rate_true, locate_beats
from data.records.signals import SignalKind

MARGIN_S = 8.0
KEPT_S = 600.0
LOST_INTERVALS = 1.5
EDGE_S = 0.3
"""A peak so close to the newest sample waits for the next window: a P wave whose R wave has not arrived looks like one."""
LONGEST_STEP_S = 0.1
"""Time stamps of neighbouring ECG samples further apart than this have samples missing between them."""


class Tape(Protocol):
    """Where samples are kept."""

    @property
    def kind(self) -> SignalKind:
        """Where the beats come from."""

    def extend(self, stamps_s: list[float], values: list[float]) -> None:
        """Keep samples that arrived, in ascending order."""

    def beats(self, start_s: float, end_s: float) -> tuple[list[float], list[float], str]:
        """Return times (after ``start_s``, up to ``end_s``) and intervals, and why they are refused."""

    def newest_s(self) -> float | None:
        """Return the time of the newest sample; None when there was none."""


class Stamps(StrEnum):
    """What the time stamps of RR intervals mean."""

    RECEIVED = "received"
    """When an interval arrived: the times of beats are rebuilt."""
    BEATS = "beats"
    """When the interval ended: nothing is rebuilt."""


class BeatTape:
    """RR intervals in milliseconds, with the times of their beats.

    Parameters
    ----------
    kind : SignalKind
        Where the beats come from.
    stamps : Stamps
        What their time stamps mean.
    """

    def __init__(self, kind: SignalKind = SignalKind.RR, stamps: Stamps = Stamps.RECEIVED) -> None:
        self.kind = kind
        self._stamps = stamps
        self._times_s: list[float] = []
        self._rr_ms: list[float] = []
        self._newest_s: float | None = None

    def extend(self, stamps_s: list[float], values: list[float]) -> None:
        """Keep intervals with the time at which each was received."""
        for stamp_s, rr_ms in zip(stamps_s, values, strict=True):
            self._times_s.append(self._time_of(stamp_s, rr_ms / 1000.0))
            self._rr_ms.append(rr_ms)
            self._newest_s = stamp_s
        kept = bisect_right(self._times_s, (self._newest_s or 0.0) - KEPT_S)
        del self._times_s[:kept], self._rr_ms[:kept]

    def _time_of(self, stamp_s: float, rr_s: float) -> float:
        if not self._times_s:
            return stamp_s
        if self._stamps is Stamps.BEATS:
            return max(stamp_s, self._times_s[-1])
        summed_s = self._times_s[-1] + rr_s
        is_lost = abs(stamp_s - summed_s) > LOST_INTERVALS * max(rr_s, 0.0)
        return max(stamp_s, self._times_s[-1]) if is_lost else summed_s

    def beats(self, start_s: float, end_s: float) -> tuple[list[float], list[float], str]:
        """Return the beats of a stretch; nothing is refused."""
        part = slice(bisect_right(self._times_s, start_s), bisect_right(self._times_s, end_s))
        return self._times_s[part], self._rr_ms[part], ""

    def newest_s(self) -> float | None:
        """Return when the newest interval was received."""
        return self._newest_s


class WaveformTape:
    """ECG samples with their time stamps; missing ones are NaN when a window is cut.

    Parameters
    ----------
    sampling_rate_hz : float
        Declared samples a second.
    """

    kind = SignalKind.ECG

    def __init__(self, sampling_rate_hz: float) -> None:
        self._rate_hz = sampling_rate_hz
        self._stamps_s = np.empty(0)
        self._samples = np.empty(0)

    def extend(self, stamps_s: list[float], values: list[float]) -> None:
        """Keep samples with their time stamps."""
        if not stamps_s:
            return
        stamps = np.concatenate([self._stamps_s, stamps_s])
        kept = int(np.searchsorted(stamps, stamps[-1] - KEPT_S))
        self._stamps_s = stamps[kept:]
        self._samples = np.concatenate([self._samples, values])[kept:]

    def beats(self, start_s: float, end_s: float) -> tuple[list[float], list[float], str]:
        """Return the beats found in a stretch, and why the gate refuses the waveform."""
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
        seen = slice(
            bisect_right(series.times_s, start_s),
            bisect_right(series.times_s, float(stamps_s[-1]) - EDGE_S),
        )
        return list(series.times_s[seen]), list(series.rr_ms[seen]), verdict.reason

    def _is_rate_true(self, stamps_s: np.ndarray) -> bool:
        """Judge the rate on what came in one piece."""
        if stamps_s.size < self._rate_hz:
            return False
        breaks = np.flatnonzero(np.diff(stamps_s) > LONGEST_STEP_S) + 1
        pieces = np.split(stamps_s, breaks)
        return is_rate_true(self._rate_hz, max(pieces, key=len))

    def newest_s(self) -> float | None:
        """Return the time stamp of the newest sample."""
        return float(self._stamps_s[-1]) if self._stamps_s.size else None


def _with_missing(stamps_s: np.ndarray, samples: np.ndarray, rate_hz: float) -> np.ndarray:
    """Put NaN where samples are missing between two time stamps."""
    breaks = np.flatnonzero(np.diff(stamps_s) > LONGEST_STEP_S)
    if not breaks.size:
        return samples
    missing = np.rint(np.diff(stamps_s)[breaks] * rate_hz).astype(np.int64) - 1
    return np.insert(samples, np.repeat(breaks + 1, missing), np.nan)
