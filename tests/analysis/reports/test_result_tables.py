"""Tables of results say which standardized difference is which, and compare only what is compared."""

from analysis.plan import AnalysisReport
from analysis.reports.result_tables import effect_size_cell, result_table


def test_the_column_says_adjusted_and_the_unadjusted_one_has_its_own_row(
    report: AnalysisReport,
) -> None:
    table = result_table(report, "t", "t", [report.primary])

    unadjusted = next(row for row in table.rows if "unadjusted" in row.stub)
    adjusted = next(row for row in table.rows if row.stub == "Adjusted mean (CI)")
    assert table.columns[-1] == "Hedges’ g, adjusted"
    assert adjusted.cells[-1] == effect_size_cell(report.primary)
    assert report.primary.unadjusted_effect_size is not None
    assert unadjusted.cells[-1].value == report.primary.unadjusted_effect_size.g


def test_a_described_outcome_has_no_row_that_compares(report: AnalysisReport) -> None:
    table = result_table(report, "t", "t", [report.result("adherence")])

    compared = [row for row in table.rows if row.cells and row.cells[2].text]
    assert compared == []


def test_a_comparison_beside_the_plan_is_marked_exploratory(report: AnalysisReport) -> None:
    table = result_table(report, "t", "t", [report.result("adverse_events.difference")])

    assert [row.stub for row in table.rows] == ["Risk difference, percentage points [exploratory]"]
