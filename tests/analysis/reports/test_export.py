"""Datasets and results in three formats: the same numbers, each file under its hash, masked while masked."""

import io
import json
import zipfile
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pandas as pd
import pytest

from analysis.analysed_rows import analysed_rows
from analysis.exploration import ExploredAnalysis, explore_recorded
from analysis.plan import AnalysisReport
from analysis.reports.export import MANIFEST, export_report
from analysis.reports.exported import Export, ExportFormat
from analysis.study import Study, derive_study
from data.records.bundle import TrialRecords
from data.records.explorations import Exploration, RecordedExploration
from protocols.analysis_plan import Estimator
from protocols.canonical import sha256_hex
from protocols.design import Protocol
from protocols.plan_document import definitions_of
from tests.analysis.conftest import CODE_VERSION

WELCH = RecordedExploration(
    by="stan",
    at=datetime(2026, 11, 25, 9, tzinfo=UTC),
    reason="Simpler to explain.",
    exploration=Exploration(analysis="gad7_week_12", estimator=Estimator.DIFFERENCE_IN_MEANS),
)
READERS = {
    ExportFormat.CSV: pd.read_csv,
    ExportFormat.JSON: pd.read_json,
    ExportFormat.PARQUET: pd.read_parquet,
}


@pytest.fixture(scope="module")
def study(protocol: Protocol, records: TrialRecords) -> Study:
    """Return the example trial."""
    return derive_study(protocol, records, CODE_VERSION)


@pytest.fixture(scope="module")
def explored(study: Study, report: AnalysisReport) -> tuple[ExploredAnalysis, ...]:
    """Return one analysis outside the plan."""
    return explore_recorded(study, report.harms, [WELCH])


@pytest.fixture(scope="module", params=list(ExportFormat))
def export_format(request: pytest.FixtureRequest) -> ExportFormat:
    """Return one format after the other."""
    found: ExportFormat = request.param
    return found


@pytest.fixture(scope="module")
def analysed(study: Study, explored: tuple[ExploredAnalysis, ...]) -> dict[str, pd.DataFrame]:
    """Return the rows of every analysis, planned or not."""
    outside = [one.planned for one in explored if one.planned is not None]
    return {
        planned.code: rows
        for planned in (*study.protocol.analysis.analyses, *outside)
        if (rows := analysed_rows(study, planned)) is not None
    }


@pytest.fixture(scope="module")
def made(
    report: AnalysisReport,
    explored: tuple[ExploredAnalysis, ...],
    analysed: dict[str, pd.DataFrame],
    export_format: ExportFormat,
) -> Export:
    """Return the export in one format."""
    return export_report(report, explored, analysed, export_format)


@pytest.fixture(scope="module")
def read(made: Export, export_format: ExportFormat) -> Callable[[str], pd.DataFrame]:
    """Return what reads a table of the export, by its name without ending."""

    def table(stem: str) -> pd.DataFrame:
        content = io.BytesIO(contents(made)[f"{stem}.{export_format.value}"])
        found: pd.DataFrame = READERS[export_format](content)  # type: ignore[operator]
        return found

    return table


def contents(export: Export) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(export.archive)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def manifest(export: Export) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(contents(export)[MANIFEST])
    return found


def test_every_file_has_the_hash_that_the_manifest_names(made: Export) -> None:
    files = contents(made)
    named = {file["name"]: file["sha256"] for file in manifest(made)["files"]}

    assert set(files) == {*named, MANIFEST}
    assert {name: sha256_hex(files[name]) for name in named} == named
    assert {file.name for file in made.files} == set(named)


def test_every_format_holds_the_same_observations_with_every_digit(
    read: Callable[[str], pd.DataFrame], analysed: dict[str, pd.DataFrame]
) -> None:
    found, rows = read("analyses/primary_gad7_week_4"), analysed["primary_gad7_week_4"]

    assert list(found["outcome"]) == list(rows["outcome"])
    assert list(found["participant"]) == list(rows["participant"])


def test_the_rows_of_an_exploratory_analysis_are_there_under_its_code(
    read: Callable[[str], pd.DataFrame], explored: tuple[ExploredAnalysis, ...]
) -> None:
    assert explored[0].code.startswith("exploratory_")
    assert len(read(f"analyses/{explored[0].code}")) == sum(explored[0].results[0].n_analysed)


def test_exploratory_results_are_labelled_in_the_file_and_in_the_manifest(
    made: Export,
    read: Callable[[str], pd.DataFrame],
    explored: tuple[ExploredAnalysis, ...],
    export_format: ExportFormat,
) -> None:
    own = explored[0].results[0].id
    if export_format is ExportFormat.JSON:
        rows = json.loads(contents(made)["results.json"])["results"]
        standing = {row["id"]: row["standing"] for row in rows}
    else:
        results = read("results")
        standing = dict(zip(results["id"], results["standing"], strict=True))

    assert standing["primary_gad7_week_4"] == "planned"
    assert standing[own] == "exploratory"
    told = manifest(made)
    assert own in told["exploratory_results"]
    assert told["explorations"][0]["sha256"] == explored[0].sha256
    assert told["explorations"][0]["requests"][0]["reason"] == "Simpler to explain."


def test_the_manifest_names_plan_protocol_records_and_program(
    report: AnalysisReport, made: Export
) -> None:
    found = manifest(made)

    assert found["masked"] is True
    assert found["provenance"]["data_sha256"] == report.provenance.data_sha256
    assert found["provenance"]["protocol_sha256"] == report.provenance.protocol_sha256
    assert [one["sha256"] for one in found["analyses"]] == [
        one.sha256 for one in definitions_of(report.protocol)
    ]


def test_the_same_report_gives_the_same_bytes(
    report: AnalysisReport,
    explored: tuple[ExploredAnalysis, ...],
    analysed: dict[str, pd.DataFrame],
    made: Export,
    export_format: ExportFormat,
) -> None:
    assert export_report(report, explored, analysed, export_format).sha256 == made.sha256


def test_no_byte_of_a_masked_export_names_an_arm(report: AnalysisReport, made: Export) -> None:
    everything = b"".join(contents(made).values()).decode("latin-1")

    for arm in report.protocol.arms:
        assert arm.label not in everything
        assert arm.code not in everything


def test_after_unblinding_the_files_carry_the_arms(
    unmasked_report: AnalysisReport,
) -> None:
    made = export_report(unmasked_report, (), {}, ExportFormat.CSV)

    adsl = pd.read_csv(io.BytesIO(contents(made)["datasets/adsl.csv"]))
    assert set(adsl["TRT01P"]) == {arm.code for arm in unmasked_report.protocol.arms}
    assert manifest(made)["masked"] is False
