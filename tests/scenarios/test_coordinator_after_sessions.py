"""The coordinator's pages later on: both guesses of the arm, a link that was used, a correction."""

from dataclasses import replace

import pytest

from data.records.visits import PlannedSession, PlanState
from data.storage.participant_links import redeem_participant_token
from data.storage.roles import Permission
from tests.scenarios.conftest import labelled
from tests.scenarios.test_coordinator import (
    Clinic,
    clinic,
    opened,
    opened_trial,
    press,
    randomized,
    read,
)
from trials.answering import enter_form
from trials.forms import FormState, due_forms

__all__ = ["clinic", "opened_trial"]
WORDS = "Music that a program shaped from the heart beat"


def miss_every_session(clinic: Clinic) -> None:
    with clinic.store.writing(clinic.actor, Permission.SCHEDULE, "miss") as writing:
        for row in writing.find(PlannedSession, participant_id="LEI-001"):
            writing.replace(replace(row, state=PlanState.MISSED))


def guess_states(clinic: Clinic) -> dict[str, FormState]:
    due = due_forms(clinic.store, clinic.actor, "LEI-001")
    return {form.occasion: form.state for form in due if form.occasion.startswith("arm-guess")}


@pytest.mark.parametrize("where", ["participant", "run_session"])
def test_after_the_last_session_both_guesses_are_asked_for(clinic: Clinic, where: str) -> None:
    randomized(clinic)
    miss_every_session(clinic)

    words = read(opened(where, participant="LEI-001"))

    assert "The participant’s guess" in words
    assert "Your own guess about this participant" in words


def test_today_leads_to_whoever_is_still_to_guess(clinic: Clinic) -> None:
    randomized(clinic)
    miss_every_session(clinic)

    at = opened("today")
    assert "Still to be asked: the participant and you" in read(at)
    at = press(at, "Open LEI-001")

    assert "The participant’s guess" in read(at)


def test_the_coordinator_gives_the_own_guess_beside_the_participants(clinic: Clinic) -> None:
    randomized(clinic)
    miss_every_session(clinic)
    answers = {"1": 2.0}
    enter_form(
        clinic.store, clinic.actor, "LEI-001", "arm-guess/participant", "blinding_guess", answers
    )
    at = opened("participant", participant="LEI-001")

    press(at, "Fill in Which music was it?")
    (radio,) = (one for one in at.radio if "Which of the two kinds" in one.label)
    assert WORDS in str(radio.options)
    radio.set_value(0.0).run()
    press(at, "Finish this form")

    assert set(guess_states(clinic).values()) == {FormState.COMPLETE}
    assert "which music was it" not in read(at)


def test_a_link_that_was_used_says_so_and_offers_another(clinic: Clinic) -> None:
    randomized(clinic)
    miss_every_session(clinic)
    at = opened("participant", participant="LEI-001")
    press(at, "Hand over to the participant")
    (address,) = at.code
    redeem_participant_token(clinic.store, address.value.rpartition("/")[2])

    at.run()

    assert "The link was opened" in read(at)
    assert not at.code
    press(at, "Make a new link")
    (again,) = at.code
    assert again.value != address.value


def test_a_correction_is_made_and_its_history_read_on_the_participants_page(clinic: Clinic) -> None:
    randomized(clinic)
    at = opened("participant", participant="LEI-001")
    assert "No answer and no measurement was changed." in read(at)

    labelled(at, "selectbox", "Form").select_index(1).run()
    labelled(at, "selectbox", "Item").select_index(2).run()
    labelled(at, "number_input", "Right answer, from 0 to 3").set_value(1.0)
    labelled(at, "text_input", "Why was it wrong?").input("Misread on paper")
    press(at, "Record the correction")

    (history,) = (table.value for table in at.table if "Before" in table.value)
    (row,) = history.to_dict("records")
    assert row["What"] == "Generalized Anxiety Disorder-7, item 3 (baseline)"
    assert (row["Before"], row["After"]) == ("2", "1")
    assert (row["Who"], row["Why"]) == ("cora", "Misread on paper")


def test_a_correction_without_its_reason_is_refused_in_words(clinic: Clinic) -> None:
    randomized(clinic)
    at = opened("participant", participant="LEI-001")
    labelled(at, "selectbox", "Form").select_index(1).run()
    labelled(at, "selectbox", "Item").select_index(2).run()
    labelled(at, "number_input", "Right answer, from 0 to 3").set_value(1.0)

    press(at, "Record the correction")

    assert "A correction needs its reason." in read(at)


def test_a_session_outside_its_window_says_once_and_clearly_what_will_happen(
    clinic: Clinic,
) -> None:
    randomized(clinic)
    at = opened("run_session", participant="LEI-001")

    words = read(labelled(at, "selectbox", "Session").select_index(7).run())

    assert "Today is outside the window of this session" in words
    assert "a protocol deviation is noted" in words
    assert "after the rating" not in words


def test_a_session_inside_its_window_starts_after_the_rating(clinic: Clinic) -> None:
    randomized(clinic)

    words = read(opened("run_session", participant="LEI-001"))

    assert "outside the window" not in words
    assert "The session can start after the rating, with a heart signal." in words
