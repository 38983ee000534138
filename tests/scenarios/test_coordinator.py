"""A coordinator's day, on the real pages over a real store: what is read, what is on record after."""

import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pylsl
import pytest
from streamlit.testing.v1 import AppTest

from data.records.participants import ParticipantState, WithdrawalKind
from data.records.people import Actor, Role, User
from data.records.safety import AlertState, Causality
from data.records.sessions import ListeningSession
from data.records.trial import Site
from data.storage.accounts import add_user, create_first_administrator
from data.storage.roles import Permission
from data.storage.sign_in import actor_of, sign_in_process
from data.storage.sign_in import sign_in as sign_in_by_password
from data.storage.store import Store, create_store, open_store
from interventions.listeners import ListenerKind
from interventions.sensing.listener import simulated_listener
from protocols.document import shipped_protocol
from protocols.eligibility import CriterionKind
from protocols.questionnaire import load_questionnaire
from screens import sign_in, workbench
from screens.coordinator.form_here import PREFERS_NOT
from screens.coordinator.signal_sources import SourceChoice
from trials.answering import enter_form
from trials.consent import record_consent
from trials.eligibility import asked_criteria, assess_eligibility
from trials.opening import amend_protocol, open_trial, protocol_in_force
from trials.participants import participant
from trials.randomization.allocation import randomize
from trials.safety import adverse_events, alerts
from trials.screening import screen_participant
from trials.timelines import NextStep
from trials.visits import complete_baseline, record_resting, timeline

PASSWORD = "correct horse battery"  # noqa: S105 - of a store that lives for one test
SITE_CONTACT = "Dr. Vos, 555 0100"
SITES = (("LEI", "Leiden"), ("GRA", "Graz"))
APP = Path(__file__).parents[2] / "app.py"
PAGES = "screens/coordinator"


@dataclass
class Clock:
    """A clock that a test sets."""

    now: datetime = field(default_factory=lambda: datetime(2026, 11, 24, 9, tzinfo=UTC))

    def __call__(self) -> datetime:
        """Return the time it is set to."""
        return self.now


@dataclass(frozen=True, kw_only=True, slots=True)
class Clinic:
    """An open trial with a coordinator who is signed in."""

    store: Store
    actor: Actor
    clock: Clock


