"""The plan carried out: every analysis, masked as the records are, with a reason where there is no number."""

import math
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from analysis.plan import AnalysisReport, run_analysis_plan
from data.records.bundle import TrialRecords
from protocols.canonical import to_plain
from protocols.design import Protocol
from tests.analysis.example_records import example_records


@pytest.mark.requirement("CONSORT 21a")
def test_every_analysis_of_the_plan_has_its_result(
    protocol: Protocol, report: AnalysisReport
) -> None:
    planned = {result.id for result in report.results if result.planned}

    assert {analysis.code for analysis in protocol.analysis.analyses} <= planned


def test_only_robustness_rows_are_exploratory(report: AnalysisReport) -> None:
    exploratory = {result.id for result in report.results if not result.planned}

    assert exploratory == {r.id for r in report.results if r.id.endswith(".hc3")}


@pytest.mark.requirement("CONSORT 26")
def test_every_result_tells_numbers_model_and_origin(report: AnalysisReport) -> None:
    for result in report.results:
        assert len(result.arms) == 2
        assert all(n <= m for n, m in zip(result.n_analysed, result.n_available, strict=True))
        assert result.model
        assert result.data_sha256 == report.provenance.data_sha256
        assert result.code_version == report.provenance.code_version
        assert result.interval is not None


def test_nothing_in_masked_results_names_an_arm_of_the_protocol(
    protocol: Protocol, report: AnalysisReport
) -> None:
    numbers = [to_plain(result) for result in report.results]
    text = str([{**n, "label": "", "missing_data": ""} for n in numbers])

    assert not [arm.label for arm in protocol.arms if arm.label in text]
    assert not [arm.code for arm in protocol.arms if arm.code in text]


def test_unblinding_changes_labels_and_no_number(
    report: AnalysisReport, unmasked_report: AnalysisReport
) -> None:
    masked, unmasked = report.primary, unmasked_report.primary

    assert unmasked.contrast.label == "Adaptive music − Matched music"
    assert unmasked.estimate == pytest.approx(masked.estimate, abs=1e-12)
    assert unmasked.n_analysed == masked.n_analysed


def test_the_python_call_printed_with_a_result_gives_it_again(
    protocol: Protocol, records: TrialRecords, report: AnalysisReport
) -> None:
    first, second = report.primary.python_call.splitlines()
    names = {"protocol": protocol, "records": records, "run_analysis_plan": run_analysis_plan}

    exec(first, names)  # noqa: S102 - the line is the claim under test
    again = eval(second, names)  # noqa: S307 - likewise

    assert again == report.primary


def test_a_report_depends_on_the_data_and_not_on_the_moment(
    protocol: Protocol, report: AnalysisReport
) -> None:
    later = example_records(extracted_at=datetime(2027, 1, 1, tzinfo=UTC))

    assert run_analysis_plan(protocol, later, report.provenance.code_version) == report


def test_the_order_of_the_records_changes_nothing_that_is_estimated(
    protocol: Protocol, records: TrialRecords, report: AnalysisReport
) -> None:
    reversed_records = replace(
        records,
        answers=records.answers[::-1],
        arms=records.arms[::-1],
        participants=records.participants[::-1],
        sessions=records.sessions[::-1],
    )

    again = run_analysis_plan(protocol, reversed_records, "other")

    assert [r.estimate for r in again.results] == [r.estimate for r in report.results]


def test_before_the_first_randomization_every_result_has_a_reason(
    protocol: Protocol, records: TrialRecords
) -> None:
    empty = replace(
        records,
        arms=(), visits=(), sessions_planned=(), sessions=(), resting=(), answers=(),
        completions=(), withdrawals=(), deviations=(), adverse_events=(),
    )  # fmt: skip

    report = run_analysis_plan(protocol, empty, "test")

    assert all(result.estimate is None and result.reason for result in report.results)
    assert report.imbalances == ()


def test_no_number_of_a_result_is_nan(report: AnalysisReport) -> None:
    numbers = [
        value
        for result in report.results
        for value in (result.estimate, result.standard_error, result.df, result.p)
        if value is not None
    ]

    assert all(math.isfinite(number) for number in numbers)


def test_an_unknown_result_is_refused_by_name(report: AnalysisReport) -> None:
    with pytest.raises(KeyError, match="no_such_result"):
        report.result("no_such_result")
