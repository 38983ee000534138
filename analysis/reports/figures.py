"""Figures as SVG with a text alternative and a table of their data: drawn, not computed, here.

matplotlib's Figure without pyplot; text stays text, ids are hashed with a fixed salt and no date is written, so the same report gives
the same bytes. Arms differ by marker and line as well as by colour.
"""

import io
import re
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from analysis.datasets import parameter_code
from analysis.figure_data import SessionMean, VisitMean, VisitSpread
from analysis.plan import AnalysisReport
from analysis.reports.formatting import decimals_of, esc, fmt, fmt_interval, fmt_level
from analysis.reports.result_tables import effect_size_cell
from analysis.reports.table import Cell, Row, Table, words_cell
from analysis.results import Interval, Result
from protocols.outcomes import Direction, OutcomeRole

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure as Canvas

COLOURS = ("#1f5a8a", "#b3541e", "#4b7d3a", "#6b4c9a")
MARKERS = ("o", "s", "^", "D")
LINES = ("-", "--", ":", "-.")
_STYLE: Mapping[str, Any] = {
    "svg.hashsalt": "antiphon",
    "svg.fonttype": "none",
    "font.family": ["DejaVu Sans"],
    "font.size": 10,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.edgecolor": "#444444",
    "axes.labelcolor": "#222222",
    "figure.facecolor": "white",
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Figure:
    """A figure ready for a page."""

    id: str
    title: str
    svg: str
    alternative: str
    """What the figure shows, in words and numbers."""
    table: Table


def render_figures(report: AnalysisReport) -> tuple[Figure, ...]:
    """Draw every figure of the report that has data."""
    drawn = (visit_means_figure(report), trajectories_figure(report))
    optional = (session_change_figure(report), forest_figure(report))
    return (*drawn, *(figure for figure in optional if figure is not None))


def visit_means_figure(report: AnalysisReport) -> Figure:
    """Draw the means of the primary variable by visit and arm, with their intervals."""
    parameter = report.datasets.parameter(parameter_code(report.protocol.primary_outcome))
    level = fmt_level(report.protocol.analysis.confidence_level)

    def draw(canvas: "Canvas") -> None:
        axes = canvas.subplots()
        for index, arm in enumerate(report.arms):
            points = [p for p in report.visit_means if p.arm == arm.arm and p.mean is not None]
            shift = _shift(index, len(report.arms), 1.6)
            _draw_means(axes, [p.day + shift for p in points], points, index, arm.label)
        days = {p.day: p.visit_label for p in report.visit_means}
        axes.set_xticks(list(days), list(days.values()))
        axes.set_ylabel(f"{parameter.label}\n({parameter.unit})")
        axes.margins(x=0.08)
        axes.legend(frameon=False)

    rows = tuple(_visit_row(point) for point in report.visit_means)
    return Figure(
        id="visit-means",
        title=f"{parameter.label}: means by visit with {level} confidence intervals",
        svg=_svg("visit-means", (7.0, 3.8), draw),
        alternative="Means by visit. "
        + " ".join(
            f"{p.label}, {p.visit_label}: {_mean_words(p.mean, p.interval, p.n)}."
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
        cells=(*_mean_cells(point.n, point.mean, point.interval), words_cell(kind)),
    )


def _mean_cells(n: int, mean: float | None, interval: Interval | None) -> tuple[Cell, ...]:
    return (
        Cell(text=str(n), value=n),
        Cell(text=fmt(mean, 2), value=mean),
        Cell(text=fmt_interval(interval, 2)),
    )


def _mean_words(mean: float | None, interval: Interval | None, n: int) -> str:
    if mean is None:
        return "no value"
    limits = f" ({fmt_interval(interval, 2)})" if interval else ""
    return f"{fmt(mean, 2)}{limits}, n = {n}"


def trajectories_figure(report: AnalysisReport) -> Figure:
    """Draw the primary variable of every participant over the visits, one panel an arm."""
    code = parameter_code(report.protocol.primary_outcome)
    parameter = report.datasets.parameter(code)
    visits = [v for v in report.protocol.visits if v.code in {p.visit for p in report.visit_means}]
    days = {visit.code: visit.day for visit in visits}
    arm_of = {row.participant_id: row.arm for row in report.datasets.participants}
    values: dict[str, dict[str, float]] = {person: {} for person in arm_of}
    for row in report.datasets.observations:
        if row.parameter == code and row.value is not None:
            values[row.participant_id][row.visit] = row.value

    def draw(canvas: "Canvas") -> None:
        panels = canvas.subplots(1, len(report.arms), sharey=True, squeeze=False)[0]
        for index, (axes, arm) in enumerate(zip(panels, report.arms, strict=True)):
            people = [person for person, allocated in arm_of.items() if allocated == arm.arm]
            for person in people:
                points = [(days[code], y) for code, y in values[person].items()]
                axes.plot(
                    *zip(*points, strict=True),
                    color=COLOURS[index],
                    alpha=0.35,
                    lw=0.9,
                    marker=".",
                    ms=4,
                ) if points else None
            axes.set_title(f"{arm.label} (n = {sum(bool(values[p]) for p in people)})", fontsize=10)
            axes.set_xticks([v.day for v in visits], [v.label for v in visits])
        panels[0].set_ylabel(f"{parameter.label}\n({parameter.unit})")

    spreads = " ".join(_spread_words(spread) for spread in report.visit_spreads)
    return Figure(
        id="trajectories",
        title=f"{parameter.label}: every participant over the visits",
        svg=_svg("trajectories", (7.0, 3.6), draw),
        alternative=f"One line a participant, one panel an arm. {spreads}",
        table=_trajectory_table(report, values, arm_of, [(v.code, v.label) for v in visits]),
    )


def _spread_words(spread: VisitSpread) -> str:
    found = spread.summary
    limits = f"from {fmt(found.minimum, 1)} to {fmt(found.maximum, 1)}"
    return f"{spread.label}, {spread.visit_label}: median {fmt(found.median, 1)}, {limits}, n = {found.n}."


def _trajectory_table(
    report: AnalysisReport,
    values: Mapping[str, Mapping[str, float]],
    arm_of: Mapping[str, str],
    visits: Sequence[tuple[str, str]],
) -> Table:
    labels = {arm.arm: arm.label for arm in report.arms}
    rows = tuple(
        Row(
            stub=person,
            cells=(
                words_cell(labels[arm_of[person]]),
                *(Cell(text=fmt(found.get(code), 1), value=found.get(code)) for code, _ in visits),
            ),
        )
        for person, found in values.items()
    )
    return Table(
        id="trajectories",
        title="Data of the figure: every participant",
        population="Randomized participants",
        stub_heading="Participant",
        columns=("Arm", *(label for _, label in visits)),
        rows=rows,
    )


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
            shift = _shift(index, len(report.arms), 0.12)
            _draw_means(axes, [p.number + shift for p in points], points, index, arm.label)
        axes.set_xticks(sorted({point.number for point in report.session_means}))
        axes.set_xlabel("Session")
        axes.set_ylabel("State anxiety, after minus before\n(points of 100)")
        axes.legend(frameon=False)

    return Figure(
        id="session-change",
        title=f"State anxiety within sessions: mean change with {level} confidence intervals",
        svg=_svg("session-change", (7.0, 3.6), draw),
        alternative="Mean change, after minus before. "
        + " ".join(
            f"{p.label}, session {p.number}: {_mean_words(p.mean, p.interval, p.n)}."
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
                    cells=_mean_cells(p.n, p.mean, p.interval),
                )
                for p in report.session_means
            ),
        ),
    )


