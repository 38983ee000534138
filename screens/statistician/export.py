"""Take datasets and results out of the workbench: three formats, a manifest of hashes, each time on record."""

from collections.abc import Callable

import streamlit as st

from analysis.reports.exported import Export
from screens import frame
from screens.acts import in_moment
from screens.analysis_view import ANALYSIS, AnalysisView, start_analysis
from screens.job_progress import watch_job
from screens.no_trial import wait_for_trial
from screens.state import key_of
from trials.audit_trail import record_export
from trials.blinding import Blind, unblinding_state

WHAT = """
- `datasets/`: ADSL, ADQS, ADVAS and ADAE with ADaM names.
- `analyses/`: the rows of each analysis, which the calls in R and SAS name `d`.
- `results`: every result with every digit, planned or **exploratory**.
- `manifest.json`: the SHA-256 of each file, of the records, of the protocol and of the plan.
"""


def show_page() -> None:
    """Draw the page."""
    desk = frame.desk()
    st.title("Export")
    wait_for_trial(desk, "datasets and results as CSV, JSON and Parquet")
    lifted = unblinding_state(desk.store, desk.actor) is Blind.LIFTED
    arms = "The arms carry their names." if lifted else "The arms are called **X** and **Y**."
    st.markdown(f"{arms} No file holds a name or a contact of a participant.\n{WHAT}")
    view = ANALYSIS.found(desk.actor)
    if st.button(
        "Prepare the files"
        if view is None
        else "Prepare them again from the records as they are now",
        type="primary" if view is None else "secondary",
        key=key_of("export", "run"),
    ):
        start_analysis(desk.bench, desk.actor)
    is_running = watch_job(ANALYSIS.job(desk.bench, desk.actor))
    view = ANALYSIS.found(desk.actor)
    if view is None or is_running:
        return
    if view.masked and lifted:
        st.warning("These files were made before the blind was lifted: prepare them again.")
    draw_exports(desk, view)


def draw_exports(desk: frame.Desk, view: AnalysisView) -> None:
    """Draw one button a format, and what is in the files."""
    st.markdown(f"Made {in_moment(view.made_at)} from records `{view.data_sha256}`.")
    with st.container(horizontal=True):
        for export in view.exports:
            name = export.format.name if export.format.value != "parquet" else "Parquet"
            st.download_button(
                f"Take out as {name}",
                data=handed_out(desk, export, name),
                file_name=f"export-{view.data_sha256[:8]}-{export.format.value}.zip",
                mime="application/zip",
                on_click="ignore",
                key=key_of("export", export.format.value),
            )
    chosen = st.selectbox(
        "What is in it",
        view.exports,
        format_func=lambda export: export.format.value,
        key=key_of("export", "shown"),
    )
    rows = [
        {
            "File": f"`{file.name}`",
            "Rows": "" if file.rows is None else str(file.rows),
            "Bytes": str(file.size_bytes),
        }
        for file in chosen.files
    ]
    st.table(rows, border="horizontal", hide_index=True, alt="Files of the export")
    st.markdown(f"SHA-256 of the archive:  \n`{chosen.sha256}`")
    with st.expander("SHA-256 of each file, as `sha256sum --check` reads it"):
        lines = "\n".join(f"{file.sha256}  {file.name}" for file in chosen.files)
        st.code(lines, language=None, wrap_lines=True)


def handed_out(desk: frame.Desk, export: Export, name: str) -> Callable[[], bytes]:
    """Return what happens at the click: the export goes on record, then the archive is handed out."""

    def hand_out() -> bytes:
        record_export(
            desk.store, desk.actor, f"datasets and results as {name}, archive {export.sha256}"
        )
        return export.archive

    return hand_out


show_page()
