"""Every participant's way over the visits, one line each, one panel an arm."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from analysis.datasets import parameter_code
from analysis.figure_data import VisitSpread
from analysis.plan import AnalysisReport
from analysis.reports.figure import COLOURS, Figure, draw_svg
from analysis.reports.formatting import fmt
from analysis.reports.table import Cell, Row, Table, words_cell
from protocols.design import Visit

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure as Canvas


@dataclass(frozen=True, kw_only=True, slots=True)
class _Trajectory:
    """The values of one participant."""

    participant_id: str
    arm: str
    values: dict[str, float]
    """By visit; without those that are missing."""


def trajectories_figure(report: AnalysisReport) -> Figure:
    """Draw the primary variable of every participant over the visits, one panel an arm."""
    parameter = report.datasets.parameter(parameter_code(report.protocol.primary_outcome))
    visits = [v for v in report.protocol.visits if v.code in {p.visit for p in report.visit_means}]
    found = _trajectories(report)

    def draw(canvas: "Canvas") -> None:
        panels = canvas.subplots(1, len(report.arms), sharey=True, squeeze=False)[0]
        for index, (axes, arm) in enumerate(zip(panels, report.arms, strict=True)):
            of_arm = [one for one in found if one.arm == arm.arm]
            _draw_lines(axes, of_arm, visits, COLOURS[index])
            axes.set_title(
                f"{arm.label} (n = {sum(bool(one.values) for one in of_arm)})", fontsize=10
            )
            axes.set_xticks([v.day for v in visits], [v.label for v in visits])
        panels[0].set_ylabel(f"{parameter.label}\n({parameter.unit})")

    spreads = " ".join(_spread_words(spread) for spread in report.visit_spreads)
    return Figure(
        id="trajectories",
        title=f"{parameter.label}: every participant over the visits",
        svg=draw_svg("trajectories", (7.0, 3.6), draw),
        alternative=f"One line a participant, one panel an arm. {spreads}",
        table=_trajectory_table(report, found, visits),
    )


def _trajectories(report: AnalysisReport) -> tuple[_Trajectory, ...]:
    code = parameter_code(report.protocol.primary_outcome)
    found = {
        row.participant_id: _Trajectory(participant_id=row.participant_id, arm=row.arm, values={})
        for row in report.datasets.participants
    }
    for row in report.datasets.observations:
        if row.parameter == code and row.value is not None:
            found[row.participant_id].values[row.visit] = row.value
    return tuple(found.values())


def _draw_lines(
    axes: "Axes", trajectories: Sequence[_Trajectory], visits: Sequence[Visit], colour: str
) -> None:
    days = {visit.code: visit.day for visit in visits}
    for one in trajectories:
        if not one.values:
            continue
        axes.plot(
            [days[visit] for visit in one.values],
            list(one.values.values()),
            color=colour,
            alpha=0.35,
            lw=0.9,
            marker=".",
            ms=4,
        )


def _spread_words(spread: VisitSpread) -> str:
    found = spread.summary
    limits = f"from {fmt(found.minimum, 1)} to {fmt(found.maximum, 1)}"
    return f"{spread.label}, {spread.visit_label}: median {fmt(found.median, 1)}, {limits}, n = {found.n}."


def _trajectory_table(
    report: AnalysisReport, trajectories: Sequence[_Trajectory], visits: Sequence[Visit]
) -> Table:
    labels = {arm.arm: arm.label for arm in report.arms}
    return Table(
        id="trajectories",
        title="Data of the figure: every participant",
        population="Randomized participants",
        stub_heading="Participant",
        columns=("Arm", *(visit.label for visit in visits)),
        rows=tuple(
            Row(
                stub=one.participant_id,
                cells=(
                    words_cell(labels[one.arm]),
                    *(_value_cell(one.values.get(visit.code)) for visit in visits),
                ),
            )
            for one in trajectories
        ),
    )


def _value_cell(value: float | None) -> Cell:
    return Cell(text=fmt(value, 1), value=value)
