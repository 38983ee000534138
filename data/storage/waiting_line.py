"""One writer at a time, in the order in which they came (a plain lock may let one wait for ever)."""

from collections import deque
from contextlib import ExitStack
from threading import Lock


class WaitingLine:
    """A lock that serves threads first come, first served. Who is interrupted while waiting leaves the line."""

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
        turn = Lock()
        turn.acquire()
        with ExitStack() as unless_it_comes:
            unless_it_comes.callback(self._give_up, turn)
            with self._guard:
                if self._taken:
                    self._waiting.append(turn)
                else:
                    turn.release()
                    self._taken = True
            turn.acquire()
            unless_it_comes.pop_all()

    def leave(self) -> None:
        """Hand over to whoever waits longest."""
        with self._guard:
            self._hand_over()

    def _give_up(self, turn: Lock) -> None:
        with self._guard:
            if turn in self._waiting:
                self._waiting.remove(turn)
            elif turn.acquire(blocking=False):  # it came in the very moment of the interrupt
                self._hand_over()

    def _hand_over(self) -> None:
        if self._waiting:
            self._waiting.popleft().release()
        else:
            self._taken = False
