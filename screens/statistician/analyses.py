"""One planned analysis: choose it, see it run, and look at it closely before it is believed."""

import streamlit as st

from screens import frame
from screens.acts import escaped
from screens.job_progress import watch_job
from screens.no_trial import wait_for_trial
from screens.single_analysis_view import PLANNED, start_planned
from screens.state import key_of
from screens.statistician.cards import draw_single_analysis
from trials.blinding import Blind, unblinding_state
from trials.opening import protocol_in_force


def show_page() -> None:
    """Draw the page."""
    desk = frame.desk()
    st.title("One analysis")
    wait_for_trial(desk, "each planned analysis with its residuals, means and calls")
    protocol = protocol_in_force(desk.store, desk.actor)
    labels = {one.code: one.label for one in protocol.analysis.analyses}
    chosen, run = st.columns([3, 1], vertical_alignment="bottom")
    code = chosen.selectbox(
        "Planned analysis",
        list(labels),
        format_func=labels.__getitem__,
        key=key_of("analyses", "code"),
    )
    if run.button("Run this analysis", type="primary", key=key_of("analyses", "run")):
        start_planned(desk.bench, desk.actor, code or "")
    is_running = watch_job(PLANNED.job(desk.bench, desk.actor))
    view = PLANNED.found(desk.actor)
    if view is None or is_running:
        return
    if view.code != code:
        st.info(f"Below is the analysis that was run last: {escaped(view.label)}.")
    lifted = unblinding_state(desk.store, desk.actor) is Blind.LIFTED
    draw_single_analysis(view, lifted=lifted)


show_page()
