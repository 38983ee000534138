"""Residuals against fitted values, and against what they would be if they were normal."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from analysis.reports.figure import COLOURS, MARKERS, Figure, draw_svg
from analysis.reports.formatting import fmt
from analysis.reports.table import Cell, Row, Table
from analysis.residuals import LARGE, ResidualPoint, Residuals
from analysis.roles import ArmColumn

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure as Canvas

DECIMALS = 2
MANY = 2000
"""More points than this are drawn as one picture inside the SVG, so that the page stays light."""
READ = (
    "When the model holds they scatter around zero with one spread, over all fitted values and in every arm, and lie along "
    "the line on the right."
)


def residual_figure(residuals: Residuals, arms: Sequence[ArmColumn], title: str) -> Figure:
    """Draw residuals by fitted value, and beside it their normal quantiles.

    Parameters
    ----------
    residuals : Residuals
    arms : sequence of ArmColumn
        In the order of every table.
    title : str
        What was analysed.
    """

    def draw(canvas: "Canvas") -> None:
        by_fitted, by_quantile = canvas.subplots(1, 2)
        _draw(by_fitted, residuals, arms, [point.fitted for point in residuals.points])
        _draw(by_quantile, residuals, arms, [point.normal_quantile for point in residuals.points])
        by_fitted.axhline(0, color="#888888", lw=0.8)
        by_fitted.set_xlabel("Fitted value")
        by_fitted.set_ylabel(residuals.kind.capitalize())
        by_quantile.axline((0, 0), slope=1, color="#888888", lw=0.8)
        by_quantile.set_xlabel("Standard normal quantile")
        by_quantile.legend(frameon=False)

    return Figure(
        id="residuals",
        title=f"Residuals. {title}",
        svg=draw_svg("residuals", (8.4, 3.8), draw),
        alternative=_alternative(residuals, arms),
        table=_table(residuals, arms),
    )


def _draw(
    axes: "Axes", residuals: Residuals, arms: Sequence[ArmColumn], positions: Sequence[float]
) -> None:
    for index, arm in enumerate(arms):
        chosen = [
            (position, point.residual)
            for position, point in zip(positions, residuals.points, strict=True)
            if point.arm == arm.arm
        ]
        axes.plot(
            [position for position, _ in chosen],
            [residual for _, residual in chosen],
            linestyle="none",
            marker=MARKERS[index],
            markersize=5,
            markerfacecolor="none",
            color=COLOURS[index],
            label=arm.label,
            rasterized=len(residuals.points) > MANY,
        )


def _alternative(residuals: Residuals, arms: Sequence[ArmColumn]) -> str:
    spreads = " ".join(
        f"{spread.label}: n = {spread.n}, mean {fmt(spread.mean, DECIMALS)}, "
        f"standard deviation {fmt(spread.standard_deviation, DECIMALS)}."
        for spread in residuals.spreads
    )
    labels = {arm.arm: arm.label for arm in arms}
    large = "; ".join(_named(point, labels) for point in residuals.large)
    beyond = f"Beyond {fmt(LARGE, 0)} in size: {large or 'none'}."
    return f"{residuals.kind.capitalize()}. {READ} {spreads} {beyond}"


def _named(point: ResidualPoint, labels: dict[str, str]) -> str:
    where = f", {point.visit}" if point.visit else ""
    return f"{point.participant} ({labels[point.arm]}{where}) {fmt(point.residual, DECIMALS)}"


def _table(residuals: Residuals, arms: Sequence[ArmColumn]) -> Table:
    return Table(
        id="residuals",
        title="Data of the figure: residuals",
        population="Values that entered the model",
        stub_heading="Arm, visit and participant",
        columns=("Fitted value", residuals.kind.capitalize(), "Normal quantile"),
        rows=tuple(_rows(residuals, arms)),
    )


def _rows(residuals: Residuals, arms: Sequence[ArmColumn]) -> Iterator[Row]:
    for visit in dict.fromkeys(point.visit for point in residuals.points):
        for arm in arms:
            yield Row(stub=f"{arm.label}, {visit}" if visit else arm.label)
            for point in residuals.points:
                if (point.arm, point.visit) == (arm.arm, visit):
                    values = (point.fitted, point.residual, point.normal_quantile)
                    cells = tuple(Cell(text=fmt(v, DECIMALS), value=v) for v in values)
                    yield Row(stub=point.participant, cells=cells, indent=1)
