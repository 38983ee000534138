"""Results on a page, section by section: numbers per arm, model, and the lines that give them again.

Contents: `draw_primary`, `draw_section`, `draw_tables`, `draw_exploratory`, `draw_origin`.
"""

from collections.abc import Iterator

import streamlit as st

from analysis.reports.formatting import decimals_of, fmt, fmt_interval, fmt_level, fmt_p
from analysis.reports.result_card import compared, p_words
from analysis.results import ArmEstimate, Result
from screens.acts import escaped, in_moment
from screens.analysis_view import AnalysisView
from screens.drawing import draw_cells, draw_figure, draw_table


def draw_primary(view: AnalysisView) -> None:
    """Draw the primary estimate in large, its table, and the figure of its means."""
    result = view.primary
    st.header("Primary outcome")
    st.markdown(f"**{escaped(result.label)}**")
    if not result.is_estimable:
        st.warning(f"There is no estimate: {escaped(result.reason)}")
    else:
        draw_estimate(result)
    draw_cells(view.table("primary"))
    draw_where_from(result)
    means = view.figure("visit-means")
    if means is not None:
        draw_figure(means)


def draw_estimate(result: Result) -> None:
    """Draw the estimate with its interval, p, the standardized difference where there is one, and how many are behind it."""
    numbers = [*_main_numbers(result), *_standardized(result), _analysed(result)]
    for column, (label, value, below) in zip(st.columns(len(numbers)), numbers, strict=True):
        with column.container(border=True, height="stretch"):
            st.metric(label, value)
            st.caption(below)


def _main_numbers(result: Result) -> Iterator[tuple[str, str, str]]:
    decimals = decimals_of(result.unit)
    level = fmt_level(result.interval.level) if result.interval else ""
    interval = f"{level} interval {fmt_interval(result.interval, decimals)}"
    yield (
        compared(result),
        fmt(result.estimate, decimals),
        f"{result.quantity.capitalize()}, {interval}",
    )
    if result.p is not None:
        df = "" if result.df is None else f"df {fmt(result.df, 0)}"
        yield p_words(result), fmt_p(result.p), df


def _standardized(result: Result) -> Iterator[tuple[str, str, str]]:
    size = result.effect_size
    if size is None or size.g is None or size.interval is None:
        return
    level = fmt_level(size.interval.level)
    yield "Hedges’ g", fmt(size.g, 2), f"{level} interval {fmt_interval(size.interval, 2)}"


def _analysed(result: Result) -> tuple[str, str, str]:
    counts = " + ".join(str(n) for n in result.n_analysed)
    return "Analysed", counts, " and ".join(escaped(arm.label) for arm in result.arms)


def draw_section(view: AnalysisView, title: str, table_id: str, figure_id: str = "") -> None:
    """Draw a section of results: its table, its figure, and where each number comes from."""
    results = next((table for table in view.tables if table.id == table_id), None)
    st.header(title)
    if results is None:
        st.markdown("The analysis plan has no such outcome.")
        return
    draw_cells(results)
    figure = view.figure(figure_id)
    if figure is not None:
        draw_figure(figure)


def draw_tables(view: AnalysisView, title: str, *table_ids: str) -> None:
    """Draw descriptive tables under a heading."""
    if title:
        st.header(title)
    for table_id in table_ids:
        draw_table(view.table(table_id))


def draw_exploratory(view: AnalysisView) -> None:
    """Draw what was analysed outside the plan, when there is something: who asked, when and why, and each result."""
    if not view.explored:
        return
    st.header("Outside the plan")
    st.warning("**EXPLORATORY.** No plan has these analyses; each was put on record before it ran.")
    for one in view.explored:
        asked = "; ".join(
            f"{in_moment(request.at)} by {escaped(request.by)}"
            + (f" (“{escaped(request.reason)}”)" if request.reason else "")
            for request in one.requests
        )
        st.markdown(f"**{escaped(one.label)}**  \nAsked for {asked}.")
        if one.planned is None:
            st.markdown(
                "It cannot be carried out: the plan no longer has the analysis whose data it took."
            )
        for result in one.results:
            draw_exploratory_result(result)


def draw_exploratory_result(result: Result) -> None:
    """Draw one result of an analysis outside the plan."""
    decimals = decimals_of(result.unit)
    shown = f"{fmt(result.estimate, decimals)} ({fmt_interval(result.interval, decimals)})"
    found = shown if result.is_estimable else f"not estimable: {result.reason}"
    st.markdown(
        f"EXPLORATORY. {escaped(result.quantity.capitalize())}, {escaped(result.contrast.label)}: {escaped(found)}"
    )
    draw_where_from(result)


def draw_origin(view: AnalysisView) -> None:
    """Draw, for every result, what it was made of and how to make it again."""
    st.header("Where each number comes from")
    st.markdown(
        "Each result names its model and the records it was made from. "
        "In the folder that `antiphon report` writes, the two lines of Python give it again."
    )
    for result in view.results:
        draw_where_from(result)


def _counted(arm: ArmEstimate) -> str:
    if arm.n_imputed:
        return f"{arm.label}: {arm.n_analysed} analysed, {arm.n_imputed} of them imputed"
    return f"{arm.label}: {arm.n_analysed} analysed of {arm.n_available} available"


def draw_where_from(result: Result) -> None:
    """Draw where one result comes from, folded."""
    standing = "planned" if result.planned else "exploratory"
    with st.expander(f"{escaped(result.label)}: where it comes from ({standing})"):
        counts = "; ".join(_counted(arm) for arm in result.arms)
        st.markdown(
            f"{escaped(counts)}.  \n"
            f"Model: {escaped(result.model or result.reason)}.  \n"
            f"Missing data: {escaped(result.missing_data)}.  \n"
            f"Records `{result.data_sha256}`, program `{result.code_version}`."
        )
        st.code(result.python_call, language="python")
