"""The forms that the protocol asks for today, and how far each is filled in."""

from dataclasses import replace

import pytest

from data.records.sessions import SessionState
from tests.trials.conftest import LEIDEN
from tests.trials.statements import reads, statements
from tests.trials.world import World, run_session
from trials.errors import FormNotOpenError
from trials.forms import FormState, due_forms, open_form
from trials.opening import open_trial


def test_a_form_resumes_at_the_first_item_without_an_answer(world: World) -> None:
    who = world.eligible()
    for item in ("1", "2", "4"):
        world.save(who, item, 1)

    form = open_form(world.store, world.coordinator, who, "baseline", "GAD-7")

    assert form.next_item == "3"
    assert form.answers == {"1": 1, "2": 1, "4": 1}
    assert not form.complete


def test_due_forms_are_those_of_the_next_visit_with_their_state(world: World) -> None:
    who = world.eligible()
    world.answer(who, "baseline", "gad7", 12)
    world.save(who, "1", 1, questionnaire="phq9")

    due = due_forms(world.store, world.coordinator, who)

    assert [(form.occasion, form.questionnaire, form.state) for form in due] == [
        ("baseline", "gad7", FormState.COMPLETE),
        ("baseline", "phq9", FormState.STARTED),
        ("baseline", "who5", FormState.NOT_STARTED),
    ]


def test_the_rating_before_a_session_is_due_on_its_day(world: World) -> None:
    who = world.randomized()
    world.clock.advance(days=1)

    due = due_forms(world.store, world.coordinator, who)

    assert [(form.occasion, form.questionnaire) for form in due] == [
        ("session-1/before", "vas_state_anxiety")
    ]


def test_a_form_without_its_wording_is_not_shown(empty: World) -> None:
    """The licence of PANAS does not let anyone ship its words."""
    visits = tuple(
        replace(visit, questionnaires=(*visit.questionnaires, "panas"))
        if visit.code == "baseline"
        else visit
        for visit in empty.protocol.visits
    )
    asking = replace(empty.protocol, visits=visits)
    open_trial(empty.store, empty.administrator, asking, (LEIDEN,), simulated=True)

    with pytest.raises(FormNotOpenError, match="is not in this installation"):
        open_form(empty.store, empty.coordinator, empty.eligible(), "baseline", "panas")


def test_the_rating_after_a_session_is_due_once_it_has_ended(world: World) -> None:
    who = world.randomized()
    run_session(world, who, SessionState.COMPLETED, ended_at=world.clock())
    world.clock.advance(days=7)

    due = due_forms(world.store, world.coordinator, who)

    assert "session-1/after" in [form.occasion for form in due]


def test_finished_forms_cost_no_reads_of_their_own(world: World) -> None:
    who = world.eligible()
    with statements() as before:
        due_forms(world.store, world.coordinator, who)
    world.answer(who, "baseline", "gad7", 12)

    with statements() as after:
        due_forms(world.store, world.coordinator, who)

    assert reads(after).count("item_answer") == reads(before).count("item_answer") - 1
    assert reads(after).count("questionnaire_completion") == 1