@pytest.fixture(scope="module")
def opened_trial(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with a store in which the shipped trial is open and Cora may sign in."""
    folder = tmp_path_factory.mktemp("trial")
    clock = Clock()
    store = create_store(f"sqlite:///{folder / 'trial.db'}", clock)
    create_first_administrator(store, "ada", "Ada", PASSWORD)
    admin = signed_in(store, "ada")
    sites = [Site(id=code, name=name, open=True, on_call=SITE_CONTACT) for code, name in SITES]
    open_trial(store, admin, shipped_protocol(), sites, simulated=True)
    cora = User(
        id="cora",
        display_name="Cora",
        role=Role.COORDINATOR,
        site_id="LEI",
        password_hash="",
        active=True,
        created_at=clock(),
    )
    add_user(store, sign_in_process(store, Role.ADMINISTRATOR, "test"), cora, PASSWORD)
    store.close()
    return folder


@pytest.fixture
def clinic(opened_trial: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Clinic]:
    """Take a copy of the opened trial and sign a coordinator in.

    Yields
    ------
    Clinic
        With an empty trial.
    """
    shutil.copytree(opened_trial, tmp_path / "store")
    url = f"sqlite:///{tmp_path / 'store' / 'trial.db'}"
    clock = Clock()
    bench = workbench.Workbench(clock)
    store = open_store(url, clock)
    actor = signed_in(store, "cora")
    monkeypatch.setenv("ANTIPHON_STORE", url)
    monkeypatch.setattr(workbench, "_STARTED", [bench])
    monkeypatch.setattr(bench, "store", lambda: store)
    monkeypatch.setattr(sign_in, "current_actor", lambda: actor)
    monkeypatch.setattr(sign_in, "watching_actor", lambda: actor)
    yield Clinic(store=store, actor=actor, clock=clock)
    store.close()


def signed_in(store: Store, user_id: str) -> Actor:
    """Return the actor of a sign-in by password."""
    actor = actor_of(store, sign_in_by_password(store, user_id, PASSWORD))
    assert actor is not None
    return actor


def opened(page: str, **named: str) -> AppTest:
    """Return a page of the app, drawn once."""
    at = AppTest.from_file(str(APP), default_timeout=60)
    at.run()
    for name, value in named.items():
        at.query_params[name] = value
    return at.switch_page(f"{PAGES}/{page}.py").run()


def read(at: AppTest) -> str:
    """Return what can be read on a page."""
    shown = [*at.title, *at.header, *at.subheader, *at.markdown, *at.caption]
    return "\n".join(
        str(one.value) for one in [*shown, *at.error, *at.warning, *at.success, *at.info]
    )


def enrol_identity(at: AppTest) -> AppTest:
    """Enter a person."""
    at.selectbox[0].select_index(0)
    at.text_input[0].input("Jo Vermeer")
    at.date_input[0].set_value(date(1990, 5, 4))
    at.text_input[1].input("jo@example.org")
    at.radio[0].set_value("female")
    return press(at, "Save and go on to consent")


def press(at: AppTest, label: str) -> AppTest:
    """Press the one button with this label."""
    (found,) = (one for one in at.button if one.label == label)
    found.click().run()
    assert not at.exception
    return at


def consent(at: AppTest) -> AppTest:
    """Sign the information."""
    at.checkbox[0].check()
    at.checkbox[1].check()
    return press(at, "Record consent")


def answer_here(at: AppTest, title: str, value: float) -> AppTest:
    """Fill in a form on the coordinator's screen with the same answer throughout."""
    press(at, f"Fill in {title}")
    items = [index for index, one in enumerate(at.radio) if PREFERS_NOT in one.options]
    for index in items:
        at.radio[index].set_value(value)
    at.run()
    return press(at, "Finish this form")


def sign_checklist(at: AppTest) -> AppTest:
    """Answer every criterion so that a person can take part, and sign."""
    for radio in at.radio:
        if radio.options == ["Yes", "No"]:
            radio.set_value(not radio.label.startswith("Exclusion"))
    return press(at, "Sign the checklist")


def choose_listener(at: AppTest) -> AppTest:
    """Choose a simulated listener as the source."""
    (source,) = (one for one in at.radio if one.label.startswith("Where do the heart beats"))
    source.set_value(SourceChoice.LISTENER).run()
    return at


def rest_as_listener(at: AppTest) -> AppTest:
    """Take the resting recording of a simulated listener."""
    return press(choose_listener(at), "Take the resting recording")


def rate_before(at: AppTest) -> AppTest:
    """Enter the rating before the music from paper."""
    press(at, "Fill in Visual analogue scale for state anxiety")
    at.number_input[0].set_value(60.0).run()
    return press(at, "Finish this form")


def tables(at: AppTest) -> str:
    """Return what the tables of a page say."""
    return "\n".join(table.value.to_string() for table in at.table)


def ready_for_baseline(clinic: Clinic) -> None:
    """Enter LEI-001, consented and eligible."""
    store, actor = clinic.store, clinic.actor
    screen_participant(
        store,
        actor,
        site_id="LEI",
        full_name="Jo Vermeer",
        birth_date=date(1990, 5, 4),
        contact="jo@example.org",
        sex=None,
    )
    record_consent(store, actor, "LEI-001")
    enter(clinic, "screening", "gad7", 2.0)
    asked = asked_criteria(protocol_in_force(store, actor))
    met = {one.code: one.kind is CriterionKind.INCLUSION for one in asked}
    assess_eligibility(store, actor, "LEI-001", met)


def ready_to_randomize(clinic: Clinic) -> None:
    """Take LEI-001 through the baseline."""
    ready_for_baseline(clinic)
    for questionnaire, value in (("gad7", 2.0), ("phq9", 0.0), ("who5", 2.0)):
        enter(clinic, "baseline", questionnaire, value)
    beats = simulated_listener(ListenerKind.ENTRAINMENT, 1).resting_beats()
    record_resting(clinic.store, clinic.actor, "LEI-001", "baseline", beats)
    complete_baseline(clinic.store, clinic.actor, "LEI-001")


def randomized(clinic: Clinic) -> None:
    """Randomize LEI-001."""
    ready_to_randomize(clinic)
    randomize(clinic.store, clinic.actor, "LEI-001")


def enter(clinic: Clinic, occasion: str, questionnaire: str, value: float) -> None:
    """Enter a form of LEI-001 with the same answer throughout."""
    answers = {item.code: value for item in load_questionnaire(questionnaire).items}
    enter_form(clinic.store, clinic.actor, "LEI-001", occasion, questionnaire, answers)


@pytest.mark.usefixtures("clinic")
def test_an_empty_day_says_that_nothing_waits() -> None:
    at = opened("today")

    assert not at.exception
    assert "No listening session can take place today." in read(at)


def test_a_person_is_enrolled_until_randomized_and_the_arm_is_never_read(clinic: Clinic) -> None:
    at = consent(enrol_identity(opened("enrol")))
    answer_here(at, "Generalized Anxiety Disorder-7", 2)
    sign_checklist(at)
    for title in (
        "Generalized Anxiety Disorder-7",
        "Patient Health Questionnaire-9",
        "WHO-5 Well-Being Index",
    ):
        answer_here(at, title, 1)
    rest_as_listener(at)
    press(at, "Baseline is complete")
    at.checkbox[0].check().run()
    press(at, "Randomize ...")
    at.text_input[0].input("LEI-001")
    at.text_input[1].input(PASSWORD)
    press(at, "Randomize")

    allocation = randomize(clinic.store, clinic.actor, "LEI-001")
    assert allocation.already
    assert f"Code {allocation.code}" in read(at)
    assert "adaptive" not in read(at).lower()
    assert "Listening session 1" in read(at)


def test_randomization_is_refused_when_another_id_or_password_is_typed(clinic: Clinic) -> None:
    ready_to_randomize(clinic)
    at = opened("enrol", participant="LEI-001")
    at.checkbox[0].check().run()
    press(at, "Randomize ...")
    at.text_input[0].input("LEI-001")
    at.text_input[1].input("a wrong password")
    press(at, "Randomize")

    state = participant(clinic.store, clinic.actor, "LEI-001").state
    assert at.error
    assert state is ParticipantState.BASELINE_COMPLETE


@pytest.mark.usefixtures("clinic")
def test_enrolment_goes_on_where_it_was_left() -> None:
    consent(enrol_identity(opened("enrol")))

    again = opened("enrol", participant="LEI-001")

    assert "Screening questions" in [header.value for header in again.header]


def test_a_screen_failure_is_recorded_with_its_reason(clinic: Clinic) -> None:
    at = consent(enrol_identity(opened("enrol")))
    answer_here(at, "Generalized Anxiety Disorder-7", 0)
    sign_checklist(at)

    state = participant(clinic.store, clinic.actor, "LEI-001").state
    reason = "Has a GAD-7 total of 10 or more at screening."
    assert state is ParticipantState.SCREEN_FAILED
    assert reason in read(at)
    assert reason in tables(opened("participant", participant="LEI-001"))


def test_an_answer_about_self_harm_is_told_at_once_and_the_alert_is_handled(clinic: Clinic) -> None:
    ready_for_baseline(clinic)
    at = opened("enrol", participant="LEI-001")
    press(at, "Fill in Patient Health Questionnaire-9")
    at.radio[8].set_value(1).run()

    assert any("Safety alert" in error.value for error in at.error)
    assert any(SITE_CONTACT in error.value for error in at.error)

    safety = opened("safety")
    press(safety, "Acknowledge: I take care of it")
    safety.text_area[0].input("Spoke with the participant; no plan.")
    press(safety, "Close this alert")
    (alert,) = alerts(clinic.store, clinic.actor)
    assert alert.state is AlertState.CLOSED


def fill_in_adverse_event(at: AppTest) -> None:
    """Fill in every field but the times."""
    at.text_input[0].input("Fainted")
    choices = {"Kind of harm": "physical", "Grade (CTCAE)": 3, "Seriousness": "Life-threatening"}
    choices |= {"Related to the listening": Causality.POSSIBLE, "Expected": False}
    choices |= {"Outcome so far": "Recovered"}
    for box in at.selectbox:
        if box.label in choices:
            box.set_value(choices[box.label])


def test_an_adverse_event_is_recorded_and_a_serious_one_starts_its_clock(clinic: Clinic) -> None:
    consent(enrol_identity(opened("enrol")))
    at = opened("safety", participant="LEI-001")
    fill_in_adverse_event(at)
    press(at, "Record the adverse event")

    (event,) = adverse_events(clinic.store, clinic.actor)
    assert event.serious
    assert any("24 h 00 min left" in warning.value for warning in at.warning)


def test_the_times_of_an_adverse_event_stay_as_entered_while_time_passes(clinic: Clinic) -> None:
    consent(enrol_identity(opened("enrol")))
    at = opened("safety", participant="LEI-001")
    began = clinic.clock.now - timedelta(hours=2)
    at.datetime_input[0].set_value(began.replace(tzinfo=None))
    clinic.clock.now += timedelta(minutes=5)
    press(at, "Record the adverse event")
    assert at.error
    fill_in_adverse_event(at)
    clinic.clock.now += timedelta(minutes=5)
    press(at, "Record the adverse event")

    (event,) = adverse_events(clinic.store, clinic.actor)
    assert event.started_at == began


def test_the_next_adverse_event_begins_with_an_empty_form(clinic: Clinic) -> None:
    consent(enrol_identity(opened("enrol")))
    at = opened("safety", participant="LEI-001")
    fill_in_adverse_event(at)
    press(at, "Record the adverse event")
    press(at, "Record the adverse event")

    assert at.error
    assert len(adverse_events(clinic.store, clinic.actor)) == 1


def test_a_withdrawal_needs_its_reason_and_ends_what_was_planned(clinic: Clinic) -> None:
    randomized(clinic)
    at = opened("participant", participant="LEI-001")
    at.radio[0].set_value(WithdrawalKind.TRIAL)
    at.checkbox[1].check()
    press(at, "Record the withdrawal")
    assert at.error

    reason = next(one for one in at.text_input if one.label.startswith("Reason, or"))
    reason.input("Moved to another city")
    press(at, "Record the withdrawal")

    state = participant(clinic.store, clinic.actor, "LEI-001").state
    assert state is ParticipantState.WITHDRAWN
    assert "Moved to another city" in tables(at)


def test_today_shows_who_comes_and_leads_to_the_session(clinic: Clinic) -> None:
    randomized(clinic)
    at = press(opened("today"), "Open LEI-001")

    assert at.title[0].value == "Session of LEI-001"
    assert any(button.label == "Start the session" and button.disabled for button in at.button)


def test_a_session_goes_on_when_the_page_is_closed_and_ends_by_stop(clinic: Clinic) -> None:
    randomized(clinic)
    at = opened("run_session", participant="LEI-001")
    rate_before(at)
    choose_listener(at)
    press(at, "Start the session")

    again = opened("run_session", participant="LEI-001")
    assert "The music begins when Start is pressed on the player." in read(again)
    press(again, "Stop the session")

    assert "The music is over: the rating after it" in read(again)


def test_sensors_that_are_worn_are_looked_for_and_the_session_is_bound_to_all_of_them(
    clinic: Clinic,
) -> None:
    randomized(clinic)
    strap = pylsl.StreamOutlet(
        pylsl.StreamInfo("Chest strap 7", "RR", 1, pylsl.IRREGULAR_RATE, "double64", "strap-7")
    )
    skin = pylsl.StreamOutlet(pylsl.StreamInfo("Skin 3", "EDA", 1, 4.0, "double64", "skin-3"))
    at = opened("run_session", participant="LEI-001")
    rate_before(at)
    (choice,) = (one for one in at.radio if one.label.startswith("Where do the heart beats"))
    choice.set_value(SourceChoice.LIVE).run()
    press(at, "Look for sensors")
    (sensor,) = (one for one in at.selectbox if one.label == "Sensor")
    sensor.set_value("lsl:strap-7").run()
    (further,) = (one for one in at.multiselect if one.label.startswith("Further sensors"))
    further.set_value(["lsl:skin-3"]).run()
    assert "three minutes before the music" in read(at)
    press(at, "Start the session")
    del strap, skin

    with clinic.store.reading(clinic.actor, Permission.RUN_SESSION) as reading:
        (session,) = reading.find(ListeningSession, participant_id="LEI-001")
    assert "Chest strap 7 (Lab Streaming Layer, RR)" in sensor.options
    assert "Skin 3 (Lab Streaming Layer, skin conductance)" in further.options
    assert session.source == "Chest strap 7, Skin 3"
    assert [one[:4] for one in session.sensor_id.split()] == ["lsl-", "lsl-"]


def test_a_new_consent_version_is_signed_before_anything_else(clinic: Clinic) -> None:
    randomized(clinic)
    before = protocol_in_force(clinic.store, clinic.actor)
    after = replace(before, version="1.1", consent_version="1.1")
    amend_protocol(clinic.store, signed_in(clinic.store, "ada"), after, "Clearer information")
    at = consent(opened("participant", participant="LEI-001"))

    shown = timeline(clinic.store, clinic.actor, "LEI-001")
    assert shown.next_action.step is NextStep.SESSION
    assert "Listening session 1." in read(at)


@pytest.mark.usefixtures("clinic")
@pytest.mark.parametrize("screen", ["participant", "enrol", "run_session"])
def test_a_participant_of_another_site_is_not_shown(screen: str) -> None:
    at = opened(screen, participant="GRA-001")

    assert at.error[0].value.startswith("There is no such participant within your reach")
    assert not at.title


@pytest.mark.parametrize(
    "screen", ["statistician/masked", "administrator/people", "reviewer/audit"]
)
@pytest.mark.usefixtures("clinic")
def test_a_page_of_another_role_is_refused(screen: str) -> None:
    at = AppTest.from_file(str(APP), default_timeout=60).run()

    with pytest.raises(ValueError, match="Could not find"):
        at.switch_page(f"screens/{screen}.py")
