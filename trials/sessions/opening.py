"""Open a listening session: who, which arm, which resting values, which seed.

The plan of a session is a pure function of the records, so it can be computed ahead (simulation),
when the session begins (the server) and afterwards (replay), and is the same each time.
"""

import hashlib
import hmac
from dataclasses import dataclass, replace
from datetime import datetime

from data.records.allocation import Allocation
from data.records.participants import Participant, ParticipantState
from data.records.people import Actor
from data.records.sessions import ListeningSession, RestingBaseline, SessionState
from data.records.visits import PlannedSession, PlanState, RestingMeasurement
from data.storage.roles import Permission
from data.storage.store import Reading, Store
from interventions.arms.arm import ArmDefinition
from interventions.arms.definition import arm_definition
from interventions.inference.baseline import resting_baseline
from interventions.loop_values import LoopPlan
from protocols.design import Protocol
from protocols.software import software_version
from trials.consent import require_consent
from trials.errors import TrialError
from trials.in_force import protocol_in, version_in_force
from trials.local_days import day_at
from trials.participants import is_in_treatment
from trials.schedule import visit_id, visits_before
from trials.sessions.loudness import with_headphones
from trials.sessions.opening_deviations import deviations_of_opening


class SessionNotOpenableError(TrialError):
    """The session cannot begin now; the message says why and what to do."""


@dataclass(frozen=True, kw_only=True, slots=True)
class OpenedSession:
    """A session that has begun: its record and the plan of its loop."""

    session: ListeningSession
    plan: LoopPlan


def begin_session(
    store: Store,
    actor: Actor,
    planned_session_id: str,
    *,
    source: str,
    duration_s: float | None,
    calibration_id: str = "",
    sensor_ids: tuple[str, ...] = (),
) -> OpenedSession:
    """Begin a planned session of a randomized participant.

    Parameters
    ----------
    store : Store
        The trial's store.
    actor : Actor
        Who runs the session.
    planned_session_id : str
        Which planned session.
    source : str
        What is sensed, in words; kept with the session.
    duration_s : float or None
        Length of the session; None takes the protocol's. Another one is for training only and
        leaves a deviation.
    calibration_id : str
        The calibration of the headphones; empty: not calibrated, which leaves a deviation.
    sensor_ids : tuple of str
        The sensors that the session is bound to; none for recordings and simulation.

    Returns
    -------
    OpenedSession
        The session's record, committed, and the plan of its loop.

    Notes
    -----
    Refused with `SessionNotOpenableError` when the participant is not in treatment, the planned
    session is done or missed, another session of the participant is still running, or the sensor is
    bound to somebody else's running session; with `ConsentMissingError` when there is no consent to
    the version in force (conduct: C2).
    """
    with store.writing(actor, Permission.RUN_SESSION, "begin_session") as writing:
        protocol = protocol_in(writing)
        planned = writing.get(PlannedSession, planned_session_id)
        participant = writing.get(Participant, planned.participant_id)
        _check_openable(writing, protocol, participant, planned)
        _check_sensors_free(writing, sensor_ids)
        now = store.clock()
        opened = plan_session(
            writing,
            protocol,
            planned,
            session_key=store.key_for("sessions"),
            source=source,
            duration_s=_duration_s(protocol, duration_s),
            started_at=now,
        )
        session = with_headphones(writing, protocol, opened.session, calibration_id)
        session = replace(session, sensor_id=" ".join(sensor_ids))
        opened = replace(opened, session=session)
        writing.add(session)
        day = day_at(writing, participant, now)
        for deviation in deviations_of_opening(protocol, planned, opened.session, actor, day, now):
            writing.add(deviation)
    return opened


