"""Degrees of freedom of estimates and tests: how far the t and F distributions are from the normal.

References
----------
Satterthwaite (1946), Biometrics Bulletin 2, 110-114.
Fai & Cornelius (1996), Journal of Statistical Computation and Simulation 54, 363-378 (several rows).
Schluchter & Elashoff (1990), Journal of Statistical Computation and Simulation 37, 69-87 (between and within).
"""

from dataclasses import dataclass

import numpy as np

from analysis.estimators.mixed_model.data import FloatArray
from analysis.estimators.mixed_model.fit import MixedModelFit

INVOLVED_ABOVE = 1e-8
"""A coefficient takes part in a row when its weight exceeds this share of the largest."""


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Satterthwaite:
    """2 v^2 / var(v) for the variance v of a row, by the delta method."""

    covariance: FloatArray
    slopes: FloatArray
    theta_covariance: FloatArray

    def of_rows(self, rows: FloatArray) -> FloatArray:
        """Return the degrees of freedom of single rows, shape (rows,)."""
        variance = ((rows @ self.covariance) * rows).sum(axis=1)
        gradient = ((rows @ self.slopes) * rows).sum(axis=2)
        spread = ((self.theta_covariance @ gradient) * gradient).sum(axis=0)
        return np.asarray(2 * variance**2 / spread)


@dataclass(frozen=True, kw_only=True, slots=True)
class Residual:
    """Observations minus coefficients, whatever the row."""

    value: float

    def of_rows(self, rows: FloatArray) -> FloatArray:
        """Return the degrees of freedom of single rows, shape (rows,)."""
        return np.full(len(rows), self.value)


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class BetweenWithin:
    """Participants or visits, whichever a coefficient varies over; a row has the smallest of its coefficients.

    Attributes
    ----------
    of_columns : array, shape (columns,)
    """

    of_columns: FloatArray

    def of_rows(self, rows: FloatArray) -> FloatArray:
        """Return the degrees of freedom of single rows, shape (rows,)."""
        size = np.abs(rows)
        involved = size > INVOLVED_ABOVE * size.max(axis=1, keepdims=True)
        return np.asarray(np.where(involved, self.of_columns, np.inf).min(axis=1))


def between_within(fit: MixedModelFit) -> BetweenWithin:
    """Return the degrees of freedom of every coefficient; the intercept has those within participants.

    A column varies within participants when any participant has two values of it; the intercept never does and has, as in
    R mmrm, the degrees of freedom within.
    """
    patterns = fit.patterns
    between = ~patterns.varies_within
    n, rows = patterns.n_participants, patterns.n_observations
    df_between = n - int(between.sum())
    df_within = rows - n - int((~between).sum())
    return BetweenWithin(
        of_columns=np.where(between & ~patterns.is_intercept, float(df_between), float(df_within))
    )
