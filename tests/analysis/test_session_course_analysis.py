"""A planned course of sessions: one value a session, sessions set aside left out, and models tried in the order of the plan."""

from dataclasses import replace

import numpy as np
import pytest

from analysis.plan import AnalysisReport
from analysis.session_course_analysis import session_frame
from analysis.study import Study, derive_study
from data.records.bundle import TrialRecords
from data.records.sessions import SessionState, StopCause
from protocols.design import Protocol
from protocols.planned_estimators import PlannedSessionCourse, SessionModel
from tests.analysis.planned_estimators import planned_of, results_of

CODE = "state_anxiety_course"


@pytest.fixture(scope="module")
def study(protocol: Protocol, records: TrialRecords) -> Study:
    return derive_study(protocol, records, "test")


def test_every_session_rated_before_and_after_counts(study: Study) -> None:
    frame = session_frame(study, planned_of(study.protocol, CODE))

    rated = [row for row in study.datasets.ratings if row.change is not None]
    assert len(frame) == len(rated)
    assert frame["outcome"].tolist() == [row.change for row in rated]


def test_a_session_that_equipment_ended_is_set_aside_as_its_estimand_says(
    protocol: Protocol, records: TrialRecords
) -> None:
    failed = records.sessions[0]
    broken = replace(failed, state=SessionState.STOPPED, stop_cause=StopCause.EQUIPMENT)
    study = derive_study(
        protocol, replace(records, sessions=(broken, *records.sessions[1:])), "test"
    )

    frame = session_frame(study, planned_of(protocol, CODE))

    here = (frame["participant"] == failed.participant_id) & (frame["session"] == failed.number)
    assert not here.any()


def test_the_result_says_how_many_sessions_of_how_many_people(
    study: Study, report: AnalysisReport
) -> None:
    frame = session_frame(study, planned_of(study.protocol, CODE))
    result = report.result(CODE)

    people = frame["participant"].nunique()
    assert f"{len(frame)} sessions of {people} participants; middle session 4.5" in result.comment
    assert sum(result.n_analysed) == people
    assert report.result(f"{CODE}.growth").unit == "points per session"
    assert report.result(f"{CODE}.growth").planned


def test_the_difference_at_the_middle_agrees_with_the_participants_means(
    report: AnalysisReport,
) -> None:
    course, means = report.result(CODE), report.result("state_anxiety_change")

    assert course.estimate == pytest.approx(means.estimate, abs=0.5)
    assert course.df is not None
    assert np.isfinite(course.df)


def test_the_models_are_tried_in_the_order_of_the_plan_and_what_is_given_up_is_told(
    study: Study,
) -> None:
    order = (SessionModel.RANDOM_INTERCEPT, SessionModel.COMPOUND_SYMMETRY)
    planned = replace(
        planned_of(study.protocol, CODE), session_course=PlannedSessionCourse(models=order)
    )

    found = results_of(study, planned)[CODE]

    assert "random intercept (the random effects have no proper covariance" in found.comment
    assert found.fit is not None
    assert found.fit.covariance == "compound symmetry"
    assert found.fit.covariance_planned == ("random_intercept", "compound_symmetry")
    assert len(found.fit.fallback) == 1


def test_when_no_model_can_be_fitted_each_reason_is_told(study: Study) -> None:
    planned = replace(
        planned_of(study.protocol, CODE),
        session_course=PlannedSessionCourse(models=(SessionModel.RANDOM_INTERCEPT,)),
    )

    found = results_of(study, planned)[CODE]

    assert found.estimate is None
    assert "no planned model of the sessions can be fitted: random intercept" in found.reason
