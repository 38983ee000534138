"""Fifth step of enrolment: the baseline questionnaires and the resting recording.

Contents: `take_baseline`.
"""

import streamlit as st

from data.records.participants import Participant
from data.records.people import Actor
from data.storage.store import Store
from screens.coordinator.acting import attempt
from screens.coordinator.due_forms import show_due_forms
from screens.coordinator.resting import record_resting_here
from screens.state import key_of
from trials.forms import due_forms
from trials.visits import complete_baseline

BASELINE = "baseline"


def take_baseline(store: Store, actor: Actor, person: Participant) -> None:
    """Draw both parts; the button that ends the step says what is missing."""
    st.header("Questionnaires")
    show_due_forms(store, actor, person.id, due_forms(store, actor, person.id))
    st.header("Resting recording")
    record_resting_here(store, actor, person.id, BASELINE)
    st.divider()
    pressed = st.button("Baseline is complete", key=key_of("enrol", "baseline"), type="primary")
    if pressed and attempt(lambda: complete_baseline(store, actor, person.id)) is not None:
        st.rerun()
