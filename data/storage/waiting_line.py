"""One writer at a time, in the order in which they came (a plain lock may let one wait for ever)."""

from collections import deque
from threading import Lock


class WaitingLine:
    """A lock that serves threads first come, first served."""

    def __init__(self) -> None:
        self._guard = Lock()
        self._waiting: deque[Lock] = deque()
        self._taken = False

    @property
    def length(self) -> int:
        """How many wait."""
        return len(self._waiting)

    def enter(self) -> None:
        """Wait for the turn."""
        with self._guard:
            if not self._taken:
                self._taken = True
                return
            turn = Lock()
            turn.acquire()
            self._waiting.append(turn)
        turn.acquire()

    def leave(self) -> None:
        """Hand over to whoever waits longest."""
        with self._guard:
            if self._waiting:
                self._waiting.popleft().release()
            else:
                self._taken = False
