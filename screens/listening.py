"""What a browser has heard of each session on the air, and who may listen to it.

The player reports every second how far it has come. Only the furthest report of a segment is stored:
when it is complete, when a later one has begun, or when the session stops. So the record says what
was heard, not what was planned.

Contents: `Report`, `Listener`, `Listeners`, `may_watch`.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from threading import Event, Lock
from typing import TYPE_CHECKING

from data.records.people import Actor, Role
from data.storage.roles import Permission, is_permitted
from screens.published import Published, Publisher
from trials.sessions.refusals import ImplausiblePlaybackError

if TYPE_CHECKING:
    from trials.sessions.on_air import OnAirSession
    from trials.sessions.segments import Segment
    from trials.sessions.sessions_on_air import SessionsOnAir
    from trials.sessions.status import SessionStatus

LOGGER = logging.getLogger(__name__)
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
    """What is stored of a segment is the highest: the level at the ear is rather over- than underestimated."""


class Listener:
    """What was heard of one session, and which sign-ins may hear it.

    Parameters
    ----------
    session : OnAirSession
        The session on the air.
    """

    def __init__(self, session: "OnAirSession") -> None:
        self.session = session
        self._admitted: set[str] = set()
        self._plays_for: set[str] = set()
        self._frames: dict[int, int] = {}
        self._publisher = Publisher()
        self._open: dict[int, Report] = {}
        self._last_heard = -1
        self._final: int | None = None
        self._lock = Lock()
        self._last_words = Event()
        self.is_stopping = False
        """The players are told to stop; their last reports may still arrive."""

    def segment(self, sequence: int) -> "Segment":
        """Return a segment, and remember which one is the last."""
        segment = self.session.segment(sequence)
        if segment.last:
            self._final = segment.sequence
        return segment

    def admit(self, actor: Actor) -> None:
        """Let this sign-in in until the session ends, even when it goes idle meanwhile."""
        self._admitted.add(actor.sign_in_id)

    def is_admitted(self, actor: Actor) -> bool:
        """Whether this sign-in was let in before."""
        return actor.sign_in_id in self._admitted

    def play_for(self, actor: Actor) -> None:
        """Let a coordinator's browser play the music; who hears it may guess the arm."""
        self._plays_for.add(actor.sign_in_id)

    def may_hear(self, actor: Actor) -> bool:
        """Whether the music, and what tells its parts, may go to this person's browser."""
        participant_id = self.session.participant_id
        if not participant_id:  # an audition: music without a participant
            return is_permitted(actor.role, Permission.HEAR_ARMS)
        is_participant = actor.role is Role.PARTICIPANT and actor.user_id == participant_id
        return is_participant or actor.sign_in_id in self._plays_for

    @property
    def heard_s(self) -> float:
        """Seconds of music heard so far, the segment that plays included."""
        return sum(tuple(self._frames.values())) / self.session.sampling_rate_hz

    def published(self) -> Published:
        """Return what may be shown of the session now."""
        return self._publisher.publish(self.session.status(), self.heard_s)

    def hear(self, reports: tuple[Report, ...]) -> None:
        """Take reports in whatever order they arrive; what a later segment has overtaken is stored.

        Of one segment the furthest report counts, as it does in the session itself.
        """
        self._last_words.clear()
        asked_for = self.session.status().next_sequence
        with self._lock:
            for report in reports:
                if report.sequence <= asked_for:
                    self._take(report)
            self._store(tuple(key for key in self._open if key < self._last_heard))
        self.published()

    def _take(self, report: Report) -> None:
        if report.frames_played >= self._frames.get(report.sequence, 0):
            loudest = max(report.volume, self._volume_told(report.sequence))
            self._open[report.sequence] = replace(report, volume=loudest)
            self._frames[report.sequence] = report.frames_played
        self._last_heard = max(self._last_heard, report.sequence)
        self.session.hear(report.sequence, report.frames_played)

    def _volume_told(self, sequence: int) -> float:
        told = self._open.get(sequence)
        return told.volume if told else 0.0

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
        try:
            self.settle()
        finally:
            end()

    def resume_sequence(self, status: "SessionStatus") -> int:
        """Return where a player that comes (back) begins: after the last segment it began.

        There is none after the last one of the session, which begins again.
        """
        oldest = max(status.next_sequence - KEPT_SEGMENTS, 0)
        newest = status.next_sequence if self._final is None else self._final
        return max(min(self._last_heard + 1, newest), oldest)

    def _store(self, sequences: tuple[int, ...]) -> None:
        for sequence in sorted(sequences):
            report = self._open[sequence]
            try:
                self.session.report_playback(
                    sequence,
                    frames_played=report.frames_played,
                    underruns=report.underruns,
                    gap_s=report.gap_s,
                    volume=report.volume,
                )
            except ImplausiblePlaybackError as refusal:
                LOGGER.warning("%s", refusal)
            del self._open[sequence]


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

    def stop(self, token: str, reason: str, by: Actor | None = None) -> None:
        """Stop a session, with all that was heard of it on record; unknown tokens do nothing."""
        listener = self.find(token)
        if listener is not None:
            listener.stop(partial(listener.session.stop, reason, by))

    def stop_all(self, reason: str) -> None:
        """Stop every session that still runs."""
        for session in self.on_air:
            self.stop(session.token, reason)


def may_watch(actor: Actor, participant_id: str) -> bool:
    """Whether this person may see how the session goes, and pause or stop it."""
    if actor.role is Role.PARTICIPANT:
        return actor.user_id == participant_id
    if not participant_id:
        return is_permitted(actor.role, Permission.HEAR_ARMS)
    is_of_site = actor.site_id is None or participant_id.startswith(f"{actor.site_id}-")
    return actor.role is Role.COORDINATOR and is_of_site
