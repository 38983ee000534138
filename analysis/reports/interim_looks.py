"""Looks on paper: the bounds that a plan promises, and what each look said."""

import math
from typing import TYPE_CHECKING

from analysis.interim_analysis.design import Sides
from analysis.interim_analysis.stopping_bounds import Boundaries
from analysis.reports.figure import COLOURS, LINES, MARKERS, Figure, draw_svg
from analysis.reports.formatting import fmt, fmt_interval, fmt_p
from analysis.reports.table import Cell, Row, Table, words_cell

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.figure import Figure as Canvas

    from analysis.interim_analysis.looks import LookEstimate
    from analysis.interim_analysis.monitoring import MonitoringReport

DECIMALS = 4


def boundaries_table(boundaries: Boundaries) -> Table:
    """Return the bounds of a plan, look by look."""
    futility = boundaries.futility
    columns = ["Information", "Efficacy bound, z", "One-sided level of the look", "Level spent"]
    if futility is not None:
        columns.append(
            "Futility bound, z"
            + (" (binding)" if boundaries.is_futility_binding else " (non-binding)")
        )
    return Table(
        id="boundaries",
        title="Bounds of the looks",
        population="Two-sided: the negative bounds show the opposite effect"
        if boundaries.sides is Sides.TWO_SIDED
        else "One-sided: a benefit is positive",
        stub_heading="Look",
        columns=tuple(columns),
        rows=tuple(_boundary_row(boundaries, place) for place in range(len(boundaries.efficacy))),
    )


def looks_table(report: "MonitoringReport") -> Table:
    """Return what each look held so far said."""
    return Table(
        id="looks",
        title="Looks held",
        population="All data up to each look",
        stub_heading="Look",
        columns=(
            "Information",
            "z",
            "Efficacy bound",
            "Repeated interval",
            "Repeated p",
            "The bounds say",
        ),
        rows=tuple(
            Row(
                stub=str(one.look),
                cells=(
                    Cell(text=fmt(one.information, 3), value=one.information),
                    Cell(text=fmt(one.z, DECIMALS), value=one.z),
                    _bound(one.efficacy_bound),
                    Cell(text=fmt_interval(one.repeated_interval, 3)),
                    Cell(text=fmt_p(one.repeated_p), value=one.repeated_p),
                    words_cell(one.advice.value),
                ),
            )
            for one in report.looks
        ),
        footnotes=(
            "Repeated intervals and p values are valid at every look, whether the trial stops there or not.",
        ),
    )


def boundaries_figure(
    boundaries: Boundaries,
    looks: "Sequence[LookEstimate]" = (),
    *,
    reached: "Sequence[float]" = (),
    harm: "Sequence[float]" = (),
) -> Figure:
    """Draw the bounds over the information, and the statistics of the looks held.

    Parameters
    ----------
    boundaries : Boundaries
    looks : sequence of LookEstimate
        Held so far.
    reached : sequence of float
        Information that each of them had; empty: as in the bounds.
    harm : sequence of float
        Statistic (z) at or below which each look of the bounds stops for harm; empty without such a rule.
    """

    def draw(canvas: "Canvas") -> None:
        axes = canvas.subplots()
        lines = [("efficacy", boundaries.efficacy)]
        if boundaries.sides is Sides.TWO_SIDED:
            lines.append(("opposite effect", tuple(-bound for bound in boundaries.efficacy)))
        if boundaries.futility is not None:
            lines.append(("futility", boundaries.futility))
        if harm:
            lines.append(("harm", tuple(harm)))
        for index, (label, bounds) in enumerate(lines):
            points = [
                (t, b)
                for t, b in zip(boundaries.information, bounds, strict=True)
                if math.isfinite(b)
            ]
            axes.plot(
                *zip(*points, strict=True),
                color=COLOURS[index],
                marker=MARKERS[index],
                linestyle=LINES[index],
                label=label,
            )
        if looks:
            held = reached or boundaries.information[: len(looks)]
            axes.plot(
                held,
                [look.z for look in looks],
                color="#222222",
                marker="*",
                ms=10,
                label="this trial",
            )
        axes.axhline(0, color="#888888", lw=0.8)
        axes.set_xlabel("share of the planned information")
        axes.set_ylabel("statistic, z")
        axes.legend(frameon=False)

    words = [
        f"At {fmt(t, 3)} of the information the efficacy bound is {fmt_bound(bound)}."
        for t, bound in zip(boundaries.information, boundaries.efficacy, strict=True)
    ]
    others = [("futility", boundaries.futility or ()), ("harm", tuple(harm))]
    words += [
        f"At {fmt(t, 3)} of the information the {name} bound is {fmt_bound(bound)}."
        for name, bounds in others
        for t, bound in zip(boundaries.information, bounds, strict=False)
    ]
    said = [f"Look {number}: z {fmt(look.z, 2)}." for number, look in enumerate(looks, start=1)]
    return Figure(
        id="boundaries",
        title="Bounds of the looks" + (", and the looks held" if looks else ""),
        svg=draw_svg("boundaries", (7.0, 4.0), draw),
        alternative=" ".join([*words, *said]),
        table=boundaries_table(boundaries),
    )


def fmt_bound(bound: float) -> str:
    """Print a bound; an infinite one is never crossed."""
    return fmt(bound, DECIMALS) if math.isfinite(bound) else "none"


def _bound(bound: float) -> Cell:
    return Cell(text=fmt_bound(bound), value=bound if math.isfinite(bound) else None)


def _boundary_row(boundaries: Boundaries, place: int) -> Row:
    cells = [
        Cell(text=fmt(boundaries.information[place], 3), value=boundaries.information[place]),
        _bound(boundaries.efficacy[place]),
        Cell(text=fmt(boundaries.stage_levels[place], 6), value=boundaries.stage_levels[place]),
        Cell(text=fmt(boundaries.alpha_spent[place], 6), value=boundaries.alpha_spent[place]),
    ]
    if boundaries.futility is not None:
        cells.append(_bound(boundaries.futility[place]))
    return Row(stub=str(place + 1), cells=tuple(cells))
