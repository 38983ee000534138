"""A listening session while it is played: the player asks, one pass is made, the server answers.

Rules: a segment is in the store before its sound leaves; the same number always gives the same
bytes, unless it would be heard again past the longest session; STOP is honoured at once, whatever
else is going on, and written down until the store has it;
when the next segment cannot be made, the session ends with the last one faded out; what is shown of
a running session is the same in every arm.
"""

import logging
import secrets
import threading
from collections.abc import Callable
from dataclasses import replace

from data.records.people import Actor
from data.records.sessions import ListeningSession, SelfReport, SessionState, StopCause
from interventions.control import session_length
from interventions.delivery.renderer import Renderer
from interventions.loop_values import LoopPass
from interventions.sensing.source import SignalSource
from trials.sessions.ending import LONGEST, end_by, pressed, written
from trials.sessions.frames import FrameLedger
from trials.sessions.journal import Journal, LeftTreatmentError, SessionEnd
from trials.sessions.loudness import is_above_cap
from trials.sessions.making import PassMaker, nothing_said
from trials.sessions.opening import OpenedSession
from trials.sessions.refusals import SegmentNotAvailableError, SessionOverError
from trials.sessions.segments import Segment, cut_short, farewell_of, segment_of
from trials.sessions.status import SessionStatus, rule_of_attention, status_of

KEPT_SEGMENTS = 3
"""How many segments stay at hand for a player that asks again."""

STOPPED_BY_PARTICIPANT = "The participant pressed STOP."
FAILED = "generator failure"
LEFT = "withdrawn"

