"""Random effects by statsmodels, beside the structure that is the same model."""

from dataclasses import replace

import numpy as np
import pytest

from analysis.estimators.mixed_model.fit import fit_mixed_model
from analysis.estimators.mixed_model.formulas.table import read_table
from analysis.estimators.mixed_model.random_effects import (
    RandomIntercept,
    RandomSlope,
    fit_random_effects,
)
from analysis.estimators.mixed_model.structures import STRUCTURES
from analysis.results import NotEstimableError
from tests.analysis.estimators.mixed_model.trials import FORMULA, ROLES, make_trial


def test_a_random_intercept_is_compound_symmetry() -> None:
    data = read_table(make_trial(1), FORMULA, ROLES).data
    exact = fit_mixed_model(data, STRUCTURES["cs"])

    found = fit_random_effects(data, RandomIntercept())

    assert found.columns == exact.columns
    assert found.log_likelihood == pytest.approx(exact.log_likelihood, abs=1e-6)
    assert found.beta == pytest.approx(exact.beta, abs=1e-4)
    # statsmodels inverts the Hessian of coefficients and variances together
    errors = np.sqrt(np.diag(exact.beta_covariance))
    assert found.standard_error == pytest.approx(errors, rel=5e-3)
    assert found.effects_covariance[0, 0] == pytest.approx(exact.sigma[0, 0, 1], rel=1e-3)
    assert "Normal reference distribution" in found.comment


def test_a_random_slope_has_a_covariance_of_its_own() -> None:
    table = make_trial(1, participants=60, visits=4)
    draw = np.random.Generator(np.random.PCG64(2))
    table["y"] += np.repeat(draw.normal(0, 2, 60), 4) * table["time"]
    data = read_table(table, "y ~ baseline + arm * time", ROLES).data

    found = fit_random_effects(data, RandomSlope(data.visit.astype(np.float64) ** 1.5))

    assert found.effects_covariance.shape == (2, 2)
    assert found.effects_covariance[1, 1] > 1


def test_what_statsmodels_does_not_know_is_refused() -> None:
    data = read_table(make_trial(1), FORMULA, replace(ROLES, weight="weight")).data
    with pytest.raises(NotEstimableError, match="without weights"):
        fit_random_effects(data, RandomIntercept())


@pytest.mark.parametrize("seed", [0, 3])
def test_an_effect_without_variance_is_refused(seed: int) -> None:
    table = make_trial(1)
    table["y"] = np.random.Generator(np.random.PCG64(seed)).normal(size=len(table))
    table["y"] -= table.groupby("id")["y"].transform("mean")
    data = read_table(table, FORMULA, ROLES).data
    with pytest.raises(NotEstimableError, match="variance of the random effects is zero"):
        fit_random_effects(data, RandomIntercept())
