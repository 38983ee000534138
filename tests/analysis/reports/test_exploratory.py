"""What was analysed outside the plan, in the report and in its files: labelled, with who asked, when and why, and masked while masked."""

import csv
import io
import json
import re
from datetime import UTC, datetime
from pathlib import Path

import pytest

from analysis.bundle import load_bundle
from analysis.exploration import ExploredAnalysis, explore_recorded
from analysis.plan import AnalysisReport
from analysis.reports.html import render_report
from analysis.reports.result_files import results_csv, results_json
from analysis.reports.write import write_report
from analysis.study import derive_study
from data.records.bundle import TrialRecords
from data.records.explorations import Exploration, RecordedExploration
from protocols.analysis_plan import Estimator
from protocols.design import Protocol
from protocols.planned_estimators import PlannedResponder, ResponseCriterion
from tests.analysis.conftest import CODE_VERSION

AT = datetime(2026, 11, 25, 9, 30, tzinfo=UTC)
WELCH = Exploration(analysis="gad7_week_12", estimator=Estimator.DIFFERENCE_IN_MEANS)
RATIO = Exploration(
    analysis="gad7_week_12",
    estimator=Estimator.RESPONDER_RATIO,
    responder=PlannedResponder(
        criterion=ResponseCriterion.IMPROVED_BY, threshold=4.0, source="made up"
    ),
)
LOG = (
    RecordedExploration(exploration=WELCH, by="stan", at=AT, reason="Simpler to explain."),
    RecordedExploration(exploration=RATIO, by="sina", at=AT, reason="Asked by <a> reviewer."),
)


@pytest.fixture(scope="module")
def explored(
    protocol: Protocol, records: TrialRecords, report: AnalysisReport
) -> tuple[ExploredAnalysis, ...]:
    study = derive_study(protocol, records, CODE_VERSION)
    return explore_recorded(study, report.harms, LOG)


@pytest.fixture(scope="module")
def section(report: AnalysisReport, explored: tuple[ExploredAnalysis, ...]) -> str:
    html = render_report(report, explored).html
    found = re.search(r'<section id="exploratory".*?</section>', html, re.DOTALL)
    assert found is not None
    return found[0]


def test_the_section_says_who_asked_when_why_and_under_which_hash(
    section: str, explored: tuple[ExploredAnalysis, ...]
) -> None:
    assert "Exploratory analyses, not pre-specified</h2>" in section
    for said in (
        "stan",
        "2026-11-25 09:30 UTC",
        "Simpler to explain.",
        "Asked by &lt;a&gt; reviewer.",
    ):
        assert said in section
    assert all(one.sha256 in section for one in explored)


def test_every_number_of_the_section_stands_under_the_word_exploratory(
    report: AnalysisReport, explored: tuple[ExploredAnalysis, ...]
) -> None:
    tables = {table.id: table for table in render_report(report, explored).tables}
    table = tables["exploratory-results"]

    assert table.title.startswith("Exploratory")
    estimates = [row for row in table.rows if row.cells and row.cells[-2].value is not None]
    assert len(estimates) == 3
    assert all(row.stub.endswith("[exploratory]") for row in estimates)


def test_without_any_the_section_says_so(report: AnalysisReport) -> None:
    assert "No analysis outside the plan is on record." in render_report(report).html


def test_a_masked_section_names_no_arm(section: str, protocol: Protocol) -> None:
    for arm in protocol.arms:
        assert arm.label not in section
        assert arm.code not in section


def test_json_and_csv_label_every_result_and_say_who_asked(
    report: AnalysisReport, explored: tuple[ExploredAnalysis, ...]
) -> None:
    document = json.loads(results_json(report, explored))
    rows = {row["id"]: row for row in csv.DictReader(io.StringIO(results_csv(report, explored)))}

    standing = {row["id"]: row["standing"] for row in document["results"]}
    assert standing == {name: row["standing"] for name, row in rows.items()}
    for one in explored:
        for result in one.results:
            assert standing[result.id] == "exploratory"
            assert rows[result.id]["asked_by"] == one.requests[0].by
            assert rows[result.id]["asked_because"] == one.requests[0].reason
    assert rows[report.primary.id]["asked_by"] == ""
    asked = document["explorations"][0]["requests"]
    assert asked == [{"by": "stan", "at": AT.isoformat(), "reason": "Simpler to explain."}]


def test_the_folder_gives_the_same_exploratory_numbers_again_and_the_same_bytes(
    tmp_path: Path, report: AnalysisReport, explored: tuple[ExploredAnalysis, ...]
) -> None:
    write_report(report, tmp_path / "first", explored)
    again = load_bundle(tmp_path / "first").explored()

    assert [result.estimate for one in again for result in one.results] == [
        result.estimate for one in explored for result in one.results
    ]
    write_report(report, tmp_path / "second", explored)
    first, second = (
        {p.name: p.read_bytes() for p in (tmp_path / name).rglob("*") if p.is_file()}
        for name in ("first", "second")
    )
    assert first == second
