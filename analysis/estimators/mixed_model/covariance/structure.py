"""What every covariance structure can do."""

from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Geometry:
    """Where the visits lie.

    Attributes
    ----------
    n_visits : int
        Planned visits.
    distances : array or None, shape (cells, n_visits, n_visits)
        Distances between the visits of every pattern of coordinates; None where only the order of visits counts (one cell).
    """

    n_visits: int
    distances: FloatArray | None = None


class SecondDerivatives(Protocol):
    """Second derivatives of a covariance, asked for sums only: all of them would not fit into memory for many visits."""

    def against(self, matrix: FloatArray) -> FloatArray:
        """Return the sum of products of the elements with those of a symmetric matrix, for every two parameters.

        Parameters
        ----------
        matrix : array, shape (cells, n_visits, n_visits)

        Returns
        -------
        array, shape (parameters, parameters)
        """

    def weighted(self, weights: FloatArray) -> FloatArray:
        """Return the sum over every two parameters with symmetric weights.

        Parameters
        ----------
        weights : array, shape (parameters, parameters)

        Returns
        -------
        array, shape (cells, n_visits, n_visits)
        """


@dataclass(frozen=True, slots=True, eq=False)
class DenseSecond:
    """Second derivatives of structures with few parameters.

    Attributes
    ----------
    values : array, shape (parameters, parameters, cells, n_visits, n_visits)
    """

    values: FloatArray

    def against(self, matrix: FloatArray) -> FloatArray:
        """Return the sums of products with a matrix."""
        k = len(self.values)
        return np.asarray(self.values.reshape(k, k, -1) @ matrix.reshape(-1))

    def weighted(self, weights: FloatArray) -> FloatArray:
        """Return the weighted sum."""
        return np.tensordot(weights, self.values)


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Derivatives:
    """First and second derivatives of a covariance by its parameters.

    Attributes
    ----------
    first : array, shape (parameters, cells, n_visits, n_visits)
    second : SecondDerivatives
    """

    first: FloatArray
    second: SecondDerivatives


class CovarianceStructure(Protocol):
    """A family of covariance matrices: parameters to matrix, with derivatives."""

    @property
    def name(self) -> str:
        """Short name, as R and SAS users write it, e.g. ``toeph``."""

    @property
    def label(self) -> str:
        """Name in words for a report."""

    def n_parameters(self, n_visits: int) -> int:
        """Return the number of parameters for so many visits."""

    def matrix(self, theta: FloatArray, geometry: Geometry) -> FloatArray:
        """Return the covariance matrices, shape (cells, n_visits, n_visits)."""

    def derivatives(self, theta: FloatArray, geometry: Geometry) -> Derivatives:
        """Return the first and second derivatives of the matrices."""

    def start(self, moments: FloatArray, geometry: Geometry) -> FloatArray:
        """Return parameters near a positive definite matrix of moments, shape (n_visits, n_visits)."""
