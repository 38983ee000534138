"""A planned rate of adverse events: events of the table of harms, over time at risk or minutes heard."""

from dataclasses import replace

import pytest

from analysis.follow_up import derive_follow_up
from analysis.plan import AnalysisReport
from analysis.results import Result
from analysis.study import Study, derive_study
from data.records.bundle import TrialRecords
from protocols.analysis_plan import Estimator
from protocols.design import Protocol
from protocols.planned_estimators import Exposure, PlannedEventRate, RateModel
from tests.analysis.planned_estimators import another, results_of


@pytest.fixture(scope="module")
def study(protocol: Protocol, records: TrialRecords) -> Study:
    return derive_study(protocol, records, "test")


def _rate(study: Study, exposure: Exposure, model: RateModel) -> Result:
    planned = replace(
        another(study.protocol, "adverse_events", Estimator.EVENT_RATE),
        event_rate=PlannedEventRate(exposure=exposure, model=model),
    )
    return results_of(study, planned)["another"]


def _exposure(study: Study, exposure: Exposure) -> dict[str, float]:
    followed = derive_follow_up(study)
    total = dict.fromkeys(study.arm_order, 0.0)
    for row in study.datasets.participants:
        if row.dose_minutes > 0:
            days = float(followed[row.participant_id].days)
            own = days if exposure is Exposure.TIME_AT_RISK else row.dose_minutes
            total[row.arm] += own
    return total


@pytest.mark.parametrize("exposure", list(Exposure))
def test_without_covariates_it_is_the_ratio_of_events_over_exposure(
    study: Study, report: AnalysisReport, exposure: Exposure
) -> None:
    events = next(row.events for row in report.harms.rows if row.code == "any")
    x, y = _exposure(study, exposure).values()

    found = _rate(study, exposure, RateModel.POISSON_ROBUST)

    assert found.estimate == pytest.approx((events[0] / x) / (events[1] / y), rel=1e-9)
    assert f"Events: Arm X {events[0]} in {x:.0f}" in found.comment
    assert found.unit == "ratio"
    assert found.n_analysed == tuple(report.harms.n)


def test_a_negative_binomial_model_is_recorded_with_its_call_in_r(study: Study) -> None:
    found = _rate(study, Exposure.TIME_AT_RISK, RateModel.NEGATIVE_BINOMIAL)

    assert found.estimate is not None
    assert found.fit is not None
    assert "offset(log(exposure))" in found.fit.formula
    assert "glm.nb" in found.fit.call_in_r


def test_an_arm_without_events_has_a_reason(study: Study) -> None:
    of_x = {r.participant_id for r in study.datasets.participants if r.arm == "X"}
    kept = tuple(e for e in study.records.adverse_events if e.participant_id not in of_x)
    quiet = replace(study, records=replace(study.records, adverse_events=kept))

    found = _rate(quiet, Exposure.TIME_AT_RISK, RateModel.POISSON_ROBUST)

    assert found.reason == "X has no event, so no ratio of rates exists"
