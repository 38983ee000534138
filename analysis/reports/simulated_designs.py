"""Operating characteristics of a design as a table and as a figure: printed and drawn, not computed, here."""

from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import TYPE_CHECKING

from analysis.operating_characteristics.tally import OperatingCharacteristics, Simulated
from analysis.reports.figure import COLOURS, MARKERS, Figure, draw_svg
from analysis.reports.formatting import fmt
from analysis.reports.table import Cell, Row, Table

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure as Canvas

COLUMNS = (
    "True difference",
    "Trials analysed",
    "Shown, %",
    "Bias",
    "SD of estimates",
    "Model SE",
    "Interval covers truth, %",
    "Below truth, %",
    "Above truth, %",
    "Participants",
)


def characteristics_table(found: Sequence[OperatingCharacteristics], *, seed: int) -> Table:
    """Return how each analysis fared in each scenario.

    Parameters
    ----------
    found : sequence of OperatingCharacteristics
        From `analysis.operating_characteristics.simulate.simulate`.
    seed : int
        That the trials were drawn with.

    Returns
    -------
    Table
        One heading a scenario, below it one row an analysis; Monte Carlo standard errors in parentheses.
    """
    return Table(
        id="operating-characteristics",
        title="Operating characteristics of the design, simulated",
        population=f"{max(one.trials for one in found)} simulated trials of each scenario, seed {seed}",
        stub_heading="Scenario and analysis",
        columns=COLUMNS,
        rows=tuple(_rows(found)),
        footnotes=(
            "In parentheses: Monte Carlo standard error.",
            "Shown: share of trials with the claim made. Where the true difference is 0, this is the type I error.",
            "Below and above truth: intervals that lie wholly on one side of the true difference.",
        ),
    )


def characteristics_figure(found: Sequence[OperatingCharacteristics], *, seed: int) -> Figure:
    """Draw how often each analysis makes its claim and how often its interval covers the truth.

    Parameters
    ----------
    found : sequence of OperatingCharacteristics
        From `analysis.operating_characteristics.simulate.simulate`.
    seed : int
        That the trials were drawn with.

    Returns
    -------
    Figure
        Two panels, one line a scenario; bars are two Monte Carlo standard errors to each side.
    """
    scenarios = list(dict.fromkeys(one.scenario for one in found))
    analyses = list(dict.fromkeys(one.analysis for one in found))

    def draw(canvas: "Canvas") -> None:
        shown, covered = canvas.subplots(1, 2, sharey=True)
        for index, analysis in enumerate(analyses):
            own = [one for one in found if one.analysis == analysis]
            heights = [
                len(scenarios) - 1 - scenarios.index(one.scenario) - _shift(index, len(analyses))
                for one in own
            ]
            _draw_shares(shown, [one.shown for one in own], heights, index, analysis)
            _draw_shares(covered, [one.coverage for one in own], heights, index, analysis)
        for axes, label, mark in (
            (shown, "claim made, %", 5.0),
            (covered, "interval covers truth, %", 95.0),
        ):
            axes.axvline(mark, color="#888888", lw=0.8)
            axes.set_xlabel(label)
        shown.set_yticks(range(len(scenarios)), list(reversed(scenarios)))
        handles, labels = covered.get_legend_handles_labels()
        canvas.legend(handles, labels, loc="outside upper center", ncols=len(labels), frameon=False)

    return Figure(
        id="operating-characteristics",
        title="How often the design makes its claim, and how often its interval covers the truth",
        svg=draw_svg("operating-characteristics", (9.0, 1.6 + 0.5 * len(scenarios)), draw),
        alternative=" ".join(_words(one) for one in found),
        table=characteristics_table(found, seed=seed),
    )


def _words(one: OperatingCharacteristics) -> str:
    shown, covered = fmt(100 * one.shown.value, 1), fmt(100 * one.coverage.value, 1)
    return f"{one.scenario}, {one.analysis}: claim made in {shown} percent, truth covered in {covered} percent."


def _rows(found: Sequence[OperatingCharacteristics]) -> Iterator[Row]:
    for scenario, analyses in groupby(found, key=lambda one: one.scenario):
        yield Row(stub=scenario)
        yield from (_row(one) for one in analyses)


def _row(one: OperatingCharacteristics) -> Row:
    return Row(
        stub=one.analysis,
        indent=1,
        cells=(
            Cell(text=fmt(one.truth, 3), value=one.truth),
            Cell(text=str(one.estimable), value=one.estimable),
            _percent(one.shown),
            _cell(one.bias, 3),
            _cell(one.empirical_error, 3),
            Cell(text=fmt(one.model_error, 3), value=one.model_error),
            _percent(one.coverage),
            _percent(one.missed_below),
            _percent(one.missed_above),
            Cell(text=fmt(one.participants.value, 1), value=one.participants.value),
        ),
    )


def _cell(found: Simulated, decimals: int) -> Cell:
    text = f"{fmt(found.value, decimals)} ({fmt(found.standard_error, decimals)})"
    return Cell(text=text, value=found.value)


def _percent(found: Simulated) -> Cell:
    return _cell(Simulated(value=100 * found.value, standard_error=100 * found.standard_error), 2)


def _draw_shares(
    axes: "Axes",
    shares: Sequence[Simulated],
    heights: Sequence[float],
    index: int,
    label: str,
) -> None:
    axes.errorbar(
        [100 * share.value for share in shares],
        heights,
        xerr=[200 * share.standard_error for share in shares],
        color=COLOURS[index % len(COLOURS)],
        marker=MARKERS[index % len(MARKERS)],
        linestyle="none",
        capsize=3,
        label=label,
    )


def _shift(index: int, count: int) -> float:
    return (index - (count - 1) / 2) * 0.5 / count
