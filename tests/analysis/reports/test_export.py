"""Datasets and results in three formats: the same numbers, each file under its hash, masked while masked."""

import io
import json
import zipfile
from typing import Any

import pandas as pd
import pytest

from analysis.analysed_rows import analysed_rows
from analysis.exploration import explore
from analysis.plan import AnalysisReport
from analysis.reports.export import MANIFEST, export_report
from analysis.reports.exported import Export, ExportFormat
from analysis.results import Result
from analysis.study import Study, derive_study
from data.records.bundle import TrialRecords
from data.records.explorations import Exploration
from protocols.analysis_plan import Estimator
from protocols.canonical import sha256_hex
from protocols.design import Protocol
from protocols.plan_document import definitions_of
from tests.analysis.conftest import CODE_VERSION

WELCH = Exploration(analysis="gad7_week_12", estimator=Estimator.DIFFERENCE_IN_MEANS)
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
def exploratory(study: Study, report: AnalysisReport) -> tuple[Result, ...]:
    """Return an exploratory result."""
    return explore(study, report.harms, WELCH)


def export(
    report: AnalysisReport,
    study: Study,
    exploratory: tuple[Result, ...],
    export_format: ExportFormat,
) -> Export:
    analysed = {
        planned.code: rows
        for planned in study.protocol.analysis.analyses
        if (rows := analysed_rows(study, planned)) is not None
    }
    return export_report(report, exploratory, analysed, export_format)


def contents(export: Export) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(export.archive)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def manifest(export: Export) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(contents(export)[MANIFEST])
    return found


@pytest.mark.parametrize("export_format", list(ExportFormat))
def test_every_file_has_the_hash_that_the_manifest_names(
    report: AnalysisReport,
    study: Study,
    exploratory: tuple[Result, ...],
    export_format: ExportFormat,
) -> None:
    made = export(report, study, exploratory, export_format)

    files = contents(made)
    named = {file["name"]: file["sha256"] for file in manifest(made)["files"]}
    assert set(files) == {*named, MANIFEST}
    assert {name: sha256_hex(files[name]) for name in named} == named
    assert {file.name for file in made.files} == set(named)


@pytest.mark.parametrize("export_format", list(ExportFormat))
def test_every_format_holds_the_same_observations_with_every_digit(
    report: AnalysisReport,
    study: Study,
    exploratory: tuple[Result, ...],
    export_format: ExportFormat,
) -> None:
    made = export(report, study, exploratory, export_format)
    rows = analysed_rows(study, study.protocol.analysis.analyses[0])
    assert rows is not None

    content = contents(made)[f"analyses/primary_gad7_week_4.{export_format.value}"]

    read = READERS[export_format](io.BytesIO(content))  # type: ignore[operator]
    assert list(read["outcome"]) == list(rows["outcome"])
    assert list(read["participant"]) == list(rows["participant"])


@pytest.mark.parametrize("export_format", list(ExportFormat))
def test_exploratory_results_are_labelled_in_the_file_and_in_the_manifest(
    report: AnalysisReport,
    study: Study,
    exploratory: tuple[Result, ...],
    export_format: ExportFormat,
) -> None:
    made = export(report, study, exploratory, export_format)

    content = contents(made)[f"results.{export_format.value}"]
    assert exploratory[0].id in manifest(made)["exploratory_results"]
    if export_format is ExportFormat.JSON:
        standing = {row["id"]: row["planned"] for row in json.loads(content)["results"]}
        assert (standing["primary_gad7_week_4"], standing[exploratory[0].id]) == (True, False)
    else:
        read = READERS[export_format](io.BytesIO(content))  # type: ignore[operator]
        standing = dict(zip(read["id"], read["standing"], strict=True))
        assert standing["primary_gad7_week_4"] == "planned"
        assert standing[exploratory[0].id] == "exploratory"


def test_the_manifest_names_plan_protocol_records_and_program(
    report: AnalysisReport, study: Study, exploratory: tuple[Result, ...]
) -> None:
    found = manifest(export(report, study, exploratory, ExportFormat.CSV))

    assert found["masked"] is True
    assert found["provenance"]["data_sha256"] == report.provenance.data_sha256
    assert found["provenance"]["protocol_sha256"] == report.provenance.protocol_sha256
    assert [one["sha256"] for one in found["analyses"]] == [
        one.sha256 for one in definitions_of(report.protocol)
    ]


def test_the_same_report_gives_the_same_bytes(
    report: AnalysisReport, study: Study, exploratory: tuple[Result, ...]
) -> None:
    first = export(report, study, exploratory, ExportFormat.PARQUET)

    assert export(report, study, exploratory, ExportFormat.PARQUET).sha256 == first.sha256


@pytest.mark.parametrize("export_format", list(ExportFormat))
def test_no_byte_of_a_masked_export_names_an_arm(
    report: AnalysisReport,
    study: Study,
    exploratory: tuple[Result, ...],
    export_format: ExportFormat,
) -> None:
    made = export(report, study, exploratory, export_format)

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
