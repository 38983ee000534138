r"""Rubin's rules: estimates of several completed datasets to one, with the degrees of freedom of Barnard and Rubin.

With M estimates, their mean squared standard error :math:`\bar U` and the variance B between them:

.. math::
    T = \bar U + (1 + 1/M) B, \quad \lambda = (1 + 1/M) B / T, \quad
    \nu_{old} = (M - 1)/\lambda^2, \quad
    \nu_{obs} = \frac{\nu + 1}{\nu + 3} \nu (1 - \lambda), \quad
    df = (1/\nu_{old} + 1/\nu_{obs})^{-1}

where :math:`\nu` are the degrees of freedom that the complete data would have. Without them, df is Rubin's 1987
:math:`\nu_{old}`. Without variation between the datasets, df is :math:`\nu_{obs}`.

References
----------
Rubin (1987), Multiple Imputation for Nonresponse in Surveys, section 3.3.
Barnard & Rubin (1999), Biometrika 86, 948-955.
"""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from analysis.results import NotEstimableError

FloatArray = NDArray[np.float64]


@dataclass(frozen=True, kw_only=True, slots=True)
class RubinPool:
    """One estimate from several completed datasets."""

    estimate: float
    within: float
    """Mean of the squared standard errors."""
    between: float
    """Variance of the estimates."""
    total: float
    """Squared standard error of the pooled estimate."""
    df: float
    """Infinite when nothing varies between the datasets and the complete data have no df of their own."""
    relative_increase: float
    """Of the variance, by what is missing."""
    fraction_missing: float
    """Fraction of the information about the estimate that is missing."""
    monte_carlo_error: float
    """Standard deviation of the pooled estimate over repeated imputation: sqrt(between / M)."""

    @property
    def standard_error(self) -> float:
        """Standard error of the pooled estimate."""
        return math.sqrt(self.total)


def pool_by_rubin(
    estimates: FloatArray, variances: FloatArray, complete_data_df: float | None
) -> RubinPool:
    """Pool the estimates of completed datasets.

    Parameters
    ----------
    estimates, variances : ndarray, shape (n_datasets,)
        Estimate and squared standard error in each completed dataset.
    complete_data_df : float or None
        Degrees of freedom had nothing been missing; None when the reference distribution would be normal.

    Returns
    -------
    RubinPool
        Estimate, variance and degrees of freedom.

    Raises
    ------
    NotEstimableError
        If there are fewer than two datasets, or the estimates have no variance within them.
    """
    count = len(estimates)
    if count < 2:
        raise NotEstimableError(
            f"Rubin's rules need at least two completed datasets, and there is {count}"
        )
    within = float(np.mean(variances))
    if not within > 0:
        raise NotEstimableError("the estimates have no variance within the completed datasets")
    between = float(np.var(estimates, ddof=1)) if np.ptp(estimates) > 0 else 0.0
    added = (1 + 1 / count) * between
    increase = added / within
    df = _degrees_of_freedom(count, added / (within + added), complete_data_df)
    return RubinPool(
        estimate=float(np.mean(estimates)),
        within=within,
        between=between,
        total=within + added,
        df=df,
        relative_increase=increase,
        fraction_missing=(increase + 2 / (df + 3)) / (increase + 1),
        monte_carlo_error=math.sqrt(between / count),
    )


def _degrees_of_freedom(count: int, share: float, complete_data_df: float | None) -> float:
    old = math.inf if share == 0 else (count - 1) / share**2
    if complete_data_df is None or math.isinf(complete_data_df):
        return old
    v = complete_data_df
    observed = (v + 1) / (v + 3) * v * (1 - share)
    return 1 / (1 / old + 1 / observed)
