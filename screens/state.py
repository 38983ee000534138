"""What a page remembers between two runs of one browser tab: one dataclass a screen.

The only place that touches ``st.session_state``. Nothing that matters lies here: a reload of the
page loses it all, so answers, enrolments and decisions are in the store before the next widget is
drawn. Widget keys are `<screen>.<name>`; a page declares its own with `key_of`.

Contents: `of_screen`, `key_of`, `set_widget`, `widget_value`, `forget`.
"""

from typing import TypeVar

import streamlit as st

Screen = TypeVar("Screen")


def of_screen(kind: type[Screen]) -> Screen:
    """Return the state of a screen, made with its defaults at the first call.

    Parameters
    ----------
    kind : type
        A dataclass of which every field has a default; declared in this file or beside its page.

    Returns
    -------
    Screen
        The same object at every run, until the tab is reloaded.
    """
    key = f"state.{kind.__module__}.{kind.__qualname__}"
    if key not in st.session_state:
        st.session_state[key] = kind()
    found: Screen = st.session_state[key]
    return found


def forget(kind: type[Screen]) -> None:
    """Forget the state of a screen."""
    st.session_state.pop(f"state.{kind.__module__}.{kind.__qualname__}", None)


def key_of(screen: str, name: str) -> str:
    """Return the key of a widget: `<screen>.<name>`."""
    return f"{screen}.{name}"


def set_widget(key: str, value: object) -> None:
    """Let a widget that is drawn after this show a value."""
    st.session_state[key] = value


def widget_value(key: str) -> object:
    """Return what a widget holds, for a function that is called when it changes; None before it was drawn."""
    return st.session_state.get(key)
