"""When the beats of a strap were: its frames say how long the intervals are, not when they ended.

Conventions: times on the receiver's clock, in seconds. Neighbouring beats of one run are exactly one interval apart; a
lost beat begins a new run, so that nothing is differenced across it.

Contents: `BeatTimes`.

Notes
-----
A frame is received when its last beat is over, or up to one interval and the radio's delay later. The least delay of the
last two minutes is what a frame without loss comes near; a frame that is more than one and a half intervals later than
that lost beats. (A strap may discard its oldest intervals when the link stalls: Heart Rate Service 1.0, section 3.1.)
"""

from collections import deque
from collections.abc import Sequence

from interventions.sensing.tapes import LOST_INTERVALS

KEPT_FRAMES = 120
FIRST_DELAY_S = 0.25
"""A beat is over so long before it is received: no beat comes to lie in the future when a later frame is faster."""
SHORTEST_GAP_S = 0.1
"""Enough for the beat policy to see that two beats are no neighbours."""


class BeatTimes:
    """Times of beats, frame by frame."""

    def __init__(self) -> None:
        self._last_s: float | None = None
        self._delays_s: deque[float] = deque(maxlen=KEPT_FRAMES)
        self._is_broken = False
        self.gaps = 0

    def break_off(self) -> None:
        """Note that beats are missing before the next frame."""
        self._is_broken = self._last_s is not None

    def times_of(self, received_s: float, rr_ms: Sequence[float]) -> list[float]:
        """Return when each interval of a frame ended.

        Parameters
        ----------
        received_s : float
            When the frame was received.
        rr_ms : sequence of float
            Its intervals, the oldest first.

        Returns
        -------
        list of float
            Ascending; as many as intervals.

        Examples
        --------
        >>> times = BeatTimes()
        >>> times.times_of(10.0, [800.0, 1000.0]), times.times_of(10.9, [900.0])
        ([8.75, 9.75], [10.65])
        >>> times.times_of(16.0, [900.0]), times.gaps
        ([15.75], 1)
        """
        if not rr_ms:
            return []
        length_s = sum(rr_ms) / 1000.0
        if self._last_s is None or self._is_late(received_s, length_s, rr_ms[-1] / 1000.0):
            self._begin_run(received_s, length_s)
        self._is_broken = False
        times_s = []
        for one_ms in rr_ms:
            self._last_s = (self._last_s or 0.0) + one_ms / 1000.0
            times_s.append(self._last_s)
        self._delays_s.append(received_s - times_s[-1])
        return times_s

    def _is_late(self, received_s: float, length_s: float, interval_s: float) -> bool:
        if self._is_broken:
            return True
        delay_s = received_s - ((self._last_s or 0.0) + length_s)
        return delay_s - min(self._delays_s) > LOST_INTERVALS * interval_s

    def _begin_run(self, received_s: float, length_s: float) -> None:
        """Put the frame's last beat at the least delay, and never before what came earlier."""
        begin_s = received_s - length_s - min(self._delays_s, default=FIRST_DELAY_S)
        if self._last_s is not None:
            self.gaps += 1
            begin_s = max(begin_s, self._last_s + SHORTEST_GAP_S)
        self._last_s = begin_s
        self._delays_s.clear()
