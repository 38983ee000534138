"""Planned responder analyses: who responded, the composite strategy, and the adjusted difference in shares."""

from dataclasses import replace

import numpy as np
import pytest
from statsmodels.genmod.families import Binomial
from statsmodels.genmod.generalized_linear_model import GLM

from analysis.datasets import Observation
from analysis.plan import AnalysisReport
from analysis.responses import responder_frame
from analysis.study import Study, derive_study
from data.records.bundle import TrialRecords
from protocols.analysis_plan import Estimator
from protocols.design import Protocol
from protocols.estimands import Strategy
from protocols.planned_estimators import PlannedResponder, ResponseCriterion
from tests.analysis.planned_estimators import another, planned_of, results_of

CODE = "responder_gad7_week_4"
FOUR = PlannedResponder(criterion=ResponseCriterion.IMPROVED_BY, threshold=4.0, source="made up")


@pytest.fixture(scope="module")
def study(protocol: Protocol, records: TrialRecords) -> Study:
    return derive_study(protocol, records, "test")


def _responses(study: Study, promise: PlannedResponder = FOUR) -> dict[str, float]:
    frame = responder_frame(study, planned_of(study.protocol, CODE), promise)
    return dict(zip(frame["participant"], frame["response"], strict=True))


def _week_4(study: Study) -> dict[str, Observation]:
    return study.datasets.of("GAD7", "week_4")


def _with_event(study: Study) -> set[str]:
    events = {"withdrew_intervention", "other_treatment"}
    return {o.participant_id for o in study.occurrences if o.event in events}


def test_whoever_had_a_composite_event_did_not_respond_whatever_was_observed(
    study: Study,
) -> None:
    responses, failed = _responses(study), _with_event(study)

    assert len(failed) == 4
    assert {responses[person] for person in failed} == {0.0}


def test_a_composite_event_decides_where_the_outcome_was_never_observed(
    protocol: Protocol, records: TrialRecords
) -> None:
    person = min(_with_event(derive_study(protocol, records, "test")))
    without = replace(
        records,
        answers=tuple(
            a
            for a in records.answers
            if not (a.participant_id == person and a.occasion == "week_4")
        ),
    )

    study = derive_study(protocol, without, "test")

    assert _week_4(study)[person].value is None
    assert _responses(study)[person] == 0.0


def test_an_improvement_of_exactly_the_threshold_is_a_response(study: Study) -> None:
    change = {p: row.change for p, row in _week_4(study).items() if row.change is not None}
    responses, failed = _responses(study), _with_event(study)
    exactly = {p for p, value in change.items() if value == -4.0} - failed

    assert exactly
    assert {responses[person] for person in exactly} == {1.0}
    assert all(
        responses[person] == float(value <= -4.0)
        for person, value in change.items()
        if person not in failed
    )


def test_a_score_that_is_reached_asks_for_no_baseline(study: Study) -> None:
    reached = replace(FOUR, criterion=ResponseCriterion.REACHED, threshold=9.0)
    responses, failed = _responses(study, reached), _with_event(study)

    assert all(
        responses[person] == float(row.value <= 9.0)
        for person, row in _week_4(study).items()
        if row.value is not None and person in responses and person not in failed
    )


def test_the_difference_is_that_of_predictions_for_everyone_in_either_arm(
    study: Study, report: AnalysisReport
) -> None:
    frame = responder_frame(study, planned_of(study.protocol, CODE), FOUR)

    def design(arm: np.ndarray) -> np.ndarray:
        return np.column_stack(
            [
                np.ones(len(frame)),
                arm,
                frame["baseline"],
                frame["site"] == "LEI",
                frame["severity"] == "severe",
            ]
        ).astype(float)

    own = (frame["arm"] == "X").to_numpy(dtype=float)
    fit = GLM(frame["response"].to_numpy(), design(own), family=Binomial()).fit()
    both = [fit.predict(design(np.full(len(frame), value))).mean() for value in (1.0, 0.0)]

    result = report.result(CODE)
    assert result.planned
    assert result.estimate == pytest.approx(both[0] - both[1], abs=1e-9)
    assert report.result(f"{CODE}.ratio").estimate == pytest.approx(both[0] / both[1], rel=1e-9)
    assert not report.result(f"{CODE}.ratio").planned


def test_a_result_says_the_threshold_its_source_who_is_in_it_and_what_it_assumes(
    report: AnalysisReport,
) -> None:
    result = report.result(CODE)

    assert "better than at baseline by at least 4 (smallest important change" in result.model
    assert "Arm X 2, Arm Y 2" in result.comment
    assert "A threshold cuts people" in result.assumptions
    assert [arm.n_events for arm in result.arms] == [19, 13]
    assert result.n_analysed == (28, 27)
    assert result.unit == "share of participants"
    assert result.fit is not None
    assert "avg_comparisons" in result.fit.call_in_r


def test_an_analysis_of_means_cannot_carry_a_composite_strategy_out(study: Study) -> None:
    of_means = replace(
        another(study.protocol, CODE, Estimator.ANCOVA),
        estimand="gad7_week_4_response",
        responder=None,
    )

    (only,) = results_of(study, of_means).values()

    assert only.estimate is None
    assert "strategy not carried out by this program" in only.reason
    assert "(composite)" in only.reason


def test_a_separated_response_has_a_reason_and_its_counts(study: Study) -> None:
    nobody = replace(planned_of(study.protocol, CODE), responder=replace(FOUR, threshold=20.0))

    found = results_of(study, nobody)[CODE]

    assert found.reason == "all participants have the same response"
    assert [arm.n_events for arm in found.arms] == [0, 0]


def test_the_estimand_of_the_shipped_plan_has_composite_events(protocol: Protocol) -> None:
    strategies = {
        s.event
        for s in protocol.estimand("gad7_week_4_response").strategies
        if s.strategy is Strategy.COMPOSITE
    }

    assert strategies == {"withdrew_intervention", "other_treatment", "death"}
