"""What a coordinator's pages do while others act on the same trial at the same time."""

from datetime import timedelta

import pytest
from streamlit.testing.v1 import AppTest

from data.records.answers import ItemAnswer
from data.records.participants import ProtocolDeviation
from data.records.people import Role
from data.records.sessions import ListeningSession, SessionState, StopCause
from data.storage.roles import Permission
from data.storage.sign_in import sign_in_process
from interventions.delivery.renderer import SilentRenderer
from interventions.listeners import ListenerKind
from interventions.sensing.listener import rr_listener
from screens import sign_in
from screens.acts import in_moment
from tests.scenarios.conftest import APP, Office, press, read
from tests.trials.world import World, new_id
from trials.answering import save_answer
from trials.opening import protocol_in_force
from trials.participants import participants
from trials.sessions.going_on_air import open_session
from trials.sessions.on_air import OnAirSession

CURRENT_ACTOR, WATCHING_ACTOR = sign_in.current_actor, sign_in.watching_actor
SELF_HARM = 8
"""Index of the ninth item of the PHQ-9."""


def opened(page: str, **named: str) -> AppTest:
    """Return a coordinator's page about the things that are named."""
    at = AppTest.from_file(str(APP), default_timeout=60).run()
    for name, value in named.items():
        at.query_params[name] = value
    at.switch_page(f"screens/coordinator/{page}.py").run()
    assert not at.exception
    return at


def world_of(office: Office) -> World:
    """Return the same trial for preparing it."""
    store = office.store
    coordinator = sign_in_process(store, Role.COORDINATOR, "preparation")
    return World(
        store=store,
        clock=office.clock,
        protocol=protocol_in_force(store, coordinator),
        administrator=coordinator,
        coordinator=coordinator,
        leiden=coordinator,
        statistician=coordinator,
        reviewer=coordinator,
        _names=len(participants(store, coordinator)),
    )


@pytest.fixture
def session(office: Office) -> OnAirSession:
    """Put a session on the air while Cora is signed in."""
    cora = office.sign_in("cora")
    who = world_of(office).randomized()
    session = open_session(
        office.store,
        cora,
        f"{who}/session-1",
        rr_listener(ListenerKind.ENTRAINMENT, 1),
        SilentRenderer(),
        duration_s=60.0,
    )
    office.bench.on_air.add(session)
    return session


def answers(office: Office, who: str) -> list[tuple[float | None, str]]:
    """Return the answers to the item about self-harm that count, and who gave them."""
    reader = sign_in_process(office.store, Role.COORDINATOR, "test")
    with office.store.reading(reader, Permission.SEE_PARTICIPANTS) as reading:
        rows = reading.find(ItemAnswer, participant_id=who, questionnaire="phq9", item="9")
    return [(row.value, row.recorded_by) for row in rows]


def test_an_open_form_never_takes_back_what_the_participant_has_answered_meanwhile(
    office: Office,
) -> None:
    office.sign_in("cora")
    world = world_of(office)
    who = world.eligible()
    world.answer(who, "baseline", "gad7", 12)
    at = opened("enrol", participant=who, form="baseline:phq9")
    at.radio[SELF_HARM].set_value(0).run()
    save_answer(
        office.store,
        sign_in_process(office.store, Role.PARTICIPANT, who),
        answer_id=new_id(),
        participant_id=who,
        occasion="baseline",
        questionnaire="phq9",
        item="9",
        value=3,
    )

    at.radio[0].set_value(1).run()

    assert answers(office, who)[-1] == (3.0, who)
    assert at.radio[SELF_HARM].value == 3
    assert not at.exception


@pytest.mark.parametrize("order", ["Pause", "Stop the session"])
def test_an_order_does_nothing_once_the_sign_in_has_ended(
    session: OnAirSession, monkeypatch: pytest.MonkeyPatch, order: str
) -> None:
    at = opened("run_session", participant=session.participant_id)
    monkeypatch.setattr(sign_in, "current_actor", CURRENT_ACTOR)
    monkeypatch.setattr(sign_in, "watching_actor", WATCHING_ACTOR)

    (button,) = (one for one in at.button if one.label == order)
    button.click().run()

    assert at.error
    assert not session.status().paused
    assert session.status().state is SessionState.RUNNING


def test_pause_and_stop_are_carried_out_for_a_coordinator_who_is_signed_in(
    session: OnAirSession,
) -> None:
    at = opened("run_session", participant=session.participant_id)

    press(at, "Pause")
    assert session.status().paused
    press(at, "Go on")
    assert not session.status().paused
    press(at, "Stop the session")
    assert session.status().state is SessionState.STOPPED


def test_whoever_plays_the_music_on_the_teams_machine_leaves_a_deviation(
    office: Office, session: OnAirSession
) -> None:
    listener = office.bench.listeners.find(session.token)
    cora = sign_in.current_actor()
    assert listener is not None
    assert not listener.may_hear(cora)
    at = opened("run_session", participant=session.participant_id)

    press(at, "Play on this machine instead")

    with office.store.reading(cora, Permission.SEE_PARTICIPANTS) as reading:
        noted = reading.find(ProtocolDeviation, participant_id=session.participant_id)
    assert "coordinator_listened" in [one.category for one in noted]
    assert listener.may_hear(cora)


def test_an_alert_is_seen_while_a_session_is_run(office: Office, session: OnAirSession) -> None:
    at = opened("run_session", participant=session.participant_id)
    assert "Safety alert" not in read(at)
    world = world_of(office)
    other = world.eligible()
    world.answer(other, "baseline", "phq9", 27)

    at.run()

    warned = [error.value for error in at.error if "Safety alert" in error.value]
    within_an_hour = in_moment(office.clock() + timedelta(hours=1)).replace(":", "\\:")
    answered = f"{other}\\: An answer about thoughts of self-harm"
    assert warned == [f"Safety alert. {answered}, acknowledge by {within_an_hour}."]


@pytest.mark.parametrize("where", ["run_session", "participant"])
def test_after_stop_one_tap_says_that_the_equipment_failed(
    office: Office, session: OnAirSession, where: str
) -> None:
    who = session.participant_id
    at = opened("run_session", participant=who)
    press(at, "Stop the session")
    assert session.status().state is SessionState.STOPPED
    assert "Why was session 1 stopped?" in read(at)

    press(opened(where, participant=who), "Sensor, headphones or player failed")

    reader = sign_in_process(office.store, Role.COORDINATOR, "test")
    with office.store.reading(reader, Permission.SEE_PARTICIPANTS) as reading:
        (kept,) = reading.find(ListeningSession, participant_id=who)
    assert kept.stop_cause is StopCause.EQUIPMENT
    assert "Why was session" not in read(opened("run_session", participant=who))
