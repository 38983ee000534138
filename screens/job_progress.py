"""How far a job in a child process has come, on a page: `watch_job`."""

import streamlit as st

from screens import frame
from screens.acts import escaped
from screens.jobs import Job


def watch_job(job: Job | None) -> bool:
    """Draw a bar while the job runs, and what went wrong when it failed.

    Parameters
    ----------
    job : Job or None
        None when nothing was asked for yet.

    Returns
    -------
    bool
        Whether the job runs now; the page is drawn again when it ends.
    """
    if job is None:
        return False
    if job.progress.is_running:
        _draw_bar(job)
        return True
    if job.progress.exit_code:
        st.error(f"It could not be done: {escaped(job.progress.text)}")
    return False


@st.fragment(run_every=1.0)
def _draw_bar(job: Job) -> None:
    frame.watching_desk()
    progress = job.progress
    if not progress.is_running:
        st.rerun()
    st.progress(progress.share, text=progress.text)
