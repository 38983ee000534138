"""Third step of enrolment: the screening questionnaires, here or on the participant's tablet.

Contents: `ask_questions`.
"""

import streamlit as st

from data.records.participants import Participant
from data.records.people import Actor
from data.storage.store import Store
from screens.coordinator.due_forms import show_due_forms
from screens.coordinator.enrol_eligibility import offer_declining
from trials.forms import due_forms


def ask_questions(store: Store, actor: Actor, person: Participant) -> None:
    """Draw the questionnaires of the screening."""
    st.header("Screening questions")
    show_due_forms(store, actor, person.id, due_forms(store, actor, person.id))
    offer_declining(store, actor, person)
