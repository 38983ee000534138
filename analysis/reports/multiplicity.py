"""Several hypotheses on paper: who was tested at which level, step by step, and the graph of who inherits it."""

import math
from fractions import Fraction
from typing import TYPE_CHECKING

from analysis.multiplicity.graph import GraphOutcome, InheritanceGraph
from analysis.multiplicity.hypotheses import Decision, as_written
from analysis.reports.figure import COLOURS, Figure, draw_svg
from analysis.reports.formatting import fmt, fmt_p
from analysis.reports.table import Cell, Row, Table, words_cell

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.axes import Axes
    from matplotlib.figure import Figure as Canvas
    from matplotlib.text import Text

LEVEL_DECIMALS = 5


def decisions_table(decisions: "Sequence[Decision]", *, significance_level: float) -> Table:
    """Return what a procedure decided about each hypothesis.

    Parameters
    ----------
    decisions : sequence of Decision
        Of a family or of a graph.
    significance_level : float
        Of all of them together.
    """
    return Table(
        id="multiplicity",
        title="Hypotheses, with adjusted p values",
        population=f"All hypotheses together at level {significance_level:g}",
        stub_heading="Hypothesis",
        columns=("p", "Adjusted p", "Level it was tested at", "Decision"),
        rows=tuple(
            Row(
                stub=one.name,
                cells=(
                    Cell(text=fmt_p(one.p), value=one.p),
                    Cell(text=fmt_p(one.adjusted_p), value=one.adjusted_p),
                    Cell(text=fmt(one.local_level, LEVEL_DECIMALS), value=one.local_level),
                    words_cell("rejected" if one.is_rejected else "not rejected"),
                ),
            )
            for one in decisions
        ),
    )


def steps_table(outcome: GraphOutcome) -> Table:
    """Return the record of a graph: each step with the shares of the level at that time."""
    return Table(
        id="multiplicity-steps",
        title="Steps of the testing procedure",
        population=f"All hypotheses together at level {outcome.significance_level:g}",
        stub_heading="Step and hypothesis",
        columns=("p", "Level", "Decision", "Shares of the level then"),
        rows=tuple(
            Row(
                stub=f"{number}. {step.name}",
                cells=(
                    Cell(text=fmt_p(step.p), value=step.p),
                    Cell(text=fmt(step.local_level, LEVEL_DECIMALS), value=step.local_level),
                    words_cell("rejected" if step.is_rejected else "not rejected"),
                    words_cell(", ".join(f"{n} {_share(w)}" for n, w in step.weights_before)),
                ),
            )
            for number, step in enumerate(outcome.steps, start=1)
        ),
        footnotes=("Steps after the first that is not rejected only give adjusted p values.",),
    )


def graph_figure(graph: InheritanceGraph) -> Figure:
    """Draw a graph: one circle a hypothesis with its share of the level, one arrow an inheritance."""
    places = _places(len(graph.names))
    arrows = [
        (row, column, as_written(share))
        for row, shares in enumerate(graph.transitions)
        for column, share in enumerate(shares)
        if share
    ]

    def draw(canvas: "Canvas") -> None:
        axes = canvas.subplots()
        circles = [
            _draw_hypothesis(axes, place, f"{name}\n{_share(as_written(weight))}")
            for name, weight, place in zip(graph.names, graph.weights, places, strict=True)
        ]
        for row, column, share in arrows:
            _draw_arrow(axes, circles[row], circles[column], _share(share))
        axes.set_xlim(-1.5, 1.5)
        axes.set_ylim(-1.5, 1.5)
        axes.set_aspect("equal")
        axes.set_axis_off()

    words = [
        f"{graph.names[row]} gives {_share(share)} of its level to {graph.names[column]}."
        for row, column, share in arrows
    ]
    starts = ", ".join(
        f"{n} {_share(as_written(w))}" for n, w in zip(graph.names, graph.weights, strict=True)
    )
    return Figure(
        id="testing-graph",
        title="Who is tested at which share of the level, and who inherits it",
        svg=draw_svg("testing-graph", (6.0, 6.0), draw),
        alternative=f"Shares at the beginning: {starts}. When rejected: {' '.join(words) or 'nothing is passed on.'}",
        table=_graph_table(graph),
    )


def _graph_table(graph: InheritanceGraph) -> Table:
    return Table(
        id="testing-graph",
        title="Data of the figure: weights and inheritance",
        population="Hypotheses of the analysis plan",
        stub_heading="Hypothesis",
        columns=("Share at the beginning", *(f"gives to {name}" for name in graph.names)),
        rows=tuple(
            Row(
                stub=name,
                cells=tuple(
                    Cell(text=_share(as_written(share)), value=float(share))
                    for share in (weight, *shares)
                ),
            )
            for name, weight, shares in zip(
                graph.names, graph.weights, graph.transitions, strict=True
            )
        ),
    )


def _places(count: int) -> list[tuple[float, float]]:
    angles = [math.pi / 2 - 2 * math.pi * place / count for place in range(count)]
    return [(math.cos(angle), math.sin(angle)) for angle in angles]


def _share(share: Fraction) -> str:
    """Write a share as people do: a short fraction as it is, anything else with four digits."""
    return str(share) if share.denominator <= 100 else f"{float(share):.4g}"


def _draw_hypothesis(axes: "Axes", place: tuple[float, float], text: str) -> "Text":
    return axes.text(
        *place,
        text,
        ha="center",
        va="center",
        bbox={"boxstyle": "circle,pad=0.5", "facecolor": "white", "edgecolor": COLOURS[0]},
    )


def _draw_arrow(axes: "Axes", giver: "Text", heir: "Text", text: str) -> None:
    start, end = giver.get_position(), heir.get_position()
    axes.annotate(
        "",
        xy=end,
        xytext=start,
        arrowprops={
            "arrowstyle": "-|>",
            "color": "#444444",
            "connectionstyle": "arc3,rad=0.15",
            "patchA": giver.get_bbox_patch(),
            "patchB": heir.get_bbox_patch(),
        },
    )
    along, aside = 0.36, 0.11
    dx, dy = end[0] - start[0], end[1] - start[1]
    axes.text(
        start[0] + along * dx + aside * dy,
        start[1] + along * dy - aside * dx,
        text,
        ha="center",
        va="center",
        color=COLOURS[1],
    )
