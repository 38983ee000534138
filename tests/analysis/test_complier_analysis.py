"""Planned analyses by take-up and dose: the arm is the instrument, and while masked the first letter stands for the arm under trial."""

from dataclasses import replace

import pytest

from analysis.plan import AnalysisReport
from analysis.study import Study, derive_study
from data.records.bundle import TrialRecords
from protocols.analysis_plan import Estimator
from protocols.design import Protocol
from protocols.planned_estimators import PlannedComplierEffect, PlannedDoseResponse
from tests.analysis.planned_estimators import another, results_of

CODE, DOSE_CODE = "complier_gad7_week_4", "dose_gad7_week_4"


@pytest.fixture(scope="module")
def study(protocol: Protocol, records: TrialRecords) -> Study:
    return derive_study(protocol, records, "test")


def _means(study: Study) -> dict[str, list[tuple[str, float]]]:
    rows = study.datasets.of("GAD7", "week_4")
    return {
        arm: [
            (person, row.value)
            for person, row in rows.items()
            if row.value is not None and study.arm_of[person] == arm
        ]
        for arm in study.arm_order
    }


def _difference(study: Study) -> float:
    first, second = (sum(v for _, v in rows) / len(rows) for rows in _means(study).values())
    return first - second


def test_without_covariates_it_is_the_difference_over_the_share_that_takes_the_music_up(
    study: Study,
) -> None:
    planned = replace(
        another(study.protocol, CODE, Estimator.COMPLIER_EFFECT),
        complier_effect=PlannedComplierEffect(minimum_sessions=8),
    )
    attended = {r.participant_id: r.sessions_attended for r in study.datasets.participants}
    offered = [person for person, _ in _means(study)["X"]]
    share = sum(attended[person] >= 8 for person in offered) / len(offered)

    found = results_of(study, planned)["another"]

    assert 0 < share < 1
    assert found.estimate == pytest.approx(_difference(study) / share, rel=1e-12)
    assert f"Take-up in Arm X: {round(share * len(offered))} of {len(offered)}." in found.comment


def test_the_dose_effect_is_the_difference_over_the_mean_dose(study: Study) -> None:
    planned = replace(
        another(study.protocol, DOSE_CODE, Estimator.DOSE_RESPONSE),
        dose_response=PlannedDoseResponse(per_minutes=20.0),
    )
    heard = {r.participant_id: r.dose_minutes for r in study.datasets.participants}
    offered = [person for person, _ in _means(study)["X"]]
    mean_dose = sum(heard[person] for person in offered) / len(offered) / 20

    found = results_of(study, planned)["another"]

    assert found.estimate == pytest.approx(_difference(study) / mean_dose, rel=1e-12)
    assert found.unit == "points per 20 minutes"


def test_twice_the_minutes_have_twice_the_effect(study: Study) -> None:
    plan = another(study.protocol, DOSE_CODE, Estimator.DOSE_RESPONSE)

    one, two = (
        results_of(study, replace(plan, dose_response=PlannedDoseResponse(per_minutes=m)))
        for m in (20.0, 40.0)
    )

    assert one["another"].estimate is not None
    assert two["another"].estimate == pytest.approx(2 * one["another"].estimate, rel=1e-9)
    assert two["another"].p == pytest.approx(one["another"].p, rel=1e-9)


def test_the_association_within_arms_is_exploratory_and_says_that_it_is_no_effect(
    report: AnalysisReport,
) -> None:
    beside = report.result(f"{DOSE_CODE}.association")

    assert report.result(DOSE_CODE).planned
    assert not beside.planned
    assert "Minutes are not randomized" in beside.assumptions


def test_a_masked_result_says_which_arm_it_takes_for_the_one_under_trial(
    report: AnalysisReport, unmasked_report: AnalysisReport
) -> None:
    masked, named = report.result(CODE), unmasked_report.result(CODE)

    assert "Arm X is taken as the arm under trial" in masked.comment
    assert "taken as the arm under trial" not in named.comment
    assert "Take-up in Adaptive music" in named.comment


def test_a_masked_result_is_the_same_whatever_the_letters_stand_for(
    protocol: Protocol, records: TrialRecords, report: AnalysisReport
) -> None:
    swapped = replace(protocol, arms=protocol.arms[::-1])

    other = results_of(
        derive_study(swapped, records, "test"),
        next(a for a in protocol.analysis.analyses if a.code == CODE),
    )[CODE]

    assert other.estimate == report.result(CODE).estimate
    assert other.comment == report.result(CODE).comment


def test_the_assumptions_and_the_strength_of_the_instrument_are_told(
    report: AnalysisReport,
) -> None:
    result = report.result(CODE)

    assert "only through taking it up" in result.assumptions
    assert "First-stage F" in result.comment
    assert result.estimand == "gad7_week_4_attenders"
    assert result.fit is not None
    assert "ivreg" in result.fit.call_in_r


def test_when_nobody_takes_the_music_up_there_is_a_reason(study: Study) -> None:
    planned = replace(
        another(study.protocol, CODE, Estimator.COMPLIER_EFFECT),
        complier_effect=PlannedComplierEffect(minimum_sessions=9),
    )

    found = results_of(study, planned)["another"]

    assert found.reason == "take-up is the same however participants were assigned"
    assert found.n_analysed == (28, 27)
