r"""Analysis of covariance when participants share a therapist, a group or a site: cluster-robust standard errors.

- CR1: the sandwich over clusters with factor G/(G − 1) · (n − 1)/(n − p) and G − 1 degrees of freedom (statsmodels). Too small with few clusters.
- CR2: residuals of each cluster multiplied by (I − H)^-1/2, which is unbiased when participants are independent, and Satterthwaite degrees of
  freedom of Bell and McCaffrey for the contrast at hand: the choice with fewer than about 40 clusters. Own code: no Python library has it.

References
----------
Liang & Zeger (1986), Biometrika 73, 13-22. Bell & McCaffrey (2002), Survey Methodology 28, 169-181.
Pustejovsky & Tipton (2018), Journal of Business & Economic Statistics 36, 672-683 (generalized inverse root).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import numpy as np

from analysis.estimators.ancova import AncovaFit, adjusted_mean_row
from analysis.estimators.arrays import FloatArray, require_equal_lengths
from analysis.estimators.effect import Effect, Named, arm_sizes, t_effect
from analysis.results import Contrast, NotEstimableError

FEWEST_CLUSTERS = 2
SMALLEST_EIGENVALUE = 1e-10


class ClusterCovariance(StrEnum):
    """Which cluster-robust covariance is used."""

    CR1 = "CR1"
    CR2 = "CR2"


@dataclass(frozen=True, kw_only=True, slots=True)
class ClusteredRow:
    """A linear combination of the coefficients."""

    estimate: float
    standard_error: float
    df: float


@dataclass(frozen=True, kw_only=True, slots=True)
class _Variance:
    variance: float
    df: float


def estimate_clustered_ancova(
    fit: AncovaFit,
    contrast: Contrast,
    clusters: Sequence[str],
    kind: ClusterCovariance,
    *,
    confidence_level: float,
) -> Effect:
    """Estimate a difference in adjusted means with cluster-robust standard error.

    Parameters
    ----------
    clusters
        Therapist, group or site of each participant, in the order of the fit's sample; `NotEstimableError` if there are fewer than 2.
    """
    row = adjusted_mean_row(fit, contrast.first) - adjusted_mean_row(fit, contrast.second)
    found = estimate_clustered_row(fit, row, clusters, kind)
    named = Named(
        quantity=f"difference in adjusted means, {contrast.label}",
        method=f"{fit.formula}; {kind.value} standard errors over {len(set(clusters))} clusters",
        arms=arm_sizes(fit.sample.arm),
    )
    return t_effect(
        named,
        estimate=found.estimate,
        standard_error=found.standard_error,
        df=found.df,
        confidence_level=confidence_level,
    )


def estimate_clustered_row(
    fit: AncovaFit, row: FloatArray, clusters: Sequence[str], kind: ClusterCovariance
) -> ClusteredRow:
    """Estimate a linear combination of the coefficients, with the degrees of freedom of this combination.

    Raises
    ------
    NotEstimableError
        If there are fewer than 2 clusters.
    """
    require_equal_lengths(participants=fit.sample.arm, clusters=clusters)
    count = len(set(clusters))
    if count < FEWEST_CLUSTERS:
        raise NotEstimableError(f"{count} cluster; at least {FEWEST_CLUSTERS} are needed")
    spread = (
        _classic(fit, row, clusters)
        if kind is ClusterCovariance.CR1
        else _bias_reduced(fit, row, clusters)
    )
    return ClusteredRow(
        estimate=float(row @ fit.coefficients),
        standard_error=float(np.sqrt(max(spread.variance, 0.0))),
        df=spread.df,
    )


def _classic(fit: AncovaFit, row: FloatArray, clusters: Sequence[str]) -> _Variance:
    from statsmodels.regression.linear_model import OLS

    codes = np.unique(np.asarray(clusters), return_inverse=True)[1]
    model: Any = OLS(np.asarray(fit.sample.outcome, dtype=np.float64), fit.design.matrix)
    robust = model.fit(cov_type="cluster", cov_kwds={"groups": codes})
    covariance = np.asarray(robust.cov_params())
    return _Variance(variance=float(row @ covariance @ row), df=float(codes.max()))


def _bias_reduced(fit: AncovaFit, row: FloatArray, clusters: Sequence[str]) -> _Variance:
    matrix = fit.design.matrix
    bread = np.linalg.inv(matrix.T @ matrix)
    half = np.linalg.cholesky(bread)
    codes = np.unique(np.asarray(clusters), return_inverse=True)[1]
    scores = []
    weights = []
    projections = []
    for code in range(codes.max() + 1):
        here = matrix[codes == code]
        adjusted = _adjust(here, half) @ (bread @ row)
        scores.append(float(adjusted @ fit.residuals[codes == code]))
        weights.append(float(adjusted @ adjusted))
        projections.append(here.T @ adjusted)
    across = np.array(projections)
    gram = np.diag(weights) - across @ bread @ across.T
    total = float(np.sum(gram**2))
    return _Variance(
        variance=float(np.sum(np.square(scores))),
        df=float(np.trace(gram) ** 2 / total) if total > 0 else 0.0,
    )


def _adjust(rows: FloatArray, half: FloatArray) -> FloatArray:
    """Return (I − H)^-1/2 times the design rows of one cluster, H = rows B rows', by a thin decomposition of rows B^1/2."""
    directions, sizes, _ = np.linalg.svd(rows @ half, full_matrices=False)
    left = 1 - sizes**2
    kept = left > SMALLEST_EIGENVALUE
    factor = np.where(kept, 1 / np.sqrt(np.where(kept, left, 1.0)), 0.0) - 1
    return np.asarray(rows + (directions * factor) @ (directions.T @ rows))
