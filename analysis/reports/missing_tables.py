"""Tables of missing values: how many, why, and in which pattern."""

from analysis.missing_data.description import MissingCount
from analysis.plan import AnalysisReport
from analysis.reports.participant_tables import arm_columns_with_n
from analysis.reports.table import Cell, Row, Table, count_cells, words_cell


def missing_table(report: AnalysisReport) -> Table:
    """Return how many values are missing, by variable, visit and arm (CONSORT 2025 item 26)."""
    rows: list[Row] = []
    heading = ""
    for count in report.missing.counts:
        if count.label != heading:
            rows.append(Row(stub=count.label))
            heading = count.label
        rows += _missing_rows(count)
    return Table(
        id="missing",
        title="Missing values",
        population="Randomized participants",
        stub_heading="Variable and visit",
        columns=arm_columns_with_n(report, report.baseline.n[:-1]),
        rows=tuple(rows),
        footnotes=(
            "Observed; [of these with unanswered items replaced by the rule below]. Nothing else is replaced or imputed.",
            *dict.fromkeys(f"{c.label}: {c.rule}." for c in report.missing.counts if c.rule),
        ),
    )


def _missing_rows(count: MissingCount) -> list[Row]:
    cells = tuple(
        Cell(text=f"{observed} [{prorated}]", value=observed)
        for observed, prorated in zip(count.observed, count.prorated, strict=True)
    )
    return [
        Row(stub=f"{count.visit_label}: observed", cells=cells, indent=1),
        *(
            Row(
                stub=f"Missing: {reason.reason.rstrip('.')}",
                cells=count_cells(reason.counts),
                indent=2,
            )
            for reason in count.reasons
        ),
    ]


def pattern_table(report: AnalysisReport) -> Table:
    """Return the patterns of missing values of the primary variable over its visits."""
    visits = report.missing.pattern_visits
    return Table(
        id="missing-patterns",
        title="Patterns of missing values of the primary variable",
        population="Randomized participants",
        stub_heading="Kind of pattern",
        columns=(*visits, *arm_columns_with_n(report, report.baseline.n[:-1])),
        rows=tuple(
            Row(
                stub="Complete"
                if all(p.observed)
                else "Left for good"
                if p.is_monotone
                else "With a gap",
                cells=(
                    *(words_cell("observed" if seen else "missing") for seen in p.observed),
                    *count_cells(p.counts),
                ),
            )
            for p in report.missing.patterns
        ),
    )
