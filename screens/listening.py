"""What a browser has heard of each session on the air, and who may listen to it.

The player reports every second how far it has come. Only the last report of a segment is stored:
when it is complete, when a later one has begun, or when the session stops. So the record says what
was heard, not what was planned.

Contents: `Report`, `Listener`, `Listeners`.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from threading import Event, Lock
from typing import TYPE_CHECKING

from data.records.people import Actor

if TYPE_CHECKING:
    from trials.sessions.on_air import OnAirSession, SessionsOnAir, SessionStatus

KEPT_SEGMENTS = 3
LAST_WORDS_S = 0.5
"""How long a stop waits for the last report; the music is silent before that."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Report:
    """How much of one segment was played."""

    sequence: int
    frames_played: int
    underruns: int
    gap_s: float
    volume: float


class Listener:
    """What was heard of one session, and which sign-ins may hear it.

    Parameters
    ----------
    session : OnAirSession
        The session on the air.
    """

    def __init__(self, session: "OnAirSession") -> None:
        self.session = session
        self._admitted: dict[str, Actor] = {}
        self._open: dict[int, Report] = {}
        self._last_heard = -1
        self._lock = Lock()
        self._last_words = Event()
        self.is_stopping = False
        """The players are told to stop; their last reports may still arrive."""

    def admit(self, cookie: str, actor: Actor) -> None:
        """Let this sign-in listen until the session ends, even when it goes idle meanwhile."""
        self._admitted[cookie] = actor

    def admitted(self, cookie: str) -> Actor | None:
        """Return who was let in with this cookie."""
        return self._admitted.get(cookie)

    def hear(self, reports: tuple[Report, ...]) -> None:
        """Take reports; what a later segment has overtaken is final and is stored."""
        self._last_words.clear()
        with self._lock:
            for report in reports:
                if report.sequence >= self._last_heard:
                    self._open[report.sequence] = report
                    self._last_heard = report.sequence
            self._store(tuple(key for key in self._open if key < self._last_heard))

    def settle(self) -> None:
        """Store what is still open: the player has gone, has ended, or the session stops."""
        with self._lock:
            self._store(tuple(self._open))

    def hear_last(self, reports: tuple[Report, ...]) -> None:
        """Take the last reports of a player that has fallen silent, and store them."""
        self.hear(reports)
        self.settle()
        self._last_words.set()

    def stop(self, end: Callable[[], None]) -> None:
        """Silence the players, wait a moment for what they last played, then end the session.

        Parameters
        ----------
        end : callable
            Ends the session and says why.
        """
        self.is_stopping = True
        if self._last_heard >= 0:
            self._last_words.wait(LAST_WORDS_S)
        self.settle()
        end()

    def resume_sequence(self, status: "SessionStatus") -> int:
        """Return where a player that comes (back) begins: after the last segment it began."""
        oldest = max(status.next_sequence - KEPT_SEGMENTS, 0)
        return max(min(self._last_heard + 1, status.next_sequence), oldest)

    def _store(self, sequences: tuple[int, ...]) -> None:
        for sequence in sorted(sequences):
            report = self._open.pop(sequence)
            self.session.report_playback(
                sequence,
                frames_played=report.frames_played,
                underruns=report.underruns,
                gap_s=report.gap_s,
                volume=report.volume,
            )


class Listeners:
    """The listener of each session on the air.

    Parameters
    ----------
    on_air : SessionsOnAir
        The sessions now on the air.
    """

    def __init__(self, on_air: "SessionsOnAir") -> None:
        self.on_air = on_air
        self._by_token: dict[str, Listener] = {}
        self._lock = Lock()

    def find(self, token: str) -> Listener | None:
        """Return the listener of a session; None when that session is not on the air."""
        session = self.on_air.get(token)
        with self._lock:
            if session is None:
                self._by_token.pop(token, None)
                return None
            if token not in self._by_token:
                self._by_token = {one: self._by_token[one] for one in self._still_on_air()}
                self._by_token[token] = Listener(session)
            return self._by_token[token]

    def _still_on_air(self) -> tuple[str, ...]:
        return tuple(token for token in self._by_token if self.on_air.get(token) is not None)

    def stop(self, token: str, reason: str) -> None:
        """Stop a session, with all that was heard of it on record; unknown tokens do nothing."""
        listener = self.find(token)
        if listener is not None:
            listener.stop(partial(listener.session.stop, reason))

    def stop_all(self, reason: str) -> None:
        """Stop every session that still runs."""
        for session in self.on_air:
            self.stop(session.token, reason)
