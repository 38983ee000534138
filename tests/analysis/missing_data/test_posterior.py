"""Gibbs sampling: where the posterior is known in closed form, the draws have it."""

import numpy as np
import pytest

from analysis.missing_data.frame import read_outcomes
from analysis.missing_data.imputation_model import (
    CovarianceSharing,
    ImputationModel,
    ParameterDraws,
    build_imputation_model,
)
from analysis.missing_data.posterior import Chain, draw_from_posterior
from analysis.missing_data.restricted_likelihood import ImputationFit, fit_imputation_model
from analysis.results import NotEstimableError
from tests.analysis.missing_data.example_trial import COLUMNS, JUMP, example_frame, generator


def _complete() -> tuple[ImputationModel, ImputationFit]:
    outcomes = read_outcomes(example_frame(per_arm=12, n_visits=2, leave=0.0), COLUMNS, JUMP)
    model = build_imputation_model(outcomes, (), CovarianceSharing.COMMON)
    return model, fit_imputation_model(model)


def _draw(model: ImputationModel, fit: ImputationFit, chain: Chain, seed: int) -> ParameterDraws:
    return draw_from_posterior(model, fit, 0, chain, generator(seed))


def test_with_complete_data_the_covariance_has_its_inverse_wishart_mean() -> None:
    model, fit = _complete()
    chain = Chain(draws=4000, warm_up=50, spacing=1)

    draws = _draw(model, fit, chain, seed=5)

    # flat prior for the coefficients: Sigma | data ~ IW(J + 2 + n - q, S0 + residual cross products), q columns a visit
    n, q, j = 24, 3, 2
    posterior_df = j + 2 + n - q
    scale = fit.fit.sigma[0] * (1 + n - q)
    mean = scale / (posterior_df - j - 1)
    spread = draws.covariances[:, 0].std(axis=0, ddof=1)
    error = 4 * spread / np.sqrt(4000 / 1.5)
    assert np.all(np.abs(draws.covariances[:, 0].mean(axis=0) - mean) < error)


def test_with_complete_data_the_coefficients_scatter_around_least_squares() -> None:
    model, fit = _complete()
    chain = Chain(draws=4000, warm_up=50, spacing=1)

    draws = _draw(model, fit, chain, seed=6).coefficients

    off = (draws.mean(axis=0) - fit.fit.beta) / (draws.std(axis=0, ddof=1) / np.sqrt(4000))
    assert np.abs(off).max() < 4


def test_the_same_seed_gives_the_same_draws_and_another_seed_others() -> None:
    model, fit = _complete()
    chain = Chain(draws=3, warm_up=2, spacing=2)

    first, again, other = (_draw(model, fit, chain, seed).coefficients for seed in (1, 1, 2))

    assert np.array_equal(first, again)
    assert not np.allclose(first, other)


@pytest.mark.parametrize(("draws", "warm_up", "spacing"), [(1, 9, 1), (9, -1, 1), (9, 9, 0)])
def test_a_chain_without_length_is_refused(draws: int, warm_up: int, spacing: int) -> None:
    with pytest.raises(NotEstimableError, match="a chain needs at least two draws"):
        Chain(draws=draws, warm_up=warm_up, spacing=spacing)
