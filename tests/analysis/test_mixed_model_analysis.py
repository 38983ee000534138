"""Planned mixed models: who is in them, and what the report gets."""

from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from analysis.analyses import analyse
from analysis.datasets import Observation
from analysis.mixed_model_analysis import FittedModel, fit_planned
from analysis.plan import AnalysisReport
from analysis.reports.result_tables import result_table
from analysis.study import Study, derive_study
from data.records.bundle import TrialRecords
from protocols.analysis_plan import PlannedAnalysis
from protocols.design import Protocol
from protocols.mixed_model import CovarianceName, Method, PlannedMixedModel
from tests.analysis.example_records import until

CODE = "mixed_model_gad7_week_4"


@pytest.fixture(scope="module")
def study(protocol: Protocol, records: TrialRecords) -> Study:
    return derive_study(protocol, records, "test")


def _planned(protocol: Protocol) -> PlannedAnalysis:
    return next(one for one in protocol.analysis.analyses if one.code == CODE)


def _fit(study: Study, planned: PlannedAnalysis) -> FittedModel:
    assert planned.mixed_model is not None
    return fit_planned(study, planned, planned.mixed_model)


def _with_a_value(study: Study, arm: str) -> list[Observation]:
    return [
        row
        for row in study.datasets.observations
        if row.parameter == "GAD7"
        and row.visit in {"week_4", "week_12"}
        and row.value is not None
        and study.arm_of[row.participant_id] == arm
    ]


@pytest.mark.requirement("CONSORT 21c")
def test_everyone_with_a_value_at_any_visit_informs_the_model(
    study: Study, report: AnalysisReport
) -> None:
    result = report.result(CODE)
    seen = {
        arm: len({row.participant_id for row in rows})
        for arm in "XY"
        if (rows := _with_a_value(study, arm))
    }

    assert result.planned
    assert result.n_analysed == result.n_available == report.primary.n_available
    assert sum(seen.values()) > sum(result.n_analysed)
    assert f"at any visit of the model: Arm X {seen['X']}, Arm Y {seen['Y']}." in result.comment


def test_the_estimate_is_the_difference_of_adjusted_means_with_its_degrees_of_freedom(
    report: AnalysisReport,
) -> None:
    result = report.result(CODE)
    adjusted = {arm.arm: arm.adjusted_mean or 0.0 for arm in result.arms}

    assert result.estimate == pytest.approx(
        adjusted[result.contrast.first] - adjusted[result.contrast.second]
    )
    assert result.df is not None
    assert 40 < result.df < 60
    assert result.interval is not None
    assert result.estimate == pytest.approx((result.interval.lower + result.interval.upper) / 2)
    assert result.estimate == pytest.approx(report.primary.estimate, abs=1.0)


def test_the_other_visits_stand_beside_the_promised_one_as_exploratory(
    report: AnalysisReport,
) -> None:
    beside = report.result(f"{CODE}.week_12")

    assert not beside.planned
    assert beside.estimate is not None
    assert "Week 12" in beside.quantity
    assert all(arm.adjusted_mean is not None for arm in beside.arms)


def test_the_model_in_words_names_structure_method_weights_and_convergence(
    report: AnalysisReport,
) -> None:
    model = report.result(CODE).model

    for part in (
        "baseline * visit",
        "arm * visit",
        "unstructured covariance",
        "restricted maximum likelihood",
        "kenward-roger-linear",
        "proportional weights",
        "largest gradient",
    ):
        assert part in model


def test_the_table_shows_adjusted_means_of_every_visit(report: AnalysisReport) -> None:
    results = [report.result(CODE), report.result(f"{CODE}.week_12")]

    table = result_table(report, "id", "title", results)

    stubs = [row.stub for row in table.rows]
    assert sum("adjusted" in stub.lower() for stub in stubs) >= 2
    assert any(stub.endswith("[planned]") for stub in stubs)
    assert any(stub.endswith("[exploratory]") for stub in stubs)


def test_before_the_last_visit_is_due_the_model_is_analysis_of_covariance(
    protocol: Protocol, records: TrialRecords
) -> None:
    early = derive_study(protocol, until(records, date(2026, 3, 20)), "test")

    model = _fit(early, _planned(protocol))

    assert model.visits == ("week_4",)
    found = model.estimate(early.contrasts[0], "week_4")
    patterns = model.fitted.fit.patterns
    assert found.df == pytest.approx(patterns.n_observations - patterns.n_columns)
    assert "visit" not in found.model.partition(";")[0]


def test_before_anything_is_due_there_is_a_reason(
    protocol: Protocol, records: TrialRecords, report: AnalysisReport
) -> None:
    early = derive_study(protocol, until(records, date(2026, 1, 20)), "test")

    (result,) = analyse(early, report.harms, _planned(protocol), ())

    assert result.estimate is None
    assert "no participant has a baseline and an outcome that is due" in result.reason


def test_a_covariate_that_does_not_vary_is_left_out_and_named(
    study: Study, protocol: Protocol
) -> None:
    one_site = replace(
        study,
        datasets=replace(
            study.datasets,
            participants=tuple(
                replace(row, strata=(("site", "LEI"), ("severity", row.level("severity"))))
                for row in study.datasets.participants
            ),
        ),
    )

    found = _fit(one_site, _planned(protocol)).estimate(study.contrasts[0], "week_4")

    assert "does not vary: site" in found.comment


def test_the_plan_chooses_covariance_and_degrees_of_freedom(
    study: Study, protocol: Protocol
) -> None:
    promise = PlannedMixedModel(
        structures=(CovarianceName.COMPOUND_SYMMETRY,), method=Method.RESIDUAL
    )

    model = fit_planned(study, _planned(protocol), promise)

    patterns = model.fitted.fit.patterns
    assert np.ptp(np.diag(model.fitted.fit.sigma[0])) == pytest.approx(0)
    assert model.estimate(study.contrasts[0], "week_4").df == (
        patterns.n_observations - patterns.n_columns
    )
