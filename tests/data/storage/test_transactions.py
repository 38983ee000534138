"""Reading and writing records: what goes in comes out, once, and what lasts never changes."""

from dataclasses import replace
from datetime import timedelta, timezone
from threading import Thread

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from data.records.answers import ItemAnswer
from data.records.participants import Identity, Participant, ParticipantState
from data.records.people import Actor
from data.records.sessions import ListeningSession, LoopStep
from data.records.trial import AuditEntry, Site
from data.records.visits import PlannedVisit, PlanState, RestingMeasurement
from data.storage.audit import verify
from data.storage.errors import (
    AlreadyRecordedError,
    NotPermittedError,
    RecordNotFoundError,
    RecordUnusableError,
)
from data.storage.roles import Permission
from data.storage.store import Store
from tests.data.storage.conftest import AUTHOR
from tests.data.storage.examples import (
    ALLOCATION,
    CONSENT,
    DAY,
    EVERY_KIND,
    IDENTITY,
    NOON,
    PLANNED_SESSION,
    RESTING,
    SESSION,
    SESSION_ID,
    SITE,
    SLOT,
    VISIT,
    answer,
    loop_step,
    participant,
    slot,
)


@pytest.mark.parametrize("record", EVERY_KIND, ids=lambda record: type(record).__name__)
def test_a_record_of_every_kind_comes_back_from_the_store(store: Store, record: object) -> None:
    with store.writing_within(AUTHOR) as writing:
        writing.add_all(EVERY_KIND)

    with store.reading_within() as reading:
        found = reading.find(type(record), id=record.id)  # type: ignore[attr-defined]

    assert found == (record,)


@settings(
    max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    number=st.floats(allow_nan=False, allow_infinity=False) | st.none() | st.integers(-9, 9),
    text=st.text(st.characters(exclude_categories=["Cs"])),
)
def test_whatever_numbers_and_texts_are_stored_the_audit_agrees_with_the_row(
    running: Store, coordinator: Actor, number: float | None, text: str
) -> None:
    measured = replace(RESTING, ln_rmssd=number, reason=text)

    with running.writing(coordinator, Permission.ENTER_DATA, "test") as writing:
        if writing.first(RestingMeasurement, id=RESTING.id) is None:
            writing.add(measured)
        writing.replace(measured)

    with running.reading(coordinator, Permission.ENTER_DATA) as reading:
        assert reading.get(RestingMeasurement, RESTING.id) == measured
    assert verify(running).problems == ()


def test_records_are_found_by_what_they_hold_in_the_order_they_came(
    running: Store, coordinator: Actor
) -> None:
    given_answers = [answer("gad7_2"), answer("gad7_1", 0.0), answer("gad7_3", None)]
    with running.writing(coordinator, Permission.ANSWER, "save_answer") as writing:
        writing.add_all([*given_answers, answer("gad7_1", whose="LEI-002")])

    with running.reading(coordinator, Permission.ANSWER) as reading:
        found = reading.find(ItemAnswer, participant_id="LEI-001")
        without_value = reading.find(ItemAnswer, value=None)
        how_many = reading.count(ItemAnswer, questionnaire="gad7")

    assert list(found) == given_answers
    assert without_value == (given_answers[2],)
    assert how_many == 4


def test_enumerations_and_days_can_be_asked_for(running: Store, coordinator: Actor) -> None:
    with running.writing(coordinator, Permission.SCHEDULE, "test") as writing:
        writing.add(VISIT)

    with running.reading(coordinator, Permission.SCHEDULE) as reading:
        planned = reading.find(PlannedVisit, state=PlanState.PLANNED, planned_on=DAY)
        done = reading.first(PlannedVisit, state=PlanState.DONE)

    assert planned == (VISIT,)
    assert done is None


def test_a_time_can_be_asked_for_in_any_zone(running: Store, coordinator: Actor) -> None:
    with running.writing(coordinator, Permission.ANSWER, "test") as writing:
        writing.add(answer())

    with running.reading(coordinator, Permission.ANSWER) as reading:
        found = reading.find(ItemAnswer, answered_at=NOON.astimezone(timezone(timedelta(hours=2))))

    assert found == (answer(),)


