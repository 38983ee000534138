"""Covariance structures: the matrices that their parameters give, by hand."""

import numpy as np
import pytest

from analysis.estimators.mixed_model.covariance.structure import Geometry
from analysis.estimators.mixed_model.structures import STRUCTURES

THREE = Geometry(n_visits=3)
HALF = 1 / np.sqrt(3)
"""Parameter of the correlation 1/2: (1/2) / sqrt(1 - 1/4)."""


def _matrix(name: str, *theta: float) -> np.ndarray:
    matrices = STRUCTURES[name].matrix(np.asarray(theta), THREE)
    assert matrices.shape == (1, 3, 3)
    return np.asarray(matrices[0])


def test_unstructured_parameters_are_a_scaled_cholesky_factor() -> None:
    factor = np.asarray([[2.0, 0, 0], [3 * 0.5, 3, 0], [4 * -1.0, 4 * 0.25, 4]])

    found = _matrix("us", np.log(2), np.log(3), np.log(4), 0.5, -1.0, 0.25)

    assert found == pytest.approx(factor @ factor.T)


def test_compound_symmetry_has_one_correlation_that_may_be_negative() -> None:
    # logit 0 is the middle of (-1/2, 1): a correlation of 1/4
    assert _matrix("cs", np.log(2), 0.0) == pytest.approx(4 * (0.75 * np.eye(3) + 0.25))
    assert _matrix("cs", 0.0, -50.0)[0, 1] == pytest.approx(-0.5)


def test_heterogeneous_structures_scale_each_visit() -> None:
    found = _matrix("csh", np.log(1), np.log(2), np.log(3), 0.0)

    assert np.diag(found) == pytest.approx([1, 4, 9])
    assert found[0, 2] == pytest.approx(0.25 * 3)


def test_autoregressive_correlations_are_powers() -> None:
    assert _matrix("ar1", 0.0, HALF)[0] == pytest.approx([1, 0.5, 0.25])


def test_toeplitz_correlations_depend_on_the_steps_between() -> None:
    found = _matrix("toep", 0.0, HALF, -HALF)

    assert found == pytest.approx(np.asarray([[1, 0.5, -0.5], [0.5, 1, 0.5], [-0.5, 0.5, 1]]))


def test_antedependence_multiplies_the_correlations_of_neighbours() -> None:
    found = _matrix("ad", 0.0, HALF, -HALF)

    assert found[0] == pytest.approx([1, 0.5, -0.25])
    assert found[1, 2] == pytest.approx(-0.5)


def test_spatial_correlations_are_powers_of_the_distance() -> None:
    apart = Geometry(n_visits=2, distances=np.asarray([[[0.0, 2.0], [2.0, 0.0]]]))

    exponential = STRUCTURES["sp_exp"].matrix(np.asarray([np.log(3), 0.0]), apart)
    gaussian = STRUCTURES["sp_gau"].matrix(np.asarray([np.log(3), 0.0]), apart)

    assert exponential[0, 0] == pytest.approx([3, 3 * 0.5**2])
    assert gaussian[0, 0] == pytest.approx([3, 3 * 0.5**4])


@pytest.mark.parametrize("name", [name for name in STRUCTURES if not name.startswith("sp")])
def test_a_single_visit_has_a_variance_and_nothing_else(name: str) -> None:
    structure, one = STRUCTURES[name], Geometry(n_visits=1)
    theta = structure.start(np.asarray([[9.0]]), one)

    assert len(theta) == structure.n_parameters(1) == 1
    assert structure.matrix(theta, one) == pytest.approx(np.full((1, 1, 1), 9.0))
    assert structure.derivatives(theta, one).first.shape == (1, 1, 1, 1)


@pytest.mark.parametrize("name", [name for name in STRUCTURES if not name.startswith("sp")])
def test_a_search_starts_at_the_variances_of_the_moments(name: str) -> None:
    structure = STRUCTURES[name]
    moments = np.asarray([[4.0, 2, 1], [2, 4, 2], [1, 2, 4]])

    start = structure.matrix(structure.start(moments, THREE), THREE)[0]

    assert np.diag(start) == pytest.approx([4, 4, 4])
    assert np.linalg.eigvalsh(start)[0] > 0


def test_every_structure_has_the_name_and_the_number_of_parameters_of_the_literature() -> None:
    counts = {name: structure.n_parameters(4) for name, structure in STRUCTURES.items()}
    assert counts == {
        "us": 10, "cs": 2, "csh": 5, "ar1": 2, "ar1h": 5, "toep": 4, "toeph": 7, "ad": 4, "adh": 7,
        "sp_exp": 2, "sp_gau": 2,
    }  # fmt: skip
    assert STRUCTURES["toeph"].label == "Toeplitz, a variance for each visit"
