"""The tachogram as a component of a page: the intervals on view, of which one can be chosen.

Contents: `draw_tachogram`, `describe_tachogram`.
"""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import streamlit as st

from screens.beats.looking import Looking, Prepared, View
from screens.beats.words import BeatState, clock, state_of
from screens.state import key_of, widget_value

if TYPE_CHECKING:
    from streamlit.components.v2.types import ComponentRenderer

HERE = Path(__file__).parent
MOST_NAMED = 12
MARKS = {
    BeatState.COUNTS: "counts",
    BeatState.LEFT_OUT: "left",
    BeatState.REJECTED: "rejected",
    BeatState.ACCEPTED: "accepted",
    BeatState.CHANGED: "changed",
}


def draw_tachogram(here: Looking, prepared: Prepared, view: View) -> None:
    """Draw the tachogram of the stretch on view; a beat chosen in it is the chosen one of the page."""
    key = key_of("beats", f"tachogram.{prepared.opened.entry.id}")

    def choose() -> None:
        told: Any = widget_value(key)
        if told and told.get("beat") is not None:
            here.number = int(told["beat"])

    _component()(key=key, data=_as_plain(here, prepared, view), on_beat_change=choose)
    st.caption(describe_tachogram(prepared, view))


def describe_tachogram(prepared: Prepared, view: View) -> str:
    """Return what the tachogram shows, in words and numbers."""
    span = f"From {clock(view.start_s)} to {clock(view.end_s)} of {clock(prepared.recording.end_s)}"
    if not view.places:
        return f"{span}: no interval."
    rr_ms = prepared.edited.rr_ms[view.places.start : view.places.stop]
    out = [
        place + 1
        for place in view.places
        if state_of(prepared, place) in {BeatState.LEFT_OUT, BeatState.REJECTED}
    ]
    named = ", ".join(str(one) for one in out[:MOST_NAMED])
    more = f" and {len(out) - MOST_NAMED} more" if len(out) > MOST_NAMED else ""
    left = f"{len(out)} left out (beat {named}{more})" if out else "none left out"
    return (
        f"{span}: {len(view.places)} intervals, from {rr_ms.min():.0f} to {rr_ms.max():.0f} ms, "
        f"median {np.median(rr_ms):.0f} ms; {left}."
    )


def _as_plain(here: Looking, prepared: Prepared, view: View) -> dict[str, Any]:
    edited = prepared.edited
    inside = slice(view.places.start, view.places.stop)
    return {
        "recording": prepared.opened.entry.id,
        "version": f"{len(prepared.opened.edits)}/{view.start_s}/{view.end_s}",
        "start_s": view.start_s,
        "end_s": view.end_s,
        "first": view.places.start,
        "numbers": edited.numbers[inside].tolist(),
        "times_s": edited.times_s[inside].round(3).tolist(),
        "rr_ms": edited.rr_ms[inside].round(1).tolist(),
        "joined": [edited.is_joined(place) for place in view.places],
        "states": [MARKS[state_of(prepared, place)] for place in view.places],
        "words": {mark: state.value for state, mark in MARKS.items()},
        "chosen": here.number,
    }


@st.cache_resource
def _component() -> "ComponentRenderer":
    return st.components.v2.component(
        "antiphon_tachogram",
        html=(HERE / "tachogram.html").read_text("utf-8"),
        css=(HERE / "tachogram.css").read_text("utf-8"),
        js=(HERE / "tachogram.js").read_text("utf-8"),
    )
