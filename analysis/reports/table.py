"""One table model; HTML for people, CSV and JSON for programs. A renderer prints, it computes nothing."""

import csv
import io
from collections.abc import Iterable
from dataclasses import dataclass

from analysis.reports.formatting import MINUS, esc

SHORT_ROWS = 16
NARROW_COLUMNS = 5


@dataclass(frozen=True, kw_only=True, slots=True)
class Cell:
    """One cell: the text that people read, and the number behind it where there is one."""

    text: str
    value: float | None = None
    is_text: bool = False
    """Words, printed to the left; numbers stand to the right."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Row:
    """One row; a row without cells is a heading over the rows below it."""

    stub: str
    cells: tuple[Cell, ...] = ()
    indent: int = 0


@dataclass(frozen=True, kw_only=True, slots=True)
class Table:
    """A table as a report prints it."""

    id: str
    title: str
    population: str
    """Who is in the table, e.g. ``Randomized participants``."""
    stub_heading: str
    columns: tuple[str, ...]
    rows: tuple[Row, ...]
    footnotes: tuple[str, ...] = ()


def words_cell(text: str) -> Cell:
    """Return a cell of words."""
    return Cell(text=text, is_text=True)


def count_cells(counts: Iterable[int]) -> tuple[Cell, ...]:
    """Return one cell a count."""
    return tuple(Cell(text=str(count), value=count) for count in counts)


def render_table(table: Table, number: int | None) -> str:
    """Render a table as HTML: caption, header cells with their scope, footnotes below."""
    label = "" if number is None else f'<span class="label">Table {number}</span> '
    head = "".join(
        f'<th scope="col"{_side(table, index)}>{esc(column)}</th>'
        for index, column in enumerate(table.columns)
    )
    items = "".join(f"<li>{esc(footnote)}</li>" for footnote in table.footnotes)
    footnotes = f'<ul class="footnotes">{items}</ul>' if items else ""
    title = f'{label}{esc(table.title)}<span class="population">{esc(table.population)}</span>'
    return (
        f'<div class="{_classes(table)}" id="table-{esc(table.id)}"><table>'
        f"<caption>{title}</caption><thead>{_printed_title(table, title)}"
        f'<tr><th scope="col">{esc(table.stub_heading)}</th>{head}</tr></thead>'
        f"{_bodies(table)}</table>{footnotes}</div>"
    )


def _printed_title(table: Table, title: str) -> str:
    """Repeat the title in the heading rows, for paper only: a browser leaves a caption alone at a page's foot."""
    return f'<tr class="printed-title" aria-hidden="true"><td colspan="{len(table.columns) + 1}">{title}</td></tr>'


def _classes(table: Table) -> str:
    """Say what the page may do: keep a short table in one piece, keep few columns in one line."""
    short = " short" if len(table.rows) <= SHORT_ROWS else ""
    narrow = " narrow" if len(table.columns) <= NARROW_COLUMNS else ""

    return f"table{short}{narrow}"


def _side(table: Table, index: int) -> str:
    cells = [row.cells[index] for row in table.rows if row.cells and row.cells[index].text]
    in_words = bool(cells) and all(cell.is_text for cell in cells)
    return ' class="words"' if in_words else ""


def _bodies(table: Table) -> str:
    parts = ["<tbody>"]
    for position, row in enumerate(table.rows):
        if not row.cells and position > 0:
            parts.append("</tbody><tbody>")
        parts.append(_row(row, len(table.columns)))
    return "".join([*parts, "</tbody>"])


def _row(row: Row, columns: int) -> str:
    if not row.cells:
        return f'<tr class="heading"><th scope="rowgroup" colspan="{columns + 1}">{esc(row.stub)}</th></tr>'
    indent = f' class="indent-{row.indent}"' if row.indent else ""
    return f'<tr><th scope="row"{indent}>{esc(row.stub)}</th>{"".join(map(_cell, row.cells))}</tr>'


def _cell(cell: Cell) -> str:
    return (
        f'<td class="words">{esc(cell.text)}</td>' if cell.is_text else f"<td>{esc(cell.text)}</td>"
    )


def table_csv(table: Table) -> str:
    """Write a table as CSV, as printed, with an ordinary minus sign."""
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerow([table.stub_heading, *table.columns])
    for row in table.rows:
        writer.writerow([row.stub, *(cell.text.replace(MINUS, "-") for cell in row.cells)])
    return buffer.getvalue()
