"""The report shows adjusted p values, levels and steps beside the unadjusted ones, for promised hypotheses only."""

import csv
import io
import json
import re
import zipfile
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pandas as pd
import pytest

from analysis.hypothesis_tests import decide_hypotheses, with_tests
from analysis.plan import AnalysisReport, run_analysis_plan
from analysis.planned_looks import judge_planned_looks
from analysis.reports.export import export_report
from analysis.reports.exported import ExportFormat
from analysis.reports.held_looks import held_looks_table
from analysis.reports.html import render_html, render_report
from analysis.reports.result_card import card_table
from analysis.reports.result_files import results_csv, results_json
from analysis.reports.write import write_report
from data.records.bundle import TrialRecords
from data.records.looks import HeldLook, LookDecision, LookFinding
from protocols.design import Protocol
from tests.analysis.planned_promises import FAMILIES, GRAPH, LOOKS, PRIMARY, promising

TITLE = "Hypotheses and looks of the plan"


def promised(report: AnalysisReport, **promises: object) -> AnalysisReport:
    """Return the report of the same data under a plan that promises more."""
    protocol = promising(report.protocol, **promises)
    records = replace(report.records, locked_at=report.locked_at)
    judged = judge_planned_looks(protocol, report.results, records)
    tests = decide_hypotheses(protocol, report.results, records, judged)
    return replace(
        report,
        protocol=protocol,
        results=with_tests(report.results, tests, judged),
        tests=tests,
        looks=None if judged is None else judged.looks,
    )


def test_a_plan_without_such_promises_has_no_such_section(report: AnalysisReport) -> None:
    assert TITLE not in render_html(report)
    assert {"hypotheses", "looks"} & set(json.loads(results_json(report))) == set()


def test_the_plan_is_carried_out_with_its_promise(
    protocol: Protocol, records: TrialRecords, report: AnalysisReport
) -> None:
    found = run_analysis_plan(
        promising(protocol, families=FAMILIES), records, report.provenance.code_version
    )

    assert found.tests == promised(report, families=FAMILIES).tests


@pytest.mark.requirement("CONSORT 26")
def test_families_show_each_hypothesis_under_its_family_with_both_p_values(
    report: AnalysisReport,
) -> None:
    rendered = render_report(promised(report, families=FAMILIES))
    table = next(one for one in rendered.tables if one.id == "hypotheses")

    stubs = [row.stub for row in table.rows]
    assert (stubs[0], stubs[2]) == ("Primary", "Secondary")
    assert stubs[1] == f"Primary: anxiety at week 4 ({PRIMARY})"
    assert len(stubs) == 5
    assert table.rows[1].cells[0].value == report.primary.p
    assert table.columns[:3] == ("p", "Adjusted p", "Level it was tested at")
    assert "Steps of the testing procedure" not in rendered.html


def test_a_graph_adds_its_steps_and_its_drawing(report: AnalysisReport) -> None:
    rendered = render_report(promised(report, graph=GRAPH))

    assert {"hypotheses", "multiplicity-steps"} <= {table.id for table in rendered.tables}
    assert "testing-graph" in {figure.id for figure in rendered.figures}
    ids = re.findall(r' id="([^"]+)"', rendered.html)
    assert len(ids) == len(set(ids))


def test_a_hypothesis_without_a_p_value_says_why(report: AnalysisReport) -> None:
    missing = replace(report.result("who5_week_4"), estimate=None, p=None, reason="nobody answered")
    results = tuple(missing if r.id == missing.id else r for r in report.results)
    rendered = render_report(promised(replace(report, results=results), graph=GRAPH))
    table = next(one for one in rendered.tables if one.id == "hypotheses")

    assert table.rows[2].cells[0].text == "–"
    assert "Well-being at week 4: no p value, nobody answered. It counts as p = 1." in (
        table.footnotes
    )


def test_looks_show_their_bounds_and_nothing_more_before_the_lock(report: AnalysisReport) -> None:
    rendered = render_report(promised(report, looks=LOOKS))
    table = next(one for one in rendered.tables if one.id == "last-look")

    assert report.locked_at is None
    assert table.columns == ("What the bounds say",)
    assert "belongs to the monitoring committee" in table.rows[0].cells[0].text
    assert "boundaries" in {figure.id for figure in rendered.figures}
    ids = re.findall(r' id="([^"]+)"', rendered.html)
    assert len(ids) == len(set(ids))


