"""Means with their intervals by arm: over the visits, and within the sessions."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from analysis.datasets import parameter_code
from analysis.figure_data import SessionMean, VisitMean
from analysis.plan import AnalysisReport
from analysis.reports.figure import COLOURS, LINES, MARKERS, Figure, draw_svg
from analysis.reports.formatting import fmt, fmt_interval, fmt_level
from analysis.reports.table import Cell, Row, Table, words_cell
from analysis.results import Interval

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure as Canvas


def visit_means_figure(report: AnalysisReport) -> Figure:
    """Draw the means of the primary variable by visit and arm, with their intervals."""
    parameter = report.datasets.parameter(parameter_code(report.protocol.primary_outcome))
    level = fmt_level(report.protocol.analysis.confidence_level)

    def draw(canvas: "Canvas") -> None:
        axes = canvas.subplots()
        for index, arm in enumerate(report.arms):
            points = [p for p in report.visit_means if p.arm == arm.arm and p.mean is not None]
            shift = spread_apart(index, len(report.arms), 1.6)
            draw_means(axes, [p.day + shift for p in points], points, index, arm.label)
        days = {p.day: p.visit_label for p in report.visit_means}
        axes.set_xticks(list(days), list(days.values()))
        axes.set_ylabel(f"{parameter.label}\n({parameter.unit})")
        axes.margins(x=0.08)
        axes.legend(frameon=False)

    rows = tuple(_visit_row(point) for point in report.visit_means)
    return Figure(
        id="visit-means",
        title=f"{parameter.label}: means by visit with {level} confidence intervals",
        svg=draw_svg("visit-means", (7.0, 3.8), draw),
        alternative="Means by visit. "
        + " ".join(
            f"{p.label}, {p.visit_label}: {mean_words(p.mean, p.interval, p.n)}."
            for p in report.visit_means
        ),
        table=Table(
            id="visit-means",
            title="Data of the figure: means by visit",
            population="Participants with a value (observed means) or in the analysis (adjusted means)",
            stub_heading="Arm and visit",
            columns=("n", "Mean", f"{level} CI", "Kind"),
            rows=rows,
            footnotes=(
                "Baseline: observed means. Later visits: adjusted means of the analysis of that visit.",
            ),
        ),
    )


def _visit_row(point: VisitMean) -> Row:
    kind = f"adjusted ({point.result_id})" if point.result_id else "observed"
    return Row(
        stub=f"{point.label}, {point.visit_label}",
        cells=(*mean_cells(point.n, point.mean, point.interval), words_cell(kind)),
    )


def mean_cells(n: int, mean: float | None, interval: Interval | None) -> tuple[Cell, ...]:
    """Return number, mean and interval as cells."""
    return (
        Cell(text=str(n), value=n),
        Cell(text=fmt(mean, 2), value=mean),
        Cell(text=fmt_interval(interval, 2)),
    )


def mean_words(mean: float | None, interval: Interval | None, n: int) -> str:
    """Say a mean with its interval and number."""
    if mean is None:
        return "no value"
    limits = f" ({fmt_interval(interval, 2)})" if interval else ""
    return f"{fmt(mean, 2)}{limits}, n = {n}"


def session_change_figure(report: AnalysisReport) -> Figure | None:
    """Draw the mean change of state anxiety in each session, by arm."""
    if not any(point.mean is not None for point in report.session_means):
        return None
    level = fmt_level(report.protocol.analysis.confidence_level)

    def draw(canvas: "Canvas") -> None:
        axes = canvas.subplots()
        axes.axhline(0, color="#888888", lw=0.8)
        for index, arm in enumerate(report.arms):
            points = [p for p in report.session_means if p.arm == arm.arm and p.mean is not None]
            shift = spread_apart(index, len(report.arms), 0.12)
            draw_means(axes, [p.number + shift for p in points], points, index, arm.label)
        axes.set_xticks(sorted({point.number for point in report.session_means}))
        axes.set_xlabel("Session")
        axes.set_ylabel("State anxiety, after minus before\n(points of 100)")
        axes.legend(frameon=False)

    return Figure(
        id="session-change",
        title=f"State anxiety within sessions: mean change with {level} confidence intervals",
        svg=draw_svg("session-change", (7.0, 3.6), draw),
        alternative="Mean change, after minus before. "
        + " ".join(
            f"{p.label}, session {p.number}: {mean_words(p.mean, p.interval, p.n)}."
            for p in report.session_means
        ),
        table=Table(
            id="session-change",
            title="Data of the figure: change within sessions",
            population="Sessions rated before and after",
            stub_heading="Arm and session",
            columns=("n", "Mean", f"{level} CI"),
            rows=tuple(
                Row(
                    stub=f"{p.label}, session {p.number}",
                    cells=mean_cells(p.n, p.mean, p.interval),
                )
                for p in report.session_means
            ),
        ),
    )


def draw_means(
    axes: "Axes",
    positions: Sequence[float],
    points: Sequence[VisitMean | SessionMean],
    index: int,
    label: str,
) -> None:
    """Draw the means of one arm with their intervals; `index` chooses colour, marker and line."""
    means = [point.mean or 0.0 for point in points]
    lower = [
        m - p.interval.lower if p.interval else 0.0 for m, p in zip(means, points, strict=True)
    ]
    upper = [
        p.interval.upper - m if p.interval else 0.0 for m, p in zip(means, points, strict=True)
    ]
    axes.errorbar(
        positions,
        means,
        yerr=[lower, upper],
        color=COLOURS[index],
        marker=MARKERS[index],
        linestyle=LINES[index],
        linewidth=1.5,
        markersize=6,
        capsize=3,
        label=label,
    )


def spread_apart(index: int, count: int, step: float) -> float:
    """Return how far an arm stands aside, so that intervals do not hide one another."""
    return (index - (count - 1) / 2) * step
