"""Empirical (sandwich) covariance of the coefficients: right even when the covariance structure is not.

Each participant's residuals, whitened by the fitted covariance, are put between; CR0 takes them as they are, CR2 corrects
their bias under the fitted model, CR3 approximates a jackknife over participants (without the factor (n - 1) / n).

References
----------
Liang & Zeger (1986), Biometrika 73, 13-22 (CR0).
Bell & McCaffrey (2002), Survey Methodology 28, 169-181 (CR2, CR3, degrees of freedom).
Pustejovsky & Tipton (2018), Journal of Business & Economic Statistics 36, 672-683 (the same with working covariance).
"""

from dataclasses import dataclass
from enum import Enum

import numpy as np

from analysis.estimators.mixed_model.data import FloatArray, IntArray
from analysis.estimators.mixed_model.fit import MixedModelFit

NO_VARIANCE_BELOW = 1e-10
"""Eigenvalues of I - H below this are zero: the direction is fitted exactly and has no residual."""


class Correction(Enum):
    """Power of I - H, with H the leverage of a participant, that multiplies the whitened residuals."""

    CR0 = 0.0
    CR2 = -0.5
    CR3 = -1.0


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Empirical:
    """The sandwich of a fit and what its degrees of freedom need.

    Attributes
    ----------
    covariance : array, shape (columns, columns)
    influence : array, shape (participants, visits, columns)
        A_i X_i of every participant, whitened, times the asymptotic covariance: a row c gives a_i = influence_i c'.
    projected : array, shape (participants, columns, columns)
        X_i' A_i X_i times the asymptotic covariance.
    fit : MixedModelFit
    """

    covariance: FloatArray
    influence: FloatArray
    projected: FloatArray
    fit: MixedModelFit

    def of_rows(self, rows: FloatArray) -> FloatArray:
        """Return Bell and McCaffrey's degrees of freedom of single rows, shape (rows,)."""
        phi = self.fit.evaluation.covariance
        found = []
        for row in rows @ self.fit.patterns.basis.to_columns:
            own = (self.influence @ row) ** 2
            diagonal = own.sum(axis=1)
            moved = self.projected @ row
            inner = moved @ phi
            leverage = (inner * moved).sum(axis=1)
            shared = inner.T @ moved
            squares = (diagonal**2).sum() - 2 * diagonal @ leverage + (shared * shared.T).sum()
            found.append((diagonal - leverage).sum() ** 2 / squares)
        return np.asarray(found)


def make_sandwich(fit: MixedModelFit, correction: Correction) -> Empirical:
    """Return the empirical covariance of a fit."""
    patterns, at = fit.patterns, fit.evaluation
    n, m, width = patterns.rows.shape
    influence = np.zeros((n, m, width - 1))
    projected = np.zeros((n, width - 1, width - 1))
    scores = np.zeros((n, width - 1))
    for number in np.flatnonzero(patterns.size):
        seen = np.flatnonzero(patterns.observed[number])
        members = np.flatnonzero(patterns.pattern_of == number)
        white = _whiten(patterns.rows[members], at.precision[number], seen)
        design = white[:, :, :-1]
        residual = white[:, :, -1:] - design @ at.coefficients[:, None]
        adjusted = _leverage_power(design, at.covariance, correction) @ design
        influence[members[:, None], seen] = adjusted @ at.covariance
        projected[members] = design.swapaxes(1, 2) @ adjusted @ at.covariance
        scores[members] = (adjusted.swapaxes(1, 2) @ residual)[:, :, 0]
    bread = patterns.basis.to_columns @ at.covariance
    half = scores @ bread.T
    return Empirical(covariance=half.T @ half, influence=influence, projected=projected, fit=fit)


def _whiten(rows: FloatArray, precision: FloatArray, seen: IntArray) -> FloatArray:
    """Return L'Z of every participant of one pattern, with W = L L'."""
    factor = np.linalg.cholesky(precision[np.ix_(seen, seen)])
    return np.asarray(factor.T @ rows[:, seen])


def _leverage_power(
    design: FloatArray, covariance: FloatArray, correction: Correction
) -> FloatArray:
    """Return (I - X Phi X')^power of every participant; a direction that is fitted exactly stays out."""
    unexplained = np.eye(design.shape[1]) - design @ covariance @ design.swapaxes(1, 2)
    values, vectors = np.linalg.eigh(unexplained)
    kept = values > NO_VARIANCE_BELOW
    powers = np.where(kept, np.where(kept, values, 1.0) ** correction.value, 0.0)
    if correction is Correction.CR0:
        powers = np.ones_like(values)
    return np.asarray((vectors * powers[:, None]) @ vectors.swapaxes(1, 2))
