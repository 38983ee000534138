"""The player as a component of a page: `play` draws it and says what happened.

Contents: `play`.
"""

from pathlib import Path
from typing import TYPE_CHECKING

import streamlit as st

if TYPE_CHECKING:
    from streamlit.components.v2.types import ComponentRenderer

HERE = Path(__file__).parent


def _nothing() -> None:
    """Rerun the page when the player says something; the page reads the store."""


def play(token: str) -> str | None:
    """Draw the player of a session on the air.

    The key and the data never change while a session lasts, so that a rerun of the page does not
    touch the music.

    Parameters
    ----------
    token : str
        The session's token.

    Returns
    -------
    str or None
        What happened just now: ``playing``, ``paused``, ``stopped`` or ``ended``.
    """
    result = _player()(key=f"player-{token}", data={"token": token}, on_event_change=_nothing)
    return str(result.event) if result.event else None


@st.cache_resource
def _player() -> "ComponentRenderer":
    return st.components.v2.component(
        "antiphon_player",
        html=(HERE / "player.html").read_text("utf-8"),
        css=(HERE / "player.css").read_text("utf-8"),
        js=(HERE / "player.js").read_text("utf-8"),
    )