_log = logging.getLogger(__name__)


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
    said_before : callable, optional
        What the participant said before the music, with its age at the moment of the call.
    """

    def __init__(
        self,
        opened: OpenedSession,
        journal: Journal,
        source: SignalSource,
        renderer: Renderer,
        said_before: Callable[[], SelfReport | None] = nothing_said,
    ) -> None:
        self.token = secrets.token_urlsafe(16)
        self._journal = journal
        self._session: ListeningSession = opened.session
        self._plan = opened.plan
        self._renderer = renderer
        self._maker = PassMaker(opened.plan, source, renderer, said_before)
        self._kept: dict[int, Segment] = {}
        self._frames = FrameLedger(
            session_length.longest_frames(opened.plan.safety_rules, renderer.sampling_rate_hz)
        )
        self._farewell: Segment | None = None
        self._is_fading = False
        self._end_wanted: SessionEnd | None = None
        self._planned_end = SessionEnd(state=SessionState.COMPLETED)
        self._paused = False
        self._is_above_cap = False
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

    @property
    def gain_cap(self) -> float:
        """The most that a player's volume may be, in [0, 1]: the same in every arm."""
        return self._session.gain_cap

    def segment(self, sequence: int) -> Segment:
        """Return a segment, making it (one pass of the loop) when it is the next one.

        Parameters
        ----------
        sequence : int
            Number of the segment, from 0.

        Returns
        -------
        Segment
            Stored before it is returned; the same number gives the same bytes, cut where music heard
            again would pass the longest session.

        Raises
        ------
        SegmentNotAvailableError
            If the number is neither the next nor one of the last three.

        Notes
        -----
        Refused with `SessionOverError` once the session has ended or STOP was pressed.
        """
        with self._making:
            if self._is_fading and self._farewell and sequence == self._farewell.sequence:
                return self._farewell
            self._check_on()
            if sequence in self._kept:
                return self._again(sequence)
            if sequence != self._maker.state.sequence or self._frames.last_sequence is not None:
                message = (
                    f"Segment {sequence} is not at hand: the next is {self._maker.state.sequence}."
                )
                raise SegmentNotAvailableError(message)
            return self._next()

    def _again(self, sequence: int) -> Segment:
        """Return a segment once more, cut and faded where the longest session ends within it."""
        segment = self._kept[sequence]
        self._frames.begin_again(sequence)
        left = self._frames.left
        if left is None or segment.frames <= left:
            return segment
        cut = cut_short(self._maker.made, segment, left, fade_s=self._plan.music.fade_s)
        if cut is None:
            self._finish(LONGEST)
            self._check_on()
        else:
            self._kept[sequence] = segment = cut
            self._frames.cut(sequence, cut.frames)
        return segment

    def hear(self, sequence: int, frames: int) -> None:
        """Note how far a segment was heard; more than the longest session allows ends it at once.

        Parameters
        ----------
        sequence : int
            Which segment.
        frames : int
            How many of its frames were heard so far.
        """
        if self._frames.hear(sequence, frames):
            self._finish(LONGEST)

    def _next(self) -> Segment:
        try:
            made = self._maker.make()
            segment = segment_of(made, self.sampling_rate_hz)
        except Exception as failure:  # noqa: BLE001 - decision 17: it ends gently
            return self._say_farewell(failure)
        try:
            self._journal.record_step(self._session, made.step)
        except LeftTreatmentError:
            self._finish(SessionEnd(reason=LEFT, cause=StopCause.WITHDRAWN))
        self._check_on()  # STOP may have come while the segment was made
        self._keep(made, segment)
        return segment

    def _keep(self, made: LoopPass, segment: Segment) -> None:
        self._maker.keep(made)
        if made.stop_reason:
            self._planned_end = SessionEnd(reason=made.stop_reason, cause=StopCause.SAFETY_RULE)
        self._frames.make(segment.sequence, segment.frames)
        self._frames.last_sequence = segment.sequence if made.last else None
        self._kept[segment.sequence] = segment
        self._kept.pop(segment.sequence - KEPT_SEGMENTS, None)

    def _say_farewell(self, failure: Exception) -> Segment:
        self._check_on()
        _log.error("A segment of music could not be made.", exc_info=_nameless(failure))
        self._is_fading = True
        try:
            self._finish(SessionEnd(reason=FAILED, cause=StopCause.GENERATOR))
            self._farewell = farewell_of(
                self._maker.made,
                sequence=self._maker.state.sequence,
                fade_s=self._plan.music.fade_s,
                sampling_rate_hz=self.sampling_rate_hz,
            )
        finally:
            self._is_fading &= self._farewell is not None
        if self._session.stop_cause is not StopCause.GENERATOR:
            self._check_on()
        return self._farewell

    def say(self, report: SelfReport) -> None:
        """Take what the participant says into the next pass."""
        self._maker.say(report)

    def report_playback(
        self, sequence: int, *, frames_played: int, underruns: int, gap_s: float, volume: float
    ) -> None:
        """Record what the player really played of a segment; the last one completes the session.

        A segment may be reported again while it plays: the furthest report counts. The session is
        complete when its last segment was heard to the end.

        Parameters
        ----------
        sequence : int
            A segment that was made.
        frames_played : int
            How many of its frames were heard; more than it has count as all of them.
        underruns : int
            How often the player had nothing to play.
        gap_s : float
            How long it was silent.
        volume : float
            Of the player; one above the cap is kept as it is, and flagged.

        Notes
        -----
        Refused with `ImplausiblePlaybackError` when no such segment was made, or a number is negative
        or not finite.
        """
        if self._farewell is not None and sequence == self._farewell.sequence:
            self._is_fading &= frames_played < self._farewell.frames
            return
        played = self._frames.played(
            sequence, frames_played=frames_played, underruns=underruns, gap_s=gap_s, volume=volume
        )
        self.hear(sequence, played.frames_played)
        self._is_above_cap |= is_above_cap(self._session, volume)
        with self._ending:
            if self._is_running and self._frames.is_further(played):
                self._journal.record_playback(self._session, played)
                self._frames.record(played)
        if self._frames.is_complete(played):
            self._finish(self._planned_end)

    def pause(self, by: Actor | None = None) -> None:
        """Mark the session as paused: the player asks for nothing while it is."""
        self._paused = True
        self._journal.note(self._session, "pause_session", f"Paused{pressed(by)}.")

    def resume(self, by: Actor | None = None) -> None:
        """Go on after a pause."""
        self._paused = False
        self._journal.note(self._session, "resume_session", f"Resumed{pressed(by)}.")

    def stop(self, reason: str, by: Actor | None = None, *, cause: StopCause | None = None) -> None:
        """End the session now; a second stop only tries again what could not be written down.

        Parameters
        ----------
        reason : str
            Why, in words.
        by : Actor or None
            Who pressed STOP; None: the server ends it.
        cause : StopCause or None
            What stood behind it, when it was not the person who pressed.
        """
        self._finish(end_by(reason, by, cause))

    def stop_for_participant(self, by: Actor | None = None) -> None:
        """End the session because the participant pressed STOP, and tell the coordinator."""
        self.stop(STOPPED_BY_PARTICIPANT, by, cause=StopCause.PARTICIPANT)

    def _finish(self, end: SessionEnd) -> None:
        """Silence the session at once, then write its end down; the first reason counts."""
        self._end_wanted = self._end_wanted or end
        with self._ending:
            if not self._is_running:
                self._is_fading &= end.cause is StopCause.GENERATOR
                return
            wanted = replace(self._end_wanted, listened_s=self._listened_s)
            self._session = written(self._journal, self._session, wanted)
        self._maker.close()

    def _check_on(self) -> None:
        if self._end_wanted is not None or not self._is_running:
            message = "The session is over: nothing more is played."
            raise SessionOverError(message)

    @property
    def _is_running(self) -> bool:
        return self._session.state is SessionState.RUNNING

    @property
    def _listened_s(self) -> float:
        return self._frames.recorded / self._renderer.sampling_rate_hz

    @property
    def is_over(self) -> bool:
        """Whether nothing more is played and the end is written down."""
        return not self._is_running and not self._is_fading

    @property
    def _state_told(self) -> SessionState:
        end = self._end_wanted
        if end is None or (self._is_fading and end.cause is StopCause.GENERATOR):
            return SessionState.RUNNING
        return end.state

    def status(self) -> SessionStatus:
        """Return what every screen may show of this session."""
        step = self._maker.made.step if self._maker.made else None
        rule = rule_of_attention(self._session, step, above_cap=self._is_above_cap)
        return replace(
            status_of(self._session, step, rule, self._plan.safety_rules),
            state=self._state_told,
            paused=self._paused,
            stop_reason=self._end_wanted.reason if self._end_wanted else "",
            next_sequence=self._maker.state.sequence,
            listened_s=self._listened_s,
        )


def _nameless(failure: Exception) -> Exception:
    """Return the failure with the place where it arose, without the words that may hold an id."""
    return RuntimeError(type(failure).__name__).with_traceback(failure.__traceback__)
