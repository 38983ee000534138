"""A listening session while it is played: the player asks, one pass is made, the server answers.

Rules: a segment is in the store before its sound leaves; the same number always gives the same
bytes; STOP is honoured at once, whatever else is going on; what is shown of a running session is
the same in every arm.
"""

import secrets
import threading
from collections.abc import Iterator
from dataclasses import dataclass

from data.records.sessions import ListeningSession, LoopStep, SessionState
from interventions.delivery.flac import encode_flac
from interventions.delivery.renderer import Renderer
from interventions.loop import LoopPass, LoopState, begin, run_pass
from interventions.sensing.source import SignalSource
from trials.errors import TrialError
from trials.sessions.journal import Journal, Played, SessionEnd
from trials.sessions.opening import OpenedSession

KEPT_SEGMENTS = 3
"""How many segments stay at hand for a player that asks again."""


class SegmentNotAvailableError(TrialError):
    """The segment is neither the next one nor one of the last three."""


class SessionOverError(TrialError):
    """The session was stopped or is complete: nothing more is played."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Segment:
    """What the player gets."""

    sequence: int
    flac: bytes
    frames: int
    sampling_rate_hz: int
    last: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class SessionStatus:
    """What every screen may show of a running session: nothing that tells arms apart."""

    session_id: str
    participant_id: str
    number: int
    state: SessionState
    paused: bool
    stop_reason: str
    next_sequence: int
    listened_s: float
    planned_s: float
    heart_rate_bpm: float | None
    ln_rmssd: float | None
    signal: str
    """``good``, ``degraded``, ``hold`` or ``waiting``."""
    signal_reason: str
    sample_age_s: float | None
    coordinator_needed: bool
    """True when the signal has been missing long enough that a person must look."""


class OnAirSession:
    """One session on the air. Every method may be called from any thread.

    Parameters
    ----------
    opened : OpenedSession
        The session as begun.
    journal : Journal
        Where the session is recorded.
    source : SignalSource
        What is sensed.
    renderer : Renderer
        How notes become sound.
    """

    def __init__(
        self,
        opened: OpenedSession,
        journal: Journal,
        source: SignalSource,
        renderer: Renderer,
    ) -> None:
        self.token = secrets.token_urlsafe(16)
        self._journal = journal
        self._session: ListeningSession = opened.session
        self._plan = opened.plan
        self._source = source
        self._renderer = renderer
        self._state: LoopState = begin(opened.plan)
        self._kept: dict[int, Segment] = {}
        self._step: LoopStep | None = None
        self._rating: float | None = None
        self._frames_heard: dict[int, int] = {}
        self._last_sequence: int | None = None
        self._early_reason = ""
        self._paused = False
        self._making = threading.Lock()
        self._ending = threading.Lock()

    @property
    def participant_id(self) -> str:
        """Who is listening."""
        return self._session.participant_id

    @property
    def sampling_rate_hz(self) -> int:
        """Frames a second of every segment: what a player must set before the first one."""
        return self._renderer.sampling_rate_hz

    def segment(self, sequence: int) -> Segment:
        """Return a segment, making it (one pass of the loop) when it is the next one.

        Parameters
        ----------
        sequence : int
            Number of the segment, from 0.

        Returns
        -------
        Segment
            Stored before it is returned; the same number gives the same bytes.

        Raises
        ------
        SessionOverError
            If the session has ended.
        SegmentNotAvailableError
            If the number is neither the next nor one of the last three.
        """
        with self._making:
            if not self._is_running:
                message = "The session is over: nothing more is played."
                raise SessionOverError(message)
            if sequence in self._kept:
                return self._kept[sequence]
            if sequence != self._state.sequence or self._last_sequence is not None:
                message = f"Segment {sequence} is not at hand: the next is {self._state.sequence}."
                raise SegmentNotAvailableError(message)
            return self._make()

    def _make(self) -> Segment:
        window = self._source.window_at(self._state.start_s)
        made = run_pass(self._plan, self._state, window, self._renderer, rating=self._rating)
        segment = _segment_of(made, self._renderer.sampling_rate_hz)
        self._journal.record_step(self._session, made.step)
        self._source.hear(made.step.decision.applied, made.step.composed.duration_s)
        self._state, self._step, self._rating = made.state, made.step, None
        self._last_sequence = segment.sequence if made.last else None
        self._early_reason = made.stop_reason
        self._kept[segment.sequence] = segment
        self._kept.pop(segment.sequence - KEPT_SEGMENTS, None)
        return segment

    def rate(self, value: float) -> None:
        """Take the participant's rating into the next pass."""
        self._rating = value

    def report_playback(
        self, sequence: int, *, frames_played: int, underruns: int, gap_s: float, volume: float
    ) -> None:
        """Record what the player really played of a segment; the last one completes the session.

        A repeated report of the same segment is ignored.
        """
        played = Played(
            sequence=sequence,
            frames_played=frames_played,
            underruns=underruns,
            gap_s=gap_s,
            volume=volume,
        )
        with self._ending:
            if sequence in self._frames_heard or not self._is_running:
                return
            self._journal.record_playback(self._session, played)
            self._frames_heard[sequence] = frames_played
            if sequence == self._last_sequence:
                ended = SessionState.STOPPED if self._early_reason else SessionState.COMPLETED
                self._end(ended, self._early_reason)

    def pause(self) -> None:
        """Mark the session as paused: the player asks for nothing while it is."""
        self._paused = True

    def resume(self) -> None:
        """Go on after a pause."""
        self._paused = False

    def stop(self, reason: str) -> None:
        """End the session now; a second stop does nothing."""
        with self._ending:
            if self._is_running:
                self._end(SessionState.STOPPED, reason)

    def stop_for_participant(self) -> None:
        """End the session because the participant pressed STOP, and tell the coordinator."""
        with self._ending:
            if not self._is_running:
                return
            self._end(SessionState.STOPPED, "The participant pressed STOP.")
            self._journal.raise_stop_alert(self._session)

    def _end(self, state: SessionState, reason: str) -> None:
        end = SessionEnd(state=state, reason=reason, listened_s=self._listened_s)
        self._session = self._journal.record_end(self._session, end)
        self._source.close()

    @property
    def _is_running(self) -> bool:
        return self._session.state is SessionState.RUNNING

    @property
    def _listened_s(self) -> float:
        return sum(self._frames_heard.values()) / self._renderer.sampling_rate_hz

    def status(self) -> SessionStatus:
        """Return what every screen may show of this session."""
        step = self._step
        measures = step.measures if step else None
        return SessionStatus(
            session_id=self._session.id,
            participant_id=self._session.participant_id,
            number=self._session.number,
            state=self._session.state,
            paused=self._paused,
            stop_reason=self._session.stop_reason,
            next_sequence=self._state.sequence,
            listened_s=self._listened_s,
            planned_s=self._session.planned_duration_s,
            heart_rate_bpm=measures.heart_rate_bpm if measures else None,
            ln_rmssd=measures.ln_rmssd if measures else None,
            signal=str(measures.grade) if measures else "waiting",
            signal_reason=measures.reason if measures else "",
            sample_age_s=step.window.newest_sample_age_s if step else None,
            coordinator_needed=self._state.coordinator_needed,
        )


