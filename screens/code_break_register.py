"""The register of emergency code breaks, for every role that may read it; no arm stands in it.

Contents: `show_register`.
"""

import streamlit as st

from data.records.people import Actor
from data.storage.store import Store
from screens.acts import escaped, in_moment
from trials.code_break import register


def show_register(store: Store, actor: Actor) -> None:
    """Draw every code break so far, newest first; no arm stands in it."""
    st.header("Emergency code breaks")
    found = register(store, actor)
    if not found:
        st.markdown("None.")
        return
    rows = [
        {
            "When": in_moment(one.code_break.broken_at),
            "Participant": one.code_break.participant_id,
            "Shown to": escaped(one.code_break.broken_by),
            "For": escaped(one.code_break.told_to),
            "Reason": escaped(one.code_break.reason),
            "Read by": escaped(", ".join(one.read_by)) or "Nobody yet",
        }
        for one in found
    ]
    st.table(rows, border="horizontal", hide_index=True)
