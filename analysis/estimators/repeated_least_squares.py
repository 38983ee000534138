r"""Least squares of many outcomes on one design, each with everyone or with one participant left out.

The normal equations are solved once. Without participant i, with residual e and leverage h of i in the fit to everyone,

.. math:: b_{(-i)} = b - (X'X)^{-1} x_i e_i / (1 - h_i), \quad RSS_{(-i)} = RSS - e_i^2 / (1 - h_i)

References
----------
Cook (1977), Technometrics 19, 15-18 (leaving one observation out).
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from analysis.results import NotEstimableError

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
NOBODY = -1
LARGEST_LEVERAGE = 1 - 1e-10


@dataclass(frozen=True, kw_only=True, slots=True)
class RepeatedFits:
    """The fits of one design to many outcomes."""

    coefficients: FloatArray
    """Shape (fits, columns)."""
    residual_variance: FloatArray
    """Shape (fits,)."""
    df: FloatArray
    """Residual degrees of freedom; shape (fits,)."""
    inverse_gram: FloatArray
    """Inverse of X'X with everyone; shape (columns, columns)."""
    left_out_row: FloatArray
    """Design row of who is left out, 0 where nobody is; shape (fits, columns)."""
    left_out_leverage: FloatArray
    """Shape (fits,)."""

    def combine(self, weights: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Return a linear combination of the coefficients and its variance in each fit.

        Parameters
        ----------
        weights : ndarray, shape (columns,) or (fits, columns)
            Weight of each coefficient.

        Returns
        -------
        tuple of ndarray, each of shape (fits,)
            Estimates and their classical variances.
        """
        rows = np.broadcast_to(weights, self.coefficients.shape)
        spread = np.einsum("dp,pq,dq->d", rows, self.inverse_gram, rows)
        along = np.einsum("dp,pq,dq->d", rows, self.inverse_gram, self.left_out_row)
        spread = spread + along**2 / (1 - self.left_out_leverage)
        return np.sum(rows * self.coefficients, axis=1), spread * self.residual_variance


def fit_repeatedly(design: FloatArray, outcomes: FloatArray, left_out: IntArray) -> RepeatedFits:
    """Fit one design to many outcomes by ordinary least squares.

    Parameters
    ----------
    design : ndarray, shape (participants, columns)
        Of full rank.
    outcomes : ndarray, shape (fits, participants)
        No missing values; what stands for a participant who is left out does not matter.
    left_out : ndarray of int, shape (fits,)
        Row of the participant left out of each fit; `NOBODY` where everyone is in.

    Returns
    -------
    RepeatedFits
        One fit an outcome.

    Raises
    ------
    NotEstimableError
        If without one of those left out the design is singular or has no residual degree of freedom.
    """
    orthogonal, triangle = np.linalg.qr(design)
    inverse_triangle = np.linalg.inv(triangle)
    is_out = left_out != NOBODY
    out_rows = design[left_out] * is_out[:, None]
    leverage = np.sum(orthogonal**2, axis=1)[left_out] * is_out
    if np.any(leverage > LARGEST_LEVERAGE):
        raise NotEstimableError("one participant alone determines a coefficient")
    df = design.shape[0] - design.shape[1] - is_out.astype(np.float64)
    if np.any(df < 1):
        raise NotEstimableError(
            f"{design.shape[0]} participants are too few for {design.shape[1]} coefficients with one left out"
        )
    scores = outcomes @ orthogonal
    residuals = outcomes - scores @ orthogonal.T
    out_residual = residuals[np.arange(len(outcomes)), left_out] * is_out
    inverse_gram = inverse_triangle @ inverse_triangle.T
    shrink = out_residual / (1 - leverage)
    squares = np.sum(residuals**2, axis=1) - out_residual * shrink
    return RepeatedFits(
        coefficients=scores @ inverse_triangle.T - shrink[:, None] * (out_rows @ inverse_gram),
        residual_variance=squares / df,
        df=df,
        inverse_gram=inverse_gram,
        left_out_row=out_rows,
        left_out_leverage=leverage,
    )
