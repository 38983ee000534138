"""Where a running listening session writes down what it did.

Contents: `Journal` (the port), `StoreJournal` (a trial's session), `NoJournal` (listening without a
participant: nothing is kept, because nobody takes part).
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Protocol

from data.records.people import Actor
from data.records.sessions import (
    ListeningSession,
    LoopStep,
    Playback,
    SessionState,
    StopCause,
)
from data.records.signals import SignalBatch
from data.records.visits import PlannedSession, PlanState
from data.storage.roles import Permission
from data.storage.store import Store, Writing
from interventions.control import safety
from interventions.delivery.ear_level import LOUDNESS_CAP, Heard
from trials.errors import TrialError
from trials.in_force import protocol_of_session
from trials.participants import is_in_treatment
from trials.safety import raise_alert
from trials.sessions.loudness import TOO_LOUD, is_above_cap, level_of

PARTICIPANT_STOP = "participant_stop"
GENERATOR_FAILURE = "generator_failure"


class LeftTreatmentError(TrialError):
    """The participant left the treatment while the session ran: nothing more is recorded of it."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Played:
    """What the player says it really played of one segment."""

    sequence: int
    frames_played: int
    underruns: int
    gap_s: float
    volume: float


@dataclass(frozen=True, kw_only=True, slots=True)
class SessionEnd:
    """How a session ended."""

    state: SessionState = SessionState.STOPPED
    reason: str = ""
    """Empty when it ran to its planned end."""
    listened_s: float = 0.0
    cause: StopCause = StopCause.NONE
    pressed_by: str | None = None
    """Who pressed STOP; None when nobody did."""


class Journal(Protocol):
    """What a running session needs to write down; each call returns when it is safe."""

    def record_step(self, session: ListeningSession, step: LoopStep) -> None:
        """Write down one pass of the loop."""

    def record_playback(self, session: ListeningSession, played: Played) -> None:
        """Write down what was played of one segment."""

    def record_end(self, session: ListeningSession, end: SessionEnd) -> ListeningSession:
        """Write down how the session ended, with the alert of its cause, and return it closed."""

    def note(self, session: ListeningSession, action: str, detail: str) -> None:
        """Leave in the audit what a person did with the session."""


