"""Results as cards: what was promised, what was fitted, on how many, and how to get the number again.

Contents: `draw_single_analysis`, `draw_card`, `draw_calls`, `mark_of`.
"""

import streamlit as st

from analysis.reports.table import Table
from analysis.results import Result
from screens.acts import escaped, in_moment
from screens.drawing import draw_cells, draw_figure
from screens.single_analysis_view import SingleAnalysisView
from screens.statistician.results import draw_estimate

EXPLORATORY = (
    "**EXPLORATORY.** No plan has this analysis. It was chosen with the data in sight: its p value and interval "
    "say less than they seem to. That it was run is on record."
)


def draw_single_analysis(view: SingleAnalysisView, *, lifted: bool) -> None:
    """Draw one analysis: its main result in large, its cards, its figures."""
    st.header(escaped(view.label))
    if not view.planned:
        st.warning(EXPLORATORY)
    if view.masked and lifted:
        st.warning("This was made before the blind was lifted: run it again.")
    state = "before the lock: records can still change" if view.locked_at is None else "locked"
    st.markdown(
        f"Made {in_moment(view.made_at)} ({state}). Definition of the analysis, SHA-256: "
        f"`{view.definition_sha256}`"
    )
    main = view.results[0]
    if main.is_estimable:
        draw_estimate(main)
    elif main.reason:
        st.warning(f"There is no estimate: {escaped(main.reason)}")
    for number, (result, card) in enumerate(zip(view.results, view.cards, strict=True)):
        with st.expander(f"{escaped(result.label)} [{mark_of(result)}]", expanded=number == 0):
            draw_card(result, card)
    for figure in view.figures:
        draw_figure(figure)
    if view.no_residuals:
        st.markdown(f"No figure of residuals. {escaped(view.no_residuals)}")


def draw_card(result: Result, card: Table) -> None:
    """Draw the card of one result, and how to get it again."""
    draw_cells(card)
    st.markdown(f"SHA-256 of the records:  \n`{result.data_sha256}`")
    draw_calls(result)


def draw_calls(result: Result) -> None:
    """Draw the call in Python and its like in R and SAS, and why these may differ."""
    fit = result.fit
    in_r, in_sas = (fit.call_in_r, fit.call_in_sas) if fit else ("", "")
    python, r, sas = st.tabs(["In Python", "In R", "In SAS"])
    with python:
        st.markdown("In the folder that `antiphon report` writes:")
        st.code(result.python_call, language="python", wrap_lines=True)
    with r:
        draw_call(in_r, "r")
    with sas:
        draw_call(in_sas, "sas")
    if fit and fit.differences:
        notes = "\n".join(f"- {escaped(note)}" for note in fit.differences)
        st.markdown(f"**Why this may differ from SAS or R**\n\n{notes}")


def draw_call(call: str, language: str) -> None:
    """Draw one call, or that there is none."""
    if call:
        st.markdown("The rows named `d` are in the folder `analyses` of an export.")
        st.code(call, language=language, wrap_lines=True)
    else:
        st.markdown("There is no such call.")


def mark_of(result: Result) -> str:
    """Return what stands beside every result."""
    return "planned" if result.planned else "exploratory"
