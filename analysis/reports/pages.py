"""The report being put together: its figures and tables in their order, and blocks that every section uses."""

from dataclasses import dataclass, field

from analysis.exploration import ExploredAnalysis
from analysis.plan import AnalysisReport
from analysis.reports.figure import Figure, render_figure
from analysis.reports.formatting import esc
from analysis.reports.table import Table, render_table

LONG_ROWS = 30
"""Tables of a figure's data longer than this are left out of print; the CSV file has them."""


@dataclass(kw_only=True)
class Pages:
    """The report being put together: counts tables and figures, and keeps the tables for export."""

    report: AnalysisReport
    figures: tuple[Figure, ...]
    explored: tuple[ExploredAnalysis, ...] = ()
    tables: list[Table] = field(default_factory=list)
    figures_shown: int = 1

    def table(self, table: Table) -> str:
        """Add a table and return it as HTML."""
        self.tables.append(table)
        return render_table(table, len(self.tables))

    def figure(self, figure_id: str) -> str:
        """Return a figure with its data as HTML; nothing when the report has no such figure."""
        figure = next((figure for figure in self.figures if figure.id == figure_id), None)
        if figure is None:
            return ""
        self.figures_shown += 1
        is_long = len(figure.table.rows) > LONG_ROWS
        elsewhere = f'<p class="elsewhere">Data: <code>figures/{esc(figure.id)}.csv</code></p>'
        return (
            render_figure(figure, self.figures_shown)
            + f'<details class="{"long" if is_long else "brief"}">'
            + f"<summary>Data of figure {self.figures_shown}</summary>"
            + f"{render_table(figure.table, None)}</details>{elsewhere if is_long else ''}"
        )


@dataclass(frozen=True, kw_only=True, slots=True)
class Section:
    """One section of the report."""

    id: str
    title: str
    body: str


def definitions(*pairs: tuple[str, str]) -> str:
    """Return terms, each with what it is in HTML; without text a term is left out."""
    rows = "".join(f"<dt>{esc(term)}</dt><dd>{text}</dd>" for term, text in pairs if text)
    return f"<dl>{rows}</dl>"
