r"""The restricted or full log-likelihood of a mixed model.

With W the inverse covariance of the observed rows, r the residuals at the generalized least squares fit and N rows, p columns,

    -2 l = sum log|Sigma_i| - sum log w + r'W r + (N - p) log 2 pi + log|X'W X|      (restricted)
    -2 l = sum log|Sigma_i| - sum log w + r'W r + N log 2 pi                          (full)

Its derivatives are in ``curvature.py``.
"""

from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from analysis.estimators.mixed_model.covariance.structure import (
    CovarianceStructure,
    Geometry,
)
from analysis.estimators.mixed_model.data import FloatArray
from analysis.estimators.mixed_model.patterns import Patterns
from analysis.estimators.mixed_model.stand_ins import StandIns

SMALLEST_SHARE = 1e-10
"""No visit may have less than this share of its variance left after the visits before it."""
LOG_2_PI = float(np.log(2 * np.pi))


class Estimation(StrEnum):
    """Which likelihood is made as large as possible."""

    REML = "restricted maximum likelihood"
    ML = "maximum likelihood"


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Model:
    """A likelihood: data, covariance structure and estimation."""

    patterns: Patterns
    structure: CovarianceStructure
    estimation: Estimation

    @property
    def parameters_per_group(self) -> int:
        """Covariance parameters of one covariance group."""
        return self.structure.n_parameters(self.patterns.n_visits)

    @property
    def n_parameters(self) -> int:
        """Covariance parameters of all groups."""
        return self.patterns.n_groups * self.parameters_per_group

    def blocks(self) -> "tuple[Block, ...]":
        """Return the covariance groups, each with its place among patterns and parameters."""
        size = self.parameters_per_group
        ends = np.searchsorted(self.patterns.group, np.arange(self.patterns.n_groups), "right")
        start, blocks = 0, []
        for number, end in enumerate(ends):
            inside = slice(start, int(end))
            blocks.append(
                Block(
                    patterns=inside,
                    parameters=slice(number * size, (number + 1) * size),
                    geometry=self._geometry(inside),
                )
            )
            start = int(end)
        return tuple(blocks)

    def _geometry(self, inside: slice) -> Geometry:
        where = self.patterns.coordinates
        if where is None:
            return Geometry(n_visits=self.patterns.n_visits)
        apart = where[inside, :, None] - where[inside, None]
        return Geometry(n_visits=self.patterns.n_visits, distances=np.sqrt((apart**2).sum(axis=-1)))


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Block:
    """One covariance group: its patterns, its parameters and where its visits lie."""

    patterns: slice
    parameters: slice
    geometry: Geometry


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Evaluation:
    """The likelihood at one place.

    Attributes
    ----------
    deviance : float
        -2 l.
    precision : array, shape (patterns, visits, visits)
        W of each pattern, 0 where not observed.
    weighted : array, shape (stand-ins, visits, columns + 1)
        W Z of each stand-in, Z its design and outcome.
    coefficients : array, shape (columns,)
        b of the orthonormal design.
    covariance : array, shape (columns, columns)
        Phi = (X'W X)^-1 of the orthonormal design.
    """

    theta: FloatArray
    deviance: float
    precision: FloatArray
    weighted: FloatArray
    coefficients: FloatArray
    covariance: FloatArray


def evaluate(model: Model, theta: FloatArray) -> Evaluation | None:
    """Return the likelihood at the parameters; None where the covariance is not positive definite."""
    data = model.patterns
    m = data.n_visits
    sigma = np.empty((len(data.size), m, m))
    try:
        for block in model.blocks():
            matrix = model.structure.matrix(theta[block.parameters], block.geometry)
            if not np.isfinite(matrix).all():
                return None
            if len(matrix) == 1 and _is_nearly_singular(matrix[0]):
                return None
            sigma[block.patterns] = matrix
        both = data.observed[:, :, None] & data.observed[:, None, :]
        filled = np.where(both, sigma, np.eye(m))
        factor = np.linalg.cholesky(filled)
        precision = np.where(both, np.linalg.inv(filled), 0.0)
        log_sigma = 2 * float(data.size @ np.log(np.diagonal(factor, axis1=1, axis2=2)).sum(axis=1))
        weighted = precision[data.stand_ins.pattern] @ data.stand_ins.rows
        products = _products(data.stand_ins, weighted)
        half = np.linalg.cholesky(products[:-1, :-1])
    except np.linalg.LinAlgError:
        return None
    covariance = np.linalg.inv(products[:-1, :-1])
    covariance = (covariance + covariance.T) / 2
    coefficients = covariance @ products[:-1, -1]
    squares = float(products[-1, -1] - coefficients @ products[:-1, -1])
    deviance = log_sigma - data.log_weights + squares
    if model.estimation is Estimation.REML:
        deviance += 2 * float(np.log(np.diag(half)).sum()) + data.basis.log_determinant
        deviance += (data.n_observations - data.n_columns) * LOG_2_PI
    else:
        deviance += data.n_observations * LOG_2_PI
    return Evaluation(
        theta=theta,
        deviance=deviance,
        precision=precision,
        weighted=weighted,
        coefficients=coefficients,
        covariance=covariance,
    )


def _is_nearly_singular(sigma: FloatArray) -> bool:
    left = np.diag(np.linalg.cholesky(sigma)) ** 2 / np.diag(sigma)
    return bool(left.min() < SMALLEST_SHARE)


def project(model: Model, middle: FloatArray) -> FloatArray:
    """Return X'M X of the orthonormal design for one symmetric matrix M of each pattern."""
    data = model.patterns.stand_ins
    return _products(data, middle[data.pattern] @ data.rows)[:-1, :-1]


def _products(data: StandIns, moved: FloatArray) -> FloatArray:
    products = data.signed.T @ moved.reshape(-1, moved.shape[2])
    return np.asarray((products + products.T) / 2)
