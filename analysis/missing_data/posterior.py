r"""Posterior draws of the parameters of the imputation model, by Gibbs sampling.

Prior: flat for the coefficients; each covariance inverse-Wishart with J + 2 degrees of freedom, J visits, whose mean is the
restricted maximum likelihood estimate. One sweep draws, in this order,

1. the residuals that are missing, given coefficients, covariance and the residuals observed;
2. the covariance, given all residuals: inverse-Wishart;
3. the coefficients, given the covariance and the values observed: normal around generalized least squares.

The chain starts at the restricted maximum likelihood estimate; the first sweeps are thrown away, and of the later ones every
n-th is kept.

References
----------
Schafer (1997), Analysis of Incomplete Multivariate Data, chapters 3 and 5 (data augmentation).
Carpenter & Kenward (2013), Multiple Imputation and its Application, section 3.3 (prior of the covariance).
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from analysis.missing_data.imputation_model import ImputationModel, ParameterDraws
from analysis.missing_data.repeated_outcomes import IntArray
from analysis.missing_data.restricted_likelihood import ImputationFit
from analysis.results import NotEstimableError

FloatArray = NDArray[np.float64]


@dataclass(frozen=True, kw_only=True, slots=True)
class Chain:
    """How long the sampler runs.

    Raises
    ------
    NotEstimableError
        If there are fewer than two draws, or a length is not positive.
    """

    draws: int = 100
    warm_up: int = 200
    """Sweeps thrown away at the beginning."""
    spacing: int = 4
    """Sweeps from one draw that is kept to the next."""

    def __post_init__(self) -> None:
        if self.draws < 2 or self.warm_up < 0 or self.spacing < 1:
            raise NotEstimableError(
                "a chain needs at least two draws, a spacing of at least one sweep, and no negative warm-up; "
                f"there are {self.draws}, {self.spacing} and {self.warm_up}"
            )


@dataclass(frozen=True, kw_only=True, slots=True)
class _Pattern:
    """Participants of one covariance group with the same visits observed."""

    group: int
    members: slice
    """Their rows, contributors sorted by pattern."""
    seen: IntArray
    gap: IntArray


@dataclass(frozen=True, kw_only=True, slots=True)
class _Data:
    """The contributors sorted by pattern, and the sums that the coefficients need."""

    patterns: tuple[_Pattern, ...]
    design: FloatArray
    """Shape (contributors, visits, columns)."""
    outcome: FloatArray
    """Shape (contributors, visits); 0 where missing."""
    gram: FloatArray
    """Cross products of the columns, pattern after pattern and pair of visits after pair; shape (pairs, columns x columns)."""
    moments: FloatArray
    """Cross products of columns and outcome; shape (pairs, columns)."""


def draw_from_posterior(
    model: ImputationModel,
    everyone: ImputationFit,
    n_missing: int,
    chain: Chain,
    generator: np.random.Generator,
) -> ParameterDraws:
    """Draw coefficients and covariances from their posterior distribution.

    Parameters
    ----------
    model : ImputationModel
        Design and data.
    everyone : ImputationFit
        The fit of the same model: start and centre of the prior.
    n_missing : int
        Number of missing values; each gets a standard normal deviate in every draw.
    chain : Chain
        Length of the chain.
    generator : numpy.random.Generator
        Source of chance.

    Returns
    -------
    ParameterDraws
        The same for the same generator state, whatever the strategies of the participants are.
    """
    data = _arrange(model, everyone)
    centre, n_visits = everyone.fit.sigma, everyone.fit.sigma.shape[-1]
    covariance, coefficients = centre, everyone.fit.beta
    kept_coefficients, kept_covariances = [], []
    for sweep in range(1, chain.warm_up + chain.draws * chain.spacing + 1):
        residuals = _complete_residuals(data, coefficients, covariance, generator)
        covariance = np.stack(
            [
                _draw_covariance(scale, rows, n_visits + 2, generator)
                for scale, rows in zip(centre, _by_group(data, residuals), strict=True)
            ]
        )
        coefficients = _draw_coefficients(data, covariance, generator)
        if sweep > chain.warm_up and (sweep - chain.warm_up) % chain.spacing == 0:
            kept_coefficients.append(coefficients)
            kept_covariances.append(covariance)
    return ParameterDraws(
        coefficients=np.stack(kept_coefficients),
        covariances=np.stack(kept_covariances),
        left_out=np.full(chain.draws, -1, dtype=np.int64),
        deviates=generator.standard_normal((chain.draws, n_missing)),
    )


def _arrange(model: ImputationModel, everyone: ImputationFit) -> _Data:
    rows = everyone.contributors
    counted = model.counted[rows]
    group = model.group[model.arm[rows]]
    key = np.column_stack([group, counted])
    found, pattern_of, sizes = np.unique(key, axis=0, return_inverse=True, return_counts=True)
    order = np.argsort(pattern_of.ravel(), kind="stable")
    ends = np.cumsum(sizes)
    patterns = tuple(
        _Pattern(
            group=int(line[0]),
            members=slice(int(end - size), int(end)),
            seen=np.nonzero(line[1:])[0],
            gap=np.nonzero(line[1:] == 0)[0],
        )
        for line, end, size in zip(found, ends, sizes, strict=True)
    )
    design = model.own_design[rows][order]
    outcome = np.where(counted, model.outcome[rows], 0.0)[order]
    return _Data(
        patterns=patterns,
        design=design,
        outcome=outcome,
        gram=np.concatenate([_gram(design, pattern) for pattern in patterns]),
        moments=np.concatenate([_moments(design, outcome, pattern) for pattern in patterns]),
    )


def _gram(design: FloatArray, pattern: _Pattern) -> FloatArray:
    rows = design[pattern.members][:, pattern.seen]
    products = np.einsum("iap,ibq->abpq", rows, rows, optimize=True)
    return np.asarray(products.reshape(len(pattern.seen) ** 2, -1))


def _moments(design: FloatArray, outcome: FloatArray, pattern: _Pattern) -> FloatArray:
    rows = design[pattern.members][:, pattern.seen]
    products = np.einsum("iap,ib->abp", rows, outcome[pattern.members][:, pattern.seen])
    return np.asarray(products.reshape(len(pattern.seen) ** 2, -1))


def _complete_residuals(
    data: _Data, coefficients: FloatArray, covariance: FloatArray, generator: np.random.Generator
) -> FloatArray:
    residuals = data.outcome - data.design @ coefficients
    for pattern in data.patterns:
        if len(pattern.gap) == 0:
            continue
        sigma = covariance[pattern.group]
        seen, gap = pattern.seen, pattern.gap
        across = sigma[seen[:, None], gap]
        slopes = np.linalg.solve(sigma[seen[:, None], seen], across)
        factor = np.linalg.cholesky(sigma[gap[:, None], gap] - across.T @ slopes)
        known = residuals[pattern.members][:, seen]
        deviates = generator.standard_normal((len(known), len(gap)))
        residuals[pattern.members, gap] = known @ slopes + deviates @ factor.T
    return residuals


def _by_group(data: _Data, residuals: FloatArray) -> Iterator[FloatArray]:
    groups = sorted({pattern.group for pattern in data.patterns})
    for group in groups:
        members = [p.members for p in data.patterns if p.group == group]
        yield residuals[members[0].start : members[-1].stop]


def _draw_covariance(
    scale: FloatArray, residuals: FloatArray, prior_df: int, generator: np.random.Generator
) -> FloatArray:
    """Draw from the inverse-Wishart distribution by the decomposition of Bartlett."""
    size = len(scale)
    df = prior_df + len(residuals)
    factor = np.linalg.cholesky(scale + residuals.T @ residuals)
    triangle = np.tril(generator.standard_normal((size, size)), -1)
    triangle[np.diag_indices(size)] = np.sqrt(generator.chisquare(df - np.arange(size)))
    root = np.linalg.solve(triangle, factor.T)
    return np.asarray(root.T @ root)


def _draw_coefficients(
    data: _Data, covariance: FloatArray, generator: np.random.Generator
) -> FloatArray:
    weights = np.concatenate([_weights(pattern, covariance) for pattern in data.patterns])
    n_columns = data.moments.shape[1]
    precision = (weights @ data.gram).reshape(n_columns, n_columns)
    factor = np.linalg.cholesky(precision)
    half = np.linalg.solve(factor, weights @ data.moments)
    return np.linalg.solve(factor.T, half + generator.standard_normal(n_columns))


def _weights(pattern: _Pattern, covariance: FloatArray) -> FloatArray:
    sigma = covariance[pattern.group]
    return np.linalg.inv(sigma[pattern.seen[:, None], pattern.seen]).ravel()
