"""The checklist over people and input data (SPIRIT-AI, CONSORT-AI 4a): computed, complete, signed."""

from dataclasses import replace

import pytest

from tests.trials.conftest import LEIDEN
from tests.trials.world import World, new_id
from trials.answering import save_answer
from trials.eligibility import Willingness, assess_eligibility, computed_checklist
from trials.errors import AlreadyDoneError, ConsentMissingError, IncompleteAssessmentError
from trials.opening import open_trial
from trials.visits import timeline


def test_who_meets_every_criterion_is_eligible_and_the_screening_visit_is_done(
    world: World,
) -> None:
    who = world.eligible(gad7=12)

    titles = [entry.title for entry in timeline(world.store, world.coordinator, who).entries]

    assert world.state_of(who) == "eligible"
    assert {"Eligible", "Screening"} <= set(titles)


def test_the_score_criterion_is_computed_from_the_stored_answers(world: World) -> None:
    who = world.consented()
    world.answer(who, "screening", "gad7", 9)

    assessment = assess_eligibility(world.store, world.coordinator, who, world.checklist())

    assert not assessment.eligible
    assert assessment.reasons == ("anxiety_moderate",)
    assert world.state_of(who) == "screen_failed"


def test_a_computed_criterion_has_no_score_before_its_form_is_finished(world: World) -> None:
    who = world.consented()
    save_answer(
        world.store,
        world.coordinator,
        answer_id=new_id(),
        participant_id=who,
        occasion="screening",
        questionnaire="gad7",
        item="1",
        value=3.0,
    )

    (computed,) = computed_checklist(world.store, world.coordinator, who)

    assert (computed.score, computed.is_met) == (None, None)


@pytest.mark.parametrize("total", [9, 10])
def test_what_is_shown_of_a_computed_criterion_is_what_is_signed(empty: World, total: int) -> None:
    intake = replace(empty.protocol.visits[0], code="intake")
    protocol = replace(empty.protocol, visits=(intake, *empty.protocol.visits[1:]))
    open_trial(empty.store, empty.administrator, protocol, (LEIDEN,), simulated=True)
    who = empty.consented()
    empty.answer(who, "intake", "gad7", total)

    (computed,) = computed_checklist(empty.store, empty.coordinator, who)
    signed = assess_eligibility(empty.store, empty.coordinator, who, empty.checklist())

    assert (computed.score, computed.is_met) == (total, total >= 10)
    assert signed.eligible is computed.is_met


def test_a_score_criterion_cannot_be_answered_by_hand(world: World) -> None:
    who = world.consented()
    world.answer(who, "screening", "gad7", 9)
    answers = world.checklist() | {"anxiety_moderate": True}

    with pytest.raises(IncompleteAssessmentError, match="by hand: anxiety_moderate"):
        assess_eligibility(world.store, world.coordinator, who, answers)


def test_without_the_finished_questionnaire_there_is_no_assessment(world: World) -> None:
    who = world.consented()

    with pytest.raises(IncompleteAssessmentError, match="lacks: anxiety_moderate"):
        assess_eligibility(world.store, world.coordinator, who, world.checklist())


def test_every_criterion_must_be_answered(world: World) -> None:
    who = world.consented()
    world.answer(who, "screening", "gad7", 12)
    answers = world.checklist()
    del answers["usable_heart_signal"]

    with pytest.raises(IncompleteAssessmentError, match="lacks: usable_heart_signal"):
        assess_eligibility(world.store, world.coordinator, who, answers)


@pytest.mark.parametrize("code", ["age_18", "usable_heart_signal", "hearing", "pacemaker_rhythm"])
def test_criteria_about_people_and_about_input_data_keep_people_out(
    world: World, code: str
) -> None:
    who = world.consented()
    world.answer(who, "screening", "gad7", 12)
    answers = world.checklist()
    answers[code] = not answers[code]

    assessment = assess_eligibility(world.store, world.coordinator, who, answers)

    assert assessment.reasons == (code,)


def test_a_person_may_decline_at_any_time_of_screening(world: World) -> None:
    who = world.screened()

    assessment = assess_eligibility(
        world.store, world.coordinator, who, {}, willingness=Willingness.DECLINED
    )

    assert assessment.reasons == ("declined",)
    assert world.state_of(who) == "screen_failed"


def test_nobody_is_assessed_without_consent(world: World) -> None:
    with pytest.raises(ConsentMissingError):
        assess_eligibility(world.store, world.coordinator, world.screened(), world.checklist())


@pytest.mark.parametrize("hearing", [False, True])
def test_nobody_is_assessed_twice_whatever_the_second_would_say(
    world: World, *, hearing: bool
) -> None:
    who = world.eligible()
    answers = world.checklist() | {"hearing": hearing}

    with pytest.raises(AlreadyDoneError, match="was signed before"):
        assess_eligibility(world.store, world.coordinator, who, answers)

    assert world.state_of(who) == "eligible"
