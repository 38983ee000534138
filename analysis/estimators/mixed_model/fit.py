"""Fit a mixed model for repeated measures: the coefficients, the covariance of the visits, and how sure they are.

Model: the rows of participant i are multivariate normal with mean X_i beta and covariance Sigma, restricted to the visits that
were observed; participants are independent. Missing visits are ignorable when they are missing at random given what is in the
model.

References
----------
Mallinckrodt et al. (2008), Drug Information Journal 42, 303-319 (MMRM as primary analysis of a trial).
Pinheiro & Bates (1996), Statistics and Computing 6, 289-296 (unconstrained covariance parameters).
"""

from dataclasses import dataclass
from enum import Enum

import numpy as np

from analysis.estimators.mixed_model.covariance.structure import CovarianceStructure, Geometry
from analysis.estimators.mixed_model.covariance.unstructured import Unstructured
from analysis.estimators.mixed_model.curvature import Curvature
from analysis.estimators.mixed_model.data import FloatArray, MixedModelData
from analysis.estimators.mixed_model.likelihood import Block, Estimation, Evaluation, Model
from analysis.estimators.mixed_model.newton import Optimum, maximize
from analysis.estimators.mixed_model.patterns import Patterns, sum_patterns
from analysis.results import NotEstimableError

SMALLEST_CORRELATION_EIGENVALUE = 0.05
"""Floor for the eigenvalues of the correlation of the residuals that the search starts from."""
NEARLY_SINGULAR_BELOW = 1e-4
"""A search that ends below this without converging was on its way to a singular covariance."""
SINGULAR_BELOW = 1e-8
"""A smallest eigenvalue of a correlation matrix below this is a singular covariance."""


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class MixedModelFit:
    """A fitted mixed model.

    Attributes
    ----------
    columns : tuple of str
        Names of the coefficients, in the order of `beta`; those in `aliased` are not among them.
    beta : array, shape (columns,)
    beta_covariance : array, shape (columns, columns)
        Asymptotic covariance (X'W X)^-1.
    beta_covariance_slopes : array, shape (parameters, columns, columns)
        Derivative of `beta_covariance` by each covariance parameter.
    sigma : array, shape (groups, visits, visits)
        Covariance of the visits, one for each covariance group; for a spatial structure at the mean coordinates of each visit.
    theta : array, shape (parameters,)
        Covariance parameters, group after group, in the parametrization of the structure.
    theta_covariance : array or None, shape (parameters, parameters)
        Inverse of the observed information; None where it is not positive definite.
    log_likelihood : float
        Restricted log-likelihood under REML, with all constants.
    gradient_max : float
        Largest absolute element of the gradient of the log-likelihood.
    trouble : str
        Why the fit must not be trusted; empty when it may.
    """

    model: Model
    columns: tuple[str, ...]
    aliased: tuple[str, ...]
    beta: FloatArray
    beta_covariance: FloatArray
    beta_covariance_slopes: FloatArray
    sigma: FloatArray
    theta: FloatArray
    theta_covariance: FloatArray | None
    log_likelihood: float
    gradient_max: float
    converged: bool
    steps: int
    smallest_eigenvalue: float
    """Of the correlation matrices of the visits."""
    trouble: str
    evaluation: Evaluation
    curvature: Curvature

    @property
    def structure(self) -> CovarianceStructure:
        """Covariance structure."""
        return self.model.structure

    @property
    def estimation(self) -> Estimation:
        """Restricted or full maximum likelihood."""
        return self.model.estimation

    @property
    def patterns(self) -> Patterns:
        """The data, summed."""
        return self.model.patterns

    @property
    def is_trustworthy(self) -> bool:
        """Whether degrees of freedom and p values may be computed."""
        return not self.trouble


def fit_mixed_model(
    data: MixedModelData | Patterns,
    covariance: CovarianceStructure | None = None,
    estimation: Estimation = Estimation.REML,
    start: FloatArray | None = None,
) -> MixedModelFit:
    """Fit a mixed model for repeated measures.

    Parameters
    ----------
    data : MixedModelData or Patterns
        The rows, or their sums (`sum_patterns`), which a jackknife can reuse: `patterns.without(i)`.
    covariance : CovarianceStructure, optional
        Unstructured by default.
    estimation : Estimation
    start : array, optional
        Covariance parameters to start from, e.g. `theta` of a similar fit; a start from the data by default.

    Returns
    -------
    MixedModelFit
        Always the best place found; `converged` and `trouble` say whether it is to be trusted.

    Notes
    -----
    `NotEstimableError` when there is nothing to fit, e.g. fewer rows than coefficients.
    """
    patterns = sum_patterns(data) if isinstance(data, MixedModelData) else data
    model = Model(
        patterns=patterns,
        structure=Unstructured() if covariance is None else covariance,
        estimation=estimation,
    )
    _check_parameters(model)
    if start is not None:
        return _describe(model, maximize(model, start))
    fit = _describe(model, maximize(model, find_start(model, Moments.FULL)))
    if fit.is_trustworthy:
        return fit
    again = _describe(model, maximize(model, find_start(model, Moments.SHRUNK)))
    return again if again.log_likelihood > fit.log_likelihood else fit


def _check_parameters(model: Model) -> None:
    rows = model.patterns.n_observations
    covariance, columns = model.n_parameters, model.patterns.n_columns
    if covariance + columns > rows:
        message = f"{rows} observations are too few for {columns} coefficients and {covariance} covariance parameters"
        raise NotEstimableError(message)


class Moments(Enum):
    """How much of the correlations of the least squares residuals a search starts from."""

    FULL = 1.0
    SHRUNK = 0.5