def forest_figure(report: AnalysisReport) -> Figure | None:
    """Draw the standardized difference of every planned outcome that has one, and which side is better."""
    results = [r for r in report.results if _belongs_in_forest(report, r)]
    if not results:
        return None
    level = fmt_level(report.protocol.analysis.confidence_level)

    def draw(canvas: "Canvas") -> None:
        axes = canvas.subplots()
        axes.axvline(0, color="#888888", lw=0.8)
        for position, result in enumerate(reversed(results)):
            _draw_effect(axes, position, result)
        labels = [f"{r.label}\n{_favours(report, r)}" for r in reversed(results)]
        axes.set_yticks(range(len(results)), labels)
        axes.set_ylim(-0.6, len(results) - 0.4)
        axes.set_xlabel(f"Hedges’ g ({level} CI), {_kinds(results)}\n{results[0].contrast.label}")
        axes.tick_params(axis="y", length=0)

    return Figure(
        id="forest",
        title=f"Standardized differences with {level} confidence intervals",
        svg=_svg("forest", (8.0, 1.3 + 0.55 * len(results)), draw),
        alternative="Hedges’ g. "
        + " ".join(
            f"{r.label} ({_favours(report, r)}): {effect_size_cell(r).text}." for r in results
        ),
        table=_forest_table(report, results, level),
    )


