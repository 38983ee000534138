"""A planned analysis of ordered categories: the better a category, the higher its number."""

from dataclasses import replace

import pytest

from analysis.order_analysis import order_frame
from analysis.outcome_values import select_cases
from analysis.study import Study, derive_study
from data.records.bundle import TrialRecords
from protocols.analysis_plan import Estimator, PlannedAnalysis
from protocols.design import Protocol
from protocols.planned_orders import PlannedOrder
from tests.analysis.planned_estimators import another, planned_of, results_of

SEVERITY = PlannedOrder(cuts=(4.0, 9.0, 14.0))


@pytest.fixture(scope="module")
def study(protocol: Protocol, records: TrialRecords) -> Study:
    return derive_study(protocol, records, "test")


@pytest.fixture
def planned(study: Study) -> PlannedAnalysis:
    plain = another(study.protocol, "primary_gad7_week_4", Estimator.ORDINAL)
    return replace(plain, ordinal=SEVERITY)


def test_a_value_at_a_cut_lies_below_it_and_low_anxiety_is_the_best_category(
    study: Study, planned: PlannedAnalysis
) -> None:
    frame = order_frame(study, planned, SEVERITY)
    values = select_cases(study, planned).values
    category = dict(zip(frame["participant"], frame["category"], strict=True))

    for person, value in values.items():
        expected = 4 if value <= 4 else 3 if value <= 9 else 2 if value <= 14 else 1
        assert category[person] == expected


def test_without_cuts_each_value_is_a_category(study: Study, planned: PlannedAnalysis) -> None:
    frame = order_frame(study, planned, PlannedOrder(cuts=()))
    values = select_cases(study, planned).values

    assert frame["category"].nunique() == len(set(values.values()))
    best = min(values, key=values.__getitem__)
    assert frame.set_index("participant").loc[best, "category"] == frame["category"].max()


def test_a_composite_event_is_worse_than_any_value(study: Study, planned: PlannedAnalysis) -> None:
    composite = planned_of(study.protocol, "responder_gad7_week_4").estimand

    found = results_of(study, replace(planned, estimand=composite))["another"]
    frame = order_frame(study, replace(planned, estimand=composite), SEVERITY)

    assert (frame["category"] == 0).sum() == 4
    assert "Category 0: an intercurrent event" in found.comment


def test_the_odds_ratio_favours_the_arm_with_less_anxiety(
    study: Study, planned: PlannedAnalysis
) -> None:
    found = results_of(study, planned)["another"]
    first, second = found.arms

    assert (first.mean or 0.0) > (second.mean or 0.0)
    assert (found.estimate or 0.0) > 1.0
    assert "Odds ratio at each cut" in found.comment