def test_the_last_look_is_in_page_json_and_tables_after_the_lock(
    report: AnalysisReport, tmp_path: Path
) -> None:
    locked = replace(report, locked_at=datetime(2026, 10, 1, tzinfo=UTC))
    looked = promised(locked, looks=LOOKS)
    write_report(looked, tmp_path)

    assert looked.looks is not None
    document = json.loads((tmp_path / "results.json").read_text("utf-8"))
    # no look is on record, so the end has the whole level
    (final,) = document["looks"]["finals"]
    assert (final["stage"], final["local_level"]) == (1, pytest.approx(0.05, abs=1e-12))
    (_, row, *_) = (tmp_path / "tables" / "last-look.csv").read_text("utf-8").splitlines()
    assert row.split(",")[3] == "0.05000"
    page = (tmp_path / "report.html").read_text("utf-8")
    assert "Looks on record before the end: none." in page
    assert "Median-unbiased estimate" in page


def test_decisions_are_in_the_json_with_every_digit(report: AnalysisReport) -> None:
    decided = promised(report, families=FAMILIES)
    document = json.loads(results_json(decided))

    assert decided.tests is not None
    first = document["hypotheses"][0]
    assert (first["family"], first["name"]) == ("Primary", PRIMARY)
    assert first["adjusted_p"] == decided.tests.decision(PRIMARY).adjusted_p


def test_what_was_decided_stands_in_exports_cards_and_tables(report: AnalysisReport) -> None:
    decided = promised(report, families=FAMILIES)
    test = decided.primary.test
    assert test is not None
    assert test.interval is not None

    (row,) = (
        one
        for one in csv.DictReader(io.StringIO(results_csv(decided)))
        if one["id"] == decided.primary.id
    )
    words = "rejected" if test.is_rejected else "not rejected"
    assert float(row["adjusted_p"]) == test.adjusted_p
    assert float(row["local_level"]) == test.local_level
    assert (float(row["tested_lower"]), float(row["tested_upper"])) == (
        test.interval.lower,
        test.interval.upper,
    )
    assert (row["decision"], row["decided_at_look"]) == (words, "")
    others = csv.DictReader(io.StringIO(results_csv(decided)))
    assert {one["decision"] for one in others if one["id"] == "adherence"} == {""}
    card = {line.stub: line.cells[0].text for line in card_table(decided.primary).rows}
    assert card["Decision"] == words
    assert card["Level this one was tested at"] == "0.05000"
    primary = next(one for one in render_report(decided).tables if one.id == "primary")
    assert any("interval at its level 0.05000, adjusted p" in line.stub for line in primary.rows)


def test_parquet_and_json_exports_hold_the_decisions_too(report: AnalysisReport) -> None:
    decided = promised(report, families=FAMILIES)
    test = decided.primary.test
    assert test is not None

    archive = export_report(decided, (), {}, ExportFormat.PARQUET).archive
    with zipfile.ZipFile(io.BytesIO(archive)) as files:
        frame = pd.read_parquet(io.BytesIO(files.read("results.parquet")))
    row = frame[frame["id"] == decided.primary.id].iloc[0]
    assert (row["adjusted_p"], row["local_level"]) == (test.adjusted_p, test.local_level)
    plain = next(
        one
        for one in json.loads(results_json(decided))["results"]
        if one["id"] == decided.primary.id
    )
    assert plain["test"]["adjusted_p"] == test.adjusted_p


def test_looks_that_were_held_are_printed_with_who_when_and_what_was_decided(
    unmasked_report: AnalysisReport,
) -> None:
    look = HeldLook(
        number=1,
        held_at=datetime(2026, 6, 1, 9, 30, tzinfo=UTC),
        held_by="una",
        data_sha256="ab" * 32,
        protocol_sha256="cd" * 32,
        code_version="0.1.0",
        findings=(FINDING,),
        decision=LookDecision.GO_ON,
        reason="The committee met.",
        decided_at=datetime(2026, 6, 3, tzinfo=UTC),
        decided_by="una",
    )
    table = held_looks_table(promising(unmasked_report.protocol, looks=LOOKS), (look,))

    heading, row = table.rows
    assert heading.stub == (
        "Look 1, 2026-06-01 09:30 UTC, held by una on records abababababab, program 0.1.0. "
        "Decision: go on (recorded by una). The committee met."
    )
    assert row.stub == "Primary: anxiety at week 4"
    assert [cell.text for cell in row.cells] == [
        "100 of 294 (0.340)",
        "−1.750 (1.100)",
        "1.5000",
        "3.4700",
        "0.1336",
        "0.00052",
        "−4.000 to 0.500",
        "–",
        "–",
        "go on; conditional power 71.0 %",
    ]


FINDING = LookFinding(
    hypothesis=PRIMARY,
    observed=100,
    planned=294,
    estimate=-1.75,
    standard_error=1.1,
    df=97.0,
    z=1.5,
    p=0.1336,
    local_level=0.05,
    nominal_level=0.00052,
    efficacy_bound=3.47,
    futility_bound=None,
    harm_bound=None,
    repeated_lower=-4.0,
    repeated_upper=0.5,
    conditional_power=0.71,
    is_rejected=False,
    advice="go on",
    reason="",
)
