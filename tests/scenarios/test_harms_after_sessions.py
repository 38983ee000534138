"""After a session the coordinator is made to ask for harms: openly, then by the list."""

from dataclasses import replace

import pytest

from data.records.harm_askings import HarmAnswer, HarmAsking
from data.records.sessions import ListeningSession, RestingBaseline, SessionState
from data.storage.roles import Permission
from screens.coordinator.harms_here import LIST, NOTHING, SOMETHING
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
from trials.harm_asking import LISTED_DOMAINS

__all__ = ["clinic", "opened_trial"]
WHO = "LEI-001"
ASKED = "**1. Ask openly:** “Has anything unwanted happened, during the music or since then?”"


def hear_a_session(clinic: Clinic) -> None:
    """Record a session that has just ended, as the loop would, with its ratings."""
    randomized(clinic)
    session = ListeningSession(
        id=f"{WHO}/session-1/attempt-1",
        participant_id=WHO,
        planned_session_id=f"{WHO}/session-1",
        number=1,
        seed=1,
        arm_definition_hash="0" * 64,
        baseline=RestingBaseline(
            heart_rate_bpm=70,
            heart_rate_scale_bpm=5,
            ln_rmssd=3.5,
            ln_rmssd_scale=0.3,
            source="recorded",
        ),
        source="simulated listener",
        planned_duration_s=1200,
        state=SessionState.COMPLETED,
        started_at=clinic.clock(),
        ended_at=clinic.clock(),
        stop_reason="",
        listened_s=1200,
    )
    with clinic.store.writing(clinic.actor, Permission.RUN_SESSION, "begin") as writing:
        writing.add(session)
    for side, anxiety in (("before", 60.0), ("after", 40.0)):
        occasion, answers = f"session-1/{side}", {"1": anxiety}
        enter_form(clinic.store, clinic.actor, WHO, occasion, "vas_state_anxiety", answers)


def askings(clinic: Clinic) -> list[HarmAsking]:
    with clinic.store.reading(clinic.actor, Permission.MANAGE_SAFETY) as reading:
        return list(reading.find(HarmAsking))


def test_the_list_has_words_for_every_kind_of_harm() -> None:
    assert tuple(LIST) == LISTED_DOMAINS


@pytest.mark.parametrize("where", ["run_session", "participant"])
def test_nothing_reported_takes_the_open_question_and_the_list(clinic: Clinic, where: str) -> None:
    hear_a_session(clinic)
    at = opened(where, participant=WHO)
    before = [box.label for box in at.checkbox if box.label in LIST.values()]

    labelled(at, "radio", ASKED).set_value(NOTHING).run()
    after = [box.label for box in at.checkbox if box.label in LIST.values()]
    press(at, "The list is done: nothing reported")

    assert (before, after) == ([], list(LIST.values()))
    assert [one.answer for one in askings(clinic)] == [HarmAnswer.NOTHING]
    assert "nothing reported. It is on record." in read(at)
    assert ASKED not in [radio.label for radio in at.radio]


def test_what_is_ticked_opens_the_form_of_the_adverse_event_for_this_session(
    clinic: Clinic,
) -> None:
    hear_a_session(clinic)
    at = opened("run_session", participant=WHO)

    labelled(at, "radio", ASKED).set_value(NOTHING).run()
    labelled(at, "checkbox", LIST["physical"]).check().run()
    press(at, "Record, and report it")

    (asking,) = askings(clinic)
    assert (asking.answer, asking.domains) == (HarmAnswer.REPORTED, ("physical",))
    assert "Something was told: report it here." in read(at)
    assert [button.label for button in at.button].count("Record the adverse event") == 1


def test_what_is_told_openly_counts_though_the_list_is_empty(clinic: Clinic) -> None:
    hear_a_session(clinic)
    at = opened("run_session", participant=WHO)

    labelled(at, "radio", ASKED).set_value(SOMETHING).run()
    press(at, "Record, and report it")
    press(at, "Nothing unwanted happened after all")

    assert [one.answer for one in askings(clinic)] == [HarmAnswer.REPORTED, HarmAnswer.NOTHING]
    assert [one.told_openly for one in askings(clinic)] == [True, False]


def test_that_it_is_not_possible_to_ask_is_recorded_with_its_reason(clinic: Clinic) -> None:
    hear_a_session(clinic)
    at = opened("run_session", participant=WHO)

    labelled(at, "text_input", "Why?").set_value("Left at once")
    press(at, "Record that it was not possible")

    assert [(one.answer, one.reason) for one in askings(clinic)] == [
        (HarmAnswer.NOT_ASKED, "Left at once")
    ]


def test_today_names_the_session_and_leads_to_the_question(clinic: Clinic) -> None:
    hear_a_session(clinic)
    at = opened("today")

    words = read(at)
    press(at, f"Ask {WHO}")

    assert "Nobody has asked for harms after session 1" in words
    assert ASKED in [radio.label for radio in at.radio]


def test_a_session_on_which_nothing_was_heard_is_not_asked_about(clinic: Clinic) -> None:
    hear_a_session(clinic)
    with clinic.store.writing(clinic.actor, Permission.RUN_SESSION, "end") as writing:
        session = writing.get(ListeningSession, f"{WHO}/session-1/attempt-1")
        writing.replace(replace(session, listened_s=0.0))

    assert "Nobody has asked for harms" not in read(opened("today"))
