"""Hear an arm without a participant: for training and review, by people who need not be blind."""

from data.records.people import Actor
from data.storage.roles import Permission
from data.storage.store import Store
from interventions.delivery.renderer import Renderer
from interventions.sensing.source import SignalSource
from trials.in_force import protocol_in
from trials.sessions.going_on_air import open_audition
from trials.sessions.on_air import OnAirSession


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
        Without a participant; nothing of the session is stored.
    """
    with store.reading(actor, Permission.HEAR_ARMS) as reading:
        protocol = protocol_in(reading)
    return open_audition(protocol, arm_code, source, renderer, seed=seed, duration_s=duration_s)
