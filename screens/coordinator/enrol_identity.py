"""First step of enrolment: who the person is. The name is kept encrypted, apart from all data.

Contents: `enter_person`, `list_unfinished`.
"""

from datetime import timedelta

import streamlit as st

from data.records.local_days import local_day
from data.records.participants import Participant, ParticipantState
from data.records.people import Actor
from data.records.trial import Site
from data.storage.store import Store
from screens.acts import attempt
from screens.coordinator.wording import in_day
from screens.state import key_of
from trials.opening import sites
from trials.participants import in_words, participants
from trials.screening import screen_participant

SEXES = {"female": "Female", "male": "Male", "other": "Other", None: "Not given"}
UNFINISHED = frozenset(
    {
        ParticipantState.PRESCREENED,
        ParticipantState.CONSENTED,
        ParticipantState.ELIGIBLE,
        ParticipantState.BASELINE_COMPLETE,
    }
)


def enter_person(store: Store, actor: Actor) -> None:
    """Draw the form for a new person and go on to consent."""
    open_sites = [site for site in sites(store, actor) if may_enrol_at(site, actor)]
    if not open_sites:
        st.warning("No site is open for enrolment. An administrator opens it.")
        return
    today = max(local_day(site, store.clock()) for site in open_sites)
    with st.form(key_of("enrol", "identity")):
        st.markdown("The name and the contact are kept encrypted, apart from all other data.")
        site = st.selectbox("Site", open_sites, format_func=lambda one: f"{one.name} ({one.id})")
        full_name = st.text_input("Full name", autocomplete="off")
        birth_date = st.date_input(
            "Date of birth",
            value=None,
            min_value=today - timedelta(days=120 * 366),
            max_value=today,
            format="DD/MM/YYYY",
        )
        contact = st.text_input("Telephone or e-mail", autocomplete="off")
        sex = st.radio("Sex", list(SEXES), index=None, format_func=SEXES.get, horizontal=True)
        pressed = st.form_submit_button("Save and go on to consent", type="primary")
    if not pressed:
        return
    if birth_date is None:
        st.error("Please enter the date of birth.")
        return
    entered = attempt(
        lambda: screen_participant(
            store,
            actor,
            site_id=site.id,
            full_name=full_name or "",
            birth_date=birth_date,
            contact=contact or "",
            sex=sex,
        )
    )
    if entered is not None:
        go_on_with(entered.id)


def may_enrol_at(site: Site, actor: Actor) -> bool:
    """Say whether the person enrols at this site."""
    return site.open and actor.site_id in {None, site.id}


def list_unfinished(store: Store, actor: Actor) -> None:
    """Draw the enrolments that were begun and not finished, each with a way back in."""
    unfinished = [one for one in participants(store, actor) if one.state in UNFINISHED]
    if not unfinished:
        return
    st.header("Go on with")
    for person in unfinished:
        offer_going_on(person)


def offer_going_on(person: Participant) -> None:
    """Draw one unfinished enrolment."""
    with st.container(border=True, horizontal=True, vertical_alignment="center"):
        st.markdown(
            f"**{person.id}**, {in_words(person.state)}, screened {in_day(person.screened_on)}"
        )
        if st.button(f"Go on with {person.id}", key=key_of("enrol", f"go_on.{person.id}")):
            go_on_with(person.id)


def go_on_with(participant_id: str) -> None:
    """Show the enrolment of one participant; the address keeps it, so that a reload stays here."""
    st.query_params["participant"] = participant_id
    st.rerun()
