"""Asking for harms after a session, in the two steps of the protocol: openly, then by a list.

Contents: `ask_for_harms`.
"""

from collections.abc import Mapping
from types import MappingProxyType

import streamlit as st

from data.records.people import Actor
from data.storage.store import Store
from screens.acts import attempt, in_moment, say
from screens.coordinator.adverse_event import fill_in_adverse_event
from screens.state import key_of
from trials.harm_asking import (
    LISTED_DOMAINS,
    HarmReply,
    HarmsLeft,
    OpenHarms,
    harms_left,
    record_harms,
    record_not_asked,
)

NOTHING, SOMETHING = "No, nothing", "Yes, something"
LIST: Mapping[str, str] = MappingProxyType(
    {
        "affective": "Feelings, e.g. sadness, fear, irritation, being overwhelmed",
        "behavioural": "Behaviour, e.g. restlessness, withdrawing from others, an urge to drink or smoke",
        "cognitive": "Thoughts, e.g. bad memories, brooding, trouble concentrating",
        "identity": "Sense of self, e.g. feeling strange or not like oneself",
        "interpersonal": "Other people, e.g. feeling lonely, misunderstood or at odds with somebody",
        "physical": "Body, e.g. headache, dizziness, nausea, pain, ringing in the ears",
        "spiritual": "Faith and meaning, e.g. feeling empty, guilty or without meaning",
    }
)
"""The kinds of music-related harm as people are asked for them; the examples are ours."""


def ask_for_harms(store: Store, actor: Actor, participant_id: str) -> None:
    """Draw what is left to ask or to report after each session; nothing when nothing is."""
    for left in harms_left(store, actor, participant_id):
        st.header(f"Harms after session {left.number}")
        st.caption(f"The session ended {in_moment(left.ended_at)}.")
        if left.left is HarmsLeft.ASK:
            ask(store, actor, left)
        else:
            report(store, actor, left)
        st.divider()


def ask(store: Store, actor: Actor, left: OpenHarms) -> None:
    """Draw the open question, then the list, then the way to record what was told."""
    openly = st.radio(
        "**1. Ask openly:** “Has anything unwanted happened, during the music or since then?”",
        (NOTHING, SOMETHING),
        index=None,
        horizontal=True,
        key=key_of("harms", f"{left.session_id}.openly"),
    )
    if openly is not None:
        go_through_list(store, actor, left, told_openly=openly == SOMETHING)
    offer_not_possible(store, actor, left)


def go_through_list(store: Store, actor: Actor, left: OpenHarms, *, told_openly: bool) -> None:
    """Draw the list of music-related harms and the button that records the answers."""
    st.markdown("**2. Then go through the list:** “Have you noticed any of these?” Tick what was.")
    named = [
        domain
        for domain in LISTED_DOMAINS
        if st.checkbox(LIST[domain], key=key_of("harms", f"{left.session_id}.{domain}"))
    ]
    reply = HarmReply(told_openly=told_openly, domains=tuple(named))
    told = reply.told_openly or bool(reply.domains)
    label = "Record, and report it" if told else "The list is done: nothing reported"
    key = key_of("harms", f"{left.session_id}.record")
    if not st.button(label, key=key, type="primary"):
        return
    if attempt(lambda: record_harms(store, actor, left.session_id, reply)) is not None:
        if not told:
            say(f"Harms after session {left.number}: nothing reported. It is on record.")
        st.rerun()


def offer_not_possible(store: Store, actor: Actor, left: OpenHarms) -> None:
    """Draw the way out for when the participant could not be asked."""
    with (
        st.expander("It is not possible to ask"),
        st.form(key_of("harms", f"{left.session_id}.not_asked"), border=False),
    ):
        reason = st.text_input("Why?", key=key_of("harms", f"{left.session_id}.why"))
        pressed = st.form_submit_button("Record that it was not possible")
    if not pressed:
        return
    done = attempt(lambda: record_not_asked(store, actor, left.session_id, reason or ""))
    if done is not None:
        say(f"It is on record that harms after session {left.number} were not asked for, and why.")
        st.rerun()


def report(store: Store, actor: Actor, left: OpenHarms) -> None:
    """Draw the form of the adverse event for what was told."""
    st.markdown("Something was told: report it here. One report for each thing that happened.")
    recorded = fill_in_adverse_event(
        store, actor, [left.participant_id], session_id=left.session_id
    )
    if recorded is not None:
        say("The adverse event is on record. Anything else that was told: page Safety.")
        st.rerun()
    key = key_of("harms", f"{left.session_id}.nothing")
    pressed = st.button("Nothing unwanted happened after all", key=key)
    if (
        pressed
        and attempt(lambda: record_harms(store, actor, left.session_id, HarmReply())) is not None
    ):
        st.rerun()
