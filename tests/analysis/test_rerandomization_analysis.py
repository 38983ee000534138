"""A planned re-randomization test: the difference of the model, judged by the design of the protocol."""

from dataclasses import replace

import pytest

from analysis.study import Study, derive_study
from data.records.bundle import TrialRecords
from protocols.analysis_plan import Estimator, PlannedAnalysis
from protocols.design import Protocol
from protocols.planned_estimators import PlannedRedraw
from tests.analysis.example_records import example_records
from tests.analysis.planned_estimators import another, planned_of, results_of

COVARIATES = ("baseline", "site", "severity")


@pytest.fixture(scope="module")
def study(protocol: Protocol, records: TrialRecords) -> Study:
    return derive_study(protocol, records, "test")


def _planned(study: Study) -> PlannedAnalysis:
    plain = another(study.protocol, "primary_gad7_week_4", Estimator.RERANDOMIZATION)
    redraw = PlannedRedraw(draws=999, seed=20261125)
    return replace(plain, rerandomization=redraw, covariates=COVARIATES)


def test_the_estimate_is_the_adjusted_difference_and_p_is_close_to_that_of_the_model(
    study: Study,
) -> None:
    model = replace(planned_of(study.protocol, "primary_gad7_week_4"), estimand=None)
    ancova = results_of(study, model)[model.code]

    found = results_of(study, _planned(study))["another"]

    assert ancova.p is not None
    assert found.p is not None
    assert found.estimate == pytest.approx(ancova.estimate)
    assert found.p == pytest.approx(ancova.p, abs=0.02)
    assert "Monte Carlo error of p" in found.comment


def test_unblinding_changes_no_number(study: Study, protocol: Protocol) -> None:
    names = (protocol.arms[0].code, protocol.arms[1].code)
    unmasked = derive_study(protocol, example_records(arms=names), "test")

    masked, known = (results_of(one, _planned(one))["another"] for one in (study, unmasked))

    assert (masked.estimate, masked.p, masked.interval) == (known.estimate, known.p, known.interval)


def test_an_unequal_ratio_waits_until_the_arms_are_known(study: Study) -> None:
    plan = replace(study.protocol.randomization, ratio=(2, 1), block_sizes=(3, 6))
    unequal = replace(study, protocol=replace(study.protocol, randomization=plan))

    found = results_of(unequal, _planned(study))["another"]

    assert found.estimate is None
    assert "wait until they are unmasked" in found.reason
