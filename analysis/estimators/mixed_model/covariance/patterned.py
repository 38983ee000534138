"""Patterned covariances: standard deviations times a correlation that follows a rule.

Each rule comes with one standard deviation for all visits or one for each (*heterogeneous*, as `csh`, `ar1h`, `toeph`, `adh`).
Correlations run over planned visit positions, whatever was observed.

Names in SAS: CS, CSH, AR(1), ARH(1), TOEP, TOEPH; SAS's ANTE(1) is `adh`, and `ad` has no name there.

References
----------
Wolfinger (1996), Journal of Agricultural, Biological, and Environmental Statistics 1, 205-230 (heterogeneous structures).
Gabriel (1962), Annals of Mathematical Statistics 33, 201-212 (antedependence).
"""

from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from analysis.estimators.mixed_model.covariance.rules import (
    Antedependence,
    Autoregressive,
    CompoundSymmetry,
    CorrelationRule,
    Toeplitz,
)
from analysis.estimators.mixed_model.covariance.structure import (
    DenseSecond,
    Derivatives,
    FloatArray,
    Geometry,
)


class Variances(StrEnum):
    """Whether the visits share one variance."""

    HOMOGENEOUS = "one variance for all visits"
    HETEROGENEOUS = "a variance for each visit"


@dataclass(frozen=True, slots=True)
class Patterned:
    """Variances and a rule for the correlations.

    Parameters: the logarithm of the standard deviation (one, or one a visit), then those of the rule.
    """

    rule: CorrelationRule
    variances: Variances = Variances.HOMOGENEOUS

    @property
    def name(self) -> str:
        """Short name, with h at the end when heterogeneous."""
        return self.rule.name + ("h" if self.variances is Variances.HETEROGENEOUS else "")

    @property
    def label(self) -> str:
        """Name in words."""
        return f"{self.rule.label}, {self.variances.value}"

    def n_parameters(self, n_visits: int) -> int:
        """Return the number of standard deviations and correlations."""
        return self._n_deviations(n_visits) + self.rule.n_parameters(n_visits)

    def matrix(self, theta: FloatArray, geometry: Geometry) -> FloatArray:
        """Return the covariance, shape (1, m, m)."""
        m = geometry.n_visits
        count = self._n_deviations(m)
        deviation = np.exp(np.broadcast_to(theta[:count], (m,)))
        correlation = self.rule.correlation(theta[count:], m)
        return np.asarray(np.outer(deviation, deviation) * correlation)[None]

    def derivatives(self, theta: FloatArray, geometry: Geometry) -> Derivatives:
        """Return the derivatives of the covariance."""
        m = geometry.n_visits
        count = self._n_deviations(m)
        deviation = np.exp(np.broadcast_to(theta[:count], (m,)))
        scale = np.outer(deviation, deviation)
        slopes, bends = self.rule.derivatives(theta[count:], m)
        stretch = self._stretch(m)
        first = np.concatenate([stretch * self.matrix(theta, geometry), scale * slopes])
        second = np.empty((len(theta), len(theta), m, m))
        second[:count] = stretch[:, None] * first[None]
        second[count:, :count] = second[:count, count:].swapaxes(0, 1)
        second[count:, count:] = scale * bends
        return Derivatives(first=first[:, None], second=DenseSecond(second[:, :, None]))

    def start(self, moments: FloatArray, geometry: Geometry) -> FloatArray:  # noqa: ARG002 - a rule knows steps only
        """Return the parameters nearest to the moments, by their mean variance and mean correlations."""
        variance = np.diag(moments)
        logs = np.log(variance) / 2
        if self.variances is Variances.HOMOGENEOUS:
            logs = np.log([variance.mean()]) / 2
        correlation = moments / np.sqrt(np.outer(variance, variance))
        return np.concatenate([logs, self.rule.start(correlation)])

    def _n_deviations(self, n_visits: int) -> int:
        return n_visits if self.variances is Variances.HETEROGENEOUS else 1

    def _stretch(self, n_visits: int) -> FloatArray:
        """Return how often each standard deviation is a factor of each element, shape (deviations, m, m)."""
        if self.variances is Variances.HOMOGENEOUS:
            return np.full((1, n_visits, n_visits), 2.0)
        one = np.eye(n_visits)
        return np.asarray(one[:, :, None] + one[:, None, :])


def compound_symmetry(variances: Variances = Variances.HOMOGENEOUS) -> Patterned:
    """Return cs or csh: every two visits correlate alike."""
    return Patterned(CompoundSymmetry(), variances)


def autoregressive(variances: Variances = Variances.HOMOGENEOUS) -> Patterned:
    """Return ar1 or ar1h: the correlation falls with a power of the number of visits between."""
    return Patterned(Autoregressive(), variances)


def toeplitz(variances: Variances = Variances.HOMOGENEOUS) -> Patterned:
    """Return toep or toeph: one correlation for each number of visits between."""
    return Patterned(Toeplitz(), variances)


def antedependence(variances: Variances = Variances.HOMOGENEOUS) -> Patterned:
    """Return ad or adh: the correlation is the product of those of the neighbours between."""
    return Patterned(Antedependence(), variances)
