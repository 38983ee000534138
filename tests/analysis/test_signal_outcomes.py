"""Outcomes of signals are computed from records like every outcome at a visit: analysis, reasons, dataset and page."""

from dataclasses import replace
from datetime import UTC, datetime

import numpy as np
import pytest

from analysis.datasets import derive_datasets
from analysis.plan import AnalysisReport, run_analysis_plan
from analysis.reports.html import render_report
from data.records.bundle import TrialRecords
from data.records.resting_signals import RestingSignal
from protocols.design import Protocol
from protocols.signal_variables import SIGNAL_VARIABLES
from tests.analysis.example_records import example_records
from tests.protocols.signal_outcomes import protocol_with, signal_outcome

LEVEL = SIGNAL_VARIABLES["electrodermal_level_us"]
UNUSABLE = "LEI-"
TRUE_DIFFERENCE = -0.8


def level_of(person: str, visit: str, value: float | None) -> RestingSignal:
    """Return a record."""
    return RestingSignal(
        id=f"{person}/{visit}/{LEVEL.code}",
        participant_id=person,
        visit=visit,
        variable=LEVEL.code,
        recipe=LEVEL.recipe,
        value=value,
        unit=LEVEL.unit,
        reason="" if value is not None else "artefacts",
        quality="good" if value is not None else "hold",
        usable_share=0.98 if value is not None else 0.4,
        sampling_rate_hz=4.0,
        duration_s=300.0,
        samples_id=f"{person}/{visit}/electrodermal-1",
        measured_at=datetime(2026, 6, 1, tzinfo=UTC),
    )


@pytest.fixture(scope="module")
def protocol() -> Protocol:
    """Return CALM-1 with a promise about skin conductance."""
    return protocol_with(signal_outcome("electrodermal_level_us"))


@pytest.fixture(scope="module")
def records() -> TrialRecords:
    """Return records in which arm X is calmer at week 4; the first person's recording cannot be used."""
    chance = np.random.Generator(np.random.PCG64(3))
    records = example_records()
    made = []
    for number, allocated in enumerate(records.arms):
        person, start = allocated.participant_id, float(chance.normal(4.0, 1.0))
        drop = TRUE_DIFFERENCE if allocated.arm == "X" else 0.0
        after = None if number == 0 else start + drop + float(chance.normal(0.0, 0.2))
        made += [level_of(person, "baseline", start), level_of(person, "week_4", after)]
    return replace(records, resting_signals=tuple(made))


@pytest.fixture(scope="module")
def report(protocol: Protocol, records: TrialRecords) -> AnalysisReport:
    """Return the plan carried out."""
    return run_analysis_plan(protocol, records, "test")


def test_the_adjusted_difference_is_the_true_one(report: AnalysisReport) -> None:
    result = report.result("electrodermal_level_us_week_4")

    assert result.estimate == pytest.approx(TRUE_DIFFERENCE, abs=0.15)
    assert result.unit == "μS"
    assert sum(result.n_analysed) == len(report.records.arms) - 1


def test_a_recording_that_cannot_be_used_is_missing_with_its_reason(
    protocol: Protocol, records: TrialRecords
) -> None:
    rows = derive_datasets(protocol, records).of("EDALEVEL", "week_4")
    first = rows[records.arms[0].participant_id]

    assert (first.value, first.reason, first.was_taken) == (None, "artefacts", True)


def test_each_variable_is_its_own_parameter_with_its_baseline(
    protocol: Protocol, records: TrialRecords
) -> None:
    datasets = derive_datasets(protocol, records)

    parameter = datasets.parameter("EDALEVEL")
    assert (parameter.unit, parameter.variable) == ("μS", LEVEL.code)
    assert datasets.parameter("LNRMSSD").variable is None
    assert all(row.baseline is not None for row in datasets.of("EDALEVEL", "week_4").values())


def test_without_records_everybody_is_missing_and_nothing_breaks(protocol: Protocol) -> None:
    report = run_analysis_plan(protocol, example_records(), "test")

    result = report.result("electrodermal_level_us_week_4")
    assert result.estimate is None
    assert result.reason


def test_the_report_shows_the_signals_that_the_protocol_promised(report: AnalysisReport) -> None:
    page = render_report(report).html

    assert 'id="signals"' in page
    assert "Signals at rest" in page
    assert "eda-rise-0.01us-v1" in page
