"""The port of every source of signals.

Conventions: the session's clock starts with the first window at 0; what was sensed before the music has negative times.
A source never raises because a signal is missing: a window says how old its newest sample is.

Contents: `SignalSource`, `window_of`, `NoSourceError`.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from typing import Protocol

from data.records.music import MusicalParameters
from data.records.signals import RRSeries, SignalKind, Window

WINDOW_S = 60.0


class NoSourceError(RuntimeError):
    """There is nothing to sense; the message says what was looked for and what to do."""


class SignalSource(Protocol):
    """What the loop senses."""

    @property
    def name(self) -> str:
        """Recording, stream or kind of listener, in words; no serial number."""

    @property
    def kind(self) -> SignalKind:
        """Where the beats come from."""

    def resting_beats(self) -> RRSeries:
        """Return the beats at rest, before the music; empty when there are none."""

    def window_at(self, now_s: float) -> Window:
        """Return the beats of the last 60 seconds; times are asked for in ascending order."""

    def hear(self, parameters: MusicalParameters, duration_s: float) -> None:
        """Take note of the music that is played next; only a simulated listener listens."""

    def close(self) -> None:
        """Let go of the device; a second time does nothing."""


def window_of(
    times_s: Sequence[float],
    rr_ms: Sequence[float],
    *,
    now_s: float,
    kind: SignalKind,
    age_s: float | None,
    refused: str = "",
) -> Window:
    """Cut the last 60 seconds out of ascending beats.

    Parameters
    ----------
    times_s, rr_ms : sequence of float
        Beats; those after ``now_s`` are not seen.
    now_s : float
        End of the window.
    kind : SignalKind
        Where the beats come from.
    age_s : float or None
        Age of the newest sample.
    refused : str
        Why the waveform gate refused the signal; empty when it did not.
    """
    first = bisect_right(times_s, now_s - WINDOW_S)
    end = bisect_right(times_s, now_s)
    return Window(
        start_s=now_s - WINDOW_S,
        end_s=now_s,
        beats=RRSeries(times_s=tuple(times_s[first:end]), rr_ms=tuple(rr_ms[first:end]), kind=kind),
        newest_sample_age_s=age_s,
        signal_ok=not refused,
        signal_reason=refused,
    )


def between(
    times_s: Sequence[float],
    rr_ms: Sequence[float],
    *,
    start_s: float,
    end_s: float,
    kind: SignalKind,
) -> RRSeries:
    """Cut the beats from ``start_s`` (included) to ``end_s`` (excluded) out of ascending beats.

    Parameters
    ----------
    times_s, rr_ms : sequence of float
        Beats.
    start_s, end_s : float
        The stretch.
    kind : SignalKind
        Where the beats come from.
    """
    part = slice(bisect_left(times_s, start_s), bisect_left(times_s, end_s))
    return RRSeries(times_s=tuple(times_s[part]), rr_ms=tuple(rr_ms[part]), kind=kind)
