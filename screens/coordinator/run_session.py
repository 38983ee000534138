"""Run a listening session: rating before, source, music, rating after, harms; it outlives this page."""

import streamlit as st

from data.records.participants import ParticipantState
from screens import frame
from screens.acts import attempt, show_said
from screens.coordinator.arm_guess_here import show_arm_guess
from screens.coordinator.due_forms import show_due_forms
from screens.coordinator.harms_here import ask_for_harms
from screens.coordinator.memory import show_warned
from screens.coordinator.on_air_here import show_on_air
from screens.coordinator.page_links import chosen_participant
from screens.coordinator.session_start import prepare
from screens.coordinator.stop_reason import ask_why_stopped
from screens.state import key_of
from trials.forms import DueForm, FormState, due_forms
from trials.participants import participants
from trials.timelines import EntryKind
from trials.visits import timeline


def show_page() -> None:
    """Draw the page: whose session, then the one that runs or the one that is next."""
    desk = frame.desk()
    participant_id = chosen_participant()
    if not participant_id:
        st.title("Run a session")
        choose_participant(desk)
        return
    shown = timeline(desk.store, desk.actor, participant_id)
    running = desk.bench.on_air.of_participant(participant_id)
    st.title(f"Session of {participant_id}")
    show_said()
    show_warned()
    if running is not None:
        show_on_air(running)
        return
    ask_why_stopped(desk.store, desk.actor, participant_id)
    due = due_forms(desk.store, desk.actor, participant_id)
    ratings_left = [form for form in due if is_unfinished(form, "/after")]
    if ratings_left:
        st.header("The music is over: the rating after it")
        show_due_forms(desk.store, desk.actor, participant_id, ratings_left)
        return
    ask_for_harms(desk.store, desk.actor, participant_id)
    planned = [one for one in shown.entries if one.kind is EntryKind.SESSION and one.planned]
    if planned:
        prepare(desk, participant_id, planned, due)
    else:
        st.markdown("No listening session is planned any more.")
        show_arm_guess(desk.store, desk.actor, participant_id, due)


def choose_participant(desk: frame.Desk) -> None:
    """Draw the sessions that run, and the participants who have sessions."""
    mine = [
        one.id
        for one in participants(desk.store, desk.actor)
        if one.state is ParticipantState.RANDOMIZED
    ]
    running = [one for one in mine if desk.bench.on_air.of_participant(one) is not None]
    if running:
        st.header("On the air now")
    for participant_id in running:
        st.button(
            f"Go back to the session of {participant_id}",
            key=key_of("run", f"back.{participant_id}"),
            type="primary",
            on_click=choose,
            args=(participant_id,),
        )
    chosen = st.selectbox("Participant", mine, index=None, key=key_of("run", "participant"))
    if chosen:
        choose(chosen)
        st.rerun()


def choose(participant_id: str) -> None:
    """Put a participant into the page's address, so that a reload stays here."""
    st.query_params["participant"] = participant_id


def is_unfinished(form: DueForm, side: str) -> bool:
    """Whether a form is a rating of that side of a session, and not finished."""
    return form.occasion.endswith(side) and form.state is not FormState.COMPLETE


attempt(show_page)
