"""The forest of standardized differences: one line an outcome, and which side is better."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from analysis.plan import AnalysisReport
from analysis.reports.figure import Figure, draw_svg
from analysis.reports.formatting import decimals_of, fmt, fmt_level
from analysis.reports.result_tables import effect_size_cell
from analysis.reports.table import Cell, Row, Table, words_cell
from analysis.results import Result
from protocols.outcomes import Direction, OutcomeRole

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure as Canvas


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
        svg=draw_svg("forest", (8.0, 1.3 + 0.55 * len(results)), draw),
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
