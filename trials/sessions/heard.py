"""How much music a listener has heard of one session, what was heard twice included.

Conventions: the dose counts each frame once; the rule for the longest session counts a frame as often as it was heard. A
segment is heard anew when a player that comes back asks for it again. Pauses do not count: no frame is heard in them.

Contents: `HeardMusic`.
"""

from threading import Lock


class HeardMusic:
    """Counts frames, by segment. Every method may be called from any thread, and none waits for music that is made."""

    def __init__(self) -> None:
        self._counting = Lock()
        self._this_time: dict[int, int] = {}
        self._earlier_times = 0

    def reach(self, sequence: int, frames: int) -> None:
        """Note how far a segment was heard; the furthest report counts."""
        with self._counting:
            self._this_time[sequence] = max(frames, self._this_time.get(sequence, 0))

    def begin_again(self, sequence: int) -> None:
        """Note that a segment was sent once more: what is heard from now on is heard again."""
        with self._counting:
            self._earlier_times += self._this_time.pop(sequence, 0)

    @property
    def frames(self) -> int:
        """Frames heard, each as often as it was heard."""
        with self._counting:
            return sum(self._this_time.values()) + self._earlier_times
