"""A planned constrained longitudinal model: the baseline is an outcome, with one mean in all arms."""

from dataclasses import replace

import pytest

from analysis.analysed_rows import analysed_rows
from analysis.mixed_model_analysis import fit_planned
from analysis.one_analysis import look_at_exploration
from analysis.study import Study, derive_study
from data.records.bundle import TrialRecords
from data.records.explorations import Exploration
from protocols.analysis_plan import Estimator, PlannedAnalysis
from protocols.design import Protocol
from protocols.mixed_model import CovarianceName, PlannedMixedModel
from tests.analysis.planned_estimators import another, planned_of, results_of

MODEL = PlannedMixedModel(structures=(CovarianceName.UNSTRUCTURED,))


@pytest.fixture(scope="module")
def study(protocol: Protocol, records: TrialRecords) -> Study:
    return derive_study(protocol, records, "test")


@pytest.fixture
def planned(study: Study) -> PlannedAnalysis:
    plain = another(study.protocol, "mixed_model_gad7_week_4", Estimator.CLDA)
    return replace(plain, mixed_model=MODEL)


def test_arms_are_compared_at_the_visits_after_baseline_only(
    study: Study, planned: PlannedAnalysis
) -> None:
    found = results_of(study, planned)

    assert list(found) == ["another", "another.week_12"]
    assert "one mean in all arms" in found["another"].comment
    assert "Not estimable" not in found["another"].comment


def test_the_rows_have_the_baseline_as_a_visit(study: Study, planned: PlannedAnalysis) -> None:
    rows = analysed_rows(study, planned)

    assert rows is not None
    assert list(dict.fromkeys(rows["visit"])) == ["baseline", "week_4", "week_12"]
    assert fit_planned(study, planned, MODEL).visits == ("week_4", "week_12")


def test_with_everybody_observed_it_is_close_to_the_model_with_the_baseline_as_covariate(
    study: Study, planned: PlannedAnalysis
) -> None:
    adjusted = replace(
        planned_of(study.protocol, "mixed_model_gad7_week_4"),
        estimand=None,
        covariates=("baseline",),
        mixed_model=MODEL,
    )
    covariate = results_of(study, adjusted)[adjusted.code]

    found = results_of(study, planned)["another"]

    assert found.estimate is not None
    assert found.estimate == pytest.approx(covariate.estimate, abs=0.1)


def test_it_can_be_explored_with_its_means_and_residuals(study: Study) -> None:
    asked = Exploration(analysis="primary_gad7_week_4", estimator=Estimator.CLDA, mixed_model=MODEL)

    found = look_at_exploration(study, asked)

    assert found.residuals is not None
    assert [mean.visit for mean in found.means[::2]] == ["baseline", "week_4", "week_12"]
