"""A page that needs a trial, before one is open: what to do instead of an error."""

import streamlit as st

from screens.frame import Desk
from trials.overview import overview


def wait_for_trial(desk: Desk, then: str) -> None:
    """End the page with what to do, while no trial is open.

    Parameters
    ----------
    desk : Desk
        What the page works with.
    then : str
        What the page shows later, as the end of "From then on this page shows".
    """
    if overview(desk.store, desk.actor) is None:
        st.info(
            "There is nothing to show before the trial is open. An administrator opens it on the "
            f"page **Trial**: ask for it. From then on this page shows {then}."
        )
        st.stop()
