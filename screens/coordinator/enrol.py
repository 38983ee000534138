"""Enrol a person: one path from the name to the kit code; every step is saved, none is skipped."""

import streamlit as st

from data.records.participants import Participant, ParticipantState
from data.records.people import Actor
from data.storage.store import Store
from screens import frame
from screens.acts import attempt, show_said
from screens.coordinator import (
    enrol_baseline,
    enrol_confirm,
    enrol_consent,
    enrol_eligibility,
    enrol_identity,
    enrol_screening,
)
from screens.coordinator.memory import show_warned
from screens.coordinator.page_links import chosen_participant
from screens.coordinator.progress import Step, show_progress, step_of
from trials.forms import due_forms
from trials.participants import in_words, participant

STEPS = {
    Step.CONSENT: enrol_consent.take_consent,
    Step.SCREENING: enrol_screening.ask_questions,
    Step.ELIGIBILITY: enrol_eligibility.assess,
    Step.BASELINE: enrol_baseline.take_baseline,
    Step.CONFIRM: enrol_confirm.confirm,
    Step.RESULT: enrol_confirm.show_result,
}


def show_page() -> None:
    """Draw the page: a new person, or the step that is next for the one in the address."""
    desk = frame.desk()
    actor, store = desk.actor, desk.store
    participant_id = chosen_participant()
    if not participant_id:
        st.title("Enrol a person")
        show_progress(Step.IDENTITY)
        enrol_identity.enter_person(store, actor)
        enrol_identity.list_unfinished(store, actor)
        return
    person = participant(store, actor, participant_id)
    st.title(f"Enrol {person.id}")
    show_said()
    show_warned()
    show_step(store, actor, person)


def show_step(store: Store, actor: Actor, person: Participant) -> None:
    """Draw the step that is next; the steps before are done, the steps after stay shut."""
    step = step_of(person.state, due_forms(store, actor, person.id))
    if step is not None:
        show_progress(step)
        STEPS[step](store, actor, person)
    elif person.state is ParticipantState.SCREEN_FAILED:
        enrol_eligibility.show_failure(store, actor, person)
    else:
        st.info(f"Enrolment of {person.id} is over: {in_words(person.state)}.")


attempt(show_page)
