"""The editor of one recording: tachogram, acts, measures, figures, recipe, and the beats as a table.

Contents: `draw_editor`.
"""

import streamlit as st

from analysis.reports.figure import Figure
from data.measures.measured_values import HrvName, NoValueReason
from screens.acts import escaped, show_said
from screens.beats.acts import choose_beat, offer_acts, show_edits
from screens.beats.figures import (
    poincare_figure,
    quality_figure,
    quality_windows,
    spectrum_figure,
)
from screens.beats.kubios import draw_comparison
from screens.beats.looking import Looking, Prepared, View, view_of
from screens.beats.tachogram import draw_tachogram
from screens.beats.windowing import choose_stretch, offer_next_left_out
from screens.beats.words import MEASURES, REASONS, clock, state_of, value_in_words
from screens.drawing import draw_figure
from screens.frame import Desk
from screens.state import key_of

ROWS_A_PAGE = 100


def draw_editor(desk: Desk, here: Looking, prepared: Prepared, *, may_edit: bool) -> None:
    """Draw the tachogram with what can be done, the measures, and the figures."""
    st.header("Tachogram")
    choose_stretch(here, prepared)
    view = view_of(here, prepared)
    draw_tachogram(here, prepared, view)
    left, right = st.columns(2, gap="large")
    with left:
        st.subheader("Chosen beat")
        show_said()
        offer_next_left_out(here, prepared)
        place = choose_beat(here, prepared)
        if may_edit:
            offer_acts(desk, here, prepared, place)
    with right:
        st.subheader("Heart rate variability on view")
        draw_measures(view)
    st.header("Edits")
    show_edits(desk, here, prepared, may_edit=may_edit)
    draw_clouds(here, prepared, view)
    st.header("Quality")
    draw_figure(
        here.keep("quality", prepared.key, lambda: quality_figure(quality_windows(prepared)))
    )
    st.header("How this compares with Kubios")
    draw_comparison()
    st.header("Beats on view")
    if st.toggle("Show the beats on view as a table", key=key_of("beats", "table")):
        draw_beats(prepared, view)


def draw_measures(view: View) -> None:
    """Draw the measures of the stretch on view, edited and as received."""
    window = view.shown.window
    stretch = window.stretch
    st.markdown(
        f"{clock(view.start_s)} to {clock(view.end_s)}: {stretch.beats} intervals, "
        f"{100 * stretch.flagged_share:.1f} % left out, {100 * stretch.covered_share:.0f} % covered, "
        f"quality **{window.grade}**."
    )
    st.table(
        [measure_row(view, name) for name in MEASURES],
        border="horizontal",
        hide_index=True,
        alt="Heart rate variability of the stretch on view",
    )


def measure_row(view: View, name: HrvName) -> dict[str, str]:
    """Return one measure as the cells of a table."""
    label, unit, _ = MEASURES[name]
    return {
        "Measure": f"{label}, {unit}" if unit else label,
        "As edited": value_in_words(view.shown.window.measure(name)),
        "As received": value_in_words(view.as_received.measure(name)),
    }


def draw_clouds(here: Looking, prepared: Prepared, view: View) -> None:
    """Draw spectrum and Poincaré plot side by side."""
    key = (prepared.key, view.start_s, view.end_s)
    st.header("Spectrum and Poincaré plot")
    left, right = st.columns(2, gap="large")
    with left:
        reason = view.shown.spectrum
        why = REASONS[reason] if isinstance(reason, NoValueReason) else "nothing to show"
        _draw_or_say(
            here.keep("spectrum", key, lambda: spectrum_figure(view)),
            f"There is no spectrum of this stretch: {why}.",
        )
    with right:
        _draw_or_say(
            here.keep("poincare", key, lambda: poincare_figure(view)),
            "There are too few neighbours that count for a Poincaré plot.",
        )


def _draw_or_say(figure: Figure | None, otherwise: str) -> None:
    if figure is None:
        st.info(otherwise)
    else:
        draw_figure(figure)


def draw_beats(prepared: Prepared, view: View) -> None:
    """Draw the beats on view, a hundred a page."""
    pages = -(-len(view.places) // ROWS_A_PAGE)
    table = st.container()
    page = st.pagination(pages, key=key_of("beats", "page")) if pages > 1 else 1
    shown = view.places[(page - 1) * ROWS_A_PAGE : page * ROWS_A_PAGE]
    with table:
        st.table(
            [_beat_row(prepared, place) for place in shown],
            border="horizontal",
            hide_index=True,
            alt="Beats on view",
        )


def _beat_row(prepared: Prepared, place: int) -> dict[str, str]:
    edited = prepared.edited
    number = int(edited.numbers[place])
    recorded = str(number) if 0 < number <= edited.originals else "not recorded"
    return {
        "Beat": str(place + 1),
        "Number as recorded": recorded,
        "At": clock(float(edited.times_s[place]), 3),
        "Interval, ms": f"{edited.rr_ms[place]:.1f}",
        "What becomes of it": escaped(state_of(prepared, place)),
    }