def plan_session(
    reading: Reading,
    protocol: Protocol,
    planned: PlannedSession,
    *,
    session_key: bytes,
    source: str,
    duration_s: float,
    started_at: datetime | None,
) -> OpenedSession:
    """Derive the record and the loop's plan of the next attempt at a planned session.

    Parameters
    ----------
    reading : Reading
        A reading whose permission may see the arm.
    protocol : Protocol
        The protocol in force.
    planned : PlannedSession
        Which planned session.
    session_key : bytes
        Key from which the session's seed is derived.
    source : str
        What is sensed, in words.
    duration_s : float
        Length of the session in seconds.
    started_at : datetime or None
        When it began; None when it is only planned ahead.

    Returns
    -------
    OpenedSession
        Nothing is stored.
    """
    attempt = 1 + reading.count(ListeningSession, planned_session_id=planned.id)
    session_id = f"{planned.id}/attempt-{attempt}"
    arm = _arm(reading, protocol, planned.participant_id)
    baseline = _baseline(reading, protocol, planned.participant_id)
    seed = seed_of(session_key, session_id)
    session = ListeningSession(
        id=session_id,
        participant_id=planned.participant_id,
        planned_session_id=planned.id,
        number=planned.number,
        seed=seed,
        arm_definition_hash=arm.sha256,
        baseline=baseline,
        source=source,
        planned_duration_s=duration_s,
        state=SessionState.RUNNING,
        started_at=started_at,
        ended_at=None,
        stop_reason="",
        listened_s=0.0,
        protocol_version_id=version_in_force(reading).id,
    )
    plan = loop_plan(reading, protocol, session, software=software_version())
    return OpenedSession(session=session, plan=plan)


def loop_plan(
    reading: Reading, protocol: Protocol, session: ListeningSession, *, software: str
) -> LoopPlan:
    """Return the plan of a session's loop from its record and the participant's arm.

    Parameters
    ----------
    reading : Reading
        A reading whose permission may see the arm.
    protocol : Protocol
        The protocol that was in force.
    session : ListeningSession
        The session.
    software : str
        Version of the software that runs, or ran, the loop.
    """
    return LoopPlan(
        session_id=session.id,
        arm=_arm(reading, protocol, session.participant_id),
        music=protocol.music,
        safety_rules=protocol.safety_rules,
        baseline=session.baseline,
        seed=session.seed,
        duration_s=session.planned_duration_s,
        software_version=software,
    )


def _arm(reading: Reading, protocol: Protocol, participant_id: str) -> ArmDefinition:
    code = reading.get(Allocation, participant_id).arm
    return arm_definition(code, protocol.sessions.affect_model, protocol.music.edition)


def seed_of(session_key: bytes, session_id: str) -> int:
    """Derive the seed of a session: 53 bits, so that every language's numbers hold it."""
    digest = hmac.new(session_key, session_id.encode(), hashlib.sha256).digest()
    return int.from_bytes(digest[:8], "big") >> 11


def _duration_s(protocol: Protocol, wanted_s: float | None) -> float:
    if wanted_s is None:
        return protocol.sessions.duration_minutes * 60.0
    if wanted_s <= 0.0:
        message = f"A session of {wanted_s:g} s has no music: choose a longer one."
        raise SessionNotOpenableError(message)
    return wanted_s


def _check_openable(
    reading: Reading, protocol: Protocol, participant: Participant, planned: PlannedSession
) -> None:
    who = participant.id
    if participant.state is not ParticipantState.RANDOMIZED:
        message = f"{who} is not in treatment ({participant.state}), so no session can begin."
        raise SessionNotOpenableError(message)
    require_consent(reading, protocol, who)
    if not is_in_treatment(reading, who):
        message = f"{who} has withdrawn from the listening, so no session can begin."
        raise SessionNotOpenableError(message)
    if planned.state is not PlanState.PLANNED:
        message = f"Session {planned.number} of {who} is {planned.state}: choose the next one."
        raise SessionNotOpenableError(message)
    running = reading.first(ListeningSession, participant_id=who, state=SessionState.RUNNING)
    if running is not None:
        message = f"Session {running.number} of {who} is still running: stop it first."
        raise SessionNotOpenableError(message)


def _check_sensors_free(reading: Reading, sensor_ids: tuple[str, ...]) -> None:
    running = reading.find(ListeningSession, state=SessionState.RUNNING) if sensor_ids else ()
    worn = next((one for one in running if {*one.sensor_id.split()} & {*sensor_ids}), None)
    if worn is not None:
        message = (
            f"This sensor is bound to the running session of {worn.participant_id}: "
            "choose the sensor that this person wears."
        )
        raise SessionNotOpenableError(message)


def _baseline(reading: Reading, protocol: Protocol, participant_id: str) -> RestingBaseline:
    measured_at = [visit.code for visit in visits_before(protocol) if visit.resting_recording]
    if not measured_at:
        return resting_baseline(None)
    last = visit_id(participant_id, measured_at[-1])
    return resting_baseline(reading.first(RestingMeasurement, id=last))
