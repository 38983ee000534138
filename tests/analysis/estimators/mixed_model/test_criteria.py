"""Information criteria and likelihood ratios by hand."""

import numpy as np
import pytest
from scipy.stats import chi2

from analysis.estimators.mixed_model.criteria import compare_nested, compute_criteria
from analysis.estimators.mixed_model.fit import MixedModelFit, fit_mixed_model
from analysis.estimators.mixed_model.formulas.table import read_table
from analysis.estimators.mixed_model.likelihood import Estimation
from analysis.estimators.mixed_model.structures import STRUCTURES
from analysis.results import NotEstimableError
from tests.analysis.estimators.mixed_model.trials import FORMULA, ROLES, make_trial


def _fit(
    structure: str,
    formula: str = FORMULA,
    estimation: Estimation = Estimation.REML,
    seed: int = 1,
) -> MixedModelFit:
    return fit_mixed_model(
        read_table(make_trial(seed), formula, ROLES).data, STRUCTURES[structure], estimation
    )


def test_criteria_penalize_covariance_parameters_only() -> None:
    fit = _fit("csh", estimation=Estimation.ML)
    k, rows = 4, fit.patterns.n_observations - 7

    found = compute_criteria(fit)

    assert found.parameters == k
    assert found.aic == pytest.approx(-2 * fit.log_likelihood + 2 * k)
    assert found.aicc == pytest.approx(-2 * fit.log_likelihood + 2 * k * rows / (rows - k - 1))
    assert found.bic == pytest.approx(-2 * fit.log_likelihood + k * np.log(24))


def test_nested_structures_are_compared_by_the_likelihood_ratio() -> None:
    larger, smaller = _fit("us"), _fit("cs")

    found = compare_nested(larger, smaller)

    assert found.df == 4
    assert found.statistic == pytest.approx(2 * (larger.log_likelihood - smaller.log_likelihood))
    assert found.p == pytest.approx(chi2.sf(found.statistic, 4))


def test_nested_means_are_compared_by_maximum_likelihood() -> None:
    larger, smaller = (
        _fit("us", formula, Estimation.ML) for formula in (FORMULA, "y ~ baseline + visit")
    )

    assert compare_nested(larger, smaller).df == 3


def test_what_cannot_be_compared_is_refused() -> None:
    with pytest.raises(NotEstimableError, match="only be compared by ML"):
        compare_nested(_fit("us"), _fit("us", "y ~ baseline + visit"))
    with pytest.raises(NotEstimableError, match="REML and the other by ML"):
        compare_nested(_fit("us"), _fit("cs", estimation=Estimation.ML))
    with pytest.raises(NotEstimableError, match="same rows"):
        compare_nested(_fit("us"), _fit("cs", seed=2))
    with pytest.raises(NotEstimableError, match="no more parameters"):
        compare_nested(_fit("cs"), _fit("us"))
