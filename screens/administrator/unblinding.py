"""Confirm an unblinding that another person asked for."""

import streamlit as st

from data.records.people import Actor
from data.records.trial import Unblinding
from data.storage.store import Store
from screens import frame
from screens.acts import Signature, attempt, escaped, in_moment, say, show_said, sign
from trials.blinding import confirm_unblinding, unblinding
from trials.locking import database_lock
from trials.opening import current_trial
from trials.signatures import Meaning, carry_out_signed


def show_page() -> None:
    """Draw the page."""
    desk = frame.desk()
    store, actor = desk.store, desk.actor
    st.title("Unblinding")
    show_said()
    st.markdown(
        "While the blind holds, no analysis names an arm. It is lifted by two people: one asks, "
        "after the database lock, and an administrator who is somebody else confirms. It cannot be "
        "taken back."
    )
    found = unblinding(store, actor)
    if found is None:
        draw_nothing_asked(store, actor)
        return
    st.header("The request")
    st.markdown(
        f"**{escaped(found.requested_by)}** asked on {in_moment(found.requested_at)}.  \n"
        f"Reason: {escaped(found.reason)}"
    )
    if found.confirmed_by is None:
        confirm(store, actor, found)
    elif found.confirmed_at is not None:
        st.success(
            f"**{escaped(found.confirmed_by)}** confirmed it on {in_moment(found.confirmed_at)}: "
            "the blind is lifted, and analyses name the arms."
        )


def draw_nothing_asked(store: Store, actor: Actor) -> None:
    """Draw that there is nothing to confirm, and why."""
    if database_lock(store, actor) is None:
        st.info("The database is not locked yet, so nobody can ask for unblinding.")
    else:
        st.info("The database is locked. Nobody has asked for unblinding yet.")


def confirm(store: Store, actor: Actor, found: Unblinding) -> None:
    """Draw the signature of the confirmation."""
    st.header("Confirm it")
    if found.requested_by == actor.user_id:
        st.warning("You asked yourself: another administrator has to confirm.")
        return
    signature = sign(
        "confirm",
        meaning=Meaning.UNBLINDING,
        button="Lift the blind for good",
        reason_label="",
        reason_help="",
    )
    if signature and attempt(lambda: confirmed(store, actor, signature)):
        say("The blind is lifted. The statistician runs the analysis again to see the arms' names.")
        st.rerun()


def confirmed(store: Store, actor: Actor, signature: Signature) -> Unblinding:
    """Check the signature and confirm."""
    return carry_out_signed(
        store,
        actor,
        signature.password,
        Meaning.UNBLINDING,
        lambda: confirm_unblinding(store, actor),
        about=current_trial(store, actor).id,
    )


show_page()
