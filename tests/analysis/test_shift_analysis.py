"""A planned shift between two arms: of the values, or of their change."""

from dataclasses import replace

import numpy as np
import pytest

from analysis.shift_analysis import shift_frame
from analysis.study import Study, derive_study
from data.records.bundle import TrialRecords
from protocols.analysis_plan import Estimator, PlannedAnalysis
from protocols.design import Protocol
from protocols.planned_orders import PlannedShift, ShiftOf
from tests.analysis.planned_estimators import another, results_of


@pytest.fixture(scope="module")
def study(protocol: Protocol, records: TrialRecords) -> Study:
    return derive_study(protocol, records, "test")


def _planned(study: Study, of: ShiftOf, code: str = "primary_gad7_week_4") -> PlannedAnalysis:
    plain = another(study.protocol, code, Estimator.HODGES_LEHMANN)
    return replace(plain, shift=PlannedShift(of=of))


@pytest.mark.parametrize("of", list(ShiftOf))
def test_the_estimate_is_the_median_of_all_differences(study: Study, of: ShiftOf) -> None:
    frame = shift_frame(study, _planned(study, of), PlannedShift(of=of))
    first, second = (frame.loc[frame["arm"] == arm, "outcome"].to_numpy() for arm in "XY")

    found = results_of(study, _planned(study, of))["another"]

    assert found.estimate == float(np.median(first[:, None] - second[None, :]))


def test_a_change_is_taken_from_the_baseline(study: Study) -> None:
    value, change = (
        shift_frame(study, _planned(study, of), PlannedShift(of=of)).set_index("participant")
        for of in (ShiftOf.VALUE, ShiftOf.CHANGE)
    )
    rows = study.datasets.of("GAD7", "week_4")

    for person in change.index:
        assert value.loc[person, "outcome"] - change.loc[person, "outcome"] == rows[person].baseline


def test_minutes_heard_can_be_ranked_too(study: Study) -> None:
    found = results_of(study, _planned(study, ShiftOf.VALUE, "dose"))["another"]

    assert found.estimate is not None
    assert found.unit == "minutes"
