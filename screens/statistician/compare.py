"""All analyses of an outcome side by side: the primary one, its sensitivity analyses, and what was explored."""

import streamlit as st

from screens import frame
from screens.analysis_view import ANALYSIS, AnalysisView, start_analysis
from screens.drawing import draw_figure, draw_table
from screens.job_progress import watch_job
from screens.no_trial import wait_for_trial
from screens.state import key_of
from trials.blinding import Blind, unblinding_state


def show_page() -> None:
    """Draw the page."""
    desk = frame.desk()
    st.title("Compare analyses")
    wait_for_trial(desk, "all analyses of an outcome side by side")
    st.markdown(
        "How much does a result depend on choices? Each outcome with every analysis of it: what the plan "
        "promises, and what was run outside it, labelled **exploratory**."
    )
    view = ANALYSIS.found(desk.actor)
    if st.button(
        "Run the analysis" if view is None else "Run it again on the records as they are now",
        type="primary" if view is None else "secondary",
        key=key_of("compare", "run"),
    ):
        start_analysis(desk.bench, desk.actor)
    is_running = watch_job(ANALYSIS.job(desk.bench, desk.actor))
    view = ANALYSIS.found(desk.actor)
    if view is None or is_running:
        return
    if view.masked and unblinding_state(desk.store, desk.actor) is Blind.LIFTED:
        st.warning("These results were made before the blind was lifted: run the analysis again.")
    draw_outcome(view)
    draw_all(view)


def draw_outcome(view: AnalysisView) -> None:
    """Draw every analysis of the chosen outcome."""
    found = {one.outcome: one for one in view.comparisons}
    code = st.selectbox(
        "Outcome",
        list(found),
        format_func=lambda one: found[one].label,
        key=key_of("compare", "outcome"),
    )
    chosen = found[code or ""]
    st.header(chosen.label)
    draw_table(chosen.table)
    if chosen.forest is None:
        st.markdown("No analysis of it has an estimate with an interval.")
    else:
        draw_figure(chosen.forest)
    if chosen.others is not None:
        draw_table(chosen.others)
    ids = {
        result.id.lower().replace("_", "-").replace(".", "-")
        for result in view.results
        if result.outcome == code
    }
    for figure in view.figures:
        if figure.id.removeprefix("tipping-") in ids:
            draw_figure(figure)


def draw_all(view: AnalysisView) -> None:
    """Draw the standardized differences of all outcomes, and how every model was fitted."""
    forest = view.figure("forest")
    if forest is not None:
        st.header("All outcomes, standardized")
        draw_figure(forest)
    st.header("How the models were fitted")
    draw_table(view.table("fits"))


show_page()
