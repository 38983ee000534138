"""Unblinding in words, and the request for it: `draw_unblinding`."""

import streamlit as st

from data.records.people import Actor
from data.records.trial import Unblinding
from data.storage.store import Store
from screens.acts import Signature, attempt, escaped, in_moment, say, sign
from trials.blinding import request_unblinding, unblinding
from trials.opening import current_trial
from trials.signatures import Meaning, carry_out_signed


def draw_unblinding(store: Store, actor: Actor) -> None:
    """Draw how far unblinding is; before anybody asked, the form to ask for it."""
    st.header("Unblinding")
    found = unblinding(store, actor)
    if found is None:
        draw_request(store, actor)
    else:
        st.markdown(asked_in_words(found))
        st.markdown(confirmed_in_words(found))


def draw_request(store: Store, actor: Actor) -> None:
    """Draw the form that asks for unblinding."""
    st.markdown(
        "The arms are still called X and Y. You ask for unblinding here; **an administrator "
        "confirms it**, never the same person. From then on every result carries the arms' names. "
        "It cannot be taken back."
    )
    signature = sign(
        "unblinding",
        meaning=Meaning.UNBLINDING_REQUEST,
        button="Ask for unblinding",
        reason_label="Why?",
        reason_help="The person who confirms reads it.",
    )
    if signature and attempt(lambda: requested(store, actor, signature)):
        say("Unblinding is asked for. An administrator has to confirm it.")
        st.rerun()


def requested(store: Store, actor: Actor, signature: Signature) -> Unblinding:
    """Check the signature and ask."""
    return carry_out_signed(
        store,
        actor,
        signature.password,
        Meaning.UNBLINDING_REQUEST,
        lambda: request_unblinding(store, actor, signature.reason),
        about=current_trial(store, actor).id,
    )


def asked_in_words(found: Unblinding) -> str:
    """Return who asked, when and why."""
    return (
        f"**{escaped(found.requested_by)}** asked for unblinding on "
        f"{in_moment(found.requested_at)}.  \nReason: {escaped(found.reason)}"
    )


def confirmed_in_words(found: Unblinding) -> str:
    """Return who confirmed and when, or that somebody has to."""
    if found.confirmed_by is None or found.confirmed_at is None:
        return "Nobody has confirmed it yet: the arms are still masked. An administrator confirms."
    return (
        f"**{escaped(found.confirmed_by)}** confirmed it on {in_moment(found.confirmed_at)}: "
        "the arms carry their names. Run the analysis again to see them."
    )