class SessionsOnAir:
    """The sessions now on the air, by token; made once by the server."""

    def __init__(self) -> None:
        self._by_token: dict[str, OnAirSession] = {}

    def add(self, session: OnAirSession) -> None:
        """Put a session on the air, forgetting those that have ended."""
        ended = [token for token, one in self._by_token.items() if _is_over(one)]
        for token in ended:
            del self._by_token[token]
        self._by_token[session.token] = session

    def get(self, token: str) -> OnAirSession | None:
        """Return the session of a token; None when there is none."""
        return self._by_token.get(token)

    def of_participant(self, participant_id: str) -> OnAirSession | None:
        """Return the running session of a participant; None when there is none."""
        return next(
            (one for one in self if one.participant_id == participant_id and not _is_over(one)),
            None,
        )

    def __iter__(self) -> Iterator[OnAirSession]:
        return iter(tuple(self._by_token.values()))


def _is_over(session: OnAirSession) -> bool:
    return session.status().state is not SessionState.RUNNING


def _segment_of(made: LoopPass, sampling_rate_hz: int) -> Segment:
    pcm = made.pcm
    return Segment(
        sequence=made.step.sequence,
        flac=b"" if pcm is None else encode_flac(pcm, sampling_rate_hz),
        frames=made.step.delivered.frames,
        sampling_rate_hz=sampling_rate_hz,
        last=made.last,
    )
