"""Adjusted means of one analysis over the visits of its model, by arm, with the differences between arms."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from analysis.figure_data import VisitMean
from analysis.reports.figure import Figure, draw_svg
from analysis.reports.formatting import decimals_of, fmt, fmt_interval, fmt_level, fmt_p
from analysis.reports.mean_figures import draw_means, mean_cells, mean_words, spread_apart
from analysis.reports.table import Cell, Row, Table, words_cell
from analysis.results import Result
from analysis.roles import ArmColumn

if TYPE_CHECKING:
    from matplotlib.figure import Figure as Canvas


def adjusted_means_figure(
    means: Sequence[VisitMean], results: Sequence[Result], arms: Sequence[ArmColumn], level: float
) -> Figure:
    """Draw the means of an analysis by visit and arm with their intervals.

    Parameters
    ----------
    means : sequence of VisitMean
        Observed at baseline, adjusted at the visits of the model.
    results : sequence of Result
        Of the analysis: their differences stand in the table.
    arms : sequence of ArmColumn
    level : float
        Confidence level of the intervals.
    """
    unit, said = results[0].unit, fmt_level(level)

    def draw(canvas: "Canvas") -> None:
        axes = canvas.subplots()
        days = {mean.day: mean.visit_label for mean in means}
        step = (max(days) - min(days)) * 0.02 or 1.0
        for index, arm in enumerate(arms):
            points = [p for p in means if p.arm == arm.arm and p.mean is not None]
            shift = spread_apart(index, len(arms), step)
            draw_means(axes, [p.day + shift for p in points], points, index, arm.label)
        axes.set_xticks(list(days), list(days.values()))
        axes.set_ylabel(f"Mean ({unit}, {said} CI)")
        axes.margins(x=0.08)
        axes.legend(frameon=False)

    drawn = [mean for mean in means if mean.mean is not None]
    visit_of = {mean.result_id: mean.visit_label for mean in means}
    compared = [result for result in results if result.id in visit_of and result.is_estimable]
    return Figure(
        id="adjusted-means",
        title=f"Adjusted means by visit. {results[0].label}",
        svg=draw_svg("adjusted-means", (7.0, 3.8), draw),
        alternative="Means by visit. "
        + " ".join(
            f"{p.label}, {p.visit_label}: {mean_words(p.mean, p.interval, p.n)}." for p in drawn
        )
        + " Differences. "
        + " ".join(f"{r.contrast.label}, {visit_of[r.id]}: {_difference(r)}." for r in compared),
        table=Table(
            id="adjusted-means",
            title="Data of the figure: means by visit, and differences",
            population="Observed means at baseline, adjusted means later",
            stub_heading="Arm and visit",
            columns=("n", "Mean or difference", f"{said} CI", "Kind"),
            rows=(
                *(_mean_row(mean) for mean in drawn),
                Row(stub="Differences in adjusted means"),
                *(_difference_row(result, visit_of[result.id]) for result in compared),
            ),
        ),
    )


def _difference(result: Result) -> str:
    decimals = decimals_of(result.unit)
    return (
        f"{fmt(result.estimate, decimals)} ({fmt_interval(result.interval, decimals)}), "
        f"p {fmt_p(result.p)}"
    )


def _mean_row(mean: VisitMean) -> Row:
    kind = "adjusted" if mean.result_id else "observed"
    return Row(
        stub=f"{mean.label}, {mean.visit_label}",
        cells=(*mean_cells(mean.n, mean.mean, mean.interval), words_cell(kind)),
    )


def _difference_row(result: Result, visit: str) -> Row:
    decimals = decimals_of(result.unit)
    n = sum(result.n_analysed)
    return Row(
        stub=f"{result.contrast.label}, {visit}",
        cells=(
            Cell(text=str(n), value=n),
            Cell(text=fmt(result.estimate, decimals), value=result.estimate),
            Cell(text=fmt_interval(result.interval, decimals)),
            words_cell(f"difference, p {fmt_p(result.p)}"),
        ),
        indent=1,
    )
