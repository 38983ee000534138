"""A planned analysis of reliable change: who is more than measurement error better."""

from dataclasses import replace

import pytest

from analysis.reliable_change_analysis import FAILED, change_frame
from analysis.study import Study, derive_study
from data.records.bundle import TrialRecords
from protocols.analysis_plan import Estimator, PlannedAnalysis
from protocols.design import Protocol
from protocols.planned_estimators import PlannedReliableChange
from tests.analysis.planned_estimators import another, planned_of, results_of

GAD7 = PlannedReliableChange(
    standard_deviation=4.7, reliability=0.83, cut_off=8.0, source="made up"
)
SMALLEST = 1.96 * 2**0.5 * 4.7 * (1 - 0.83) ** 0.5


@pytest.fixture(scope="module")
def study(protocol: Protocol, records: TrialRecords) -> Study:
    return derive_study(protocol, records, "test")


@pytest.fixture
def planned(study: Study) -> PlannedAnalysis:
    plain = another(study.protocol, "primary_gad7_week_4", Estimator.RELIABLE_CHANGE)
    return replace(plain, reliable_change=GAD7)


def test_better_is_a_fall_by_more_than_the_smallest_reliable_change(
    study: Study, planned: PlannedAnalysis
) -> None:
    frame = change_frame(study, planned, GAD7)
    fell = frame["baseline"] - frame["outcome"]

    assert set(frame.loc[fell > SMALLEST, "response"]) == {1.0}
    assert set(frame.loc[fell <= SMALLEST, "response"]) == {0.0}


def test_the_result_tells_all_four_classes_by_arm(study: Study, planned: PlannedAnalysis) -> None:
    found = results_of(study, planned)["another"]
    frame = change_frame(study, planned, GAD7)
    shares = frame.groupby("arm")["response"].mean()

    assert found.estimate == pytest.approx(shares["X"] - shares["Y"])
    for kind in ("recovered", "improved", "unchanged", "deteriorated"):
        assert found.comment.count(kind) == 2
    assert "more than 5.37 points" in found.model


def test_who_had_a_composite_event_is_not_better(study: Study, planned: PlannedAnalysis) -> None:
    composite = planned_of(study.protocol, "responder_gad7_week_4").estimand

    frame = change_frame(study, replace(planned, estimand=composite), GAD7)

    failed = frame.loc[frame["change"] == FAILED]
    assert len(failed) == 4
    assert set(failed["response"]) == {0.0}
