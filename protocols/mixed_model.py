"""How a mixed model for repeated measures is fitted, promised before unblinding."""

from dataclasses import dataclass
from enum import StrEnum


class Method(StrEnum):
    """How standard errors and degrees of freedom of a mixed model are found."""

    KENWARD_ROGER_LINEAR = "kenward-roger-linear"
    """Adjusted covariance without second derivatives: ours unless the plan says otherwise."""
    KENWARD_ROGER = "kenward-roger"
    SATTERTHWAITE = "satterthwaite"
    BETWEEN_WITHIN = "between-within"
    RESIDUAL = "residual"
    EMPIRICAL_CR0 = "empirical-cr0"
    EMPIRICAL_CR2 = "empirical-cr2"
    EMPIRICAL_CR3 = "empirical-cr3"


class Weights(StrEnum):
    """How the factors that a marginal mean does not name are averaged."""

    EQUAL = "equal"
    """Every combination of levels counts the same."""
    PROPORTIONAL = "proportional"
    """Each combination counts as often as it occurs among all rows of the grid."""
    OBSERVED = "observed"
    """Each combination counts as often as it occurs within the levels that are held."""


class CovarianceName(StrEnum):
    """Covariance of the visits of one participant; h: a variance for each visit."""

    UNSTRUCTURED = "us"
    TOEPLITZ_H = "toeph"
    TOEPLITZ = "toep"
    ANTEDEPENDENCE_H = "adh"
    ANTEDEPENDENCE = "ad"
    AUTOREGRESSIVE_H = "ar1h"
    AUTOREGRESSIVE = "ar1"
    COMPOUND_SYMMETRY_H = "csh"
    COMPOUND_SYMMETRY = "cs"


@dataclass(frozen=True, kw_only=True, slots=True)
class PlannedMixedModel:
    """What a plan says about a mixed model beyond outcome, analysis set and covariates.

    Fixed effects: arm, visit, their interaction, the baseline at each visit, and the other covariates.
    """

    structures: tuple[CovarianceName, ...]
    """Covariances in the order in which they are tried, the next when the one before cannot be fitted."""
    method: Method = Method.KENWARD_ROGER_LINEAR
    """Standard errors and degrees of freedom."""
    weights: Weights = Weights.PROPORTIONAL
    """How the levels of the other factors count in adjusted means."""

    @property
    def label(self) -> str:
        """The promise in a few words."""
        order = ", else ".join(self.structures)
        return f"covariance {order}; REML; {self.method}; {self.weights} weights"