def test_the_steps_of_one_session_are_found_by_an_index(full: Store) -> None:
    with full.connection() as connection:
        plan = connection.exec_driver_sql(
            f"EXPLAIN QUERY PLAN SELECT * FROM loop_step WHERE session_id = '{SESSION_ID}'"  # noqa: S608
        ).all()

    assert "USING INDEX" in str(plan)


def test_a_missing_record_is_said_to_be_missing(running: Store, coordinator: Actor) -> None:
    with (
        running.reading(coordinator, Permission.SEE_PARTICIPANTS) as reading,
        pytest.raises(RecordNotFoundError, match="no such participant"),
    ):
        reading.get(Participant, "LEI-999")


@pytest.mark.parametrize(
    ("kind", "column"),
    [
        pytest.param(Participant, "colour", id="a column that is not there"),
        pytest.param(LoopStep, "payload", id="a payload"),
        pytest.param(ListeningSession, "arm_definition_hash", id="a sealed column"),
    ],
)
def test_what_is_no_plain_column_cannot_be_asked_for(
    full: Store, coordinator: Actor, kind: type[object], column: str
) -> None:
    with (
        full.reading(coordinator, Permission.RUN_SESSION) as reading,
        pytest.raises(RecordUnusableError, match="no plain column"),
    ):
        reading.find(kind, **{column: "x"})


def test_what_is_no_record_is_not_stored(running: Store, coordinator: Actor) -> None:
    with (
        running.reading(coordinator, Permission.SEE_PARTICIPANTS) as reading,
        pytest.raises(RecordUnusableError, match="no table for AuditEntry"),
    ):
        reading.find(AuditEntry)


def test_the_same_record_twice_is_stored_once_with_one_audit_entry(
    running: Store, coordinator: Actor
) -> None:
    before = verify(running).entries
    for _ in range(3):
        with running.writing(coordinator, Permission.ANSWER, "save_answer") as writing:
            writing.add(answer())
            writing.add_all((answer(), answer()))

    with running.reading(coordinator, Permission.ANSWER) as reading:
        assert reading.count(ItemAnswer) == 1
    assert verify(running).entries == before + 1


def test_another_record_with_the_same_id_is_refused_and_the_first_kept(
    running: Store, coordinator: Actor
) -> None:
    with running.writing(coordinator, Permission.ANSWER, "save_answer") as writing:
        writing.add(answer(value=1.0))

    with (
        running.writing(coordinator, Permission.ANSWER, "save_answer") as writing,
        pytest.raises(AlreadyRecordedError, match="kept as it was"),
    ):
        writing.add(answer(value=3.0))

    with running.reading(coordinator, Permission.ANSWER) as reading:
        assert reading.get(ItemAnswer, answer().id).value == 1.0


def test_a_slot_is_used_once_even_by_mistake(running: Store, coordinator: Actor) -> None:
    second = replace(ALLOCATION, id="LEI-002", code="B2PL")
    with running.writing(coordinator, Permission.RANDOMIZE, "randomize") as writing:
        writing.add_all((SLOT, ALLOCATION))

    with (
        running.writing(coordinator, Permission.RANDOMIZE, "randomize") as writing,
        pytest.raises(AlreadyRecordedError, match="holds this place"),
    ):
        writing.add(second)

    assert verify(running).ok


def test_several_records_of_which_one_does_not_fit_leave_none_behind(
    running: Store, coordinator: Actor
) -> None:
    slots = [slot(1), slot(2), replace(slot(3), position=2)]

    with (
        running.writing(coordinator, Permission.RANDOMIZE, "test") as writing,
        pytest.raises(AlreadyRecordedError),
    ):
        writing.add_all(slots)

    with running.reading(coordinator, Permission.RANDOMIZE) as reading:
        assert reading.count(type(SLOT)) == 0
    assert verify(running).ok


