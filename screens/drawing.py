"""Tables and figures of an analysis on a page: as text that prints, each figure with its words and data.

Contents: `draw_table`, `draw_figure`, `draw_svg`.
"""

import pandas as pd
import streamlit as st

from analysis.reports.figure import Figure
from analysis.reports.table import Row, Table
from screens.acts import escaped

INDENT = "\u2003"
FIGURE_WIDTH = 760
"""In pixels; on a narrower screen a figure takes the whole width."""


def draw_table(table: Table) -> None:
    """Draw a table with its title, its population and its footnotes."""
    st.markdown(f"**{escaped(table.title)}.** {escaped(table.population)}.")
    draw_cells(table)


def draw_cells(table: Table) -> None:
    """Draw the cells of a table and its footnotes."""
    rows = [_texts(row, len(table.columns)) for row in table.rows]
    frame = pd.DataFrame(rows, columns=[escaped(c) for c in (table.stub_heading, *table.columns)])
    st.table(frame, border="horizontal", hide_index=True, alt=table.title)
    footnotes = [escaped(footnote) for footnote in table.footnotes if footnote]
    if footnotes:
        st.caption("  \n".join(footnotes))


def draw_figure(figure: Figure) -> None:
    """Draw a figure; its text alternative and the table of its data open below it."""
    draw_svg(figure.svg, figure.title, figure.alternative, figure.table)


def draw_svg(svg: str, title: str, alternative: str, table: Table) -> None:
    """Draw an SVG image with its text alternative and its data."""
    st.markdown(f"**{escaped(title)}**")
    st.image(svg, width=FIGURE_WIDTH, alt=f"{title}. The text and the table below say the same.")
    with st.expander("The same in words and as a table"):
        st.markdown(escaped(alternative))
        draw_cells(table)


def _texts(row: Row, columns: int) -> list[str]:
    if not row.cells:
        return [f"**{escaped(row.stub)}**", *[""] * columns]
    return [INDENT * row.indent + escaped(row.stub), *(escaped(cell.text) for cell in row.cells)]
