"""Alerts that nobody has answered yet, on top of every page of a coordinator, as they are raised.

Contents: `watch_alerts`.
"""

from datetime import datetime

import streamlit as st

from data.records.safety import AlertState
from screens import sign_in
from screens.acts import escaped, in_moment
from screens.coordinator.alert_cards import rule_in_words
from screens.coordinator.page_links import SAFETY
from screens.workbench import here
from trials.alert_clocks import acknowledge_by
from trials.opening import protocol_in_force
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
    protocol = protocol_in_force(here().store(), actor)
    now = here().store().clock()
    named = [
        f"{one.participant_id}: {rule_in_words(one.rule)}{urged(acknowledge_by(protocol, one), now)}"
        for one in raised[:SHOWN]
    ]
    more = [f"and {len(raised) - SHOWN} more"] if len(raised) > SHOWN else []
    with st.container(horizontal=True, vertical_alignment="center"):
        st.error(escaped("Safety alert. " + ". ".join([*named, *more]) + "."))
        st.page_link(SAFETY, label="Answer it")


def urged(by: datetime | None, now: datetime) -> str:
    """Return until when an alert must be acknowledged, or that it is overdue; empty without such a time."""
    if by is None:
        return ""
    return f", acknowledge by {in_moment(by)}" if now <= by else ", OVERDUE"
