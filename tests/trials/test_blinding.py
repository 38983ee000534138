"""The analysis sees X and Y until two people have lifted the blind after the lock (I12)."""

from collections import Counter
from dataclasses import replace

import pytest

from data.records.allocation import Allocation
from data.records.bundle import TrialRecords
from data.records.people import Actor, Role
from data.records.sessions import LoopStep, SessionState
from data.records.signals import WindowGrade
from data.storage.accounts import change_password, create_first_administrator, set_password
from data.storage.errors import NotPermittedError
from data.storage.roles import Permission
from data.storage.sign_in import actor_of, sign_in, sign_in_process
from protocols.canonical import canonical_json
from protocols.questionnaire import load_questionnaire
from tests.data.storage.examples import loop_step
from tests.trials.conftest import GRAZ
from tests.trials.world import World, run_session
from trials.answering import complete_form
from trials.answers import answers_on
from trials.blinding import (
    Blind,
    confirm_unblinding,
    extract_records,
    mask_names,
    request_unblinding,
    unblinding,
    unblinding_state,
)
from trials.errors import (
    NotLockedError,
    ReasonMissingError,
    SamePersonError,
    UnblindingStateError,
)
from trials.locking import lock_database
from trials.opening import set_site
from trials.people import add_account

PASSWORD = "correct horse battery"  # noqa: S105 - of a test


@pytest.fixture
def locked(world: World) -> World:
    """Return a world with six allocations, locked."""
    for _ in range(6):
        world.randomized()
    lock_database(world.store, world.statistician, "all data are in")
    return world


def true_arms(world: World) -> dict[str, str]:
    with world.store.reading(world.administrator, Permission.VERIFY) as reading:
        return {one.id: one.arm for one in reading.find(Allocation)}


def arms_of(records: TrialRecords) -> dict[str, str]:
    return {one.participant_id: one.arm for one in records.arms}


def signed_in(world: World, user_id: str) -> Actor:
    actor = actor_of(world.store, sign_in(world.store, user_id, PASSWORD))
    assert actor is not None
    return actor


def unblind(world: World) -> None:
    request_unblinding(world.store, world.statistician, "analysis is final")
    confirm_unblinding(world.store, world.administrator)


def test_masked_records_hold_letters_that_stand_for_the_same_arms(locked: World) -> None:
    records = extract_records(locked.store, locked.statistician)

    pairs = {(arms_of(records)[who], arm) for who, arm in true_arms(locked).items()}
    assert records.masked
    assert {letter for letter, _ in pairs} == {"X", "Y"}
    assert len(pairs) == 2


def test_no_byte_of_masked_records_names_an_arm_or_a_person(locked: World) -> None:
    text = canonical_json(extract_records(locked.store, locked.statistician)).decode()

    for word in ("adaptive", "matched_fixed", "Person Number", "person@example.org"):
        assert word not in text
    assert "LEI-001" in text


def test_records_say_by_which_clock_each_site_counts_its_days(world: World) -> None:
    set_site(world.store, world.administrator, replace(GRAZ, time_zone="Europe/Vienna"))

    zones = extract_records(world.store, world.statistician).site_time_zones

    assert [(site.id, site.time_zone) for site in zones] == [
        ("GRA", "Europe/Vienna"),
        ("LEI", "UTC"),
    ]


def test_the_letters_are_the_same_each_time(locked: World) -> None:
    first = extract_records(locked.store, locked.statistician)
    locked.clock.advance(days=3)

    again = extract_records(locked.store, locked.statistician)

    assert again == replace(first, extracted_at=locked.clock())


def test_the_answer_that_was_stored_last_counts_even_when_the_clock_was_set_back(
    world: World,
) -> None:
    who = world.eligible()
    for item in load_questionnaire("gad7").items:
        world.save(who, item.code, 0)
    world.clock.advance(minutes=-5)
    world.save(who, "1", 3)
    complete_form(world.store, world.coordinator, who, "baseline", "gad7")

    with world.store.reading(world.coordinator, Permission.SEE_PARTICIPANTS) as reading:
        in_the_trial = answers_on(reading, who, "baseline", "gad7")
    extracted = {
        answer.item: answer.value
        for answer in extract_records(world.store, world.statistician).answers
        if answer.occasion == "baseline"
    }

    assert in_the_trial["1"] == 3
    assert extracted == in_the_trial


def test_either_arm_can_be_x_depending_on_the_key_alone(world: World) -> None:
    first_letters = Counter(
        mask_names(number.to_bytes(32), world.protocol)["adaptive"] for number in range(400)
    )

    assert set(first_letters) == {"X", "Y"}
    assert min(first_letters.values()) > 150


def test_a_session_is_summarized_without_what_tells_arms_apart(world: World) -> None:
    who = world.randomized()
    run_session(world, who, SessionState.COMPLETED)

    (session,) = extract_records(world.store, world.statistician).sessions

    assert (session.state, session.listened_s, session.steps) == ("completed", 600, 0)
    assert (session.good_share, session.mean_heart_rate_bpm, session.mean_ln_rmssd) == (
        None,
        None,
        None,
    )


