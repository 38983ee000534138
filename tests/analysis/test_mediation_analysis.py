"""Planned mediation: the parts add up, the interval comes from the seed of the plan, and a hidden cause is asked about."""

from dataclasses import replace

import pytest

from analysis.mediation_analysis import mediation_frame
from analysis.plan import AnalysisReport
from analysis.study import Study, derive_study
from data.records.bundle import TrialRecords
from protocols.analysis_plan import PlannedAnalysis
from protocols.design import Protocol
from protocols.planned_estimators import PlannedMediation
from tests.analysis.planned_estimators import planned_of, results_of

CODE = "mediation_gad7_week_12"


@pytest.fixture(scope="module")
def study(protocol: Protocol, records: TrialRecords) -> Study:
    return derive_study(protocol, records, "test")


@pytest.fixture(scope="module")
def planned(protocol: Protocol) -> PlannedAnalysis:
    return planned_of(protocol, CODE)


def test_the_direct_and_the_indirect_effect_make_the_total(report: AnalysisReport) -> None:
    indirect, direct, total, a, b = (
        report.result(f"{CODE}{suffix}").estimate or 0.0
        for suffix in ("", ".direct", ".total", ".path_a", ".path_b")
    )

    assert indirect + direct == pytest.approx(total, abs=1e-12)
    assert a * b == pytest.approx(indirect, abs=1e-12)
    assert all(r.planned for r in report.results if r.id.startswith(CODE))


def test_the_indirect_effect_has_a_monte_carlo_interval_and_no_p_value(
    report: AnalysisReport,
) -> None:
    result = report.result(CODE)

    assert result.p is None
    assert result.interval is not None
    assert result.interval.lower < (result.estimate or 0.0) < result.interval.upper
    assert "Monte Carlo interval (seed 20261001)" in result.model


def test_the_same_seed_gives_the_same_interval_and_another_seed_another(
    study: Study, planned: PlannedAnalysis, report: AnalysisReport
) -> None:
    other = replace(planned, mediation=PlannedMediation(mediator="ln_rmssd_week_4", seed=1))

    assert results_of(study, planned)[CODE].interval == report.result(CODE).interval
    assert results_of(study, other)[CODE].interval != report.result(CODE).interval


def test_the_mediator_is_the_change_from_its_baseline(
    study: Study, planned: PlannedAnalysis
) -> None:
    assert planned.mediation is not None
    rows = study.datasets.of("LNRMSSD", "week_4")

    frame = mediation_frame(study, planned, planned.mediation)

    for _, row in frame.iterrows():
        measured = rows[row["participant"]]
        assert row["mediator"] == measured.change
        assert row["mediator_baseline"] == measured.baseline


def test_only_people_with_both_measures_are_analysed(
    study: Study, planned: PlannedAnalysis, report: AnalysisReport
) -> None:
    assert planned.mediation is not None
    frame = mediation_frame(study, planned, planned.mediation)
    outcome = study.datasets.of("GAD7", "week_12")
    mediator = study.datasets.of("LNRMSSD", "week_4")

    both = [p for p, row in outcome.items() if row.value is not None and mediator[p].change]
    assert set(frame["participant"]) == set(both)
    assert sum(report.result(CODE).n_analysed) == len(both)
    assert sum(report.result(CODE).n_available) > len(both)


def test_the_hidden_cause_that_undoes_the_effect_is_told_and_drawn(
    report: AnalysisReport,
) -> None:
    (told,) = report.mediation
    at_zero = next(p for p in told.sensitivity.curve if abs(p.correlation) < 1e-9)

    assert at_zero.indirect == pytest.approx(report.result(CODE).estimate, abs=1e-12)
    assert f"by {told.sensitivity.correlation_at_zero:.2f}" in report.result(CODE).comment
    assert "Only the arm is randomized" in report.result(CODE).assumptions


def test_a_mediator_of_the_same_visit_is_said_not_to_come_first(study: Study) -> None:
    planned = replace(planned_of(study.protocol, CODE), outcome="gad7_week_4")

    assert "same visit" in results_of(study, planned)[CODE].comment
    assert "same visit" not in results_of(study, planned_of(study.protocol, CODE))[CODE].comment