def test_a_record_that_refers_to_nothing_is_refused(running: Store, coordinator: Actor) -> None:
    with (
        running.writing(coordinator, Permission.ANSWER, "save_answer") as writing,
        pytest.raises(RecordNotFoundError, match="not in the store"),
    ):
        writing.add(answer(whose="LEI-404"))


def test_an_error_inside_takes_everything_back(running: Store, coordinator: Actor) -> None:
    def save_and_fail() -> None:
        with running.writing(coordinator, Permission.ANSWER, "save_answer") as writing:
            writing.add(answer())
            raise RuntimeError

    before = verify(running)
    with pytest.raises(RuntimeError):
        save_and_fail()

    assert verify(running) == before


def test_a_change_keeps_the_old_and_the_new_row_in_the_audit(
    running: Store, coordinator: Actor
) -> None:
    consented = replace(participant(), state=ParticipantState.CONSENTED)

    with running.writing(coordinator, Permission.ENROL, "record_consent", "signed") as writing:
        writing.replace(consented)

    with running.connection() as connection:
        row = connection.exec_driver_sql(
            "SELECT action, reason, user_id, change FROM audit_entry ORDER BY sequence DESC LIMIT 1"
        ).one()
    assert row[:3] == ("record_consent", "signed", "process:bea")
    assert '"state":"consented"' in row[3].split('"old"')[0]
    assert '"state":"prescreened"' in row[3].split('"old"')[1]


def test_a_change_that_changes_nothing_leaves_no_entry(running: Store, coordinator: Actor) -> None:
    with running.writing(coordinator, Permission.ENROL, "test") as writing:
        writing.add(IDENTITY)
    before = verify(running).entries

    with running.writing(coordinator, Permission.ENROL, "test") as writing:
        writing.replace(participant())
        writing.replace(IDENTITY)

    assert verify(running).entries == before


def test_records_that_last_never_change(running: Store, coordinator: Actor) -> None:
    with running.writing(coordinator, Permission.ENROL, "record_consent") as writing:
        writing.add(CONSENT)

    with (
        running.writing(coordinator, Permission.ENROL, "record_consent") as writing,
        pytest.raises(AlreadyRecordedError, match="never changes"),
    ):
        writing.replace(replace(CONSENT, consent_version="2.0"))


def test_a_sealed_column_survives_a_change_by_somebody_who_cannot_see_it(
    running: Store, coordinator: Actor
) -> None:
    with running.writing(coordinator, Permission.RUN_SESSION, "test") as writing:
        writing.add_all((PLANNED_SESSION, SESSION))

    with running.writing(coordinator, Permission.ENTER_DATA, "test") as writing:
        seen = writing.get(ListeningSession, SESSION_ID)
        writing.replace(replace(seen, stop_reason="fire alarm"))

    with running.reading(coordinator, Permission.RUN_SESSION) as reading:
        kept = reading.get(ListeningSession, SESSION_ID)
    assert seen.arm_definition_hash == ""
    assert kept == replace(SESSION, stop_reason="fire alarm")


def test_a_sealed_column_is_not_changed_by_somebody_who_cannot_see_it(
    running: Store, coordinator: Actor
) -> None:
    with running.writing(coordinator, Permission.RUN_SESSION, "test") as writing:
        writing.add_all((PLANNED_SESSION, SESSION))

    with (
        running.writing(coordinator, Permission.ENTER_DATA, "test") as writing,
        pytest.raises(NotPermittedError, match="does not change what is sealed"),
    ):
        writing.replace(SESSION)


@pytest.mark.parametrize(
    "bad",
    [
        pytest.param(replace(SITE, id="LEI-2"), id="a site that looks like a participant"),
        pytest.param(replace(SITE, id=""), id="a site without an id"),
        pytest.param(replace(participant(), id="GRA-001"), id="a participant of another site"),
        pytest.param(
            replace(RESTING, flagged_share=float("nan")), id="a number that is not finite"
        ),
        pytest.param(replace(RESTING, id=""), id="a record without an id"),
    ],
)
def test_a_record_that_cannot_be_stored_is_refused(running: Store, bad: object) -> None:
    with running.writing_within(AUTHOR) as writing, pytest.raises(RecordUnusableError):
        writing.add(bad)

    assert verify(running).ok


