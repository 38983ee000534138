"""A figure: SVG with a text alternative and a table of its data.

matplotlib's Figure without pyplot; text stays text, ids are hashed with a fixed salt and no date is written, so the same report gives
the same bytes. Arms differ by marker and line as well as by colour.

Contents: `Figure`, `draw_svg`, `render_figure`.
"""

import io
import re
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from analysis.reports.formatting import esc
from analysis.reports.table import Table

if TYPE_CHECKING:
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


def draw_svg(
    figure_id: str, size_inches: tuple[float, float], draw: "Callable[[Canvas], None]"
) -> str:
    """Draw an SVG of which every id begins with the figure's own.

    Parameters
    ----------
    figure_id : str
        Id of the figure.
    size_inches : tuple of float
        Width and height.
    draw : callable
        Draws on the canvas.
    """
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
