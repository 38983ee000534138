"""Masked results: the analysis plan carried out on the records as they are now, arms as X and Y."""

from collections.abc import Callable

import streamlit as st

from screens import frame
from screens.acts import escaped, in_moment
from screens.analysis_view import ANALYSIS, AnalysisView, start_analysis
from screens.drawing import draw_figure
from screens.job_progress import watch_job
from screens.no_trial import wait_for_trial
from screens.printing import REPORT
from screens.state import key_of
from screens.statistician.results import (
    draw_exploratory,
    draw_origin,
    draw_primary,
    draw_section,
    draw_tables,
)
from trials.audit_trail import record_export
from trials.blinding import Blind, unblinding_state

MASKED = (
    "Arms are called **X** and **Y**. Which is which is not known to this page, nor to the program "
    "that analysed the records: the arms are named after the database lock, when two people have lifted the blind."
)
NAMED = "The blind is lifted: the arms carry their names."


def show_page() -> None:
    """Draw the page."""
    desk = frame.desk()
    lifted = unblinding_state(desk.store, desk.actor) is Blind.LIFTED
    st.title("Results" if lifted else "Masked results")
    wait_for_trial(desk, "the results of the analysis plan, with the arms as X and Y")
    st.markdown(NAMED if lifted else MASKED)
    view = ANALYSIS.found(desk.actor)
    with st.container(horizontal=True, vertical_alignment="center"):
        pressed = st.button(
            "Run the analysis" if view is None else "Run it again on the records as they are now",
            type="primary" if view is None else "secondary",
            key=key_of("masked", "run"),
        )
        if view is not None:
            offer_files(desk, view)
    if pressed:
        start_analysis(desk.bench, desk.actor)
    is_running = watch_job(ANALYSIS.job(desk.bench, desk.actor))
    if view is not None and not is_running:
        show_results(view, lifted=lifted)


def offer_files(desk: frame.Desk, view: AnalysisView) -> None:
    """Draw the ways out of the page: the printable report and the numbers as files."""
    st.link_button("Full report", REPORT, help="Every table and figure, ready to print.")
    for kind, mime, content in (
        ("CSV", "text/csv", view.results_csv),
        ("JSON", "application/json", view.results_json),
    ):
        st.download_button(
            f"Results as {kind}",
            data=exported(desk, f"results as {kind}", content),
            file_name=f"results-{view.data_sha256[:8]}.{kind.lower()}",
            mime=mime,
            on_click="ignore",
            key=key_of("masked", f"download.{kind}"),
        )


def exported(desk: frame.Desk, what: str, content: str) -> Callable[[], bytes]:
    """Return what happens at the click: the export goes on record, then the file is handed out."""

    def hand_out() -> bytes:
        record_export(desk.store, desk.actor, what)
        return content.encode()

    return hand_out


def show_results(view: AnalysisView, *, lifted: bool) -> None:
    """Draw every result with its numbers of participants and its origin."""
    if view.masked and lifted:
        st.warning("These results were made before the blind was lifted: run the analysis again.")
    state = "before the lock: records can still change" if view.locked_at is None else "locked"
    st.markdown(
        f"Made {in_moment(view.made_at)} from the records of everybody randomized, "
        f"{view.participants} in all ({state}). Records `{view.data_sha256[:12]}`, "
        f"program `{escaped(view.code_version)}`."
    )
    draw_primary(view)
    st.header("Flow of participants")
    for problem in view.flow_problems:
        st.error(escaped(problem))
    draw_figure(view.flow)
    draw_section(view, "Secondary outcomes", "secondary", "forest")
    draw_section(view, "Change within listening sessions", "sessions", "session-change")
    draw_section(view, "Heart rate variability at rest", "hrv")
    if any(table.id == "signals-results" for table in view.tables):
        draw_section(view, "Signals at rest", "signals-results")
    draw_section(view, "Adherence and dose", "delivery-results")
    draw_tables(view, "Delivery", "delivery")
    draw_tables(
        view, "Quality of the recordings", "signal-quality", "signal-quality-participants", "graph"
    )
    draw_section(view, "Harms", "harms-results")
    draw_tables(view, "", "harms")
    draw_tables(view, "Missing data", "missing", "analysis-sets")
    draw_tables(view, "Baseline", "baseline")
    draw_exploratory(view)
    draw_origin(view)


show_page()
