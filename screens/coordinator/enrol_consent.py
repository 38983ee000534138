"""Second step of enrolment: the information, the notice about sensing, and the signature.

Contents: `take_consent`, `read_and_sign` (also when a new version is signed again).
"""

import streamlit as st

from data.records.participants import Participant
from data.records.people import Actor
from data.storage.store import Store
from screens.acts import attempt, in_moment
from screens.coordinator.enrol_eligibility import offer_declining
from screens.coordinator.memory import memory
from screens.state import key_of
from trials.consent import record_consent
from trials.opening import protocol_in_force

LONGEST_HEADING = 50


def take_consent(store: Store, actor: Actor, person: Participant) -> None:
    """Draw the step: the person signs, or declines to take part."""
    read_and_sign(store, actor, person)
    offer_declining(store, actor, person)


def read_and_sign(store: Store, actor: Actor, person: Participant) -> None:
    """Draw what the participant reads and signs; the moment the notice was shown is recorded."""
    protocol = protocol_in_force(store, actor)
    shown_at = memory().notice_shown_at.setdefault(person.id, store.clock())
    st.header(f"Information for participants, version {protocol.consent_version}")
    with st.container(border=True):
        st.markdown(as_paragraphs(protocol.consent_text))
    st.header("Notice about sensing")
    with st.container(border=True):
        st.markdown(protocol.sensing_notice)
        st.caption(f"Shown on this screen since {in_moment(shown_at)}.")
    with st.form(key_of("enrol", f"consent.{person.id}"), border=False):
        has_read = st.checkbox("The participant has read both texts and could ask questions.")
        has_signed = st.checkbox("The participant has signed the information sheet.")
        pressed = st.form_submit_button("Record consent", type="primary")
    if pressed and not (has_read and has_signed):
        st.error("Consent is recorded when both are true.")
    elif (
        pressed
        and attempt(
            lambda: record_consent(store, actor, person.id, sensing_notice_shown_at=shown_at)
        )
        is not None
    ):
        st.rerun()


def as_paragraphs(text: str) -> str:
    """Return plain text as Markdown: a short line that begins a paragraph is its heading."""
    paragraphs = (paragraph.partition("\n") for paragraph in text.strip().split("\n\n"))
    return "\n\n".join(
        f"**{first}**  \n{rest}" if rest and len(first) < LONGEST_HEADING else f"{first}\n{rest}"
        for first, _, rest in paragraphs
    )
