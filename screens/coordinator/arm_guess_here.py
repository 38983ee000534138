"""The arm guess after the last session: the participant's own, and the coordinator's about them.

Contents: `show_arm_guess`.
"""

from collections.abc import Sequence

import streamlit as st

from data.records.people import Actor
from data.storage.store import Store
from protocols.arm_guess import Respondent
from screens.coordinator.due_forms import show_due_forms, show_own_forms
from trials.forms import DueForm, FormState
from trials.occasions import is_arm_guess


def show_arm_guess(store: Store, actor: Actor, participant_id: str, due: Sequence[DueForm]) -> None:
    """Draw the guesses that are still to be given, the participant's first; nothing when none is."""
    left = [form for form in due if is_arm_guess(form.occasion)]
    left = [form for form in left if form.state is not FormState.COMPLETE]
    if not left:
        return
    theirs = [form for form in left if form.respondent is Respondent.PARTICIPANT]
    mine = [form for form in left if form.respondent is Respondent.COORDINATOR]
    st.header("After the last session: which music was it?")
    if theirs:
        st.subheader("The participant’s guess")
        show_due_forms(store, actor, participant_id, theirs)
    if mine:
        st.subheader("Your own guess about this participant")
        st.caption("The participant does not see it.")
        show_own_forms(store, actor, participant_id, mine)
