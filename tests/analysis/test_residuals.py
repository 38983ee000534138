"""Residuals that show whether a model holds: scaled, counted by arm and visit, the large ones named."""

import numpy as np
import pytest
from scipy.stats import norm
from statsmodels.regression.linear_model import OLS

from analysis.analysed_rows import analysed_rows
from analysis.estimators.ancova import fit_ancova
from analysis.exploration import planned_analysis
from analysis.mixed_model_analysis import fit_planned
from analysis.outcome_values import select_cases
from analysis.residuals import LARGE, derive_residuals
from analysis.result_rows import arm_counts, build_sample
from analysis.results import NotEstimableError
from analysis.study import Study, derive_study
from data.records.bundle import TrialRecords
from protocols.design import Protocol
from tests.analysis.conftest import CODE_VERSION


@pytest.fixture(scope="module")
def study(protocol: Protocol, records: TrialRecords) -> Study:
    """Return the example trial."""
    return derive_study(protocol, records, CODE_VERSION)


def test_residuals_of_a_linear_model_are_those_that_statsmodels_studentizes(study: Study) -> None:
    planned = planned_analysis(study.protocol, "primary_gad7_week_4")
    cases = select_cases(study, planned)
    fit = fit_ancova(build_sample(study, planned, cases), arm_counts(study, cases))
    influence = OLS(np.array(fit.sample.outcome), fit.design.matrix).fit().get_influence()

    found = derive_residuals(study, planned)

    assert found.kind == "internally studentized residuals"
    residuals = [point.residual for point in found.points]
    np.testing.assert_allclose(residuals, influence.resid_studentized_internal, rtol=1e-10)
    assert [point.participant for point in found.points] == list(cases.values)


def test_residuals_of_a_mixed_model_at_the_first_visit_are_divided_by_its_deviation(
    study: Study,
) -> None:
    planned = planned_analysis(study.protocol, "mixed_model_gad7_week_4")
    assert planned.mixed_model is not None
    sigma = fit_planned(study, planned, planned.mixed_model).fitted.fit.sigma[0]
    rows = analysed_rows(study, planned)
    assert rows is not None

    found = derive_residuals(study, planned)

    outcome = dict(
        zip(zip(rows["participant"], rows["visit"], strict=True), rows["outcome"], strict=True)
    )
    first = [point for point in found.points if point.visit == "Week 4"]
    assert found.kind == "normalized residuals"
    assert len(found.points) == len(rows)
    for point in first:
        raw = outcome[point.participant, "week_4"] - point.fitted
        assert point.residual == pytest.approx(raw / sigma[0, 0] ** 0.5, rel=1e-9)


def test_they_are_counted_by_arm_and_visit(study: Study) -> None:
    found = derive_residuals(study, planned_analysis(study.protocol, "mixed_model_gad7_week_4"))

    assert [spread.label for spread in found.spreads] == [
        "Arm X, Week 4",
        "Arm Y, Week 4",
        "Arm X, Week 12",
        "Arm Y, Week 12",
    ]
    assert sum(spread.n for spread in found.spreads) == len(found.points)


def test_normal_quantiles_keep_the_order_of_the_residuals(study: Study) -> None:
    found = derive_residuals(study, planned_analysis(study.protocol, "primary_gad7_week_4"))

    ordered = sorted(found.points, key=lambda point: point.residual)
    quantiles = [point.normal_quantile for point in ordered]
    n = len(ordered)
    assert quantiles == sorted(quantiles)
    assert quantiles[0] == pytest.approx(norm.ppf(0.625 / (n + 0.25)))


def test_only_large_residuals_are_named_the_largest_first(study: Study) -> None:
    found = derive_residuals(study, planned_analysis(study.protocol, "gad7_week_12"))

    sizes = [abs(point.residual) for point in found.large]
    assert sizes == sorted(sizes, reverse=True)
    assert len(found.large) == sum(abs(point.residual) > LARGE for point in found.points)


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        ("jump_to_reference_gad7_week_4", "each completed dataset"),
        ("dose", "no model with residuals"),
        ("adverse_events", "no model with residuals"),
    ],
)
def test_an_analysis_without_residuals_says_why(study: Study, code: str, reason: str) -> None:
    with pytest.raises(NotEstimableError, match=reason):
        derive_residuals(study, planned_analysis(study.protocol, code))
