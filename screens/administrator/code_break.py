"""Break one participant's code in an emergency: the arm, shown once to the person who signs."""

import streamlit as st

from data.records.people import Actor
from data.storage.store import Store
from screens import frame
from screens.acts import Signature, attempt, escaped, sign
from screens.code_break_register import show_register
from screens.state import key_of
from trials.blinding import Blind, unblinding_state
from trials.code_break import ArmShown, break_code
from trials.signatures import Meaning, carry_out_signed


def show_page() -> None:
    """Draw the page."""
    desk = frame.desk()
    store, actor = desk.store, desk.actor
    st.title("Break a code")
    if unblinding_state(store, actor) is Blind.LIFTED:
        st.info("The trial is unblinded: results carry the names of the arms.")
    else:
        offer(store, actor)
    show_register(store, actor)


def offer(store: Store, actor: Actor) -> None:
    """Draw what a code break is, the form, and once the arm."""
    st.markdown(
        "**Only when a participant’s care depends on the arm.** Stopping the music, or treating "
        "somebody who is unwell, never needs it. The arm is shown here once, to you. Tell it to the "
        "one person who treats the participant, outside this software. Everybody else stays blind. "
        "Statisticians and the other administrators are told that it happened; the participant is "
        "flagged in the analysis."
    )
    participant_id = st.text_input(
        "Participant, e.g. LEI-001", key=key_of("code_break", "participant")
    )
    told_to = st.text_input(
        "Who needs to know it: name and role", key=key_of("code_break", "told_to")
    )
    signature = sign(
        "code_break",
        meaning=Meaning.CODE_BREAK,
        button="Show me the arm of this participant",
        reason_label="Why is it needed now?",
        reason_help="People who are blind read this. Do not name an arm.",
    )
    if signature is None:
        return
    shown = attempt(
        lambda: broken(store, actor, (participant_id or "").strip(), told_to or "", signature)
    )
    if shown is not None:
        show_once(shown)


def broken(
    store: Store, actor: Actor, participant_id: str, told_to: str, signature: Signature
) -> ArmShown:
    """Check the signature and break the code."""
    return carry_out_signed(
        store,
        actor,
        signature.password,
        Meaning.CODE_BREAK,
        lambda: break_code(store, actor, participant_id, reason=signature.reason, told_to=told_to),
        about=participant_id,
    )


def show_once(shown: ArmShown) -> None:
    """Draw the arm; nothing keeps it, so it is gone with the next thing that is done here."""
    st.warning(
        f"**{escaped(shown.participant_id)} is in the arm: {escaped(shown.arm_label)}.**  \n"
        "Shown once: it leaves this page with your next click or a reload, and nothing keeps it. "
        "Tell it now, and to nobody else.",
        icon=":material/visibility:",
    )


show_page()
