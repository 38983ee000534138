"""What estimators of order need to know, asked for on the page: categories, ranks, and which number is ranked."""

import streamlit as st

from protocols.analysis_plan import PlannedAnalysis
from protocols.design import Protocol
from protocols.outcomes import OutcomeSource
from protocols.planned_estimators import LEFT_TRIAL
from protocols.planned_orders import (
    PlannedOrder,
    PlannedRank,
    PlannedShift,
    PlannedWinRatio,
    ShiftOf,
)
from screens.state import key_of
from screens.statistician.fields import SCREEN, one_of

_RANKED = {ShiftOf.VALUE: "the value", ShiftOf.CHANGE: "its change from baseline"}


def choose_order(_: Protocol, __: PlannedAnalysis) -> PlannedOrder:
    """Draw the cuts between categories; a word that is no number is told, and left out."""
    text = st.text_input(
        "Cuts between the categories",
        value="",
        placeholder="4; 9; 14",
        help="A value above a cut lies in the next category. Empty: each value is a category of its own.",
        key=key_of(SCREEN, "cuts"),
    )
    cuts, wrong = read_cuts(text or "")
    if wrong:
        st.error(
            f"Not a number, and left out: {', '.join(wrong)}. Write numbers with semicolons between them."
        )
    return PlannedOrder(cuts=cuts)


def read_cuts(text: str) -> tuple[tuple[float, ...], tuple[str, ...]]:
    """Return the numbers of a text with semicolons or blanks between them, and the words that are none.

    Examples
    --------
    >>> read_cuts("4; 9.5 x")
    ((4.0, 9.5), ('x',))
    """
    cuts, wrong = [], []
    for word in text.replace(";", " ").split():
        try:
            cuts.append(float(word))
        except ValueError:
            wrong.append(word)
    return tuple(cuts), tuple(wrong)


def choose_win_ratio(protocol: Protocol, planned: PlannedAnalysis) -> PlannedWinRatio:
    """Draw what decides a pair, in its order, and the margin of the analysis's own outcome."""
    names = {
        LEFT_TRIAL: "Leaving the trial",
        **{event.code: event.label for event in protocol.intercurrent_events},
        **{
            one.code: one.label
            for one in protocol.outcomes
            if one.source is not OutcomeSource.ADVERSE_EVENTS
        },
    }
    chosen = st.multiselect(
        "What decides a pair, the most important first",
        list(names),
        default=[LEFT_TRIAL, planned.outcome],
        format_func=names.__getitem__,
        key=key_of(SCREEN, f"ranks.{planned.code}"),
    )
    own = protocol.outcome(planned.outcome)
    margin = st.number_input(
        f"Differences up to this size decide nothing: {own.label}",
        value=0.0,
        min_value=0.0,
        step=None,
        key=key_of(SCREEN, "win-margin"),
    )
    return PlannedWinRatio(
        ranks=tuple(
            PlannedRank(variable=code, margin=float(margin) if code == own.code else 0.0)
            for code in chosen
        )
    )


def choose_shift(_: Protocol, __: PlannedAnalysis) -> PlannedShift:
    """Draw whether values or their change is ranked."""
    return PlannedShift(of=one_of("Ranked is", _RANKED, "shift"))
