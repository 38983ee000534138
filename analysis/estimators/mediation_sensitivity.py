r"""How strong a hidden common cause of mediator and outcome must be to undo an indirect effect.

Its strength is ρ, the correlation of the residuals of the mediator model and the outcome model; 0 means none. With σ_M the residual spread of the
mediator model, σ_Y and ρ̃ those of the outcome on arm and covariates *without* the mediator and its correlation with the mediator's residual,

.. math:: ab(ρ) = a (σ_Y / σ_M) (ρ̃ − ρ √((1 − ρ̃²) / (1 − ρ²)))

which is the estimate at ρ = 0 and vanishes at ρ = ρ̃. Equally: the shares of unexplained variance of mediator and of outcome that the hidden
cause must explain have the product ρ̃².

References
----------
Imai, Keele & Yamamoto (2010), Statistical Science 25, 51-71, theorem 4 and section 5.
"""

from dataclasses import dataclass

import numpy as np

from analysis.estimators.arrays import FloatArray
from analysis.estimators.mediation import MediationData, mediation_designs

LARGEST_CORRELATION = 0.9


@dataclass(frozen=True, kw_only=True, slots=True)
class SensitivityPoint:
    """The indirect effect if the hidden cause had this strength."""

    correlation: float
    indirect: float


@dataclass(frozen=True, kw_only=True, slots=True)
class MediationSensitivity:
    """Indirect effect over the strength of a hidden common cause."""

    correlation_at_zero: float
    """Strength at which the indirect effect vanishes."""
    product_of_shares: float
    """Of unexplained variance of mediator and outcome that the hidden cause must explain for that."""
    curve: tuple[SensitivityPoint, ...]


def explore_hidden_cause(data: MediationData, points: int = 37) -> MediationSensitivity:
    """Compute the indirect effect for correlations from −0.9 to 0.9.

    `NotEstimableError` as `estimate_mediation`.
    """
    small, _ = mediation_designs(data)
    mediator_residual = _residual(np.asarray(data.mediator), small)
    outcome_residual = _residual(np.asarray(data.outcome), small)
    a = float(np.linalg.lstsq(small, np.asarray(data.mediator), rcond=None)[0][1])
    sizes = np.linalg.norm(outcome_residual), np.linalg.norm(mediator_residual)
    observed = float(outcome_residual @ mediator_residual / (sizes[0] * sizes[1]))
    scale = a * float(sizes[0] / sizes[1])
    curve = tuple(
        SensitivityPoint(
            correlation=float(rho),
            indirect=scale
            * (observed - float(rho) * float(np.sqrt((1 - observed**2) / (1 - rho**2)))),
        )
        for rho in np.linspace(-LARGEST_CORRELATION, LARGEST_CORRELATION, points)
    )
    return MediationSensitivity(
        correlation_at_zero=observed, product_of_shares=observed**2, curve=curve
    )


def _residual(values: FloatArray, matrix: FloatArray) -> FloatArray:
    return np.asarray(values - matrix @ np.linalg.lstsq(matrix, values, rcond=None)[0])