def test_what_is_written_inside_a_group_is_read_inside_it(
    running: Store, coordinator: Actor
) -> None:
    with running.group_commit():
        with running.writing(coordinator, Permission.ANSWER, "save_answer") as writing:
            writing.add(answer())
        with running.reading(coordinator, Permission.ANSWER) as reading:
            seen_inside = reading.count(ItemAnswer)

    assert seen_inside == 1


def test_a_group_that_fails_leaves_nothing_and_a_part_that_fails_leaves_the_rest(
    running: Store, coordinator: Actor
) -> None:
    with running.group_commit():
        with running.writing(coordinator, Permission.ANSWER, "save_answer") as writing:
            writing.add(answer("gad7_1"))
        with (
            pytest.raises(RecordNotFoundError),
            running.writing(coordinator, Permission.ANSWER, "save_answer") as writing,
        ):
            writing.add_all((answer("gad7_2"), SITE, answer("gad7_3", whose="LEI-404")))

    with running.reading(coordinator, Permission.ANSWER) as reading:
        assert reading.find(ItemAnswer) == (answer("gad7_1"),)
    assert verify(running).ok


def test_a_part_that_fails_keeps_what_the_act_around_it_had_written(
    running: Store, coordinator: Actor
) -> None:
    with running.writing(coordinator, Permission.ANSWER, "outer") as outer:
        outer.add(answer("gad7_1"))
        with (
            pytest.raises(RecordNotFoundError),
            running.writing(coordinator, Permission.ANSWER, "inner") as inner,
        ):
            inner.add(answer("gad7_3", whose="LEI-404"))

    assert verify(running).ok
    with running.reading(coordinator, Permission.ANSWER) as reading:
        assert reading.count(ItemAnswer) == 1


def test_readers_see_one_moment(running: Store, coordinator: Actor) -> None:
    with running.reading(coordinator, Permission.SEE_PARTICIPANTS) as reading:
        before = reading.count(Site)
        writer_store_rows(running)
        after = reading.count(Site)

    assert before == after == 2


def writer_store_rows(store: Store) -> None:
    """Add a site from another thread, which does not share this one's transaction."""

    def add() -> None:
        with store.writing_within(AUTHOR) as writing:
            writing.add(replace(SITE, id="UTR"))

    thread = Thread(target=add)
    thread.start()
    thread.join()


def test_two_thousand_records_go_in_at_once(running: Store, coordinator: Actor) -> None:
    many = [answer(f"item_{number}") for number in range(2000)]

    with running.writing(coordinator, Permission.ANSWER, "test") as writing:
        writing.add_all(many)

    with running.reading(coordinator, Permission.ANSWER) as reading:
        assert list(reading.find(ItemAnswer)) == many


def test_records_of_different_kinds_may_alternate(running: Store, coordinator: Actor) -> None:
    with running.writing(coordinator, Permission.RUN_SESSION, "test") as writing:
        writing.add_all((PLANNED_SESSION, SESSION, loop_step(0), RESTING, loop_step(1)))

    with running.reading(coordinator, Permission.RUN_SESSION) as reading:
        assert reading.find(LoopStep, session_id=SESSION_ID) == (loop_step(0), loop_step(1))


def test_an_identity_needs_its_own_permission(running: Store, coordinator: Actor) -> None:
    with running.writing(coordinator, Permission.ENROL, "screen_participant") as writing:
        writing.add(IDENTITY)

    with running.reading(coordinator, Permission.SEE_IDENTITY) as reading:
        assert reading.get(Identity, "LEI-001") == IDENTITY
    with (
        running.reading(coordinator, Permission.SEE_PARTICIPANTS) as reading,
        pytest.raises(NotPermittedError, match="does not reach any identity"),
    ):
        reading.find(Identity)
