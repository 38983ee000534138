"""Where a running listening session writes down what it did.

Contents: `Journal` (the port), `StoreJournal` (a trial's session), `NoJournal` (listening without a
participant: nothing is kept, because nobody takes part).
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from data.records.people import Actor
from data.records.safety import AlertState, SafetyAlert
from data.records.sessions import ListeningSession, LoopStep, Playback, SessionState
from data.records.signals import SignalBatch
from data.records.visits import PlannedSession, PlanState
from data.storage.roles import Permission
from data.storage.store import Store

ATTENDED_SHARE = 0.8
"""A session counts as done when this share of the planned music was heard."""


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

    state: SessionState
    reason: str
    """Empty when it ran to its planned end."""
    listened_s: float


class Journal(Protocol):
    """What a running session needs to write down; each call returns when it is safe."""

    def record_step(self, session: ListeningSession, step: LoopStep) -> None:
        """Write down one pass of the loop."""

    def record_playback(self, session: ListeningSession, played: Played) -> None:
        """Write down what was played of one segment."""

    def record_end(self, session: ListeningSession, end: SessionEnd) -> ListeningSession:
        """Write down how the session ended and return it closed."""

    def raise_stop_alert(self, session: ListeningSession) -> None:
        """Tell the coordinator that the participant pressed STOP."""


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

    def record_step(self, session: ListeningSession, step: LoopStep) -> None:
        """Write down one pass and the beats that are new in it."""
        self.record_steps(session, [step])

    def record_steps(self, session: ListeningSession, steps: Sequence[LoopStep]) -> None:
        """Write down several passes, in order, in one transaction."""
        batches: list[SignalBatch] = []
        for step in steps:
            batches.extend(_new_beats(session, step, self._originator, self._stored_until_s))
            self._stored_until_s = step.window.end_s
        with self._store.writing(
            self._actor, Permission.RUN_SESSION, "record_loop_step"
        ) as writing:
            writing.add_all([*steps, *batches])

    def record_playback(self, session: ListeningSession, played: Played) -> None:
        """Write down what was played of one segment."""
        self.record_playbacks(session, [played])

    def record_playbacks(self, session: ListeningSession, played: Sequence[Played]) -> None:
        """Write down what was played of several segments, in one transaction."""
        now = self._store.clock()
        with self._store.writing(self._actor, Permission.RUN_SESSION, "record_playback") as writing:
            writing.add_all(
                [
                    Playback(
                        id=f"{session.id}/{one.sequence}",
                        session_id=session.id,
                        sequence=one.sequence,
                        frames_played=one.frames_played,
                        underruns=one.underruns,
                        gap_s=one.gap_s,
                        volume=one.volume,
                        reported_at=now,
                    )
                    for one in played
                ]
            )

    def record_end(self, session: ListeningSession, end: SessionEnd) -> ListeningSession:
        """Close the session; its planned session is done when enough was heard."""
        closed = _closed(session, end)
        closed = replace(closed, ended_at=self._store.clock())
        with self._store.writing(
            self._actor, Permission.RUN_SESSION, "end_session", end.reason
        ) as writing:
            writing.replace(closed)
            if end.listened_s >= ATTENDED_SHARE * session.planned_duration_s:
                planned = writing.get(PlannedSession, session.planned_session_id)
                writing.replace(replace(planned, state=PlanState.DONE))
        return closed

    def raise_stop_alert(self, session: ListeningSession) -> None:
        """Pin an alert to the coordinator's page until a person has looked at it."""
        alert = SafetyAlert(
            id=f"{session.id}/participant_stop",
            participant_id=session.participant_id,
            rule="participant_stop",
            severity="alert",
            detail=f"The participant pressed STOP in session {session.number}.",
            state=AlertState.RAISED,
            raised_at=self._store.clock(),
        )
        with self._store.writing(self._actor, Permission.RUN_SESSION, "raise_alert") as writing:
            writing.add(alert)


class NoJournal:
    """The journal of listening without a participant: it keeps nothing."""

    def record_step(self, session: ListeningSession, step: LoopStep) -> None:
        """Keep nothing."""

    def record_playback(self, session: ListeningSession, played: Played) -> None:
        """Keep nothing."""

    def record_end(self, session: ListeningSession, end: SessionEnd) -> ListeningSession:
        """Return the session closed."""
        return _closed(session, end)

    def raise_stop_alert(self, session: ListeningSession) -> None:
        """Tell nobody: there is no participant."""


def _closed(session: ListeningSession, end: SessionEnd) -> ListeningSession:
    return replace(session, state=end.state, stop_reason=end.reason, listened_s=end.listened_s)


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
