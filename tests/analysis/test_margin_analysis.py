"""Planned margins: equivalence and non-inferiority are decided by the interval of the plan's level."""

from dataclasses import replace

import pytest

from analysis.plan import AnalysisReport
from analysis.results import Result
from analysis.study import Study, derive_study
from data.records.bundle import TrialRecords
from protocols.analysis_plan import Estimator, PlannedAnalysis
from protocols.design import Protocol
from protocols.outcomes import Direction
from protocols.planned_estimators import PlannedMargin
from tests.analysis.planned_estimators import planned_of, results_of


@pytest.fixture(scope="module")
def study(protocol: Protocol, records: TrialRecords) -> Study:
    return derive_study(protocol, records, "test")


def _planned(study: Study, estimator: Estimator, margin: float) -> PlannedAnalysis:
    return replace(
        planned_of(study.protocol, "primary_gad7_week_4"),
        code="another",
        estimator=estimator,
        margin=PlannedMargin(margin=margin, reason="Half of what matters."),
    )


def _result(study: Study, estimator: Estimator, margin: float) -> Result:
    return results_of(study, _planned(study, estimator, margin))["another"]


@pytest.mark.parametrize(("margin", "verdict"), [(3.0, "shown"), (2.0, "not shown")])
def test_equivalence_is_shown_when_the_interval_lies_within_the_margins(
    study: Study, report: AnalysisReport, margin: float, verdict: str
) -> None:
    found = _result(study, Estimator.EQUIVALENCE, margin)

    primary = report.primary
    assert primary.interval is not None
    assert found.interval is not None
    assert found.interval.lower == pytest.approx(primary.interval.lower, rel=1e-12)
    assert (found.interval.lower > -margin) == (verdict == "shown")
    assert f"Equivalence within ±{margin:g} points: {verdict}." in found.comment
    assert found.p is not None
    assert (found.p < 0.025) == (verdict == "shown")


def test_the_margin_changes_the_verdict_and_never_the_estimate(
    study: Study, report: AnalysisReport
) -> None:
    assert _result(study, Estimator.EQUIVALENCE, 1.0).estimate == report.primary.estimate


def test_where_lower_is_better_a_lower_mean_is_not_inferior(study: Study) -> None:
    found = _result(study, Estimator.NON_INFERIORITY, 1.0)

    assert found.estimate is not None
    assert found.estimate < 0
    assert "Non-inferiority by less than 1 points: shown." in found.comment
    assert "Half of what matters." in found.comment
    assert "Arm X is taken as the arm under trial" in found.comment


def test_where_higher_is_better_the_same_difference_is_inferior(
    protocol: Protocol, records: TrialRecords
) -> None:
    outcomes = tuple(
        replace(o, direction=Direction.HIGHER_IS_BETTER) if o.code == "gad7_week_4" else o
        for o in protocol.outcomes
    )
    turned = derive_study(replace(protocol, outcomes=outcomes), records, "test")

    assert "not shown" in _result(turned, Estimator.NON_INFERIORITY, 1.0).comment
