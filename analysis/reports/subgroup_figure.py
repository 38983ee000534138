"""The forest of subgroups: in each level the difference as estimated, and shrunken towards the mean of all levels."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from analysis.plan import AnalysisReport
from analysis.quantities import SHRUNKEN_DIFFERENCE
from analysis.reports.figure import Figure, draw_svg
from analysis.reports.formatting import decimals_of, fmt, fmt_interval, fmt_level
from analysis.reports.table import Cell, Row, Table
from analysis.results import Result
from protocols.analysis_plan import Estimator, PlannedAnalysis

if TYPE_CHECKING:
    from matplotlib.figure import Figure as Canvas

INK, MUTED = "#222222", "#6b6b6b"


def subgroup_figures(report: AnalysisReport) -> tuple[Figure, ...]:
    """Draw the forest of every planned subgroup analysis that has estimates."""
    found = []
    for planned in report.protocol.analysis.analyses:
        if planned.estimator is Estimator.SUBGROUPS:
            drawn = [r for r in report.results if _is_level_of(planned, r)]
            if drawn:
                found.append(_figure(report, planned, drawn))
    return tuple(found)


def subgroup_figure_id(planned: PlannedAnalysis) -> str:
    """Return the id of the figure of an analysis."""
    return f"subgroups-{planned.code}".lower().replace("_", "-")


def _is_level_of(planned: PlannedAnalysis, result: Result) -> bool:
    return result.id.startswith(f"{planned.code}.") and result.interval is not None


def _figure(report: AnalysisReport, planned: PlannedAnalysis, drawn: Sequence[Result]) -> Figure:
    level = fmt_level(report.protocol.analysis.confidence_level)
    unit = report.protocol.outcome(planned.outcome).unit
    figure_id = subgroup_figure_id(planned)

    def draw(canvas: "Canvas") -> None:
        axes = canvas.subplots()
        axes.axvline(0, color="#888888", lw=0.8)
        for place, result in enumerate(reversed(drawn)):
            colour = INK if result.quantity == SHRUNKEN_DIFFERENCE else MUTED
            if result.interval is not None and result.estimate is not None:
                ends = [result.interval.lower, result.interval.upper]
                axes.plot(ends, [place, place], color=colour, lw=1.3)
                axes.plot([result.estimate], [place], marker="s", color=colour, ms=6)
        labels = [_level(planned, result) for result in reversed(drawn)]
        axes.set_yticks(range(len(drawn)), labels, fontsize=9)
        axes.set_xlabel(f"{drawn[0].contrast.label} ({unit}, {level} CI)")

    return Figure(
        id=figure_id,
        title=f"Subgroups. {planned.label}",
        svg=draw_svg(figure_id, (8.0, 1.3 + 0.4 * len(drawn)), draw),
        alternative=" ".join(f"{_level(planned, r)}: {_text(r)}." for r in drawn),
        table=_table(planned, drawn, figure_id, level),
    )


def _level(planned: PlannedAnalysis, result: Result) -> str:
    return result.label.removeprefix(planned.label).strip(" ()")


def _text(result: Result) -> str:
    decimals = decimals_of(result.unit)
    return f"{fmt(result.estimate, decimals)} ({fmt_interval(result.interval, decimals)})"


def _table(planned: PlannedAnalysis, drawn: Sequence[Result], figure_id: str, level: str) -> Table:
    return Table(
        id=figure_id,
        title="Data of the figure: subgroups",
        population=drawn[0].contrast.label,
        stub_heading="Subgroup",
        columns=(f"Difference ({level} CI)", "Analysed"),
        rows=tuple(
            Row(
                stub=_level(planned, result),
                cells=(
                    Cell(text=_text(result), value=result.estimate),
                    Cell(text=" + ".join(str(n) for n in result.n_analysed)),
                ),
            )
            for result in drawn
        ),
        footnotes=("Dark: shrunken towards the mean of all subgroups. Grey: as estimated.",),
    )
