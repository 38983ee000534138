"""Unstructured covariance: every variance and every correlation is free."""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from analysis.estimators.mixed_model.covariance.structure import Derivatives, FloatArray, Geometry

IntArray = NDArray[np.intp]


@dataclass(frozen=True, slots=True)
class Unstructured:
    """Any positive definite matrix, through its Cholesky factor L.

    Parameters: the logarithms of the m diagonal elements, then row by row below the diagonal L[i, j] / L[i, i]. SAS: UN.
    """

    @property
    def name(self) -> str:
        """Short name."""
        return "us"

    @property
    def label(self) -> str:
        """Name in words."""
        return "unstructured"

    def n_parameters(self, n_visits: int) -> int:
        """Return m (m + 1) / 2."""
        return n_visits * (n_visits + 1) // 2

    def matrix(self, theta: FloatArray, geometry: Geometry) -> FloatArray:
        """Return L L', shape (1, m, m)."""
        factor = _factor(theta, geometry.n_visits)
        return (factor @ factor.T)[None]

    def derivatives(self, theta: FloatArray, geometry: Geometry) -> Derivatives:
        """Return the derivatives of L L'."""
        m = geometry.n_visits
        factor = _factor(theta, m)
        row, column, below = _below(m)
        first = np.zeros((len(theta), m, m))
        first[np.arange(m), np.arange(m)] = factor
        first[below, row, column] = factor[row, row]
        half = first @ factor.T
        return Derivatives(
            first=(half + half.swapaxes(-1, -2))[:, None],
            second=_FactorSecond(factor=factor, slopes=first),
        )

    def start(self, moments: FloatArray, geometry: Geometry) -> FloatArray:
        """Return the parameters of the matrix of moments itself."""
        factor = np.linalg.cholesky(moments)
        diagonal = np.diag(factor)
        scaled = factor / diagonal[:, None]
        return np.concatenate([np.log(diagonal), scaled[_below_diagonal(geometry.n_visits)]])


@lru_cache(maxsize=64)
def _below_diagonal(n_visits: int) -> tuple[IntArray, IntArray]:
    row, column = np.tril_indices(n_visits, -1)
    return row, column


def _below(n_visits: int) -> tuple[IntArray, IntArray, IntArray]:
    """Return rows, columns and parameters of the elements below the diagonal."""
    row, column = _below_diagonal(n_visits)
    return row, column, n_visits + np.arange(len(row))


def _factor(theta: FloatArray, n_visits: int) -> FloatArray:
    scaled = np.eye(n_visits)
    scaled[_below_diagonal(n_visits)] = theta[n_visits:]
    return np.asarray(np.exp(theta[:n_visits])[:, None] * scaled)


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class _FactorSecond:
    """Second derivatives of L L': dL_h dL_j' + dL_j dL_h' + d2L_hj L' + L d2L_hj'."""

    factor: FloatArray
    slopes: FloatArray

    def against(self, matrix: FloatArray) -> FloatArray:
        m, k = len(self.factor), len(self.slopes)
        row, column, below = _below(m)
        flat = self.slopes.reshape(k, -1)
        sums = flat @ (matrix[0] @ self.slopes).reshape(k, -1).T
        pull = matrix[0] @ self.factor
        sums[np.arange(m), np.arange(m)] += (self.factor * pull).sum(axis=1)
        of_pair = self.factor[row, row] * pull[row, column]
        sums[row, below] += of_pair
        sums[below, row] += of_pair
        return np.asarray(2 * sums)

    def weighted(self, weights: FloatArray) -> FloatArray:
        m, k = len(self.factor), len(self.slopes)
        row, column, below = _below(m)
        mixed = (weights @ self.slopes.reshape(k, -1)).reshape(k, m, m)
        wide = self.slopes.transpose(1, 0, 2).reshape(m, k * m)
        products = mixed.transpose(1, 0, 2).reshape(m, k * m) @ wide.T
        bend = np.diag(weights)[:m, None] * self.factor
        bend[row, column] += 2 * weights[row, below] * self.factor[row, row]
        half = products + bend @ self.factor.T
        return (half + half.T)[None]
