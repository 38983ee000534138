"""Predictions of a participant's missing visits."""

from dataclasses import replace

import numpy as np
import pytest

from analysis.estimators.mixed_model.data import MixedModelData
from analysis.estimators.mixed_model.fit import fit_mixed_model
from analysis.estimators.mixed_model.predictions import Given, predict
from analysis.results import NotEstimableError
from tests.analysis.estimators.mixed_model.trials import paired_data

FIRST, SECOND = [3.0, 5.0, 4.0, 8.0, 6.0], [2.0, 6.0, 3.5, 9.0, 4.0]
FIT = fit_mixed_model(paired_data(FIRST, SECOND))
COVARIANCE = np.cov(FIRST, SECOND)
SOMEONE = MixedModelData(
    outcome=np.asarray([0.0, 1.0]),
    design=np.eye(2),
    columns=("first", "second"),
    participant=np.asarray([0, 0]),
    visit=np.asarray([0, 1]),
    n_visits=2,
)


def test_without_outcomes_the_prediction_is_the_mean() -> None:
    found = predict(FIT, SOMEONE, np.asarray([7.0, np.nan]), Given.COVARIATES)

    assert found.mean == pytest.approx([5.2, 4.9])
    assert found.standard_error == pytest.approx(np.sqrt(np.diag(COVARIANCE) / 5))
    assert found.prediction_error == pytest.approx(np.sqrt(np.diag(COVARIANCE) * 6 / 5))


def test_a_missing_visit_is_predicted_by_regression_on_the_observed_one() -> None:
    slope = COVARIANCE[0, 1] / COVARIANCE[0, 0]
    left = COVARIANCE[1, 1] - slope * COVARIANCE[0, 1]

    found = predict(FIT, SOMEONE, np.asarray([7.0, np.nan]), Given.OBSERVED)

    assert found.mean == pytest.approx([7.0, 4.9 + slope * (7.0 - 5.2)])
    assert found.standard_error == pytest.approx([0, np.sqrt(left / 5)])
    assert found.prediction_error == pytest.approx([0, np.sqrt(left * 6 / 5)], abs=1e-7)


def test_nothing_observed_leaves_the_mean() -> None:
    nothing = np.full(2, np.nan)

    given, plain = (
        predict(FIT, SOMEONE, nothing, kind) for kind in (Given.OBSERVED, Given.COVARIATES)
    )

    assert given.mean == pytest.approx(plain.mean)
    assert given.prediction_error == pytest.approx(plain.prediction_error)


def test_a_mean_that_the_data_do_not_give_is_not_predicted() -> None:
    data = paired_data(FIRST, SECOND)
    fit = fit_mixed_model(
        replace(
            data, design=np.column_stack([data.design, data.design[:, 0]]), columns=("a", "b", "c")
        )
    )
    odd = replace(SOMEONE, design=np.asarray([[1.0, 0, 1], [0, 1, 5]]), columns=("a", "b", "c"))
    with pytest.raises(NotEstimableError, match="row 2 cannot be estimated"):
        predict(fit, odd, np.full(2, np.nan), Given.COVARIATES)


def test_a_fit_that_must_not_be_trusted_predicts_nothing() -> None:
    fit = fit_mixed_model(replace(paired_data(FIRST, SECOND), n_visits=3))
    with pytest.raises(NotEstimableError, match="covariance parameter"):
        predict(fit, SOMEONE, np.full(2, np.nan), Given.COVARIATES)
