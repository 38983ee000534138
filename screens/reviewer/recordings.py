"""The recordings of the heart with every edit of them, to look at."""

import streamlit as st

from screens import frame
from screens.beats.page import show_recordings
from screens.no_trial import wait_for_trial


def show_page() -> None:
    """Draw the page."""
    desk = frame.desk()
    st.title("Recordings")
    wait_for_trial(desk, "the recordings of the heart, and what was edited in them")
    show_recordings(desk)


show_page()
