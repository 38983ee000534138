"""A planned win ratio: events first, then scores; what was not observed decides nothing."""

from collections.abc import Hashable, Mapping
from dataclasses import replace
from typing import Any

import pytest

from analysis.study import Study, derive_study
from analysis.win_ratio_analysis import pair_frame
from data.records.bundle import TrialRecords
from protocols.analysis_plan import AnalysisSet, Estimator, PlannedAnalysis
from protocols.design import Protocol
from protocols.planned_estimators import LEFT_TRIAL
from protocols.planned_orders import PlannedRank, PlannedWinRatio
from tests.analysis.planned_estimators import another, results_of

RANKS = PlannedWinRatio(
    ranks=(PlannedRank(variable=LEFT_TRIAL), PlannedRank(variable="gad7_week_4", margin=2.0))
)


@pytest.fixture(scope="module")
def study(protocol: Protocol, records: TrialRecords) -> Study:
    return derive_study(protocol, records, "test")


@pytest.fixture
def planned(study: Study) -> PlannedAnalysis:
    plain = another(study.protocol, "primary_gad7_week_4", Estimator.WIN_RATIO)
    return replace(plain, win_ratio=RANKS, analysis_set=AnalysisSet.RANDOMIZED)


def test_everybody_is_compared_also_who_has_no_score(
    study: Study, planned: PlannedAnalysis
) -> None:
    frame = pair_frame(study, planned, RANKS)

    assert len(frame) == 60
    assert frame["gad7_week_4"].isna().any()


def test_wins_and_losses_are_those_of_every_pair(study: Study, planned: PlannedAnalysis) -> None:
    found = results_of(study, planned)
    rows = pair_frame(study, planned, RANKS).to_dict("records")
    verdicts = [
        _verdict(one, other)
        for one in rows
        if one["arm"] == "X"
        for other in rows
        if other["arm"] == "Y"
    ]
    won, lost = verdicts.count(1), verdicts.count(-1)

    assert found["another"].estimate == pytest.approx(won / lost)
    assert found["another.benefit"].estimate == pytest.approx((won - lost) / len(verdicts))
    assert f"{len(verdicts) - won - lost} of {len(verdicts)} pairs tied" in found["another"].comment


def _verdict(one: Mapping[Hashable, Any], other: Mapping[Hashable, Any]) -> int:
    for winner, loser, sign in ((one, other, 1), (other, one, -1)):
        gone = loser["left_trial_happened"] == 1.0
        later = winner["left_trial"] > loser["left_trial"]
        outlasts = (
            winner["left_trial"] == loser["left_trial"] and winner["left_trial_happened"] == 0.0
        )
        if gone and (later or outlasts):
            return sign
    difference = one["gad7_week_4"] - other["gad7_week_4"]
    if abs(difference) > 2.0:
        return -1 if difference > 0 else 1
    return 0


def test_the_order_of_the_ranks_is_printed_with_what_each_decided(
    study: Study, planned: PlannedAnalysis
) -> None:
    found = results_of(study, planned)["another"]

    assert "decided by left_trial, then gad7_week_4 by more than 2" in found.model
    assert "Pairs decided by left_trial:" in found.comment