def find_start(model: Model, moments: Moments) -> FloatArray:
    """Return covariance parameters near the covariance of the least squares residuals."""
    starts = []
    for block in model.blocks():
        covariance = _moments(model.patterns, block.patterns, moments.value)
        starts.append(model.structure.start(covariance, block.geometry))
    return np.concatenate(starts)


def _moments(patterns: Patterns, inside: slice, share: float) -> FloatArray:
    own = patterns.stand_ins.inside(inside)
    residual = patterns.stand_ins.rows[own, :, -1]
    total = residual.T @ (patterns.stand_ins.sign[own, None] * residual)
    observed = patterns.observed[inside].astype(np.float64)
    count = observed.T @ (observed * patterns.size[inside][:, None])
    moments = total / np.maximum(count, 1)
    variance = np.diag(moments).copy()
    seen = variance > 0
    variance[~seen] = variance[seen].mean()
    deviation = np.sqrt(variance)
    correlation = share * moments / np.outer(deviation, deviation)
    np.fill_diagonal(correlation, 1.0)
    values, vectors = np.linalg.eigh(correlation)
    floored = (vectors * np.maximum(values, SMALLEST_CORRELATION_EIGENVALUE)) @ vectors.T
    return np.asarray(floored * np.outer(deviation, deviation))


def _describe(model: Model, optimum: Optimum) -> MixedModelFit:
    at, basis = optimum.evaluation, model.patterns.basis
    back = basis.to_columns
    slopes = at.covariance @ optimum.curvature.information @ at.covariance
    sigma = np.concatenate(
        [
            model.structure.matrix(at.theta[block.parameters], _planned(model.patterns, block))
            for block in model.blocks()
        ]
    )
    smallest = _smallest_correlation_eigenvalue(model, at.theta)
    theta_covariance = _invert(optimum.curvature.hessian)
    return MixedModelFit(
        model=model,
        columns=model.patterns.columns,
        aliased=model.patterns.aliased,
        beta=basis.least_squares + back @ at.coefficients,
        beta_covariance=back @ at.covariance @ back.T,
        beta_covariance_slopes=back @ slopes @ back.T,
        sigma=sigma,
        theta=at.theta,
        theta_covariance=theta_covariance,
        log_likelihood=-at.deviance / 2,
        gradient_max=optimum.gradient_max,
        converged=optimum.converged,
        steps=optimum.steps,
        smallest_eigenvalue=smallest,
        trouble=_find_trouble(model, optimum, smallest, theta_covariance),
        evaluation=at,
        curvature=optimum.curvature,
    )


def _find_trouble(
    model: Model,
    optimum: Optimum,
    smallest_eigenvalue: float,
    theta_covariance: FloatArray | None,
) -> str:
    if not optimum.converged and smallest_eigenvalue < NEARLY_SINGULAR_BELOW:
        return f"the likelihood rises towards a singular covariance (smallest correlation eigenvalue {smallest_eigenvalue:.0e})"
    if smallest_eigenvalue < SINGULAR_BELOW:
        return f"the covariance of the visits is singular (smallest correlation eigenvalue {smallest_eigenvalue:.0e})"
    if not optimum.converged:
        return f"the search did not converge (largest gradient {optimum.gradient_max:.0e})"
    if theta_covariance is None:
        return f"the data do not determine every covariance parameter{_what_is_lacking(model.patterns)}"
    return ""


def _what_is_lacking(patterns: Patterns) -> str:
    for group in range(patterns.n_groups):
        seen = patterns.observed[(patterns.group == group) & (patterns.size > 0)]
        together = seen.T.astype(np.intp) @ seen
        never = np.flatnonzero(np.diag(together) == 0)
        if len(never):
            return f": nobody was observed at visit number {never[0] + 1}"
        first, second = np.nonzero(np.triu(together == 0))
        if len(first):
            return f": nobody was observed at both visit number {first[0] + 1} and {second[0] + 1}"
    return " (the Hessian of the likelihood is singular)"


def _planned(patterns: Patterns, block: Block) -> Geometry:
    """Return one cell: the visits at their mean coordinates over the patterns of a group."""
    if patterns.coordinates is None:
        return block.geometry
    observed = patterns.observed[block.patterns] * patterns.size[block.patterns][:, None]
    share = observed / np.maximum(observed.sum(axis=0), 1)
    mean = (share[:, :, None] * patterns.coordinates[block.patterns]).sum(axis=0)
    apart = mean[:, None] - mean[None]
    return Geometry(n_visits=patterns.n_visits, distances=np.sqrt((apart**2).sum(axis=-1))[None])


def _smallest_correlation_eigenvalue(model: Model, theta: FloatArray) -> float:
    smallest = []
    for block in model.blocks():
        matrix = model.structure.matrix(theta[block.parameters], block.geometry)
        if len(matrix) > 1:
            observed = model.patterns.observed[block.patterns]
            both = observed[:, :, None] & observed[:, None, :]
            matrix = np.where(both, matrix, np.eye(model.patterns.n_visits))
        deviation = np.sqrt(np.diagonal(matrix, axis1=1, axis2=2))
        correlation = matrix / (deviation[:, :, None] * deviation[:, None, :])
        smallest.append(np.linalg.eigvalsh(correlation).min())
    return float(min(smallest))


def _invert(hessian: FloatArray) -> FloatArray | None:
    """Return the covariance of the parameters, 2 H^-1; None where H is not positive definite."""
    scale = np.sqrt(np.abs(np.diag(hessian)))
    if not (scale > 0).all():
        return None
    scaled = hessian / np.outer(scale, scale)
    if np.linalg.eigvalsh(scaled)[0] < SINGULAR_BELOW:
        return None
    inverse = np.linalg.inv(scaled) / np.outer(scale, scale)
    return np.asarray(inverse + inverse.T)
