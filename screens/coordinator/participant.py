"""One participant: the next permitted action, what is due today, and one timeline of everything."""

import streamlit as st

from data.records.people import Actor
from data.storage.store import Store
from protocols.design import Protocol
from screens import frame
from screens.acts import attempt, escaped, in_moment, show_said
from screens.coordinator.alert_cards import rule_in_words
from screens.coordinator.arm_guess_here import show_arm_guess
from screens.coordinator.corrections import show_corrections
from screens.coordinator.departures import offer_departures
from screens.coordinator.due_forms import show_due_forms
from screens.coordinator.enrol_consent import read_and_sign
from screens.coordinator.harms_here import ask_for_harms
from screens.coordinator.memory import show_warned
from screens.coordinator.page_links import (
    ENROL,
    RECORDINGS,
    RUN_SESSION,
    chosen_participant,
    offer_next_page,
    offer_page,
)
from screens.coordinator.stop_reason import ask_why_stopped
from screens.coordinator.visit_here import show_visits
from screens.coordinator.wording import in_day, reason_in_words, times_in_words
from screens.state import key_of
from trials.forms import DueForm, FormState, due_forms
from trials.opening import protocol_in_force
from trials.participants import in_words, participants
from trials.timelines import EntryKind, NextStep, Timeline, TimelineEntry
from trials.visits import timeline

PAGES = {
    NextStep.CONSENT: (ENROL, "Go on with enrolment"),
    NextStep.ELIGIBILITY: (ENROL, "Go on with enrolment"),
    NextStep.BASELINE: (ENROL, "Go on with enrolment"),
    NextStep.RANDOMIZATION: (ENROL, "Go on with enrolment"),
    NextStep.SESSION: (RUN_SESSION, "Open the session"),
}
CODES = ("prescreened", "consented", "eligible", "baseline_complete")


def show_page() -> None:
    """Draw the page."""
    desk = frame.desk()
    participant_id = chosen_participant()
    if not participant_id:
        st.title("Participants")
        list_everybody(desk.store, desk.actor)
        return
    shown = timeline(desk.store, desk.actor, participant_id)
    st.title(participant_id)
    st.markdown(f"{in_words(shown.participant.state).capitalize()}{about(shown)}.")
    show_said()
    show_warned()
    ask_why_stopped(desk.store, desk.actor, participant_id)
    show_next(desk.store, desk.actor, shown)
    due = due_forms(desk.store, desk.actor, participant_id)
    protocol = protocol_in_force(desk.store, desk.actor)
    show_visits(desk.store, desk.actor, shown, due, protocol)
    show_session_forms(desk.store, desk.actor, shown, due)
    ask_for_harms(desk.store, desk.actor, participant_id)
    show_arm_guess(desk.store, desk.actor, participant_id, due)
    show_timeline(shown, protocol)
    show_corrections(desk.store, desk.actor, participant_id)
    offer_page(
        "Recordings of the heart",
        RECORDINGS,
        key=key_of("participant", "recordings"),
        participant=participant_id,
    )
    offer_departures(desk, shown)


def list_everybody(store: Store, actor: Actor) -> None:
    """Draw the participants whom the person may see, and the way to one of them."""
    everybody = participants(store, actor)
    if not everybody:
        st.markdown("Nobody is enrolled yet.")
        return
    chosen = st.selectbox(
        "Open a participant", [one.id for one in everybody], index=None, key=key_of("people", "id")
    )
    if chosen:
        st.query_params["participant"] = chosen
        st.rerun()
    rows = [
        {
            "Participant": one.id,
            "State": in_words(one.state),
            "Screened": in_day(one.screened_on),
            "Age": str(one.age_years or ""),
        }
        for one in everybody
    ]
    st.table(rows, border="horizontal", hide_index=True)


def about(shown: Timeline) -> str:
    """Return age and sex as far as they are known."""
    person = shown.participant
    age = f", {person.age_years} years" if person.age_years is not None else ""
    return age + (f", {person.sex}" if person.sex else "")


def show_next(store: Store, actor: Actor, shown: Timeline) -> None:
    """Draw the one action that is permitted next."""
    action = shown.next_action
    st.header("Next")
    st.markdown(times_in_words(action.text))
    if action.step is NextStep.CONSENT and shown.participant.state not in CODES[:1]:
        read_and_sign(store, actor, shown.participant)
    elif action.step in PAGES:
        page, label = PAGES[action.step]
        offer_next_page(
            label,
            page,
            key=key_of("participant", "next"),
            participant=shown.participant.id,
            session=f"{shown.participant.id}/{action.occasion}",
        )


def show_session_forms(
    store: Store, actor: Actor, shown: Timeline, due: tuple[DueForm, ...]
) -> None:
    """Draw the ratings after sessions that are still to be given."""
    left = [
        form
        for form in due
        if form.occasion.endswith("/after") and form.state is not FormState.COMPLETE
    ]
    if left:
        st.header("Ratings still to be given")
        show_due_forms(store, actor, shown.participant.id, left)


def show_timeline(shown: Timeline, protocol: Protocol) -> None:
    """Draw everything that happened and is planned."""
    st.header("Timeline")
    rows = [
        {
            "When": in_moment(entry.at) if entry.at else in_day(entry.on),
            "What": title_of(entry),
            "State": state_of(entry, protocol),
        }
        for entry in shown.entries
    ]
    st.table(rows, border="horizontal", hide_index=True)


def title_of(entry: TimelineEntry) -> str:
    """Return what an entry is about."""
    if entry.kind is not EntryKind.ALERT:
        return escaped(entry.title)
    urgency, _, rule = entry.title.partition(": ")
    return f"{urgency}: {rule_in_words(rule)}"


def state_of(entry: TimelineEntry, protocol: Protocol) -> str:
    """Return what is known of an entry."""
    if entry.kind is EntryKind.ELIGIBILITY and entry.detail:
        reasons = (reason_in_words(code, protocol.criteria) for code in entry.detail.split(", "))
        return escaped(" ".join(reasons))
    detail = times_in_words(entry.detail)
    if entry.planned:
        return f"Planned. {escaped(detail)}"
    is_done = entry.kind in {EntryKind.VISIT, EntryKind.SESSION} and not detail
    return "Done" if is_done else escaped(detail[:1].upper() + detail[1:])


attempt(show_page)
