"""Alerts that nobody has answered yet, on top of every page of a coordinator, as they are raised.

Contents: `watch_alerts`.
"""

import streamlit as st

from data.records.safety import AlertState
from screens import sign_in
from screens.acts import escaped
from screens.coordinator.alert_cards import rule_in_words
from screens.coordinator.page_links import SAFETY
from screens.workbench import here
from trials.safety import alerts

LOOK_EVERY_S = 5
SHOWN = 3


@st.fragment(run_every=LOOK_EVERY_S)
def watch_alerts() -> None:
    """Draw what waits for an answer, and the way there; looking keeps no sign-in awake."""
    actor = sign_in.watching_actor()
    raised = [one for one in alerts(here().store(), actor) if one.state is AlertState.RAISED]
    if not raised:
        return
    named = [f"{one.participant_id}: {rule_in_words(one.rule)}" for one in raised[:SHOWN]]
    more = [f"and {len(raised) - SHOWN} more"] if len(raised) > SHOWN else []
    with st.container(horizontal=True, vertical_alignment="center"):
        st.error(escaped("Safety alert. " + ". ".join([*named, *more]) + "."))
        st.page_link(SAFETY, label="Answer it")
