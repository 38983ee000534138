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
        row, column = _below_diagonal(m)
        below = m + np.arange(len(row))
        first = np.zeros((len(theta), m, m))
        first[np.arange(m), np.arange(m)] = factor
        first[below, row, column] = factor[row, row]
        second = np.zeros((len(theta), len(theta), m, m))
        second[np.arange(m), np.arange(m), np.arange(m)] = factor
        second[row, below, row, column] = factor[row, row]
        second[below, row, row, column] = factor[row, row]
        return Derivatives(first=_outer(first, factor), second=_outer_twice(first, second, factor))

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


def _factor(theta: FloatArray, n_visits: int) -> FloatArray:
    scaled = np.eye(n_visits)
    scaled[_below_diagonal(n_visits)] = theta[n_visits:]
    return np.asarray(np.exp(theta[:n_visits])[:, None] * scaled)


def _outer(first: FloatArray, factor: FloatArray) -> FloatArray:
    half = first @ factor.T
    return (half + half.swapaxes(-1, -2))[:, None]


def _outer_twice(first: FloatArray, second: FloatArray, factor: FloatArray) -> FloatArray:
    k, m, _ = first.shape
    crossed = (first.reshape(k * m, m) @ first.reshape(k * m, m).T).reshape(k, m, k, m)
    half = second @ factor.T + crossed.transpose(0, 2, 1, 3)
    return (half + half.swapaxes(-1, -2))[:, :, None]
