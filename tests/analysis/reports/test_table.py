"""The table model: what it prints for people and for programs."""

import csv
import io

from analysis.reports.table import Cell, Row, Table, render_table, table_csv, words_cell

TABLE = Table(
    id="example",
    title="Means <by arm>",
    population="Everyone",
    stub_heading="Variable",
    columns=("Arm X", "Comment"),
    rows=(
        Row(stub="First group"),
        Row(stub="Mean", cells=(Cell(text="−1.24", value=-1.2366), words_cell("a & b")), indent=1),
    ),
    footnotes=("One note",),
)


def test_headings_say_what_they_head() -> None:
    html = render_table(TABLE, 3)

    assert "<caption>" in html
    assert html.count('scope="col"') == 3
    assert '<th scope="row" class="indent-1">Mean</th>' in html
    assert '<th scope="rowgroup" colspan="3">First group</th>' in html


def test_on_paper_the_title_repeats_with_the_headings_and_so_never_stands_alone() -> None:
    html = render_table(TABLE, 3)
    heading_rows = html[html.index("<thead>") : html.index("</thead>")]

    assert heading_rows.startswith(
        '<thead><tr class="printed-title" aria-hidden="true"><td colspan="3">'
    )
    assert "Means &lt;by arm&gt;" in heading_rows
    assert "Table 3" in heading_rows


def test_text_is_escaped() -> None:
    html = render_table(TABLE, None)

    assert "&lt;by arm&gt;" in html
    assert "a &amp; b" in html


def test_csv_has_every_row_and_an_ordinary_minus() -> None:
    rows = list(csv.reader(io.StringIO(table_csv(TABLE))))

    assert rows == [["Variable", "Arm X", "Comment"], ["First group"], ["Mean", "-1.24", "a & b"]]
