"""The imputation model: its columns, what counts, and how values are imputed from it."""

from dataclasses import replace

import numpy as np
import pytest

from analysis.missing_data.completed_outcomes import missing_cells
from analysis.missing_data.conditional_imputation import impute_values
from analysis.missing_data.frame import read_outcomes
from analysis.missing_data.imputation_model import (
    CovarianceSharing,
    ImputationModel,
    ParameterDraws,
    build_imputation_model,
)
from analysis.missing_data.repeated_outcomes import Interruption, RepeatedOutcomes
from analysis.missing_data.strategies import ImputationStrategy
from analysis.results import NotEstimableError
from tests.analysis.missing_data.example_trial import COLUMNS, JUMP, example_frame

OUTCOMES = read_outcomes(example_frame(), COLUMNS, JUMP)


def _model(outcomes: RepeatedOutcomes = OUTCOMES) -> ImputationModel:
    return build_imputation_model(outcomes, (), CovarianceSharing.COMMON)


def test_arm_and_covariates_have_an_effect_at_every_visit() -> None:
    assert _model().columns == (
        "Intercept",
        "arm[control]",
        "visit[Week 2]",
        "visit[Week 3]",
        "baseline",
        "visit[Week 2]:baseline",
        "visit[Week 3]:baseline",
        "arm[control]:visit[Week 2]",
        "arm[control]:visit[Week 3]",
    )


def test_the_mean_of_a_visit_is_the_sum_of_its_columns() -> None:
    model = _model()
    baseline = OUTCOMES.covariates[0].values[3]

    assert model.design[1, 3, 2].tolist() == [1, 1, 0, 1, baseline, 0, baseline, 0, 1]
    assert model.design[0, 3, 0].tolist() == [1, 0, 0, 0, baseline, 0, 0, 0, 0]


def test_values_after_a_jump_are_kept_in_the_analysis_and_left_out_of_the_fit() -> None:
    row = int(np.argmax(OUTCOMES.observed.all(axis=1)))
    jumped = _with_event(row, 1)

    model = _model(jumped)
    cells = missing_cells(jumped)

    assert model.counted[row].tolist() == [True, False, False]
    assert row not in cells.row


def _with_event(row: int, first_visit: int) -> RepeatedOutcomes:
    event = Interruption(
        first_visit=first_visit,
        strategy=ImputationStrategy.JUMP_TO_REFERENCE,
        reference_arm="control",
    )
    events = [*OUTCOMES.interruptions]
    events[row] = event
    return replace(OUTCOMES, interruptions=tuple(events))


MEANS = ParameterDraws(
    coefficients=np.arange(9.0)[None] / 10,
    covariances=np.array([[[[4.0, 2.0, 1.0], [2.0, 5.0, 2.0], [1.0, 2.0, 6.0]]]]),
    left_out=np.array([-1]),
    deviates=None,
)


def test_a_conditional_mean_is_that_of_the_normal_distribution() -> None:
    outcomes = OUTCOMES.with_strategy(ImputationStrategy.MISSING_AT_RANDOM)
    model, draws = _model(outcomes), MEANS
    row = int(np.argmax(~outcomes.observed[:, 2] & outcomes.observed[:, 1]))
    mean = model.own_design[row] @ draws.coefficients[0]
    s, y = draws.covariances[0, 0], outcomes.outcome[row]

    completed = impute_values(outcomes, model, draws)

    expected = mean[2] + s[2, :2] @ np.linalg.inv(s[:2, :2]) @ (y[:2] - mean[:2])
    found = completed.imputed[0][completed.cells.row == row]
    assert found == pytest.approx([expected], rel=1e-13)


def test_deviates_are_scaled_by_the_conditional_covariance() -> None:
    outcomes = OUTCOMES.with_strategy(ImputationStrategy.MISSING_AT_RANDOM)
    model = _model(outcomes)
    row = int(np.argmax(~outcomes.observed[:, 1]))
    s = MEANS.covariances[0, 0]
    ones = replace(MEANS, deviates=np.ones((1, missing_cells(outcomes).count)))
    conditional = s[1:, 1:] - np.outer(s[1:, 0], s[0, 1:]) / s[0, 0]

    mean, drawn = (impute_values(outcomes, model, draws) for draws in (MEANS, ones))

    added = (drawn.imputed - mean.imputed)[0][mean.cells.row == row]
    np.testing.assert_allclose(added, np.linalg.cholesky(conditional) @ [1.0, 1.0], rtol=1e-12)


def test_a_level_that_nobody_with_a_value_has_is_named() -> None:
    frame = example_frame().assign(site="a")
    frame.loc[frame["id"] == "P006", "site"] = "b"
    frame.loc[frame["id"] == "P006", "anxiety"] = np.nan
    outcomes = read_outcomes(frame, replace(COLUMNS, covariates=("site",)), JUMP)

    with pytest.raises(NotEstimableError, match=r"no observed value depends on site\[b\]"):
        _model(outcomes)
