"""A planned time to an event: days from randomization, censored where follow-up ends."""

from dataclasses import replace

import pytest

from analysis.follow_up import derive_follow_up
from analysis.results import Result
from analysis.study import Study, derive_study
from analysis.time_to_event_analysis import time_frame
from data.records.bundle import TrialRecords
from data.records.participants import WithdrawalKind
from protocols.analysis_plan import AnalysisSet, Estimator, PlannedAnalysis
from protocols.design import Protocol
from protocols.planned_estimators import LEFT_TRIAL, PlannedTimeToEvent
from tests.analysis.planned_estimators import another, results_of

LEFT = PlannedTimeToEvent(event=LEFT_TRIAL)


@pytest.fixture(scope="module")
def study(protocol: Protocol, records: TrialRecords) -> Study:
    return derive_study(protocol, records, "test")


def _planned(study: Study, event: str = LEFT_TRIAL) -> PlannedAnalysis:
    return replace(
        another(study.protocol, "adherence", Estimator.TIME_TO_EVENT),
        analysis_set=AnalysisSet.RANDOMIZED,
        time_to_event=PlannedTimeToEvent(event=event),
    )


def _result(study: Study, event: str = LEFT_TRIAL) -> Result:
    return results_of(study, _planned(study, event))["another"]


def test_leaving_is_withdrawal_from_the_trial_or_loss_and_nothing_else(study: Study) -> None:
    frame = time_frame(study, _planned(study), LEFT)
    left = {
        w.participant_id
        for w in study.records.withdrawals
        if w.kind in {WithdrawalKind.TRIAL, WithdrawalKind.LOST_TO_FOLLOW_UP}
    }

    assert set(frame.loc[frame["event"] == 1.0, "participant"]) == left
    assert len(frame) == 60


def test_the_day_of_leaving_counts_from_the_day_of_randomization_as_day_one(
    study: Study,
) -> None:
    frame = time_frame(study, _planned(study), LEFT).set_index("participant")
    loss = next(w for w in study.records.withdrawals if w.kind is WithdrawalKind.LOST_TO_FOLLOW_UP)

    assert frame.loc[loss.participant_id, "time"] == 21.0  # lost 20 days after randomization


def test_who_stays_is_followed_to_the_last_visit(study: Study) -> None:
    frame = time_frame(study, _planned(study), LEFT).set_index("participant")
    stayed = frame.loc[frame["event"] == 0.0, "time"]
    days = {person: one.days for person, one in derive_follow_up(study).items()}

    assert stayed.min() >= 84 - 7
    assert all(time == days[str(person)] for person, time in stayed.items())


def test_the_result_has_the_events_the_log_rank_test_and_the_assumption(study: Study) -> None:
    found = _result(study)

    assert found.estimate is not None
    assert found.interval is not None
    assert found.interval.lower < found.estimate < found.interval.upper
    assert "median not reached" in found.comment
    assert "Log-rank test: p" in found.comment
    assert "same over time" in found.assumptions
    assert found.fit is not None
    assert "coxph" in found.fit.call_in_r


def test_an_intercurrent_event_can_be_timed(study: Study) -> None:
    frame = time_frame(study, _planned(study), PlannedTimeToEvent(event="withdrew_intervention"))

    assert frame["event"].sum() == 3
    assert frame.loc[frame["event"] == 1.0, "time"].tolist() == [13.0] * 3


def test_an_event_that_nobody_of_one_arm_had_gives_a_reason(study: Study) -> None:
    assert "has no event, so no hazard ratio exists" in _result(study, "other_treatment").reason
