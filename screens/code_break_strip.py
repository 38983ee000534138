"""That a code was broken, on top of every page of those who must know, until they have read it; never the arm.

Contents: `watch_code_breaks`.
"""

from functools import partial

import streamlit as st

from data.records.code_breaks import CodeBreak
from screens import sign_in
from screens.acts import attempt, escaped, in_moment
from screens.state import key_of
from screens.workbench import here
from trials.code_break import confirm_read, unread_breaks

LOOK_EVERY_S = 15


@st.fragment(run_every=LOOK_EVERY_S)
def watch_code_breaks() -> None:
    """Draw every code break of another person that is unread; looking keeps no sign-in awake."""
    store = here().store()
    for broken in unread_breaks(store, sign_in.watching_actor()):
        st.error(in_words(broken))
        if st.button("I have read this", key=key_of("code_break", f"read.{broken.id}")):
            attempt(partial(confirm_read, store, sign_in.current_actor(), broken.id))
            st.rerun()


def in_words(broken: CodeBreak) -> str:
    """Return who was shown whose arm, when and why."""
    return (
        f"**Emergency code break.** The arm of {broken.participant_id} was shown to "
        f"{escaped(broken.broken_by)} on {in_moment(broken.broken_at)}, to be told to "
        f"{escaped(broken.told_to)}. Reason: {escaped(broken.reason)}.  \n"
        "Which arm it is stands nowhere. Do not ask for it."
    )
