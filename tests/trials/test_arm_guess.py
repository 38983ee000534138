"""The arm guess: due when no session is to come, for whom the protocol asks, and only for them."""

from dataclasses import replace

import pytest

from data.records.participants import WithdrawalKind
from data.records.people import Actor
from data.records.visits import PlannedSession, PlanState
from data.storage.roles import Permission
from tests.trials.world import World
from trials.answering import complete_form
from trials.blinding import confirm_unblinding, extract_records, request_unblinding
from trials.errors import AnswerNotAllowedError, FormNotOpenError, UnknownFormError
from trials.forms import DueForm, due_forms, open_form
from trials.locking import lock_database
from trials.visits import today
from trials.withdrawal import withdraw

BY_PARTICIPANT = "arm-guess/participant"
BY_COORDINATOR = "arm-guess/coordinator"


def resolve_sessions(world: World, who: str, last_state: PlanState = PlanState.DONE) -> None:
    """Hold every session of a participant but the last, which ends as said."""
    with world.store.writing(world.coordinator, Permission.SCHEDULE, "resolve") as writing:
        rows = writing.find(PlannedSession, participant_id=who)
        for row in rows:
            state = last_state if row.number == len(rows) else PlanState.DONE
            if state is not row.state:
                writing.replace(replace(row, state=state))


def guesses_due(world: World, actor: Actor, who: str) -> list[DueForm]:
    return [f for f in due_forms(world.store, actor, who) if f.occasion.startswith("arm-guess/")]


def guess(world: World, actor: Actor, who: str, occasion: str, value: float) -> None:
    """Answer the one question and finish."""
    world.save(who, "1", value, questionnaire="blinding_guess", occasion=occasion, actor=actor)
    complete_form(world.store, actor, who, occasion, "blinding_guess")


def test_no_guess_is_due_while_a_session_is_to_come(world: World) -> None:
    who = world.randomized()
    resolve_sessions(world, who, PlanState.PLANNED)

    assert guesses_due(world, world.coordinator, who) == []
    with pytest.raises(FormNotOpenError, match="a session is still to come"):
        guess(world, world.coordinator, who, BY_PARTICIPANT, 1)


@pytest.mark.requirement("SPIRIT 23")
@pytest.mark.parametrize("last_state", [PlanState.DONE, PlanState.MISSED])
def test_after_the_last_session_participant_and_coordinator_are_due_to_guess(
    world: World, last_state: PlanState
) -> None:
    who = world.randomized()
    resolve_sessions(world, who, last_state)

    assert [form.occasion for form in guesses_due(world, world.coordinator, who)] == [
        BY_PARTICIPANT,
        BY_COORDINATOR,
    ]


def test_the_guess_is_due_when_the_last_session_was_let_pass(world: World) -> None:
    who = world.randomized()
    resolve_sessions(world, who, PlanState.PLANNED)

    world.clock.advance(days=40)

    assert len(guesses_due(world, world.coordinator, who)) == 2


def on_today(world: World) -> dict[str, tuple[str, ...]]:
    agenda = today(world.store, world.leiden)
    return {due.participant_id: due.respondents for due in agenda.guesses_due}


def test_today_lists_who_is_still_to_guess_until_both_have(world: World) -> None:
    waiting, over = world.randomized(), world.randomized()
    resolve_sessions(world, waiting, PlanState.PLANNED)
    resolve_sessions(world, over)

    both = on_today(world)
    guess(world, world.leiden, over, BY_PARTICIPANT, 1)
    one = on_today(world)
    guess(world, world.leiden, over, BY_COORDINATOR, 2)

    assert both == {over: ("participant", "coordinator")}
    assert (one, on_today(world)) == ({over: ("coordinator",)}, {})


def test_today_lists_a_guess_exactly_when_its_form_is_due(world: World) -> None:
    stops, leaves, lets_pass = (world.randomized() for _ in range(3))
    withdraw(world.store, world.coordinator, stops, WithdrawalKind.INTERVENTION_ONLY, "No time")
    withdraw(world.store, world.coordinator, leaves, WithdrawalKind.TRIAL, "Moved away")
    world.eligible()

    for days in (0, 40):
        world.clock.advance(days=days)
        assert set(on_today(world)) == {
            who for who in (stops, leaves, lets_pass) if guesses_due(world, world.coordinator, who)
        }
    assert set(on_today(world)) == {stops, lets_pass}


