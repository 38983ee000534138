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


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Derivatives:
    """A covariance matrix with its first and second derivatives by the parameters.

    Attributes
    ----------
    first : array, shape (parameters, cells, n_visits, n_visits)
    second : array, shape (parameters, parameters, cells, n_visits, n_visits)
    """

    first: FloatArray
    second: FloatArray


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
