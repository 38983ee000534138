"""Hear an arm without a participant: for training and review, by people who need not be blind."""

from data.records.people import Actor
from data.records.sessions import ListeningSession, SessionState
from data.storage.roles import Permission
from data.storage.store import Store
from interventions.arms.definition import arm_definition
from interventions.delivery.renderer import Renderer
from interventions.inference.baseline import baseline_of_recording
from interventions.loop_values import LoopPlan
from interventions.sensing.source import SignalSource
from protocols.design import Protocol
from protocols.software import software_version
from trials.in_force import protocol_in
from trials.sessions.journal import NoJournal
from trials.sessions.loudness import without_headphones
from trials.sessions.on_air import OnAirSession
from trials.sessions.opening import OpenedSession


def begin_audition(
    store: Store,
    actor: Actor,
    arm_code: str,
    source: SignalSource,
    renderer: Renderer,
    *,
    seed: int,
    duration_s: float,
) -> OnAirSession:
    """Put an arm's music on the air for the person who asks; nothing of it is kept.

    Parameters
    ----------
    store : Store
        The trial's store.
    actor : Actor
        Who listens; coordinators and statisticians may not, because they are blind.
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
        Without a participant, under the same safety rules; the headphones are not calibrated, so the
        volume is capped cautiously. Nothing of the session is stored.
    """
    with store.reading(actor, Permission.HEAR_ARMS) as reading:
        protocol = protocol_in(reading)
    plan = audition_plan(protocol, arm_code, source, seed=seed, duration_s=duration_s)
    session = without_headphones(protocol, _session_of_nobody(plan, source.name))
    opened = OpenedSession(session=session, plan=plan)
    return OnAirSession(opened, NoJournal(), source, renderer)


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
        arm=arm_definition(arm_code, protocol.sessions.affect_model, protocol.music.edition),
        music=protocol.music,
        safety_rules=protocol.safety_rules,
        baseline=baseline_of_recording(source.resting_beats()),
        seed=seed,
        duration_s=duration_s,
        software_version=software_version(),
    )


def _session_of_nobody(plan: LoopPlan, source: str) -> ListeningSession:
    return ListeningSession(
        id=plan.session_id,
        participant_id="",
        planned_session_id="",
        number=0,
        seed=plan.seed,
        arm_definition_hash=plan.arm.sha256,
        baseline=plan.baseline,
        source=source,
        planned_duration_s=plan.duration_s,
        state=SessionState.RUNNING,
        started_at=None,
        ended_at=None,
        stop_reason="",
        listened_s=0.0,
    )
