"""Reference-based strategies (Carpenter, Roger & Kenward 2013): which mean and covariance they give."""

import numpy as np
import pytest

from analysis.missing_data.strategies import (
    STRATEGIES,
    ImputationStrategy,
    VisitParameters,
    last_mean_carried_forward,
)
from analysis.results import NotEstimableError

OWN = VisitParameters(
    mean=np.array([1.0, 2.0, 3.0]),
    covariance=np.array([[4.0, 2.0, 1.0], [2.0, 5.0, 2.0], [1.0, 2.0, 6.0]]),
)
REFERENCE = VisitParameters(
    mean=np.array([10.0, 20.0, 40.0]),
    covariance=np.array([[9.0, 3.0, 2.0], [3.0, 8.0, 4.0], [2.0, 4.0, 7.0]]),
)


@pytest.mark.parametrize(
    ("strategy", "first_visit", "mean"),
    [
        ("MAR", 1, [1, 2, 3]),
        ("JR", 1, [1, 20, 40]),
        ("JR", 0, [10, 20, 40]),
        ("CR", 1, [10, 20, 40]),
        ("CIR", 1, [1, 11, 31]),
        ("CIR", 2, [1, 2, 22]),
        ("CIR", 0, [10, 20, 40]),
        ("LMCF", 1, [1, 1, 1]),
        ("LMCF", 2, [1, 2, 2]),
    ],
)
def test_the_mean_is_that_of_the_strategy(
    strategy: str, first_visit: int, mean: list[float]
) -> None:
    found = STRATEGIES[ImputationStrategy(strategy)](OWN, REFERENCE, first_visit)

    assert found.mean.tolist() == mean


@pytest.mark.parametrize("strategy", ["JR", "CIR"])
def test_after_a_jump_the_reference_regression_continues_the_own_covariance(strategy: str) -> None:
    found = STRATEGIES[ImputationStrategy(strategy)](OWN, REFERENCE, 2).covariance

    t11, r11 = OWN.covariance[:2, :2], REFERENCE.covariance[:2, :2]
    r21, r22 = REFERENCE.covariance[2:, :2], REFERENCE.covariance[2:, 2:]
    slopes = r21 @ np.linalg.inv(r11)
    np.testing.assert_allclose(found[:2, :2], t11, rtol=1e-14)
    np.testing.assert_allclose(found[2:, :2], slopes @ t11, rtol=1e-13)
    np.testing.assert_allclose(found[2:, 2:], r22 - slopes @ (r11 - t11) @ slopes.T, rtol=1e-13)
    np.testing.assert_allclose(found, found.T, rtol=1e-14)


def test_what_is_conditional_on_the_visits_before_follows_the_reference_after_a_jump() -> None:
    found = STRATEGIES[ImputationStrategy.JUMP_TO_REFERENCE](OWN, REFERENCE, 1).covariance

    residual = found[1:, 1:] - found[1:, :1] @ found[:1, 1:] / found[0, 0]
    r = REFERENCE.covariance
    np.testing.assert_allclose(residual, r[1:, 1:] - r[1:, :1] @ r[:1, 1:] / r[0, 0], rtol=1e-13)


@pytest.mark.parametrize(("strategy", "arm"), [("MAR", OWN), ("CR", REFERENCE), ("LMCF", OWN)])
def test_other_strategies_keep_the_covariance_of_one_arm(
    strategy: str, arm: VisitParameters
) -> None:
    found = STRATEGIES[ImputationStrategy(strategy)](OWN, REFERENCE, 1)

    assert found.covariance is arm.covariance


def test_last_mean_is_undefined_without_a_visit_before_the_event() -> None:
    with pytest.raises(NotEstimableError, match="needs a visit before the intercurrent event"):
        last_mean_carried_forward(OWN, REFERENCE, 0)


def test_a_strategy_changes_neither_of_the_parameters_it_was_given() -> None:
    before = OWN.mean.copy(), REFERENCE.mean.copy(), REFERENCE.covariance.copy()

    for strategy in STRATEGIES.values():
        strategy(OWN, REFERENCE, 1)

    assert np.array_equal(OWN.mean, before[0])
    assert np.array_equal(REFERENCE.mean, before[1])
    assert np.array_equal(REFERENCE.covariance, before[2])
