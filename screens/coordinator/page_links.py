"""The addresses of the coordinator's pages, and the buttons that lead from one to the next.

Contents: `chosen_participant`, `offer_page`, `offer_next_page`, and the addresses of the pages.
"""

import streamlit as st

FOLDER = "screens/coordinator"
TODAY = f"{FOLDER}/today.py"
ENROL = f"{FOLDER}/enrol.py"
PARTICIPANT = f"{FOLDER}/participant.py"
RUN_SESSION = f"{FOLDER}/run_session.py"
RECORDINGS = f"{FOLDER}/recordings.py"
SAFETY = f"{FOLDER}/safety.py"


def chosen_participant() -> str:
    """Return the participant that the page's address names; empty when it names none."""
    return st.query_params.get("participant", "")


def offer_page(label: str, page: str, *, key: str, **named: str) -> None:
    """Draw a button that leads to a page about the things that are named."""
    if st.button(label, key=key):
        st.switch_page(page, query_params=named)


def offer_next_page(label: str, page: str, *, key: str, **named: str) -> None:
    """Draw the button of the one next action, which leads to a page."""
    if st.button(label, key=key, type="primary"):
        st.switch_page(page, query_params=named)
