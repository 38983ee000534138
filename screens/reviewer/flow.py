"""The flow of participants through the trial, the check that the counts add up, and emergency code breaks."""

import streamlit as st

from screens import frame
from screens.acts import escaped, in_moment
from screens.analysis_view import ANALYSIS, AnalysisView, start_analysis
from screens.code_break_register import show_register
from screens.drawing import draw_cells, draw_svg
from screens.job_progress import watch_job
from screens.no_trial import wait_for_trial
from screens.printing import REPORT
from screens.state import key_of
from trials.progress import Progress, progress


def show_page() -> None:
    """Draw the page."""
    desk = frame.desk()
    st.title("Flow of participants")
    wait_for_trial(desk, "how many people were screened, randomized and followed")
    draw_numbers(progress(desk.store, desk.actor))
    view = ANALYSIS.found(desk.actor)
    job = ANALYSIS.job(desk.bench, desk.actor)
    with st.container(horizontal=True):
        again = st.button("Count again", key=key_of("flow", "again"), disabled=view is None)
        st.link_button("Full report", REPORT, help="Every table and figure, ready to print.")
    if again or (view is None and job is None):
        job = start_analysis(desk.bench, desk.actor)
    if not watch_job(job) and view is not None:
        draw_flow(view)
    show_register(desk.store, desk.actor)


def draw_numbers(found: Progress) -> None:
    """Draw how far the trial is."""
    numbers = (
        ("Screened", found.screened),
        ("Randomized", found.randomized),
        ("Planned", found.planned),
        ("Completed", found.completed),
        ("Withdrawn", found.withdrawn),
        ("Lost", found.lost),
    )
    for column, (label, count) in zip(st.columns(len(numbers)), numbers, strict=True):
        column.metric(label, count, border=True)


def draw_flow(view: AnalysisView) -> None:
    """Draw the diagram, whether it conserves, and its table."""
    arms = "Arms are called X and Y until unblinding." if view.masked else "The blind is lifted."
    st.markdown(
        f"Counted {in_moment(view.made_at)}. {arms} Records `{view.data_sha256[:12]}`, "
        f"program `{view.code_version}`."
    )
    if view.flow_problems:
        st.error("The counts do not add up: " + escaped("; ".join(view.flow_problems)))
    else:
        st.success("Nobody is lost or counted twice: each box equals what leaves it.")
    flow = view.flow
    draw_svg(flow.svg, flow.title, flow.alternative, flow.table)
    st.header("The same as a table")
    draw_cells(flow.table)


show_page()
