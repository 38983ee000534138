"""Do what a person asked for, and say in words why it was refused.

Contents: `attempt`, `chosen_participant`, `offer_page`, `offer_next_page`, and the addresses of the pages.
"""

from collections.abc import Callable
from typing import TypeVar

import streamlit as st

from data.storage.errors import SignInEndedError, StorageError
from trials.errors import TrialError

Done = TypeVar("Done")

FOLDER = "screens/coordinator"
TODAY = f"{FOLDER}/today.py"
ENROL = f"{FOLDER}/enrol.py"
PARTICIPANT = f"{FOLDER}/participant.py"
RUN_SESSION = f"{FOLDER}/run_session.py"
SAFETY = f"{FOLDER}/safety.py"


def attempt(act: Callable[[], Done]) -> Done | None:
    """Call a use case; when it refuses, show its one sentence and return None."""
    try:
        return act()
    except SignInEndedError:
        st.error("Your sign-in has ended. Nothing was saved.")
        st.markdown("[Sign in again](/sign-in)")
        st.stop()
    except (TrialError, StorageError) as refusal:
        st.error(str(refusal))
    return None


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
