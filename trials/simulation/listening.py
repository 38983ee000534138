"""The listening sessions of a simulated trial: the real loop, without sound, on every core.

The loop is pure, so the passes of a participant's sessions are worked out in other processes as
soon as the participant is randomized, and recorded when each session takes place.
"""

from collections.abc import Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from dataclasses import dataclass
from datetime import timedelta

import numpy as np

from data.records.people import Actor
from data.records.sessions import LoopStep, SessionState, StopCause
from data.records.visits import PlannedSession
from data.storage.roles import Permission
from data.storage.store import Store
from interventions.control import safety
from interventions.delivery.renderer import SilentRenderer
from interventions.listeners import Listener, ListenerKind
from interventions.loop_values import LoopPlan
from interventions.runner import run_session
from interventions.sensing.listener import RRListenerSource
from protocols.design import Protocol
from trials.in_force import protocol_in
from trials.sessions.journal import Played, SessionEnd, StoreJournal
from trials.sessions.opening import begin_session, plan_session
from trials.simulation.clock import MovableClock
from trials.simulation.equipment import Headphones
from trials.simulation.person import RATES, Person

SOURCE = "simulated listener"
_LATENESS = 1
"""Sets the chance of late segments apart."""
SLIDER = 0.8
"""Where invented people put the volume."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Heard:
    """What an invented person heard of a session."""

    session_id: str
    share: float
    """Of the planned music, in [0, 1]; exactly 1 when it was heard to its end."""
    was_stopped: bool
    """Whether the person stopped before the end."""


@dataclass(frozen=True, kw_only=True, slots=True)
class _Prepared:
    plan: LoopPlan
    steps: Future[tuple[LoopStep, ...]]
    heard_share: float


class Listening:
    """The sessions being worked out beside the trial.

    Parameters
    ----------
    pool : ProcessPoolExecutor
        Where they are worked out.
    clock : MovableClock
        The simulated trial's clock: it moves on while somebody listens.
    protocol : Protocol
        How long a session lasts.
    headphones : Headphones
        By which each session is heard.
    """

    def __init__(
        self,
        pool: ProcessPoolExecutor,
        clock: MovableClock,
        protocol: Protocol,
        headphones: Headphones,
    ) -> None:
        self._pool = pool
        self._headphones = headphones
        self._clock = clock
        self._duration_s = protocol.sessions.duration_minutes * 60.0
        self._prepared: dict[str, _Prepared] = {}

    def prepare(
        self, store: Store, actor: Actor, attended: Sequence[PlannedSession], person: Person
    ) -> None:
        """Begin to work out the sessions that a person will come to.

        Parameters
        ----------
        store : Store
            The trial's store.
        actor : Actor
            The site's coordinator.
        attended : sequence of PlannedSession
            Which sessions.
        person : Person
            Who listens.
        """
        draw = np.random.Generator(np.random.PCG64([person.seed, 1]))
        with store.reading(actor, Permission.RUN_SESSION) as reading:
            protocol = protocol_in(reading)
            for planned in attended:
                opened = plan_session(
                    reading,
                    protocol,
                    planned,
                    session_key=store.key_for("sessions"),
                    source=SOURCE,
                    duration_s=self._duration_s,
                    started_at=None,
                )
                stops = draw.random() < RATES.stops_a_session_early
                self._prepared[planned.id] = _Prepared(
                    plan=opened.plan,
                    steps=self._pool.submit(work_out, opened.plan, listener_of(person, draw)),
                    heard_share=float(draw.uniform(0.2, 0.9)) if stops else 1.0,
                )

    def listen(self, store: Store, actor: Actor, planned: PlannedSession) -> Heard:
        """Hold a session and record all of it.

        Parameters
        ----------
        store : Store
            The trial's store.
        actor : Actor
            The site's coordinator.
        planned : PlannedSession
            Which session.

        Returns
        -------
        Heard
            What was heard.

        Raises
        ------
        RuntimeError
            If the session that begins is not the one that was worked out.
        """
        prepared = self._prepared.pop(planned.id)
        opened = begin_session(
            store,
            actor,
            planned.id,
            source=SOURCE,
            duration_s=None,
            calibration_id=self._headphones.of_session(planned.participant_id.rsplit("-", 1)[0]),
        )
        if opened.plan != prepared.plan:
            message = f"Session {opened.session.id} is not the one that was worked out."
            raise RuntimeError(message)
        worked_out = prepared.steps.result()
        steps = _heard_steps(worked_out, prepared.heard_share)
        was_stopped = len(steps) < len(worked_out)
        journal = StoreJournal(store, actor, SOURCE)
        journal.record_steps(opened.session, steps)
        gaps_s = _gaps_s(len(steps), opened.session.seed)
        journal.record_playbacks(
            opened.session,
            [
                _played(step, opened.session.gain_cap, gap_s)
                for step, gap_s in zip(steps, gaps_s, strict=True)
            ],
        )
        listened_s = sum(step.delivered.frames / step.delivered.sampling_rate_hz for step in steps)
        self._clock.move_to(self._clock() + timedelta(seconds=round(listened_s)))
        end = _stopped(listened_s) if was_stopped else _at_its_end(steps[-1], listened_s)
        journal.record_end(opened.session, end)
        return Heard(
            session_id=opened.session.id,
            share=1.0 if end.state is SessionState.COMPLETED else listened_s / self._duration_s,
            was_stopped=was_stopped,
        )

    def forget(self, participant_id: str) -> None:
        """Give up the sessions that were worked out for somebody who listens no more."""
        for planned_id in [one for one in self._prepared if one.startswith(f"{participant_id}/")]:
            self._prepared.pop(planned_id).steps.cancel()


def work_out(plan: LoopPlan, listener: Listener) -> tuple[LoopStep, ...]:
    """Run every pass of a session without sound; called in another process."""
    source = RRListenerSource(listener, np.random.Generator(np.random.PCG64(plan.seed)))
    return tuple(made.step for made in run_session(plan, source, SilentRenderer()))


def listener_of(person: Person, draw: np.random.Generator) -> Listener:
    """Return a person as a listener on one day.

    Parameters
    ----------
    person : Person
        Who listens.
    draw : numpy.random.Generator
        Chance of the day.

    Returns
    -------
    Listener
        More anxious people come with a higher arousal.
    """
    tension = (person.anxiety - 10.0) / 8.0
    return Listener(
        kind=ListenerKind.ENTRAINMENT,
        rest=float(draw.normal(0.3 + 0.5 * tension, 0.3)),
        start=float(draw.normal(0.9 + 0.5 * tension, 0.4)),
        gain=max(0.0, float(draw.normal(0.06, 0.025))),
        range_z=float(draw.uniform(0.5, 1.3)),
        heart_rate_bpm=person.resting_heart_rate_bpm,
        ln_rmssd=person.resting_ln_rmssd,
        breaths_hz=float(draw.uniform(0.20, 0.28)),
    )


def _heard_steps(steps: tuple[LoopStep, ...], share: float) -> tuple[LoopStep, ...]:
    return steps[: max(1, round(share * len(steps)))]


def _gaps_s(segments: int, seed: int) -> list[float]:
    """Return how late each segment of a session came; most come in time."""
    draw = np.random.Generator(np.random.PCG64([seed, _LATENESS]))
    is_late = draw.random(segments) < RATES.late_segment
    return [round(float(gap_s), 2) for gap_s in is_late * draw.uniform(0.05, 1.5, segments)]


def _played(step: LoopStep, gain_cap: float, gap_s: float) -> Played:
    return Played(
        sequence=step.sequence,
        frames_played=step.delivered.frames,
        underruns=int(gap_s > 0),
        gap_s=gap_s,
        volume=SLIDER * gain_cap,
    )


def _stopped(listened_s: float) -> SessionEnd:
    reason = "The participant wanted to stop."
    return SessionEnd(reason=reason, listened_s=listened_s, cause=StopCause.PARTICIPANT)


def _at_its_end(last: LoopStep, listened_s: float) -> SessionEnd:
    """Return how the loop itself ended the session: by a safety rule, or as planned."""
    reason = safety.stop_reason(last.decision.safety_rule)
    if reason:
        return SessionEnd(reason=reason, listened_s=listened_s, cause=StopCause.SAFETY_RULE)
    return SessionEnd(state=SessionState.COMPLETED, listened_s=listened_s)
