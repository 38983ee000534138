"""What lies in the folder: the same bytes each time, every digit in the data files."""

import csv
import json
from datetime import UTC, datetime
from pathlib import Path

from analysis.plan import AnalysisReport, run_analysis_plan
from analysis.reports.write import write_report
from protocols.design import Protocol
from tests.analysis.example_records import example_records


def _bytes(folder: Path) -> dict[str, bytes]:
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in files}


def test_two_runs_at_different_times_are_byte_identical(
    tmp_path: Path, protocol: Protocol, report: AnalysisReport
) -> None:
    later = example_records(extracted_at=datetime(2031, 5, 6, 7, 8, tzinfo=UTC))
    again = run_analysis_plan(protocol, later, report.provenance.code_version)

    write_report(report, tmp_path / "first")
    write_report(again, tmp_path / "second")

    assert _bytes(tmp_path / "first") == _bytes(tmp_path / "second")


def test_every_file_that_is_named_exists(tmp_path: Path, report: AnalysisReport) -> None:
    written = write_report(report, tmp_path / "out")

    names = {path.relative_to(tmp_path / "out").as_posix() for path in written}
    assert {"report.html", "results.json", "results.csv", "flow.svg"} <= names
    assert {"figures/forest.svg", "tables/baseline.csv", "datasets/adqs.csv"} <= names
    assert {"datasets/adsl.csv", "datasets/advas.csv", "datasets/adae.csv"} <= names
    assert {"records.json", "protocol.json", "explorations.json"} <= names
    assert names == set(_bytes(tmp_path / "out"))


def test_results_as_json_hold_every_digit(tmp_path: Path, report: AnalysisReport) -> None:
    write_report(report, tmp_path)

    document = json.loads((tmp_path / "results.json").read_text("utf-8"))

    primary = next(r for r in document["results"] if r["id"] == report.primary.id)
    assert primary["estimate"] == report.primary.estimate
    assert primary["arms"][0]["n_analysed"] == report.primary.n_analysed[0]
    assert document["simulated"] is True


def test_results_as_csv_have_one_row_a_result(tmp_path: Path, report: AnalysisReport) -> None:
    write_report(report, tmp_path)

    with (tmp_path / "results.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))

    assert [row["id"] for row in rows] == [result.id for result in report.results]
    assert float(rows[0]["estimate"]) == report.primary.estimate
