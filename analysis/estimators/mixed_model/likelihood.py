r"""The restricted or full log-likelihood of a mixed model with its exact gradient and Hessian.

With W the inverse covariance of the observed rows, r the residuals at the generalized least squares fit and N rows, p columns,

    -2 l = sum log|Sigma_i| - sum log w + r'W r + (N - p) log 2 pi + log|X'W X|      (restricted)
    -2 l = sum log|Sigma_i| - sum log w + r'W r + N log 2 pi                          (full)

All derivatives are of -2 l by the covariance parameters, with the coefficients at their best value for each parameter.

References
----------
Lindstrom & Bates (1988), Journal of the American Statistical Association 83, 1014-1022 (derivatives).
Kenward & Roger (1997), Biometrics 53, 983-997 (P and the names used here).
"""

from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from analysis.estimators.mixed_model.covariance.structure import (
    CovarianceStructure,
    Derivatives,
    Geometry,
)
from analysis.estimators.mixed_model.data import FloatArray
from analysis.estimators.mixed_model.patterns import Patterns
from analysis.estimators.mixed_model.symmetric import (
    off_diagonal_share,
    pack,
    unpack,
    upper_triangle,
)

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
    coefficients : array, shape (columns,)
        b of the orthonormal design.
    covariance : array, shape (columns, columns)
        Phi = (X'W X)^-1 of the orthonormal design.
    """

    theta: FloatArray
    deviance: float
    precision: FloatArray
    coefficients: FloatArray
    covariance: FloatArray


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Curvature:
    """Derivatives of -2 l at one place.

    Attributes
    ----------
    gradient : array, shape (parameters,)
    hessian : array, shape (parameters, parameters)
    information : array, shape (parameters, columns, columns)
        P_h = X'W dSigma_h W X, so that the derivative of Phi by parameter h is Phi P_h Phi.
    """

    gradient: FloatArray
    hessian: FloatArray
    information: FloatArray


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
        products = unpack(pack(precision).reshape(-1) @ data.sums, data.n_columns + 1)
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
        coefficients=coefficients,
        covariance=covariance,
    )


def _is_nearly_singular(sigma: FloatArray) -> bool:
    left = np.diag(np.linalg.cholesky(sigma)) ** 2 / np.diag(sigma)
    return bool(left.min() < SMALLEST_SHARE)


def differentiate(model: Model, at: Evaluation) -> Curvature:
    """Return gradient and Hessian of -2 l."""
    data = model.patterns
    spread = _spread(model, at)
    gradient = np.empty(model.n_parameters)
    hessian = np.zeros((model.n_parameters, model.n_parameters))
    products = np.empty((model.n_parameters, data.sums.shape[1]))
    for block in model.blocks():
        own, place = block.patterns, block.parameters
        slopes = model.structure.derivatives(at.theta[place], block.geometry)
        precision, size = at.precision[own], data.size[own][:, None, None]
        sandwich = Sandwich(precision, slopes)
        gradient[place], hessian[place, place] = _covariance_part(
            sandwich, slopes, size * precision, spread[own]
        )
        products[place] = sandwich.products(_sums_of(data, own))
    wide = unpack(products, data.n_columns + 1)
    information = wide[:, :-1, :-1]
    if model.estimation is Estimation.REML:
        rotated = (at.covariance @ information).reshape(model.n_parameters, -1)
        turned = (information @ at.covariance).reshape(model.n_parameters, -1)
        hessian -= rotated @ turned.T if len(rotated) else 0.0
    slopes_of_fit = wide[:, :-1, -1] - information @ at.coefficients
    hessian -= 2 * slopes_of_fit @ at.covariance @ slopes_of_fit.T
    return Curvature(gradient=gradient, hessian=(hessian + hessian.T) / 2, information=information)


class Sandwich:
    """Products W dSigma_h of the patterns of one group, shape (patterns, visits, parameters * visits)."""

    def __init__(self, precision: FloatArray, slopes: Derivatives) -> None:
        k, cells, m, _ = slopes.first.shape
        self.n_parameters = k
        self.precision = precision
        wide = slopes.first.transpose(1, 2, 0, 3).reshape(cells, m, k * m)
        self.left = precision @ wide

    def times(self, right: FloatArray) -> FloatArray:
        """Return W dSigma_h R for every pattern, shape (patterns, visits, parameters, visits)."""
        patterns, m, _ = self.precision.shape
        tall = self.left.reshape(patterns, m * self.n_parameters, m)
        return (tall @ right).reshape(patterns, m, self.n_parameters, m)

    def products(self, sums: FloatArray) -> FloatArray:
        """Return Z'W dSigma_h W Z of every parameter, upper triangles, shape (parameters, column pairs)."""
        both = self.times(self.precision).transpose(0, 1, 3, 2)
        a, b = upper_triangle(both.shape[1])
        return np.asarray(both[:, a, b].reshape(-1, self.n_parameters).T @ sums)


def project(model: Model, middle: FloatArray) -> FloatArray:
    """Return X'M X of the orthonormal design for one symmetric matrix M of each pattern."""
    products = unpack(pack(middle).reshape(-1) @ model.patterns.sums, model.patterns.n_columns + 1)
    return products[:-1, :-1]


def _spread(model: Model, at: Evaluation) -> FloatArray:
    """Return V = W B W with B the squared residuals of a pattern, plus what estimating b took from them."""
    data = model.patterns
    direction = np.append(-at.coefficients, 1.0)
    kernel = np.outer(direction, direction)
    if model.estimation is Estimation.REML:
        kernel[:-1, :-1] += at.covariance
    packed = data.sums @ (pack(kernel) * off_diagonal_share(len(direction), 2.0))
    halves = off_diagonal_share(data.n_visits, 0.5)
    packed = packed.reshape(-1, len(halves)) * halves
    return np.asarray(at.precision @ unpack(packed, data.n_visits) @ at.precision)


def _covariance_part(
    sandwich: Sandwich, slopes: Derivatives, weighted: FloatArray, spread: FloatArray
) -> tuple[FloatArray, FloatArray]:
    """Return the gradient, and the Hessian without what goes through the coefficients."""
    k, cells, m, _ = slopes.first.shape
    excess = _by_cell(weighted - spread, cells)
    first = slopes.first.reshape(k, -1)
    crossed = _by_cell(sandwich.times(2 * spread - weighted), cells)
    crossed = crossed.transpose(2, 0, 1, 3).reshape(k, cells * m * m)
    return first @ excess.reshape(-1), crossed @ first.T + slopes.second.against(excess)


def _by_cell(values: FloatArray, cells: int) -> FloatArray:
    return values.sum(axis=0, keepdims=True) if cells == 1 else values


def _sums_of(data: Patterns, inside: slice) -> FloatArray:
    pairs = len(data.sums) // len(data.size)
    return data.sums[inside.start * pairs : inside.stop * pairs]
