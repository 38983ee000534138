"""Tipping curve: the difference over the deltas added to imputed values, and where its significance changes."""

from typing import TYPE_CHECKING

from analysis.imputed_analysis import ImputedAnalysis
from analysis.missing_data.pooling import PooledEstimate
from analysis.plan import AnalysisReport
from analysis.reports.figure import COLOURS, Figure, draw_svg
from analysis.reports.formatting import decimals_of, fmt, fmt_interval, fmt_level, fmt_p
from analysis.reports.table import Cell, Row, Table, words_cell
from analysis.sensitivity.tipping_point import TippingCurve

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure as Canvas

DELTA_DECIMALS = 2


def tipping_figures(report: AnalysisReport) -> tuple[Figure, ...]:
    """Draw the tipping curve of every analysis that has one."""
    level = report.protocol.analysis.confidence_level
    return tuple(
        tipping_figure(
            imputed.curve,
            figure_id=tipping_figure_id(imputed),
            title=_label(report, imputed.analysis),
            unit=_unit(report, imputed.analysis),
            confidence_level=level,
        )
        for imputed in report.imputed
        if imputed.curve is not None
    )


def tipping_figure_id(imputed: ImputedAnalysis) -> str:
    """Return the id of the figure of an analysis."""
    return f"tipping-{imputed.result_id}".lower().replace("_", "-").replace(".", "-")


def _label(report: AnalysisReport, code: str) -> str:
    return next(one.label for one in report.protocol.analysis.analyses if one.code == code)


def _unit(report: AnalysisReport, code: str) -> str:
    planned = next(one for one in report.protocol.analysis.analyses if one.code == code)
    return report.protocol.outcome(planned.outcome).unit


def tipping_figure(
    curve: TippingCurve, *, figure_id: str, title: str, unit: str, confidence_level: float
) -> Figure:
    """Draw a tipping curve.

    Parameters
    ----------
    curve : TippingCurve
        Its points and crossings.
    figure_id : str
        Id of the figure on its page.
    title : str
        What was analysed.
    unit : str
        Of outcome and delta.
    confidence_level : float
        Of the band.
    """
    level = fmt_level(confidence_level)

    def draw(canvas: "Canvas") -> None:
        axes = canvas.subplots()
        _draw_band(axes, curve)
        for point in curve.tipping_points:
            axes.axvline(point.delta, color=COLOURS[1], lw=1.2, ls="--")
            axes.annotate(
                f"significance {point.change}\nat {fmt(point.delta, DELTA_DECIMALS)}",
                (point.delta, 1.0),
                xycoords=("data", "axes fraction"),
                xytext=(4, -4),
                textcoords="offset points",
                va="top",
                fontsize=9,
            )
        axes.set_xlabel(f"Delta ({unit}), {curve.rule}")
        axes.set_ylabel(f"{curve.target.label}\n({unit}, {level} CI)")

    return Figure(
        id=figure_id,
        title=f"Tipping curve. {title}",
        svg=draw_svg(figure_id, (7.0, 3.6), draw),
        alternative=_alternative(curve, unit),
        table=_table(curve, figure_id, unit, level),
    )


def _draw_band(axes: "Axes", curve: TippingCurve) -> None:
    shown = [p for p in curve.points if p.pooled.interval is not None]
    deltas = [point.deltas[0] for point in shown]
    intervals = [point.pooled.interval for point in shown if point.pooled.interval is not None]
    axes.axhline(0, color="#888888", lw=0.8)
    axes.axvline(0, color="#888888", lw=0.8, ls=":")
    lower, upper = [i.lower for i in intervals], [i.upper for i in intervals]
    axes.fill_between(deltas, lower, upper, color=COLOURS[0], alpha=0.18, lw=0)
    axes.plot(deltas, [p.pooled.estimate or 0.0 for p in shown], color=COLOURS[0], lw=1.8)


def _alternative(curve: TippingCurve, unit: str) -> str:
    ends = (curve.points[0], curve.points[-1])
    said = " ".join(
        f"With delta {fmt(point.deltas[0], DELTA_DECIMALS)}: {_words(point.pooled, unit)}."
        for point in ends
    )
    crossings = " ".join(
        f"Significance is {point.change} at {fmt(point.delta, DELTA_DECIMALS)}."
        for point in curve.tipping_points
    )
    return f"{curve.target.label}, delta {curve.rule}. {said} {crossings or 'There is no tipping point.'}"


def _words(pooled: PooledEstimate, unit: str) -> str:
    decimals = decimals_of(unit)
    interval = fmt_interval(pooled.interval, decimals)
    return f"{fmt(pooled.estimate, decimals)} ({interval}), p {fmt_p(pooled.p)}"


def _table(curve: TippingCurve, figure_id: str, unit: str, level: str) -> Table:
    points = [(point.deltas[0], point.pooled, "") for point in curve.points]
    points += [(p.delta, p.pooled, f"significance {p.change}") for p in curve.tipping_points]
    return Table(
        id=figure_id,
        title="Data of the figure: tipping curve",
        population=f"Delta {curve.rule}; variance: {curve.variance}",
        stub_heading=f"Delta, {unit}",
        columns=(f"{curve.target.label} ({level} CI)", "p", "Tipping point"),
        rows=tuple(_row(*point, unit) for point in sorted(points, key=lambda found: found[0])),
        footnotes=(curve.conclusion, *_in_important_differences(curve)),
    )


def _row(delta: float, pooled: PooledEstimate, note: str, unit: str) -> Row:
    decimals = decimals_of(unit)
    interval = fmt_interval(pooled.interval, decimals)
    return Row(
        stub=fmt(delta, DELTA_DECIMALS),
        cells=(
            Cell(text=f"{fmt(pooled.estimate, decimals)} ({interval})", value=pooled.estimate),
            Cell(text=fmt_p(pooled.p), value=pooled.p),
            words_cell(note),
        ),
    )


def _in_important_differences(curve: TippingCurve) -> tuple[str, ...]:
    return tuple(
        f"The delta {fmt(point.delta, DELTA_DECIMALS)} is {fmt(point.in_important_differences, 2)} times the smallest "
        "important difference."
        for point in curve.tipping_points
        if point.in_important_differences is not None
    )
