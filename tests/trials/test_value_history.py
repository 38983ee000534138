"""The history of values: old, new, who, when and why, for those who may see the participant."""

import pytest

from data.storage.errors import NotPermittedError, RecordNotFoundError
from tests.trials.world import World, new_id, no_beats, resting_beats
from trials.answering import correct_answer, save_answer
from trials.value_history import value_history
from trials.visits import record_resting

BEGUN, CHANGED = 1.0, 2.0


def correct(world: World, who: str, value: float | None, reason: str) -> None:
    correct_answer(
        world.store,
        world.leiden,
        participant_id=who,
        occasion="baseline",
        questionnaire="phq9",
        item="8",
        value=value,
        reason=reason,
    )


def test_a_value_that_was_given_once_has_no_history(world: World) -> None:
    who = world.randomized()

    assert value_history(world.store, world.coordinator, who) == ()


@pytest.mark.requirement("P11-e")
def test_a_correction_shows_old_and_new_value_who_when_and_why(world: World) -> None:
    who = world.randomized()
    world.clock.advance(minutes=30)
    correct(world, who, 3.0, "Misread on paper")
    world.clock.advance(minutes=5)
    correct(world, who, None, "Was left out")

    newest, first = value_history(world.store, world.coordinator, who)

    assert (first.before, first.after, first.by) == ("0", "3", world.leiden.user_id)
    assert (first.reason, newest.reason) == ("Misread on paper", "Was left out")
    assert newest.at == world.clock()
    assert (newest.before, newest.after) == ("3", "preferred not to answer")
    assert first.what == "Patient Health Questionnaire-9, item 8 (baseline)"


def test_an_answer_changed_before_the_form_was_finished_needs_no_reason(world: World) -> None:
    who = world.eligible()
    for value in (BEGUN, CHANGED):
        save_answer(
            world.store,
            world.coordinator,
            answer_id=new_id(),
            participant_id=who,
            occasion="baseline",
            questionnaire="gad7",
            item="1",
            value=value,
        )

    (change,) = value_history(world.store, world.coordinator, who)

    assert (change.before, change.after, change.reason) == ("1", "2", "")


def test_a_resting_recording_made_again_shows_what_was_there_before(world: World) -> None:
    who = world.eligible()
    record_resting(world.store, world.coordinator, who, "baseline", no_beats())
    record_resting(world.store, world.coordinator, who, "baseline", resting_beats())

    changes = value_history(world.store, world.coordinator, who)

    assert {change.before for change in changes} == {"no value"}
    assert any("lnRMSSD" in change.what for change in changes)
    assert all(change.reason.startswith("Recorded again: ") for change in changes)


def test_the_history_is_for_those_who_may_see_the_participant(world: World) -> None:
    who = world.randomized(site="GRA")
    assert value_history(world.store, world.coordinator, who) == ()

    with pytest.raises(RecordNotFoundError):
        value_history(world.store, world.leiden, who)
    with pytest.raises(NotPermittedError):
        value_history(world.store, world.statistician, who)
