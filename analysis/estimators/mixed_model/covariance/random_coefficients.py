"""Random coefficients: every participant has a level, and where asked a slope over time, of their own, and independent residuals.

The covariance of the visits is Z D Z' + σ² I, with the columns of Z the intercept and the times, D any covariance of the participants'
coefficients. R: ``(1 + time | id)`` of lme4; SAS: RANDOM INTERCEPT TIME / TYPE=UN. The same model as a random-effects model, by the same
likelihood as every other structure, so with the small-sample inference of all of them.

References
----------
Laird & Ware (1982), Biometrics 38, 963-974.
"""

from dataclasses import dataclass

import numpy as np

from analysis.estimators.mixed_model.covariance.structure import (
    DenseSecond,
    Derivatives,
    FloatArray,
    Geometry,
)


@dataclass(frozen=True, slots=True)
class RandomCoefficients:
    """A random level, and a random slope over the times of the visits where `times` is given.

    Parameters: the Cholesky factor of the coefficients' covariance by rows, its diagonal as logarithms; the logarithm of the residual
    variance.
    """

    times: tuple[float, ...] | None = None
    """Of each visit; None: a random level only."""

    @property
    def name(self) -> str:
        """Short name."""
        return "random_intercept" if self.times is None else "random_slope"

    @property
    def label(self) -> str:
        """Name in words."""
        return "random intercept" if self.times is None else "random intercept and slope"

    def n_parameters(self, n_visits: int) -> int:  # noqa: ARG002 - the same for any number
        """Return 2 for a level, 4 for a level and a slope."""
        return 2 if self.times is None else 4

    def matrix(self, theta: FloatArray, geometry: Geometry) -> FloatArray:
        """Return the covariance of the visits."""
        spread = self._basis(geometry) @ _factor(theta)
        return np.asarray((spread @ spread.T + np.exp(theta[-1]) * np.eye(geometry.n_visits))[None])

    def derivatives(self, theta: FloatArray, geometry: Geometry) -> Derivatives:
        """Return the derivatives of the covariance of the visits."""
        basis, factor = self._basis(geometry), _factor(theta)
        k, m = len(theta), geometry.n_visits
        moves = _moves(factor)
        first = np.zeros((k, m, m))
        second = np.zeros((k, k, m, m))
        for h, (_, move) in enumerate(moves):
            first[h] = _both(basis, move, factor)
            for j, (_, other) in enumerate(moves):
                second[h, j] = _both(basis, move, other)
            if moves[h][0]:
                second[h, h] += first[h]
        first[-1] = second[-1, -1] = np.exp(theta[-1]) * np.eye(m)
        return Derivatives(first=first[:, None], second=DenseSecond(second[:, :, None]))

    def start(self, moments: FloatArray, geometry: Geometry) -> FloatArray:
        """Return a third of the variance for each part."""
        part = np.log(np.diag(moments).mean() / 3)
        if self.times is None:
            return np.asarray([part / 2, part])
        slope = part - np.log(np.mean(self._basis(geometry)[:, 1] ** 2))
        return np.asarray([part / 2, 0.0, slope / 2, part])

    def coefficients_covariance(self, theta: FloatArray) -> FloatArray:
        """Return the covariance of the participants' coefficients: level, slope."""
        factor = _factor(theta)
        return np.asarray(factor @ factor.T)

    def _basis(self, geometry: Geometry) -> FloatArray:
        ones = np.ones(geometry.n_visits)
        return (
            ones[:, None] if self.times is None else np.column_stack([ones, np.array(self.times)])
        )


def _factor(theta: FloatArray) -> FloatArray:
    if len(theta) == 2:
        return np.asarray([[np.exp(theta[0])]])
    return np.asarray([[np.exp(theta[0]), 0.0], [theta[1], np.exp(theta[2])]])


def _moves(factor: FloatArray) -> list[tuple[bool, FloatArray]]:
    """Return for each parameter of the factor whether it is a logarithm, and the derivative of the factor."""
    found = []
    for row in range(len(factor)):
        for column in range(row + 1):
            move = np.zeros_like(factor)
            move[row, column] = factor[row, column] if row == column else 1.0
            found.append((row == column, move))
    return found


def _both(basis: FloatArray, one: FloatArray, other: FloatArray) -> FloatArray:
    half = basis @ one @ other.T @ basis.T
    return np.asarray(half + half.T)