def _kinds(results: Sequence[Result]) -> str:
    kinds = dict.fromkeys(r.effect_size.kind for r in results if r.effect_size)
    return "adjusted where the model is" if len(kinds) > 1 else "".join(kinds)


def _belongs_in_forest(report: AnalysisReport, result: Result) -> bool:
    role = report.protocol.outcome(result.outcome).role
    has_size = result.effect_size is not None and result.effect_size.g is not None
    return result.planned and has_size and role in {OutcomeRole.PRIMARY, OutcomeRole.SECONDARY}


def _forest_table(report: AnalysisReport, results: Sequence[Result], level: str) -> Table:
    formulas = dict.fromkeys(r.effect_size.formula for r in results if r.effect_size)
    return Table(
        id="forest",
        title="Data of the figure: standardized differences",
        population="Planned analyses of primary and secondary outcomes with a standardized difference",
        stub_heading="Analysis",
        columns=("Which side is better", "Kind", f"Hedges’ g ({level} CI)", "Estimate"),
        rows=tuple(
            Row(
                stub=result.label,
                cells=(
                    words_cell(_favours(report, result)),
                    words_cell(result.effect_size.kind if result.effect_size else ""),
                    effect_size_cell(result),
                    Cell(
                        text=fmt(result.estimate, decimals_of(result.unit)), value=result.estimate
                    ),
                ),
            )
            for result in results
        ),
        footnotes=tuple(f"{formula}." for formula in formulas),
    )


def _favours(report: AnalysisReport, result: Result) -> str:
    labels = {arm.arm: arm.label for arm in report.arms}
    direction = report.protocol.outcome(result.outcome).direction
    lower_is_better = direction is Direction.LOWER_IS_BETTER
    side = "left" if lower_is_better else "right"
    return f"{side}: better in {labels[result.contrast.first]}"


def _draw_effect(axes: "Axes", position: int, result: Result) -> None:
    size = result.effect_size
    if size is None or size.g is None or size.interval is None:
        return
    axes.plot(
        [size.interval.lower, size.interval.upper], [position, position], color="#222222", lw=1.3
    )
    axes.plot([size.g], [position], marker="s", color="#222222", ms=6)


def _draw_means(
    axes: "Axes",
    positions: Sequence[float],
    points: Sequence[VisitMean | SessionMean],
    index: int,
    label: str,
) -> None:
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


def _shift(index: int, count: int, step: float) -> float:
    return (index - (count - 1) / 2) * step


def _svg(figure_id: str, size_inches: tuple[float, float], draw: "Callable[[Canvas], None]") -> str:
    from matplotlib.backends.backend_svg import FigureCanvasSVG
    from matplotlib.figure import Figure as Canvas

    with _style():
        canvas = Canvas(figsize=size_inches, layout="constrained")
        FigureCanvasSVG(canvas)
        draw(canvas)
        buffer = io.StringIO()
        canvas.savefig(
            buffer,
            format="svg",
            metadata={"Date": None, "Creator": None, "Format": None, "Type": None},
        )
    return _own_ids(figure_id, buffer.getvalue())


def _style() -> AbstractContextManager[None]:
    from matplotlib import rc_context

    style: Any = dict(_STYLE)
    return rc_context(style)


def _own_ids(figure_id: str, svg: str) -> str:
    """Put the figure's id before every id in it: several figures share one page."""
    svg = svg[svg.index("<svg") :]
    svg = re.sub(r'\bid="([^"]+)"', rf'id="{figure_id}-\1"', svg)
    svg = re.sub(r"url\(#([^)]+)\)", rf"url(#{figure_id}-\1)", svg)
    return re.sub(r'href="#([^"]+)"', rf'href="#{figure_id}-\1"', svg)


def render_figure(figure: Figure, number: int) -> str:
    """Render a figure as HTML: drawing with its alternative, caption."""
    drawing = figure.svg.replace(
        "<svg ", f'<svg role="img" aria-labelledby="figure-{figure.id}-alternative" ', 1
    )
    return (
        f'<figure id="figure-{esc(figure.id)}">{drawing}'
        f'<figcaption><span class="label">Figure {number}</span> {esc(figure.title)}'
        f'<span class="hidden" id="figure-{esc(figure.id)}-alternative">{esc(figure.alternative)}</span>'
        f"</figcaption></figure>"
    )
