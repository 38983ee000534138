"""Analyses of one outcome side by side: one table and one forest, planned and exploratory told apart.

Contents: `Comparison`, `compare_by_outcome`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from textwrap import fill
from typing import TYPE_CHECKING

from analysis.quantities import ADJUSTED_DIFFERENCE, COMPARE_MEANS
from analysis.reports.figure import Figure, draw_svg
from analysis.reports.formatting import (
    NOT_AVAILABLE,
    decimals_of,
    fmt,
    fmt_interval,
    fmt_level,
    fmt_p,
    words,
)
from analysis.reports.table import Cell, Row, Table, words_cell
from analysis.results import Result
from protocols.analysis_plan import Estimator
from protocols.design import Protocol
from protocols.outcomes import Direction, Outcome

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure as Canvas

OTHER_VISIT = f"{ADJUSTED_DIFFERENCE} at "
LABEL_WIDTH, LINE_INCHES = 46, 0.19
_IN_UNIT_OF_OUTCOME = frozenset({Estimator.COMPLIER_EFFECT, Estimator.HODGES_LEHMANN})
INK, MUTED = "#222222", "#6b6b6b"


@dataclass(frozen=True, kw_only=True, slots=True)
class Comparison:
    """All analyses of one outcome."""

    outcome: str
    """Code."""
    label: str
    table: Table
    forest: Figure | None
    """None when no analysis has an estimate with an interval."""
    others: Table | None
    """What is estimated of the outcome that is no difference in its unit; None when there is nothing."""


def compare_by_outcome(protocol: Protocol, results: Sequence[Result]) -> tuple[Comparison, ...]:
    """Put the results of each outcome side by side.

    Parameters
    ----------
    protocol : Protocol
    results : sequence of Result
        Planned ones and exploratory ones; descriptions and other visits of a model are left out, and what is no difference of the outcome has
        a table of its own.

    Returns
    -------
    tuple of Comparison
        In the order of the plan, for every outcome that is compared between arms.
    """
    shown = [r for r in results if not r.is_description and r.outcome in _compared_codes(results)]
    return tuple(
        _comparison(protocol, code, [r for r in shown if r.outcome == code])
        for code in dict.fromkeys(result.outcome for result in shown)
    )


def _compared_codes(results: Sequence[Result]) -> set[str]:
    return {result.outcome for result in results if _is_compared(result)}


def _is_in_unit(result: Result) -> bool:
    return result.estimator in COMPARE_MEANS | _IN_UNIT_OF_OUTCOME


def _is_compared(result: Result) -> bool:
    return (
        _is_in_unit(result)
        and not result.is_description
        and not result.quantity.startswith(OTHER_VISIT)
    )


def _comparison(protocol: Protocol, code: str, shown: Sequence[Result]) -> Comparison:
    outcome = protocol.outcome(code)
    results = [result for result in shown if _is_compared(result)]
    others = [
        result
        for result in shown
        if not _is_in_unit(result) and not result.quantity.startswith(OTHER_VISIT)
    ]
    level = fmt_level(protocol.analysis.confidence_level)
    drawn = [r for r in results if r.estimate is not None and r.interval is not None]
    return Comparison(
        outcome=code,
        label=outcome.label,
        table=_table(outcome, results, level),
        forest=_forest(outcome, drawn, level) if drawn else None,
        others=_others_table(outcome, others, level) if others else None,
    )


def _others_table(outcome: Outcome, results: Sequence[Result], level: str) -> Table:
    return Table(
        id=f"compare-others-{_slug(outcome)}",
        title=f"{outcome.label}: what is no difference in its unit",
        population=_contrasts(results),
        stub_heading="Analysis",
        columns=("Standing", "Set", "Analysed", "What", f"Estimate ({level} CI)", "p"),
        rows=tuple(_other_row(result) for result in results),
    )


def _other_row(result: Result) -> Row:
    standing, of_set, analysed, shown, *_, p = _row(result).cells
    what = words_cell(f"{result.quantity}, {result.unit}")
    return Row(stub=result.label, cells=(standing, of_set, analysed, what, shown, p))


def standing_mark(result: Result) -> str:
    """Return what stands beside every number: planned, or exploratory."""
    return "planned" if result.planned else "exploratory"


def _table(outcome: Outcome, results: Sequence[Result], level: str) -> Table:
    columns = ("Standing", "Set", "Analysed", f"Difference ({level} CI)", "SE", "df", "p")
    return Table(
        id=f"compare-{_slug(outcome)}",
        title=f"{outcome.label}: all analyses side by side",
        population=f"{_contrasts(results)}; unit: {outcome.unit}",
        stub_heading="Analysis",
        columns=columns,
        rows=tuple(_row(result) for result in results),
        footnotes=tuple(
            dict.fromkeys(f"{r.label}: {r.model}." for r in results if r.model and r.is_estimable)
        ),
    )


def _contrasts(results: Sequence[Result]) -> str:
    return "; ".join(dict.fromkeys(result.contrast.label for result in results))


def _row(result: Result) -> Row:
    decimals = decimals_of(result.unit)
    analysed = " + ".join(str(n) for n in result.n_analysed) or NOT_AVAILABLE
    if result.estimate is None:
        shown = words_cell(f"Not estimable: {result.reason}")
    else:
        interval = fmt_interval(result.interval, decimals)
        text = f"{fmt(result.estimate, decimals)} ({interval})"
        shown = Cell(text=text, value=result.estimate)
    return Row(
        stub=result.label,
        cells=(
            words_cell(standing_mark(result)),
            words_cell(words(result.analysis_set.value)),
            Cell(text=analysed),
            shown,
            Cell(text=fmt(result.standard_error, decimals + 1), value=result.standard_error),
            Cell(text=fmt(result.df, 1), value=result.df),
            Cell(text=fmt_p(result.p), value=result.p),
        ),
    )


def _forest(outcome: Outcome, results: Sequence[Result], level: str) -> Figure:
    figure_id = f"forest-{_slug(outcome)}"
    labels = [f"{fill(r.label, LABEL_WIDTH)}\n[{standing_mark(r)}]" for r in reversed(results)]
    heights = [label.count("\n") + 2 for label in labels]
    places = [sum(heights[:i]) + (heights[i] - heights[0]) / 2 for i in range(len(heights))]

    def draw(canvas: "Canvas") -> None:
        axes = canvas.subplots()
        axes.axvline(0, color="#888888", lw=0.8)
        if outcome.minimal_important_difference is not None:
            for side in (-1, 1):
                at = side * outcome.minimal_important_difference
                axes.axvline(at, color="#888888", lw=0.8, ls=":")
        for place, result in zip(places, reversed(results), strict=True):
            _draw_result(axes, place, result)
        axes.set_yticks(places, labels, fontsize=9)
        axes.set_ylim(-heights[0] / 2, sum(heights) - heights[0] / 2)
        axes.set_xlabel(
            f"{_contrasts(results)} ({outcome.unit}, {level} CI)\n{_better(outcome, results)}"
        )
        axes.tick_params(axis="y", length=0)

    return Figure(
        id=figure_id,
        title=f"{outcome.label}: all analyses with {level} confidence intervals",
        svg=draw_svg(figure_id, (8.4, 1.3 + LINE_INCHES * sum(heights)), draw),
        alternative=_alternative(outcome, results),
        table=_table(outcome, results, level),
    )


def _draw_result(axes: "Axes", position: float, result: Result) -> None:
    if result.interval is None or result.estimate is None:
        return
    colour = INK if result.planned else MUTED
    line = "-" if result.planned else "--"
    ends = [result.interval.lower, result.interval.upper]
    axes.plot(ends, [position, position], color=colour, lw=1.3, ls=line)
    face = colour if result.planned else "white"
    axes.plot([result.estimate], [position], marker="s", color=colour, markerfacecolor=face, ms=6)


def _alternative(outcome: Outcome, results: Sequence[Result]) -> str:
    decimals = decimals_of(outcome.unit)
    lines = " ".join(
        f"{r.label} [{standing_mark(r)}]: {fmt(r.estimate, decimals)} "
        f"({fmt_interval(r.interval, decimals)})."
        for r in results
    )
    mark = outcome.minimal_important_difference
    dotted = (
        ""
        if mark is None
        else f" Dotted lines: {mark:g} {outcome.unit}, the smallest change that matters to one person."
    )
    return (
        f"{_contrasts(results)}. {_better(outcome, results)}. {lines}{dotted} "
        "Exploratory analyses have an open mark and a dashed line."
    )


def _better(outcome: Outcome, results: Sequence[Result]) -> str:
    side = "left" if outcome.direction is Direction.LOWER_IS_BETTER else "right"
    firsts = {result.contrast.label.partition(" − ")[0] for result in results}
    return f"{side} of zero: better in {firsts.pop() if len(firsts) == 1 else 'the first arm'}"


def _slug(outcome: Outcome) -> str:
    return outcome.code.replace("_", "-")
