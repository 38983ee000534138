"""Last steps of enrolment: the checklist, the signature, and the kit code; never the arm.

Contents: `confirm`, `show_result`.
"""

from datetime import date

import streamlit as st

from data.records.participants import Participant
from data.records.people import Actor
from data.storage.store import Store
from screens.acts import attempt, escaped
from screens.coordinator.memory import memory
from screens.coordinator.page_links import PARTICIPANT, offer_next_page
from screens.coordinator.wording import in_day
from screens.state import key_of
from trials.participants import identity
from trials.randomization.allocation import (
    Randomized,
    participant_stratum,
    randomization_checklist,
    randomize,
)
from trials.signatures import Meaning, carry_out_signed
from trials.timelines import EntryKind
from trials.visits import timeline


def confirm(store: Store, actor: Actor, person: Participant) -> None:
    """Draw what must be true before randomization, and open the dialog that signs it."""
    st.header("Before randomization")
    who = identity(store, actor, person.id)
    st.markdown(
        f"Check two identifiers with the person: **{escaped(who.full_name)}**, born **{in_day(date.fromisoformat(who.birth_date))}**."
    )
    missing = randomization_checklist(store, actor, person.id)
    if missing:
        st.warning("Still missing:\n" + "\n".join(f"- {what}" for what in missing))
        return
    st.markdown("✓ Consent to the version in force  \n✓ Eligibility signed  \n✓ Baseline complete")
    st.markdown("Strata, computed from what is on record; nobody can change them here:")
    st.table(strata_of(participant_stratum(store, actor, person.id)), border="horizontal")
    checked = st.checkbox("Both identifiers agree.", key=key_of("enrol", f"identified.{person.id}"))
    st.button(
        "Randomize ...",
        key=key_of("enrol", "randomize"),
        type="primary",
        disabled=not checked,
        on_click=ask_for_signature,
        args=(person.id,),
    )
    if memory().signing == person.id:
        sign(store, actor, person.id)


def strata_of(stratum: str) -> dict[str, str]:
    """Return the parts of a stratum's key, by factor."""
    pairs = (part.split("=", maxsplit=1) for part in stratum.split("|"))
    return {factor.capitalize(): level for factor, level in pairs}


def ask_for_signature(participant_id: str) -> None:
    """Open the dialog; it stays open until it is signed or cancelled."""
    memory().signing = participant_id


@st.dialog("Sign the randomization", dismissible=False)
def sign(store: Store, actor: Actor, participant_id: str) -> None:
    """Draw the signature: the participant's id typed, the password entered again."""
    st.markdown(
        f"This gives **{participant_id}** the next place on the sealed list. It cannot be undone.  \n"
        f"You sign: “{Meaning.RANDOMIZATION}”"
    )
    with st.form(key_of("enrol", f"sign.{participant_id}"), clear_on_submit=True, border=False):
        typed = st.text_input(f"Type {participant_id}", autocomplete="off")
        password = st.text_input("Your password", type="password", autocomplete="current-password")
        pressed = st.form_submit_button("Randomize", type="primary")
    if st.button("Cancel", key=key_of("enrol", "cancel")):
        memory().signing = ""
        st.rerun()
    if pressed and (typed or "").strip() != participant_id:
        st.error(f"What was typed is not {participant_id}.")
    elif (
        pressed
        and attempt(lambda: signed(store, actor, participant_id, password or "")) is not None
    ):
        memory().signing = ""
        st.rerun()


def signed(store: Store, actor: Actor, participant_id: str, password: str) -> Randomized:
    """Check the signature and randomize."""
    return carry_out_signed(
        store,
        actor,
        password,
        Meaning.RANDOMIZATION,
        lambda: randomize(store, actor, participant_id),
        about=participant_id,
    )


def show_result(store: Store, actor: Actor, person: Participant) -> None:
    """Draw the kit code and what comes next."""
    shown = timeline(store, actor, person.id)
    st.header(f"{person.id} is randomized")
    for entry in shown.entries:
        if entry.kind is EntryKind.RANDOMIZATION:
            st.markdown(f"{entry.detail}. The code says nothing about the kind of music.")
    planned = [e for e in shown.entries if e.kind is EntryKind.SESSION and e.planned]
    if planned:
        st.markdown(f"Next: **{planned[0].title}**, planned for {in_day(planned[0].on)}.")
    offer_next_page(
        f"Open {person.id}", PARTICIPANT, key=key_of("enrol", "open"), participant=person.id
    )
