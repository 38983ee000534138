"""Answers are appended, resumable, stored once; an alert is raised by the answer itself (conduct 5.3)."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from data.records.answers import ItemAnswer
from data.records.participants import WithdrawalKind
from data.records.safety import AlertState, SafetyAlert
from data.records.sessions import SessionState
from data.records.visits import PlannedSession, PlanState
from data.storage.errors import NotPermittedError, RecordNotFoundError
from data.storage.roles import Permission
from protocols.questionnaire import load_questionnaire
from tests.trials.statements import reads, statements
from tests.trials.world import World, new_id, run_session, spread
from trials.answering import (
    complete_form,
    correct_answer,
    enter_form,
)
from trials.errors import (
    AnswerConflictError,
    AnswerNotAllowedError,
    CorrectionRefusedError,
    FormNotOpenError,
    ReasonMissingError,
    TrialError,
    UnfinishedFormError,
    UnknownFormError,
)
from trials.forms import due_forms, form_scores, open_form
from trials.opening import amend_protocol
from trials.withdrawal import withdraw


def stored(world: World, who: str) -> list[ItemAnswer]:
    with world.store.reading(world.coordinator, Permission.SEE_PARTICIPANTS) as reading:
        return list(reading.find(ItemAnswer, participant_id=who, occasion="baseline"))


def test_the_last_answer_counts_and_the_earlier_ones_stay(world: World) -> None:
    who = world.eligible()
    world.save(who, "1", 0)
    world.save(who, "1", 3)

    form = open_form(world.store, world.coordinator, who, "baseline", "gad7")

    assert form.answers == {"1": 3}
    assert [row.value for row in stored(world, who)] == [0, 3]


def test_the_same_post_twice_is_stored_once(world: World) -> None:
    who, answer_id = world.eligible(), new_id()

    first = world.save(who, "1", 2, answer_id=answer_id)
    again = world.save(who, "1", 2, answer_id=answer_id)

    assert (first.already, again.already) == (False, True)
    assert again.answer == first.answer
    assert len(stored(world, who)) == 1


def test_one_id_cannot_carry_two_answers(world: World) -> None:
    who, answer_id = world.eligible(), new_id()
    world.save(who, "1", 2, answer_id=answer_id)

    with pytest.raises(AnswerConflictError):
        world.save(who, "1", 3, answer_id=answer_id)


@pytest.mark.parametrize(("item", "value"), [("1", 4), ("1", -1), ("1", 1.5), ("8", 1)])
def test_what_no_item_takes_is_refused(world: World, item: str, value: float) -> None:
    with pytest.raises(AnswerNotAllowedError):
        world.save(world.eligible(), item, value)


def test_an_item_may_be_declined_and_the_score_follows_the_missing_rule(world: World) -> None:
    who = world.eligible()
    answers = spread("phq9", 14) | {"8": None}

    enter_form(world.store, world.coordinator, who, "baseline", "phq9", answers)

    (total,) = form_scores(world.store, world.coordinator, who, "baseline", "phq9")
    assert (total.value, total.n_missing, total.prorated) == (15.75, 1, True)


def test_a_form_with_open_items_is_not_finished(world: World) -> None:
    who = world.eligible()
    world.save(who, "1", 1)

    with pytest.raises(UnfinishedFormError, match="2, 3, 4, 5, 6, 7"):
        complete_form(world.store, world.coordinator, who, "baseline", "gad7")


def test_a_form_that_is_never_finished_still_raised_its_alert(world: World) -> None:
    who = world.eligible()

    receipt = world.save(who, "9", 1, questionnaire="phq9")

    with world.store.reading(world.coordinator, Permission.MANAGE_SAFETY) as reading:
        raised = reading.find(SafetyAlert, participant_id=who)
    assert raised == receipt.alerts
    assert [(a.rule, a.severity, a.state) for a in raised] == [
        ("phq9_item9", "alert", AlertState.RAISED)
    ]


def test_a_graver_answer_is_urgent_and_zero_raises_nothing(world: World) -> None:
    who = world.eligible()

    grave = world.save(who, "9", 2, questionnaire="phq9")
    none = world.save(who, "9", 0, questionnaire="phq9")
    declined = world.save(who, "9", None, questionnaire="phq9")

    assert [alert.severity for alert in grave.alerts] == ["urgent"]
    assert (none.alerts, declined.alerts) == ((), ())


def test_a_repeated_post_shows_the_same_alert_and_raises_no_second(world: World) -> None:
    who, answer_id = world.eligible(), new_id()
    first = world.save(who, "9", 1, questionnaire="phq9", answer_id=answer_id)

    again = world.save(who, "9", 1, questionnaire="phq9", answer_id=answer_id)

    assert again.alerts == first.alerts != ()


def alerts_of(world: World, who: str) -> list[tuple[str, str]]:
    with world.store.reading(world.coordinator, Permission.MANAGE_SAFETY) as reading:
        found = reading.find(SafetyAlert, participant_id=who)
    return [(alert.rule, alert.severity) for alert in found]


def with_a_finished_form(world: World, who: str) -> None:
    world.answer(who, "baseline", "phq9", 0)


def with_a_new_consent_version(world: World, who: str) -> None:  # noqa: ARG001 - one signature
    changed = replace(world.protocol, version="1.1", consent_version="1.1")
    amend_protocol(world.store, world.administrator, changed, "new consent")


def with_a_withdrawal(world: World, who: str) -> None:
    withdraw(world.store, world.coordinator, who, WithdrawalKind.TRIAL, "none given")


@pytest.mark.parametrize(
    "meanwhile",
    [with_a_finished_form, with_a_new_consent_version, with_a_withdrawal],
    ids=["the form is finished", "consent is asked again", "the participant has withdrawn"],
)
def test_an_answer_that_is_refused_raises_its_alert_all_the_same(
    world: World, meanwhile: Callable[[World, str], None]
) -> None:
    who = world.eligible()
    actor = world.come_as(who)
    meanwhile(world, who)

    with pytest.raises(TrialError):
        world.save(who, "9", 3, questionnaire="phq9", actor=actor)

    assert alerts_of(world, who) == [("phq9_item9", "urgent")]


def test_a_refused_answer_that_is_sent_again_raises_one_alert(world: World) -> None:
    who, answer_id = world.eligible(), new_id()
    with_a_finished_form(world, who)

    for _ in range(2):
        with pytest.raises(FormNotOpenError):
            world.save(who, "9", 1, questionnaire="phq9", answer_id=answer_id)

    assert alerts_of(world, who) == [("phq9_item9", "alert")]


def test_a_paper_form_that_is_refused_raises_its_alert_all_the_same(world: World) -> None:
    who = world.eligible()

    with pytest.raises(UnfinishedFormError):
        enter_form(world.store, world.coordinator, who, "baseline", "phq9", {"9": 2})

    assert alerts_of(world, who) == [("phq9_item9", "urgent")]


def test_an_impossible_answer_raises_no_alert(world: World) -> None:
    who = world.eligible()

    with pytest.raises(AnswerNotAllowedError):
        world.save(who, "9", 99, questionnaire="phq9")

    assert alerts_of(world, who) == []


@pytest.mark.parametrize("occasion", ["screening", "baseline"])
def test_what_decides_the_stratum_is_not_corrected_before_the_draw(
    world: World, occasion: str
) -> None:
    who = world.ready()

    with pytest.raises(CorrectionRefusedError, match="until the randomization"):
        correct_answer(
            world.store,
            world.coordinator,
            participant_id=who,
            occasion=occasion,
            questionnaire="gad7",
            item="1",
            value=0,
            reason="misread on paper",
        )


def test_finishing_twice_changes_nothing(world: World) -> None:
    who = world.eligible()
    world.answer(who, "baseline", "gad7", 12)
    world.clock.advance(minutes=3)

    again = complete_form(world.store, world.coordinator, who, "baseline", "gad7")

    assert again.completed_at < world.clock()


def test_a_finished_form_takes_no_more_answers(world: World) -> None:
    who = world.eligible()
    world.answer(who, "baseline", "gad7", 12)

    with pytest.raises(FormNotOpenError, match="a change is a correction"):
        world.save(who, "1", 0)


def test_a_correction_appends_the_right_answer_with_its_reason(world: World) -> None:
    who = world.eligible()
    world.answer(who, "baseline", "gad7", 12)

    correct_answer(
        world.store,
        world.coordinator,
        participant_id=who,
        occasion="baseline",
        questionnaire="gad7",
        item="1",
        value=0,
        reason="misread on paper",
    )

    (total,) = form_scores(world.store, world.coordinator, who, "baseline", "gad7")
    assert total.value == 9
    assert len(stored(world, who)) == 8


@pytest.mark.parametrize(
    ("reason", "error"), [("", ReasonMissingError), ("misread", FormNotOpenError)]
)
def test_a_correction_needs_a_reason_and_a_finished_form(
    world: World, reason: str, error: type[Exception]
) -> None:
    who = world.eligible()

    with pytest.raises(error):
        correct_answer(
            world.store,
            world.coordinator,
            participant_id=who,
            occasion="baseline",
            questionnaire="gad7",
            item="1",
            value=0,
            reason=reason,
        )


@pytest.mark.parametrize(
    ("occasion", "questionnaire", "error"),
    [
        ("baseline", "psqi", UnknownFormError),
        ("week_99", "gad7", UnknownFormError),
        ("session-9/before", "vas_state_anxiety", UnknownFormError),
        ("session-01/before", "vas_state_anxiety", UnknownFormError),
        ("session-\u0661/before", "vas_state_anxiety", UnknownFormError),
        ("week_4", "gad7", FormNotOpenError),
        ("session-1/before", "vas_state_anxiety", FormNotOpenError),
        ("screening", "gad7", FormNotOpenError),
    ],
)
def test_a_form_that_is_not_asked_for_now_takes_no_answers(
    world: World, occasion: str, questionnaire: str, error: type[Exception]
) -> None:
    with pytest.raises(error):
        world.save(world.eligible(), "1", 1, occasion=occasion, questionnaire=questionnaire)


def test_a_visit_whose_window_has_closed_still_takes_answers(world: World) -> None:
    who = world.randomized()
    world.clock.advance(days=60)

    world.answer(who, "week_4", "gad7", 8)

    (total,) = form_scores(world.store, world.coordinator, who, "week_4", "gad7")
    assert total.value == 8


def test_a_participant_answers_for_no_one_else(world: World) -> None:
    who, other = world.eligible(), world.eligible()
    actor = world.come_as(who)

    mine = world.save(who, "9", 1, questionnaire="phq9", actor=actor)

    assert mine.alerts
    assert [form.questionnaire for form in due_forms(world.store, actor, who)] == [
        "gad7",
        "phq9",
        "who5",
    ]
    with pytest.raises((NotPermittedError, RecordNotFoundError)):
        world.save(other, "1", 1, actor=actor)


def test_a_session_that_is_done_takes_no_more_rating_before_it(world: World) -> None:
    who = world.randomized()
    with world.store.writing(world.coordinator, Permission.RUN_SESSION, "end") as writing:
        planned = writing.get(PlannedSession, f"{who}/session-1")
        writing.replace(replace(planned, state=PlanState.DONE))

    with pytest.raises(FormNotOpenError, match="the session is done"):
        world.answer(who, "session-1/before", "vas_state_anxiety", 50)
    world.answer(who, "session-1/after", "vas_state_anxiety", 30)


def rate(world: World, who: str, occasion: str) -> None:
    world.answer(who, occasion, "vas_state_anxiety", 40)


def test_a_session_is_rated_before_from_the_day_its_window_opens(world: World) -> None:
    who = world.randomized()
    with world.store.reading(world.coordinator, Permission.SEE_PARTICIPANTS) as reading:
        planned = reading.get(PlannedSession, f"{who}/session-4")
    days = (planned.opens_on - world.clock().date()).days

    world.clock.advance(days=days - 1)
    with pytest.raises(FormNotOpenError, match=f"opens on {planned.opens_on.isoformat()}"):
        rate(world, who, "session-4/before")
    world.clock.advance(days=1)

    rate(world, who, "session-4/before")


def test_a_session_that_is_held_late_is_rated_before_it_all_the_same(world: World) -> None:
    who = world.randomized()
    world.clock.advance(days=20)

    rate(world, who, "session-1/before")


def test_a_rating_before_is_refused_while_the_music_plays(world: World) -> None:
    who = world.randomized()
    run_session(world, who, SessionState.RUNNING)

    with pytest.raises(FormNotOpenError, match="the session is running"):
        rate(world, who, "session-1/before")
    with pytest.raises(FormNotOpenError, match="has not been held"):
        rate(world, who, "session-1/after")


def test_a_session_is_rated_after_only_once_it_has_been_held(world: World) -> None:
    who = world.randomized()
    run_session(world, who, SessionState.STOPPED, ended_at=world.clock())

    rate(world, who, "session-1/after")
    with pytest.raises(FormNotOpenError, match="has not been held"):
        rate(world, who, "session-2/after")


def test_an_answer_reads_each_thing_it_is_checked_against_once(world: World) -> None:
    who = world.eligible()
    world.save(who, "1", 1)

    with statements() as sent:
        world.save(who, "2", 1)

    assert reads(sent) == [
        "audit_entry",
        "item_answer",
        "trial",
        "protocol_version",
        "participant",
        "consent",
        "questionnaire_completion",
    ]


def test_an_answer_that_a_safety_rule_watches_reads_the_form_and_what_it_compares_with(
    world: World,
) -> None:
    who = world.randomized()
    world.answer(who, "session-1/before", "vas_state_anxiety", 10)
    run_session(world, who, SessionState.STOPPED, ended_at=world.clock())

    with statements() as sent:
        world.save(who, "1", 40, questionnaire="vas_state_anxiety", occasion="session-1/after")

    assert reads(sent)[-4:] == [
        "questionnaire_completion",
        "item_answer",
        "item_answer",
        "safety_alert",
    ]


def test_finishing_a_form_reads_each_thing_once(world: World) -> None:
    who = world.eligible()
    for item in load_questionnaire("gad7").items:
        world.save(who, item.code, 1)

    with statements() as sent:
        complete_form(world.store, world.coordinator, who, "baseline", "gad7")

    assert reads(sent) == [
        "audit_entry",
        "questionnaire_completion",
        "trial",
        "protocol_version",
        "participant",
        "consent",
        "item_answer",
    ]
