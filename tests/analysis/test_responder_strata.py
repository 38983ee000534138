"""Planned comparisons of responders within strata."""

from dataclasses import replace

import pytest

from analysis.results import Result
from analysis.study import Study, derive_study
from data.records.bundle import TrialRecords
from protocols.analysis_plan import Estimator
from protocols.design import Protocol
from protocols.planned_estimators import PlannedResponder, ResponseCriterion
from tests.analysis.planned_estimators import another, results_of

FOUR = PlannedResponder(criterion=ResponseCriterion.IMPROVED_BY, threshold=4.0, source="made up")


@pytest.fixture(scope="module")
def study(protocol: Protocol, records: TrialRecords) -> Study:
    return derive_study(protocol, records, "test")


def _results(study: Study, estimator: Estimator, *strata: str) -> dict[str, Result]:
    planned = another(study.protocol, "primary_gad7_week_4", estimator)
    return results_of(study, replace(planned, responder=FOUR, covariates=strata))


def test_the_promised_quantity_comes_first_and_the_other_stands_beside_it(study: Study) -> None:
    difference = _results(study, Estimator.RESPONDER_STRATIFIED, "site")
    odds = _results(study, Estimator.MANTEL_HAENSZEL, "site")

    assert list(difference) == ["another", "another.odds"]
    assert list(odds) == ["another", "another.shares"]
    assert difference["another"].estimate == odds["another.shares"].estimate
    assert difference["another.odds"].estimate == odds["another"].estimate


def test_without_strata_the_difference_is_that_of_the_shares(study: Study) -> None:
    found = _results(study, Estimator.RESPONDER_STRATIFIED)["another"]
    first, second = found.arms

    assert found.estimate == pytest.approx((first.mean or 0.0) - (second.mean or 0.0))
    assert found.interval is not None
    assert found.interval.lower < (found.estimate or 0.0) < found.interval.upper


def test_the_odds_ratio_has_the_p_value_of_cochran_mantel_and_haenszel(study: Study) -> None:
    found = _results(study, Estimator.MANTEL_HAENSZEL, "severity")["another"]

    assert found.fit is not None
    assert "mantelhaen.test" in found.fit.call_in_r
    assert "/ cmh" in found.fit.call_in_sas
    assert "Cochran–Mantel–Haenszel" in found.comment
