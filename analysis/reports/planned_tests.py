"""The hypotheses and looks of a plan on paper: adjusted p values and local levels beside the unadjusted p values.

Decided elsewhere (``analysis/planned_tests.py``, ``analysis/planned_looks.py``); printed here.
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace

from analysis.plan import AnalysisReport
from analysis.planned_looks import LooksOfPlan
from analysis.planned_tests import PlannedTests
from analysis.reports.figure import Figure
from analysis.reports.formatting import NOT_AVAILABLE, decimals_of, fmt, fmt_interval, fmt_p
from analysis.reports.interim_looks import boundaries_figure, boundaries_table
from analysis.reports.multiplicity import LEVEL_DECIMALS, decisions_table, graph_figure
from analysis.reports.table import Cell, Row, Table, words_cell

UNADJUSTED = "Intervals, and p values in the other tables, are not adjusted."


def hypotheses_table(report: AnalysisReport, tests: PlannedTests) -> Table:
    """Return what was decided about every hypothesis of the plan, family by family."""
    labels = {one.code: one.label for one in report.protocol.analysis.analyses}
    everything = [one for family in tests.families for one in family.decisions]
    table = decisions_table(everything, significance_level=tests.significance_level)
    printed = dict(zip([one.name for one in everything], table.rows, strict=True))
    rows: list[Row] = []
    for family in tests.families:
        if family.label:
            rows.append(Row(stub=family.label))
        for decision in family.decisions:
            row = _row(decision.name, printed[decision.name], labels, tests)
            rows.append(replace(row, indent=1) if family.label else row)
    reasons = (
        f"{labels[code]}: no p value, {report.result(code).reason}. It counts as p = 1."
        for code in tests.not_estimable
    )
    return replace(
        table,
        id="hypotheses",
        title="Hypotheses of the plan, with unadjusted and adjusted p values",
        rows=tuple(rows),
        footnotes=(
            "Adjusted p: the smallest level of all hypotheses together at which this one is rejected.",
            "Level 0: not reached, because a hypothesis before it is not rejected.",
            UNADJUSTED,
            *reasons,
        ),
    )


def _row(code: str, row: Row, labels: Mapping[str, str], tests: PlannedTests) -> Row:
    cells = row.cells
    if code in tests.not_estimable:
        cells = (Cell(text=NOT_AVAILABLE), *cells[1:])
    return Row(stub=f"{labels[code]} ({code})", cells=cells)


def last_look_table(report: AnalysisReport, looks: LooksOfPlan) -> Table:
    """Return what the last look says; without it, why there is none."""
    final = looks.final
    result = report.primary
    columns: tuple[str, ...] = ("What the bounds say",)
    cells: tuple[Cell, ...] = (words_cell(f"nothing: {looks.reason}"),)
    if final is not None:
        columns = (
            "p",
            "Level it is compared with",
            "Repeated p",
            "Repeated interval",
            "Effect shown",
        )
        cells = (
            Cell(text=fmt_p(final.p), value=final.p),
            Cell(text=fmt(final.local_level, LEVEL_DECIMALS), value=final.local_level),
            Cell(text=fmt_p(final.repeated_p), value=final.repeated_p),
            Cell(text=fmt_interval(final.repeated_interval, decimals_of(result.unit))),
            words_cell("yes" if final.is_shown else "no"),
        )
    return Table(
        id="last-look",
        title="The primary result at the last look",
        population="Primary analysis; p values and levels are two-sided",
        stub_heading="Analysis",
        columns=columns,
        rows=(Row(stub=f"{result.label} ({result.id})", cells=cells),),
        footnotes=(*_information(looks), UNADJUSTED) if final else (),
    )


def bounds_table(looks: LooksOfPlan) -> Table:
    """Return the bounds of every planned look."""
    return replace(boundaries_table(looks.boundaries), id="planned-bounds")


def _information(looks: LooksOfPlan) -> Iterator[str]:
    if looks.final is not None:
        yield (
            "The bounds are those of the planned looks, each earlier one held as planned. Observed: "
            f"{looks.final.observed} participants with the outcome, of {looks.final.planned} planned."
        )
        yield "Where looks were held at other times, “antiphon fit sequential” gives their bounds."


def promised_figures(report: AnalysisReport) -> tuple[Figure, ...]:
    """Draw the graph of the hypotheses and the bounds of the looks, where the plan promises them."""
    found = []
    if report.tests is not None and report.tests.graph is not None:
        found.append(graph_figure(report.tests.graph))
    if report.looks is not None:
        found.append(boundaries_figure(report.looks.boundaries))
    return tuple(found)