def record_steps(world: World, session_id: str, length_s: float) -> None:
    """Record twenty minutes: ten with a heart rate of 71.234, ten with 60.117 and a poor signal."""
    calm = replace(loop_step().measures, heart_rate_bpm=60.117, grade=WindowGrade.HOLD)
    excited = replace(loop_step().measures, heart_rate_bpm=71.234)
    steps: list[LoopStep] = []
    while len(steps) * length_s < 1200:
        plain = loop_step(len(steps), session_id)
        steps.append(
            replace(
                plain,
                measures=excited if (len(steps) + 0.5) * length_s < 600 else calm,
                composed=replace(plain.composed, duration_s=length_s),
            )
        )
    with world.store.writing(world.coordinator, Permission.RUN_SESSION, "test") as writing:
        writing.add_all(steps)


def test_the_length_of_segments_does_not_show_in_a_sessions_summary(world: World) -> None:
    people = world.randomized(), world.randomized()
    for who, length_s in zip(people, (11.75, 17.5), strict=True):
        run_session(world, who, SessionState.COMPLETED)
        record_steps(world, f"{who}/session-1/attempt-1", length_s)

    one, other = extract_records(world.store, world.statistician).sessions

    assert replace(one, id=other.id, participant_id=other.participant_id) == other
    assert (one.steps, one.good_share) == (40, 0.5)
    assert (one.mean_heart_rate_bpm, one.mean_ln_rmssd) == (65.7, 3.3)


def test_two_people_lift_the_blind_after_the_lock(locked: World) -> None:
    states = [unblinding_state(locked.store, locked.statistician)]
    request_unblinding(locked.store, locked.statistician, "analysis is final")
    states.append(unblinding_state(locked.store, locked.reviewer))
    still_masked = extract_records(locked.store, locked.statistician).masked
    confirm_unblinding(locked.store, locked.administrator)
    states.append(unblinding_state(locked.store, locked.statistician))

    records = extract_records(locked.store, locked.statistician)

    assert states == [Blind.MASKED, Blind.REQUESTED, Blind.LIFTED]
    assert still_masked
    assert not records.masked
    assert arms_of(records) == true_arms(locked)


def test_who_asked_who_confirmed_and_why_is_on_record(locked: World) -> None:
    unblind(locked)

    record = unblinding(locked.store, locked.reviewer)

    assert record is not None
    assert record.requested_by == locked.statistician.user_id
    assert record.confirmed_by == locked.administrator.user_id
    assert (record.reason, record.confirmed_at) == ("analysis is final", locked.clock())


def test_unblinding_is_refused_before_the_lock(world: World) -> None:
    world.randomized()

    with pytest.raises(NotLockedError, match="until the database is locked"):
        request_unblinding(world.store, world.statistician, "curious")

    assert extract_records(world.store, world.statistician).masked


def test_unblinding_needs_a_reason(locked: World) -> None:
    with pytest.raises(ReasonMissingError):
        request_unblinding(locked.store, locked.statistician, "")


def test_nobody_confirms_what_nobody_asked_for(locked: World) -> None:
    with pytest.raises(UnblindingStateError, match="no open request"):
        confirm_unblinding(locked.store, locked.administrator)


def test_unblinding_is_asked_for_and_confirmed_once(locked: World) -> None:
    unblind(locked)

    with pytest.raises(UnblindingStateError, match="already been requested"):
        request_unblinding(locked.store, locked.statistician, "again")
    with pytest.raises(UnblindingStateError, match="no open request"):
        confirm_unblinding(locked.store, locked.administrator)


def test_one_role_cannot_do_both(locked: World) -> None:
    request_unblinding(locked.store, locked.statistician, "analysis is final")

    with pytest.raises(NotPermittedError):
        confirm_unblinding(locked.store, locked.statistician)
    with pytest.raises(NotPermittedError):
        request_unblinding(locked.store, locked.administrator, "curious")


def test_one_person_under_two_roles_cannot_do_both(locked: World) -> None:
    request_unblinding(locked.store, locked.statistician, "analysis is final")
    same_person = sign_in_process(locked.store, Role.ADMINISTRATOR, "statistician")

    with pytest.raises(SamePersonError):
        confirm_unblinding(locked.store, same_person)


def test_an_administrator_who_reset_the_password_of_the_requester_does_not_confirm(
    locked: World,
) -> None:
    store = locked.store
    create_first_administrator(store, "ada", "Ada", PASSWORD)
    ada, ben = signed_in(locked, "ada"), locked.administrator
    add_account(
        store,
        ada,
        user_id="stan",
        display_name="Stan",
        role=Role.STATISTICIAN,
        site_id=None,
        password=PASSWORD,
    )
    set_password(store, ada, "stan", "the way in for Ada")
    change_password(store, "stan", "the way in for Ada", PASSWORD)
    request_unblinding(store, signed_in(locked, "stan"), "analysis is final")

    with pytest.raises(SamePersonError, match="You gave stan a password"):
        confirm_unblinding(store, ada)
    assert confirm_unblinding(store, ben).confirmed_by == ben.user_id


def test_who_enters_data_or_runs_the_machine_extracts_no_records(world: World) -> None:
    for actor in (world.coordinator, world.administrator):
        with pytest.raises(NotPermittedError):
            extract_records(world.store, actor)
