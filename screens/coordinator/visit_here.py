"""A visit after randomization: its forms, its resting recording, and its end.

Contents: `show_visits`.
"""

from collections.abc import Sequence

import streamlit as st

from data.records.participants import ParticipantState
from data.records.people import Actor
from data.storage.store import Store
from protocols.design import Protocol, Visit
from screens.acts import attempt, say
from screens.coordinator.due_forms import missing_in_words, show_due_forms
from screens.coordinator.resting import record_resting_here
from screens.coordinator.resting_signals import record_signals_here
from screens.state import key_of
from trials.forms import DueForm, FormState
from trials.timelines import Timeline
from trials.visits import complete_visit, resting_recording


def show_visits(
    store: Store, actor: Actor, shown: Timeline, due: Sequence[DueForm], protocol: Protocol
) -> None:
    """Draw every visit that can take place today."""
    if shown.participant.state is not ParticipantState.RANDOMIZED:
        return
    for visit in protocol.visits:
        forms = [form for form in due if form.occasion == visit.code]
        if forms:
            show_visit(store, actor, shown.participant.id, visit, forms)


def show_visit(
    store: Store, actor: Actor, participant_id: str, visit: Visit, forms: Sequence[DueForm]
) -> None:
    """Draw one visit."""
    st.header(f"Visit: {visit.label}")
    show_due_forms(store, actor, participant_id, forms)
    missing = ", ".join(form.title for form in forms if form.state is not FormState.COMPLETE)
    if visit.resting_recording:
        st.subheader("Resting recording")
        record_resting_here(store, actor, participant_id, visit.code)
        record_signals_here(store, actor, participant_id, visit.code)
        missing = missing_in_words(
            forms, resting_recording(store, actor, participant_id, visit.code)
        )
    pressed = st.button(
        f"{visit.label} is complete",
        key=key_of("visit", f"complete.{visit.code}"),
        type="primary",
        disabled=bool(missing),
    )
    if missing:
        st.caption(f"Still missing: {missing}.")
    if (
        pressed
        and attempt(lambda: complete_visit(store, actor, participant_id, visit.code)) is not None
    ):
        say(f"{visit.label} is on record as done.")
        st.rerun()
