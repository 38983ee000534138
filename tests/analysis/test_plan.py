"""The plan carried out: every analysis, masked as the records are, with a reason where there is no number."""

import math
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from analysis.analyses import analyse
from analysis.plan import AnalysisReport, run_analysis_plan
from analysis.study import derive_study
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


def test_what_the_plan_does_not_promise_is_exploratory(report: AnalysisReport) -> None:
    exploratory = {result.id for result in report.results if not result.planned}

    beside = (".hc3", ".difference", ".week_12", ".ratio", ".association")
    assert exploratory == {r.id for r in report.results if r.id.endswith(beside)}


def test_an_analysis_that_is_not_in_the_protocol_is_exploratory_whatever_it_is(
    protocol: Protocol, records: TrialRecords, report: AnalysisReport
) -> None:
    added = replace(protocol.analysis.analyses[0], code="added_later")

    results = analyse(derive_study(protocol, records, "test"), report.harms, added)

    assert [result.planned for result in results] == [False, False]
    assert results[0].estimate == report.primary.estimate


@pytest.mark.parametrize("code", ["adherence", "adverse_events", "adverse_events.serious"])
def test_what_the_plan_only_describes_is_compared_only_as_exploratory(
    report: AnalysisReport, code: str
) -> None:
    described, compared = report.result(code), report.result(f"{code}.difference")

    assert described.is_description
    assert (described.planned, compared.planned) == (True, False)
    assert compared.estimate is not None
    assert compared.p is None
    assert [arm.mean for arm in described.arms] == [arm.mean for arm in compared.arms]


def test_the_standardized_difference_has_the_sign_and_the_verdict_of_the_adjusted_difference(
    report: AnalysisReport,
) -> None:
    adjusted = [r for r in report.results if r.effect_size and r.effect_size.kind == "adjusted"]

    assert adjusted
    for result in adjusted:
        size = result.effect_size
        assert size is not None
        assert size.g is not None
        assert size.interval is not None
        assert result.estimate is not None
        assert result.p is not None
        assert math.copysign(1, size.g) == math.copysign(1, result.estimate)
        assert (size.interval.lower <= 0 <= size.interval.upper) == (result.p >= 0.05)
        assert result.unadjusted_effect_size is not None
        assert result.unadjusted_effect_size.kind == "unadjusted"


def test_the_sensitivity_analysis_leaves_out_who_left_out_an_item(
    report: AnalysisReport,
) -> None:
    complete = report.result("complete_items_gad7_week_4")
    prorated = {
        row.participant_id
        for row in report.datasets.observations
        if row.parameter == "GAD7" and row.prorated and row.visit in {"baseline", "week_4"}
    }

    assert complete.planned
    assert prorated
    assert complete.n_available == report.primary.n_available
    assert sum(complete.n_analysed) == sum(report.primary.n_analysed) - len(prorated)


@pytest.mark.requirement("CONSORT 26")
def test_every_result_tells_numbers_model_and_origin(report: AnalysisReport) -> None:
    for result in report.results:
        assert len(result.arms) == 2
        assert all(arm.n_analysed - arm.n_imputed <= arm.n_available for arm in result.arms)
        assert result.model
        assert result.data_sha256 == report.provenance.data_sha256
        assert result.code_version == report.provenance.code_version
        assert (result.interval is None) == result.is_description


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
