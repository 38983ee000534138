"""Repeated least squares: the same as one fit after the other."""

import numpy as np
import pytest

from analysis.estimators.repeated_least_squares import NOBODY, fit_repeatedly
from analysis.results import NotEstimableError

DRAW = np.random.Generator(np.random.PCG64(3))
DESIGN = np.column_stack([np.ones(12), np.repeat([0.0, 1.0], 6), DRAW.normal(size=12)])
OUTCOMES = DRAW.normal(size=(3, 12)) + 5
LEFT_OUT = np.array([NOBODY, 4, 11])
WEIGHTS = np.array([1.0, -1.0, 2.0])


@pytest.mark.parametrize("fit", range(3))
def test_each_fit_is_an_ordinary_one_on_those_who_are_in(fit: int) -> None:
    kept = np.arange(12) != LEFT_OUT[fit]
    x, y = DESIGN[kept], OUTCOMES[fit][kept]
    coefficients, squares = np.linalg.lstsq(x, y, rcond=None)[:2]
    df = len(y) - 3
    variance = squares[0] / df * WEIGHTS @ np.linalg.inv(x.T @ x) @ WEIGHTS

    fits = fit_repeatedly(DESIGN, OUTCOMES, LEFT_OUT)
    estimates, variances = fits.combine(WEIGHTS)

    np.testing.assert_allclose(fits.coefficients[fit], coefficients, rtol=1e-12)
    assert estimates[fit] == pytest.approx(WEIGHTS @ coefficients, rel=1e-12)
    assert variances[fit] == pytest.approx(variance, rel=1e-12)
    assert fits.df[fit] == df


def test_the_outcome_of_who_is_left_out_does_not_matter() -> None:
    other = OUTCOMES.copy()
    other[1, 4] = -20.0

    before, after = (fit_repeatedly(DESIGN, y, LEFT_OUT).coefficients for y in (OUTCOMES, other))

    np.testing.assert_allclose(after, before, rtol=1e-12)


def test_a_participant_who_alone_determines_a_coefficient_cannot_be_left_out() -> None:
    alone = np.column_stack([np.ones(5), [1.0, 0, 0, 0, 0]])

    with pytest.raises(NotEstimableError, match="alone determines a coefficient"):
        fit_repeatedly(alone, np.ones((1, 5)), np.array([0]))


def test_a_fit_needs_a_residual_degree_of_freedom() -> None:
    with pytest.raises(NotEstimableError, match="3 participants are too few for 2 coefficients"):
        fit_repeatedly(
            np.column_stack([np.ones(3), [1.0, 2.0, 4.0]]), np.ones((1, 3)), np.array([0])
        )
