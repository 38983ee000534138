"""Supplementary results in the report: each in its own unit, with what it assumes; kept out of the tables of means."""

from dataclasses import replace
from datetime import date

import pytest

from analysis.plan import AnalysisReport, run_analysis_plan
from analysis.quantities import COMPARE_MEANS
from analysis.reports.comparison import compare_by_outcome
from analysis.reports.html import render_report
from analysis.reports.supplementary import is_supplementary, supplementary_table
from data.records.bundle import TrialRecords
from protocols.design import Protocol
from tests.analysis.example_records import until


@pytest.fixture(scope="module")
def tables(report: AnalysisReport) -> dict[str, list[str]]:
    return {t.id: [row.stub for row in t.rows] for t in render_report(report).tables}


def test_every_supplementary_result_stands_in_its_table_with_its_standing(
    report: AnalysisReport, tables: dict[str, list[str]]
) -> None:
    stubs = tables["supplementary"]
    expected = [r for r in report.results if is_supplementary(r)]

    assert len([s for s in stubs if s.endswith(("[planned]", "[exploratory]"))]) == len(expected)
    assert "Difference in shares of responders, percentage points [planned]" in stubs
    assert "Ratio of shares of responders, ratio [exploratory]" in stubs
    assert "Effect of the music heard, points per 20 minutes [planned]" in stubs


def test_shares_are_printed_in_percent(report: AnalysisReport) -> None:
    table = supplementary_table(report)
    assert table is not None
    rows = {row.stub: [cell.text for cell in row.cells] for row in table.rows}
    result = report.result("responder_gad7_week_4")
    assert result.estimate is not None

    printed = rows["Difference in shares of responders, percentage points [planned]"][2]
    assert printed.startswith(f"{100 * result.estimate:.1f} (")
    assert rows["Responders: percent (exact CI)"][0] == "19: 67.9 (47.6 to 84.1)"


def test_what_each_rests_on_stands_below_the_table(report: AnalysisReport) -> None:
    table = supplementary_table(report)
    assert table is not None
    notes = " ".join(table.footnotes)

    index = next(t for t in render_report(report).tables if t.id == "results-index")
    models = {row.stub: row.cells[2].text for row in index.rows}
    for result in report.results:
        if is_supplementary(result):
            assert result.assumptions in notes
            assert models[result.id] == result.model
            assert "." in result.id or (result.model in notes and result.comment in notes)


@pytest.mark.parametrize("table", ["primary", "secondary", "session-level", "hrv"])
def test_tables_of_means_hold_no_supplementary_result(
    tables: dict[str, list[str]], table: str
) -> None:
    assert not [
        stub
        for stub in tables[table]
        if stub.startswith("Supplementary: ") and "per protocol" not in stub
    ]


def test_side_by_side_stands_what_is_a_difference_of_the_outcome_in_its_unit(
    protocol: Protocol, report: AnalysisReport
) -> None:
    first = compare_by_outcome(protocol, report.results)[0]

    stubs = [row.stub for row in first.table.rows]
    assert "Supplementary: anxiety at week 4, effect in those who attend" in stubs
    assert "Supplementary: improvement that matters, at week 4" not in stubs


def test_before_anything_is_due_each_says_why_there_is_no_number(
    protocol: Protocol, records: TrialRecords
) -> None:
    early = run_analysis_plan(protocol, until(records, date(2026, 1, 20)), "test")

    found = [
        r for r in early.results if is_supplementary(r) and r.outcome != "state_anxiety_change"
    ]
    assert found
    assert all(r.reason and r.estimate is None for r in found)
    assert early.mediation == ()
    assert supplementary_table(early) is not None


def test_a_plan_of_means_only_has_no_such_table(protocol: Protocol, records: TrialRecords) -> None:
    means = tuple(a for a in protocol.analysis.analyses if a.estimator in COMPARE_MEANS)
    plain = replace(protocol, analysis=replace(protocol.analysis, analyses=means))

    report = run_analysis_plan(plain, records, "test")

    assert supplementary_table(report) is None
    assert "no analysis of another kind" in render_report(report).html
