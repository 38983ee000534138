"""The stretch on view: earlier, later, longer, shorter, and to the next beat that is left out.

Contents: `choose_stretch`, `offer_next_left_out`.
"""

import streamlit as st

from screens.beats.looking import LENGTHS_S, Looking, Prepared, bounds
from screens.state import key_of, set_widget, widget_value

MINUTE_S = 60.0
STEP_SHARE = 0.9
"""Earlier and later leave a little of the stretch before on view."""


def choose_stretch(here: Looking, prepared: Prepared) -> None:
    """Draw what moves the view; what is chosen lies in ``here`` afterwards."""
    start_s, end_s = bounds(prepared.recording, here.start_s, here.length_s)
    here.start_s = start_s
    at_begin = start_s <= prepared.recording.start_s
    at_end = end_s >= prepared.recording.end_s
    with st.container(horizontal=True, vertical_alignment="bottom"):
        _button("Earlier", here, prepared, -STEP_SHARE, disabled=at_begin)
        _button("Later", here, prepared, STEP_SHARE, disabled=at_end)
        _zoom("Zoom in", here, prepared, -1)
        _zoom("Zoom out", here, prepared, 1)
        _ask_begin(here, prepared)
        _ask_length(here, prepared)


def offer_next_left_out(here: Looking, prepared: Prepared) -> None:
    """Draw the buttons that go from one beat that is left out to the next, through the whole recording."""
    with st.container(horizontal=True):
        for label, step in (("Previous left out", -1), ("Next left out", 1)):
            found = _next_left_out(here, prepared, step)
            st.button(
                label,
                key=key_of("beats", label),
                disabled=found is None,
                on_click=here.show,
                args=(prepared, found or 0),
            )


def _button(label: str, here: Looking, prepared: Prepared, share: float, *, disabled: bool) -> None:
    def shift() -> None:
        wanted_s = here.start_s + share * here.length_s
        here.start_s = bounds(prepared.recording, wanted_s, here.length_s)[0]

    st.button(label, key=key_of("beats", label), on_click=shift, disabled=disabled)


def _zoom(label: str, here: Looking, prepared: Prepared, step: int) -> None:
    at = LENGTHS_S.index(here.length_s) + step

    def zoom() -> None:
        middle_s = here.start_s + here.length_s / 2
        place = prepared.edited.place_of(here.number)
        if place is not None:
            middle_s = float(prepared.edited.times_s[place])
        _set_length(here, prepared, LENGTHS_S[at], middle_s)

    possible = 0 <= at < len(LENGTHS_S)
    st.button(label, key=key_of("beats", label), on_click=zoom, disabled=not possible)


def _set_length(here: Looking, prepared: Prepared, length_s: float, middle_s: float) -> None:
    here.length_s = length_s
    here.start_s = bounds(prepared.recording, middle_s - length_s / 2, length_s)[0]


def _ask_begin(here: Looking, prepared: Prepared) -> None:
    key = key_of("beats", "begin")

    def take() -> None:
        wanted = widget_value(key)
        if isinstance(wanted, int | float):
            here.start_s = bounds(prepared.recording, wanted * MINUTE_S, here.length_s)[0]

    set_widget(key, round(here.start_s / MINUTE_S, 2))
    st.number_input("Begins at, min", step=1.0, format="%.2f", key=key, on_change=take, width=150)


def _ask_length(here: Looking, prepared: Prepared) -> None:
    key = key_of("beats", "length")

    def take() -> None:
        wanted = widget_value(key)
        if isinstance(wanted, float):
            _set_length(here, prepared, wanted, here.start_s + wanted / 2)

    set_widget(key, here.length_s)
    st.selectbox(
        "Length on view",
        LENGTHS_S,
        format_func=lambda one: f"{one / MINUTE_S:g} min",
        key=key,
        on_change=take,
        width=150,
    )


def _next_left_out(here: Looking, prepared: Prepared, step: int) -> int | None:
    chosen = prepared.edited.place_of(here.number)
    out = prepared.beats.flagged.nonzero()[0].tolist()
    if chosen is None:
        return None if not out else out[0 if step > 0 else -1]
    beyond = [place for place in out if (place - chosen) * step > 0]
    return None if not beyond else beyond[0 if step > 0 else -1]