class StoreJournal:
    """The journal of a trial's session: every call is one committed transaction.

    Parameters
    ----------
    store : Store
        The trial's store.
    actor : Actor
        In whose name it is written: a sign-in of the server process, so that a coordinator who
        locks the screen stops neither music nor recording.
    originator : str
        Device or stream the beats come from.
    """

    def __init__(self, store: Store, actor: Actor, originator: str) -> None:
        self._store = store
        self._actor = actor
        self._originator = originator
        self._stored_until_s = float("-inf")
        self._heard: dict[int, Heard] = {}

    def record_step(self, session: ListeningSession, step: LoopStep) -> None:
        """Write down one pass and the beats that are new in it."""
        self.record_steps(session, [step])

    def record_steps(self, session: ListeningSession, steps: Sequence[LoopStep]) -> None:
        """Write down several passes, in order, in one transaction.

        Raises
        ------
        LeftTreatmentError
            If the participant left the treatment meanwhile.
        """
        batches: list[SignalBatch] = []
        until_s = self._stored_until_s
        for step in steps:
            batches.extend(_new_beats(session, step, self._originator, until_s))
            until_s = step.window.end_s
        with self._store.writing(
            self._actor, Permission.RUN_SESSION, "record_loop_step"
        ) as writing:
            if not is_in_treatment(writing, session.participant_id):
                message = f"{session.participant_id} is not in treatment any more."
                raise LeftTreatmentError(message)
            writing.add_all([*steps, *batches])
            self._alert_where_a_person_is_needed(writing, session, steps)
        self._stored_until_s = until_s

    def record_playback(self, session: ListeningSession, played: Played) -> None:
        """Write down what was played of one segment."""
        self.record_playbacks(session, [played])

    def record_playbacks(self, session: ListeningSession, played: Sequence[Played]) -> None:
        """Write down what was played of several segments, in one transaction.

        A later report of the same segment takes the place of the earlier one. A volume above the cap
        raises an alert: the player does not keep to it.
        """
        now = self._store.clock()
        with self._store.writing(self._actor, Permission.RUN_SESSION, "record_playback") as writing:
            known = {one.sequence for one in writing.find(Playback, session_id=session.id)}
            rows = [_playback(session, one, now) for one in played]
            writing.add_all([row for row in rows if row.sequence not in known])
            for row in rows:
                if row.sequence in known:
                    writing.replace(row)
            if any(is_above_cap(session, one.volume) for one in played):
                self._alert(writing, session, LOUDNESS_CAP, TOO_LOUD)
        self._heard.update({row.sequence: _heard(row) for row in rows})

    def record_end(self, session: ListeningSession, end: SessionEnd) -> ListeningSession:
        """Close the session; its planned session is done when enough was heard."""
        now = self._store.clock()
        closed = replace(_closed(session, end), ended_at=now)
        reason = f"{end.reason} Pressed by {end.pressed_by}." if end.pressed_by else end.reason
        with self._store.writing(
            self._actor, Permission.RUN_SESSION, "end_session", reason
        ) as writing:
            heard = self._heard_of(writing, session)
            closed = replace(closed, ear_level_dba=level_of(writing, session, heard))
            writing.replace(closed)
            attended = protocol_of_session(writing, session).sessions.attended_share
            if end.listened_s >= attended * session.planned_duration_s:
                planned = writing.get(PlannedSession, session.planned_session_id)
                writing.replace(replace(planned, state=PlanState.DONE))
            self._alert_of_cause(writing, closed)
        return closed

    def note(self, session: ListeningSession, action: str, detail: str) -> None:
        """Leave an entry in the audit that names who did it."""
        with self._store.writing(self._actor, Permission.RUN_SESSION, action) as writing:
            writing.note(session.id, detail)

    def _heard_of(self, writing: Writing, session: ListeningSession) -> list[Heard]:
        """Return what was heard: as this journal noted it, or from the store after a restart."""
        if self._heard or not session.calibration_id:
            return list(self._heard.values())
        return [_heard(one) for one in writing.find(Playback, session_id=session.id)]

    def _alert_where_a_person_is_needed(
        self, writing: Writing, session: ListeningSession, steps: Sequence[LoopStep]
    ) -> None:
        rules = {step.decision.safety_rule for step in steps}
        for rule in sorted(filter(safety.needs_a_person, rules)):
            severity = "urgent" if safety.stop_reason(rule) else "alert"
            self._alert(writing, session, rule, safety.IN_WORDS[rule], severity=severity)

    def _alert_of_cause(self, writing: Writing, closed: ListeningSession) -> None:
        match closed.stop_cause:
            case StopCause.PARTICIPANT:
                self._alert(writing, closed, PARTICIPANT_STOP, "The participant pressed STOP.")
            case StopCause.GENERATOR:
                words = "The next segment of music could not be made: the session ended."
                self._alert(writing, closed, GENERATOR_FAILURE, words)

    def _alert(
        self,
        writing: Writing,
        session: ListeningSession,
        rule: str,
        words: str,
        *,
        severity: str = "alert",
    ) -> None:
        raise_alert(
            writing,
            alert_id=f"{session.id}/{rule}",
            participant_id=session.participant_id,
            rule=rule,
            severity=severity,
            detail=f"Session {session.number}: {words}",
            at=self._store.clock(),
        )


class NoJournal:
    """The journal of listening without a participant: it keeps nothing."""

    def record_step(self, session: ListeningSession, step: LoopStep) -> None:
        """Keep nothing."""

    def record_playback(self, session: ListeningSession, played: Played) -> None:
        """Keep nothing."""

    def record_end(self, session: ListeningSession, end: SessionEnd) -> ListeningSession:
        """Return the session closed."""
        return _closed(session, end)

    def note(self, session: ListeningSession, action: str, detail: str) -> None:
        """Keep nothing."""


def _playback(session: ListeningSession, played: Played, at: datetime) -> Playback:
    return Playback(
        id=f"{session.id}/{played.sequence}",
        session_id=session.id,
        sequence=played.sequence,
        frames_played=played.frames_played,
        underruns=played.underruns,
        gap_s=played.gap_s,
        volume=played.volume,
        reported_at=at,
    )


def _heard(played: Playback) -> Heard:
    return Heard(frames=played.frames_played, volume=played.volume)


def _closed(session: ListeningSession, end: SessionEnd) -> ListeningSession:
    return replace(
        session,
        state=end.state,
        stop_reason=end.reason,
        stop_cause=end.cause,
        listened_s=end.listened_s,
    )


def _new_beats(
    session: ListeningSession, step: LoopStep, originator: str, after_s: float
) -> tuple[SignalBatch, ...]:
    window = step.window.beats
    beats = [
        (time_s, rr_ms)
        for time_s, rr_ms in zip(window.times_s, window.rr_ms, strict=True)
        if time_s > after_s
    ]
    if not beats:
        return ()
    batch = SignalBatch(
        id=step.id,
        session_id=session.id,
        sequence=step.sequence,
        kind=window.kind,
        originator=originator,
        start_s=beats[0][0],
        end_s=beats[-1][0],
        rr_times_s=tuple(time_s for time_s, _ in beats),
        rr_ms=tuple(rr_ms for _, rr_ms in beats),
    )
    return (batch,)
