"""Correlated t statistics: cases with a known answer."""

import numpy as np
import pytest
from scipy.stats import t

from analysis.estimators.multivariate_t import probability_within


def test_one_statistic_is_student() -> None:
    assert probability_within(2.0, np.eye(1), 7.0) == pytest.approx(
        1 - 2 * float(t.sf(2.0, 7)), abs=1e-9
    )


@pytest.mark.parametrize("count", [2, 3, 4])
def test_uncorrelated_normal_statistics_multiply(count: int) -> None:
    single = 1 - 2 * float(t.sf(1.96, np.inf))

    both = probability_within(1.96, np.eye(count), np.inf)

    assert both == pytest.approx(single**count, abs=1e-9)


def test_copies_of_one_statistic_are_one_statistic() -> None:
    copies = np.ones((3, 3))

    assert probability_within(2.0, copies, 12.0) == pytest.approx(
        1 - 2 * float(t.sf(2.0, 12)), abs=1e-9
    )


def test_more_contrasts_than_dimensions_are_handled() -> None:
    # three unit vectors at 60 degrees in the plane: inside a hexagon; normal, by a one-dimensional integral
    angles = np.array([0.0, np.pi / 3, 2 * np.pi / 3])
    correlation = np.cos(angles[:, None] - angles[None, :])
    theta = (np.arange(200_000) + 0.5) * (2 * np.pi / 200_000)
    reach = 2.0 / np.abs(np.cos(theta[:, None] - angles[None, :])).max(axis=1)
    by_hand = float(np.mean(1 - np.exp(-(reach**2) / 2)))

    assert probability_within(2.0, correlation, np.inf) == pytest.approx(by_hand, abs=3e-5)


def test_five_statistics_agree_with_their_product_form() -> None:
    # equal correlation one half: integrate over the common part
    correlation = np.full((5, 5), 0.5) + np.eye(5) / 2
    nodes, weights = np.polynomial.hermite_e.hermegauss(60)
    inner = [
        float(t.cdf(np.sqrt(2) * 2.3 - node, np.inf) - t.cdf(-np.sqrt(2) * 2.3 - node, np.inf))
        for node in nodes
    ]
    by_hand = float(np.sum(weights * np.array(inner) ** 5) / np.sqrt(2 * np.pi))

    assert probability_within(2.3, correlation, np.inf) == pytest.approx(by_hand, abs=5e-5)
