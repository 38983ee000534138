"""The GRAPH table: what a paper reports of heart rate variability, filled in as far as protocol and records know it."""

from analysis.plan import AnalysisReport
from analysis.reports.table import Row, Table, words_cell


def graph_table(report: AnalysisReport) -> Table:
    """Return every item with its answer, and whether authors must add to it."""
    rows: list[Row] = []
    section = ""
    for one in report.graph:
        if one.section != section:
            rows.append(Row(stub=one.section))
            section = one.section
        cells = (words_cell(one.item), words_cell(one.answer), words_cell(one.standing.value))
        rows.append(Row(stub=one.id, cells=cells, indent=1))
    return Table(
        id="graph",
        title="Reporting of heart rate variability (GRAPH)",
        population="Protocol and resting recordings of randomized participants",
        stub_heading="Item",
        columns=("What to report", "What is known", "Standing"),
        rows=tuple(rows),
        footnotes=(
            "Items in our own words after Quintana, Alvares and Heathers (2016), Translational Psychiatry 6, e803.",
        ),
    )
