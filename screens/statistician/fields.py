"""Fields of the page Explore: a number, a whole number, a few words, one of several."""

from collections.abc import Mapping
from typing import TypeVar

import streamlit as st

from screens.state import key_of

Choice = TypeVar("Choice", bound=str)
SCREEN = "explore"


def number(label: str, value: float, name: str, help_text: str | None = None) -> float:
    """Draw a field for a number."""
    return float(
        st.number_input(label, value=value, step=None, help=help_text, key=key_of(SCREEN, name))
    )


def whole(label: str, value: int, name: str) -> int:
    """Draw a field for a whole number."""
    return int(st.number_input(label, value=value, step=1, key=key_of(SCREEN, name)))


def words(label: str, value: str, name: str) -> str:
    """Draw a field for a few words."""
    return st.text_input(label, value=value, key=key_of(SCREEN, name)) or ""


def one_of(label: str, options: Mapping[Choice, str], name: str, index: int = 0) -> Choice:
    """Draw a choice between values, each with its words; the one at the index is chosen at first."""
    return st.selectbox(
        label,
        list(options),
        index=index,
        format_func=lambda one: options[one],
        key=key_of(SCREEN, name),
    )
