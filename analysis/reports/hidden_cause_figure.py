"""Sensitivity of a mediation: the indirect effect over the strength of a hidden common cause of mediator and outcome."""

from typing import TYPE_CHECKING

from analysis.mediation_analysis import PlannedSensitivity
from analysis.plan import AnalysisReport
from analysis.reports.figure import COLOURS, Figure, draw_svg
from analysis.reports.formatting import decimals_of, fmt
from analysis.reports.table import Cell, Row, Table

if TYPE_CHECKING:
    from matplotlib.figure import Figure as Canvas

CORRELATION_DECIMALS = 2


def hidden_cause_figures(report: AnalysisReport) -> tuple[Figure, ...]:
    """Draw the sensitivity of every planned mediation that has an estimate."""
    return tuple(_figure(report, one) for one in report.mediation)


def hidden_cause_figure_id(one: PlannedSensitivity) -> str:
    """Return the id of the figure of an analysis."""
    return f"hidden-cause-{one.result_id}".lower().replace("_", "-").replace(".", "-")


def _figure(report: AnalysisReport, one: PlannedSensitivity) -> Figure:
    planned = next(a for a in report.protocol.analysis.analyses if a.code == one.analysis)
    unit = report.protocol.outcome(planned.outcome).unit
    told = one.sensitivity
    figure_id = hidden_cause_figure_id(one)
    vanishes = fmt(told.correlation_at_zero, CORRELATION_DECIMALS)

    def draw(canvas: "Canvas") -> None:
        axes = canvas.subplots()
        axes.axhline(0, color="#888888", lw=0.8)
        axes.axvline(0, color="#888888", lw=0.8, ls=":")
        axes.axvline(told.correlation_at_zero, color=COLOURS[1], lw=1.2, ls="--")
        correlations = [point.correlation for point in told.curve]
        axes.plot(correlations, [point.indirect for point in told.curve], color=COLOURS[0], lw=1.8)
        axes.set_xlabel("Correlation of the residuals by a hidden cause (0: as estimated)")
        axes.set_ylabel(f"Indirect effect ({unit})\n{one.contrast.label}")

    return Figure(
        id=figure_id,
        title=f"Sensitivity to a hidden cause. {planned.label}",
        svg=draw_svg(figure_id, (7.0, 3.2), draw),
        alternative=(
            f"Indirect effect, {one.contrast.label}, over the correlation that a hidden common cause gives the residuals of mediator and "
            f"outcome. It vanishes at {vanishes}."
        ),
        table=_table(one, figure_id, unit),
    )


def _table(one: PlannedSensitivity, figure_id: str, unit: str) -> Table:
    decimals = decimals_of(unit)
    return Table(
        id=figure_id,
        title="Data of the figure: sensitivity to a hidden cause",
        population=f"Participants with outcome and mediator; {one.contrast.label}",
        stub_heading="Correlation",
        columns=(f"Indirect effect, {unit}",),
        rows=tuple(
            Row(
                stub=fmt(point.correlation, CORRELATION_DECIMALS),
                cells=(Cell(text=fmt(point.indirect, decimals), value=point.indirect),),
            )
            for point in one.sensitivity.curve
        ),
        footnotes=("Imai, Keele and Yamamoto (2010), Statistical Science 25, 51-71, theorem 4.",),
    )
