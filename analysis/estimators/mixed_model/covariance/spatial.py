"""Spatial covariances: the correlation falls with the distance between two rows, in time or in space.

Rows need coordinates; participants may have been seen at different times.
"""

from dataclasses import dataclass
from enum import Enum

import numpy as np

from analysis.estimators.mixed_model.covariance.structure import (
    DenseSecond,
    Derivatives,
    FloatArray,
    Geometry,
)
from analysis.results import NotEstimableError


class Decay(Enum):
    """Power of the distance in the exponent of the correlation."""

    EXPONENTIAL = 1
    GAUSSIAN = 2


@dataclass(frozen=True, slots=True)
class Spatial:
    """Variance times rho to the distance (exponential) or to its square (Gaussian).

    Parameters: the logarithm of the variance, the logit of rho. SAS: SP(POW) (the same model as SP(EXP)) and SP(GAU).
    """

    decay: Decay = Decay.EXPONENTIAL

    @property
    def name(self) -> str:
        """Short name."""
        return "sp_exp" if self.decay is Decay.EXPONENTIAL else "sp_gau"

    @property
    def label(self) -> str:
        """Name in words."""
        return f"spatial {self.decay.name.lower()}"

    def n_parameters(self, n_visits: int) -> int:  # noqa: ARG002 - the same for any number
        """Return 2."""
        return 2

    def matrix(self, theta: FloatArray, geometry: Geometry) -> FloatArray:
        """Return the covariances, one for each pattern of coordinates."""
        rho = 1 / (1 + np.exp(-theta[1]))
        return np.asarray(np.exp(theta[0]) * rho ** self._exponent(geometry))

    def derivatives(self, theta: FloatArray, geometry: Geometry) -> Derivatives:
        """Return the derivatives of the covariances."""
        rho = 1 / (1 + np.exp(-theta[1]))
        exponent = self._exponent(geometry)
        matrix = self.matrix(theta, geometry)
        slope = exponent * (1 - rho) * matrix
        bend = exponent * (1 - rho) * (slope - rho * matrix)
        first = np.stack([matrix, slope])
        return Derivatives(
            first=first, second=DenseSecond(np.stack([first, np.stack([slope, bend])]))
        )

    def start(self, moments: FloatArray, geometry: Geometry) -> FloatArray:
        """Return the mean variance, and half correlation at the median distance."""
        distances = self._exponent(geometry)
        apart = distances[distances > 0]
        typical = float(np.median(apart)) if len(apart) else 1.0
        rho = np.clip(0.5 ** (1 / typical), 1e-6, 1 - 1e-6)
        return np.asarray([np.log(np.diag(moments).mean()), np.log(rho / (1 - rho))])

    def _exponent(self, geometry: Geometry) -> FloatArray:
        if geometry.distances is None:
            raise NotEstimableError("a spatial covariance needs the coordinates of every row")
        return np.asarray(geometry.distances**self.decay.value)