def test_whoever_stops_listening_is_asked_all_the_same(world: World) -> None:
    who = world.randomized()

    withdraw(world.store, world.coordinator, who, WithdrawalKind.INTERVENTION_ONLY, "No time")

    assert len(guesses_due(world, world.coordinator, who)) == 2


def test_whoever_has_left_the_trial_is_not_asked(world: World) -> None:
    who = world.randomized()

    withdraw(world.store, world.coordinator, who, WithdrawalKind.TRIAL, "Moved away")

    assert guesses_due(world, world.coordinator, who) == []
    with pytest.raises(FormNotOpenError, match="the participation has ended"):
        guess(world, world.coordinator, who, BY_PARTICIPANT, 0)


def test_a_participant_is_shown_the_own_question_with_the_words_of_both_arms(world: World) -> None:
    who = world.randomized()
    resolve_sessions(world, who)
    participant = world.come_as(who)

    assert [form.occasion for form in guesses_due(world, participant, who)] == [BY_PARTICIPANT]
    form = open_form(world.store, participant, who, BY_PARTICIPANT, "blinding_guess")
    labels = [anchor.label for anchor in form.definition.items[0].anchors]
    assert labels[-1] == "I do not know"
    assert len(labels) == 3


def test_a_participant_neither_sees_nor_gives_the_coordinators_guess(world: World) -> None:
    who = world.randomized()
    resolve_sessions(world, who)
    participant = world.come_as(who)

    with pytest.raises(UnknownFormError, match="for the coordinator"):
        open_form(world.store, participant, who, BY_COORDINATOR, "blinding_guess")
    with pytest.raises(UnknownFormError, match="for the coordinator"):
        guess(world, participant, who, BY_COORDINATOR, 1)


def test_the_two_guesses_are_answered_apart(world: World) -> None:
    who = world.randomized()
    resolve_sessions(world, who)
    guess(world, world.come_as(who), who, BY_PARTICIPANT, 0)
    guess(world, world.coordinator, who, BY_COORDINATOR, 2)

    assert {form.state for form in guesses_due(world, world.coordinator, who)} == {"complete"}
    given = [
        open_form(world.store, world.coordinator, who, occasion, "blinding_guess").answers
        for occasion in (BY_PARTICIPANT, BY_COORDINATOR)
    ]
    assert given == [{"1": 0.0}, {"1": 2.0}]


def test_a_guess_at_an_arm_that_is_not_there_is_refused(world: World) -> None:
    who = world.randomized()
    resolve_sessions(world, who)

    with pytest.raises(AnswerNotAllowedError):
        guess(world, world.coordinator, who, BY_PARTICIPANT, 3)


def test_masked_records_hold_that_somebody_was_asked_and_never_the_guess(world: World) -> None:
    who = world.randomized()
    resolve_sessions(world, who)
    guess(world, world.coordinator, who, BY_PARTICIPANT, 1)
    guess(world, world.coordinator, who, BY_COORDINATOR, 0)

    records = extract_records(world.store, world.statistician)

    assert not [one for one in records.answers if one.occasion.startswith("arm-guess/")]
    assert {one.occasion for one in records.completions} >= {BY_PARTICIPANT, BY_COORDINATOR}


def test_after_unblinding_the_records_hold_the_guesses(world: World) -> None:
    who = world.randomized()
    resolve_sessions(world, who)
    guess(world, world.coordinator, who, BY_PARTICIPANT, 1)
    lock_database(world.store, world.statistician, "all data are in")
    request_unblinding(world.store, world.statistician, "analysis is final")
    confirm_unblinding(world.store, world.administrator)

    records = extract_records(world.store, world.statistician)

    assert [one.value for one in records.answers if one.occasion == BY_PARTICIPANT] == [1]
