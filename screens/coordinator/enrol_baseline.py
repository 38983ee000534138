"""Fifth step of enrolment: the baseline questionnaires and the resting recording.

Contents: `take_baseline`.
"""

import streamlit as st

from data.records.participants import Participant
from data.records.people import Actor
from data.storage.store import Store
from screens.acts import attempt
from screens.coordinator.due_forms import missing_in_words, show_due_forms
from screens.coordinator.resting import record_resting_here
from screens.coordinator.resting_signals import record_signals_here
from screens.state import key_of
from trials.forms import due_forms
from trials.visits import complete_baseline, resting_recording

BASELINE = "baseline"


def take_baseline(store: Store, actor: Actor, person: Participant) -> None:
    """Draw both parts, and the button that ends the step once both are there."""
    st.header("Questionnaires")
    due = due_forms(store, actor, person.id)
    show_due_forms(store, actor, person.id, due)
    st.header("Resting recording")
    record_resting_here(store, actor, person.id, BASELINE)
    record_signals_here(store, actor, person.id, BASELINE)
    st.divider()
    missing = missing_in_words(due, resting_recording(store, actor, person.id, BASELINE))
    pressed = st.button(
        "Baseline is complete",
        key=key_of("enrol", "baseline"),
        type="primary",
        disabled=bool(missing),
    )
    if missing:
        st.caption(f"Still missing: {missing}.")
    if pressed and attempt(lambda: complete_baseline(store, actor, person.id)) is not None:
        st.rerun()
