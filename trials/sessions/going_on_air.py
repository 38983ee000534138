"""Put a session on the air: a participant's, or music to hear without a participant."""

from contextlib import ExitStack

from data.records.people import Actor, Role
from data.records.sessions import ListeningSession, SessionState, StopCause
from data.storage.sign_in import sign_in_process
from data.storage.store import Store
from interventions.arms.definition import arm_definition
from interventions.delivery.renderer import Renderer
from interventions.inference.baseline import baseline_of_recording
from interventions.loop import LoopPlan
from interventions.sensing.source import SignalSource
from protocols.design import Protocol
from protocols.software import software_version
from trials.sessions.journal import NoJournal, SessionEnd, StoreJournal
from trials.sessions.on_air import OnAirSession
from trials.sessions.opening import OpenedSession, begin_session

NEVER_ON_AIR = SessionEnd(reason="The session could not be put on the air.", cause=StopCause.SERVER)


def open_session(
    store: Store,
    actor: Actor,
    planned_session_id: str,
    source: SignalSource,
    renderer: Renderer,
    *,
    duration_s: float | None = None,
) -> OnAirSession:
    """Begin a participant's planned session and put it on the air.

    Parameters
    ----------
    store : Store
        The trial's store.
    actor : Actor
        The coordinator who runs it.
    planned_session_id : str
        Which planned session.
    source : SignalSource
        What is sensed.
    renderer : Renderer
        How notes become sound.
    duration_s : float or None
        Length; None takes the protocol's.

    Returns
    -------
    OnAirSession
        Recorded in the name of the server process for the coordinator's site, so that it goes on
        when the coordinator's sign-in ends. Refusals are those of `begin_session`.
    """
    opened = begin_session(
        store, actor, planned_session_id, source=source.name, duration_s=duration_s
    )
    server = sign_in_process(store, Role.COORDINATOR, "session server", actor.site_id)
    journal = StoreJournal(store, server, source.name)
    with ExitStack() as unless_on_air:
        unless_on_air.callback(journal.record_end, opened.session, NEVER_ON_AIR)
        session = OnAirSession(opened, journal, source, renderer)
        unless_on_air.pop_all()
    return session


def open_audition(
    protocol: Protocol,
    arm_code: str,
    source: SignalSource,
    renderer: Renderer,
    *,
    seed: int,
    duration_s: float,
) -> OnAirSession:
    """Play an arm's music without a participant, for people who want to know how it sounds.

    Parameters
    ----------
    protocol : Protocol
        Whose bounds and aims are played.
    arm_code : str
        Which arm.
    source : SignalSource
        A simulated listener or a recording.
    renderer : Renderer
        How notes become sound.
    seed : int
        Everything random in the music derives from it.
    duration_s : float
        Length in seconds.

    Returns
    -------
    OnAirSession
        The same loop as in the trial; nothing is stored.
    """
    plan = audition_plan(protocol, arm_code, source, seed=seed, duration_s=duration_s)
    session = ListeningSession(
        id=plan.session_id,
        participant_id="",
        planned_session_id="",
        number=0,
        seed=seed,
        arm_definition_hash=plan.arm.sha256,
        baseline=plan.baseline,
        source=source.name,
        planned_duration_s=duration_s,
        state=SessionState.RUNNING,
        started_at=None,
        ended_at=None,
        stop_reason="",
        listened_s=0.0,
    )
    return OnAirSession(OpenedSession(session=session, plan=plan), NoJournal(), source, renderer)


def audition_plan(
    protocol: Protocol, arm_code: str, source: SignalSource, *, seed: int, duration_s: float
) -> LoopPlan:
    """Return the plan of a session without a participant.

    Parameters
    ----------
    protocol : Protocol
        Whose bounds and aims are played.
    arm_code : str
        Which arm.
    source : SignalSource
        What is sensed; its beats before the music give the resting values, where there are any.
    seed : int
        Everything random in the music derives from it.
    duration_s : float
        Length in seconds.

    Returns
    -------
    LoopPlan
        The same for the same arguments.
    """
    return LoopPlan(
        session_id=f"audition/{arm_code}/{seed}",
        arm=arm_definition(arm_code),
        music=protocol.music,
        safety_rules=protocol.safety_rules,
        baseline=baseline_of_recording(source.resting_beats()),
        seed=seed,
        duration_s=duration_s,
        software_version=software_version(),
    )
