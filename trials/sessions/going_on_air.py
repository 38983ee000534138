"""Put a participant's planned session on the air."""

from contextlib import ExitStack

from data.records.people import Actor, Role
from data.records.sessions import StopCause
from data.records.visits import PlannedSession
from data.storage.roles import Permission
from data.storage.sign_in import sign_in_process
from data.storage.store import Store
from interventions.delivery.renderer import Renderer
from interventions.sensing.combined import sensor_ids_of
from interventions.sensing.source import SignalSource
from trials.in_force import protocol_in
from trials.sessions.journal import SessionEnd, StoreJournal
from trials.sessions.on_air import OnAirSession
from trials.sessions.opening import begin_session
from trials.sessions.said_before import SaidBefore, said_before

NEVER_ON_AIR = SessionEnd(reason="The session could not be put on the air.", cause=StopCause.SERVER)


def open_session(
    store: Store,
    actor: Actor,
    planned_session_id: str,
    source: SignalSource,
    renderer: Renderer,
    *,
    duration_s: float | None = None,
    calibration_id: str = "",
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
        What is sensed; the session is bound to its sensors.
    renderer : Renderer
        How notes become sound.
    duration_s : float or None
        Length; None takes the protocol's.
    calibration_id : str
        The calibration of the headphones; empty: they are not calibrated.

    Returns
    -------
    OnAirSession
        Recorded in the name of the server process for the coordinator's site, so that it goes on
        when the coordinator's sign-in ends. Refusals are those of `begin_session`.
    """
    opened = begin_session(
        store,
        actor,
        planned_session_id,
        source=source.name,
        duration_s=duration_s,
        calibration_id=calibration_id,
        sensor_ids=sensor_ids_of(source),
    )
    server = sign_in_process(store, Role.COORDINATOR, "session server", actor.site_id)
    journal = StoreJournal(store, server, source.name)
    with ExitStack() as unless_on_air:
        unless_on_air.callback(journal.record_end, opened.session, NEVER_ON_AIR)
        said = _said_before(store, actor, planned_session_id)
        session = OnAirSession(
            opened,
            journal,
            source,
            renderer,
            lambda: None if said is None else said.seen_at(store.clock()),
        )
        unless_on_air.pop_all()
    return session


def _said_before(store: Store, actor: Actor, planned_session_id: str) -> SaidBefore | None:
    with store.reading(actor, Permission.RUN_SESSION) as reading:
        planned = reading.get(PlannedSession, planned_session_id)
        return said_before(reading, protocol_in(reading), planned)
