r"""From the estimates of all completed datasets to one estimate with one variance: the one that the plan names.

- Jackknife: conditional means are imputed, once with everyone and once without each of n participants. Estimate from everyone,
  variance :math:`\frac{n-1}{n} \sum_i (e_i - \bar e)^2`, normal reference distribution. It is what the estimate varies by over
  repeated trials.
- Rubin's rules: random values are imputed several times. Mean of the estimates, variance within plus between, Student's t. Under
  a reference-based strategy this variance is larger than the estimate's own: it keeps the information of the trial no larger than
  under missing at random (Cro, Carpenter & Kenward 2019).

The two answer different questions and are never shown side by side without their names.

References
----------
Efron & Stein (1981), Annals of Statistics 9, 586-596.
Wolbers et al. (2022), Pharmaceutical Statistics 21, 1246-1257.
Cro, Carpenter & Kenward (2019), Journal of the Royal Statistical Society A 182, 623-645.
"""

import math
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from analysis.estimators.effect import normal_quantile, two_sided_normal_p
from analysis.estimators.student_t import t_interval, two_sided_p
from analysis.missing_data.analysis_step import Target, TargetEstimates
from analysis.missing_data.rubin import RubinPool, pool_by_rubin
from analysis.results import Interval, NotEstimableError

FloatArray = NDArray[np.float64]


class VarianceKind(StrEnum):
    """How the variance of an estimate from imputed data is estimated."""

    JACKKNIFE = "jackknife"
    RUBIN = "Rubin's rules"


@dataclass(frozen=True, kw_only=True, slots=True)
class PooledEstimate:
    """One estimate from imputed data; numbers are None when there is a ``reason``."""

    target: Target
    variance: VarianceKind
    """The variance that was planned, and the only one here."""
    estimate: float | None = None
    standard_error: float | None = None
    df: float | None = None
    """None: normal reference distribution."""
    interval: Interval | None = None
    p: float | None = None
    """Two-sided, of the hypothesis that the target is 0."""
    fraction_missing: float | None = None
    """Of the information; None for the jackknife."""
    monte_carlo_error: float | None = None
    """What the estimate varies by from one seed to the next; None for the jackknife, which has no seed."""
    reason: str = ""

    @property
    def decimals(self) -> int | None:
        """Decimals that another seed would not change by more than one unit; None: as many as wanted."""
        if not self.monte_carlo_error:
            return None
        return max(0, math.floor(-math.log10(2 * self.monte_carlo_error)))


def pool_estimates(
    found: TargetEstimates, variance: VarianceKind, confidence_level: float
) -> PooledEstimate:
    """Pool one target over all completed datasets.

    Parameters
    ----------
    found : TargetEstimates
        Estimates of all datasets; for the jackknife the first has everyone, each other lacks one participant.
    variance : VarianceKind
        As planned.
    confidence_level : float
        Of the interval.

    Returns
    -------
    PooledEstimate
        With a reason instead of numbers where the target cannot be estimated.
    """
    if found.reason:
        return PooledEstimate(target=found.target, variance=variance, reason=found.reason)
    try:
        if variance is VarianceKind.JACKKNIFE:
            return _by_jackknife(found, confidence_level)
        pooled = pool_by_rubin(found.estimates, found.variances, found.df)
    except NotEstimableError as error:
        return PooledEstimate(target=found.target, variance=variance, reason=str(error))
    return _by_rubin(found.target, pooled, confidence_level)


def jackknife_variance(left_out: FloatArray) -> float:
    """Return the jackknife variance of an estimate from its values without each of n participants.

    Parameters
    ----------
    left_out : ndarray, shape (n,)
        The estimate without each participant in turn.

    Returns
    -------
    float
        (n - 1) / n times the sum of squared deviations from their mean.

    Examples
    --------
    >>> jackknife_variance(np.array([1.0, 2.0, 3.0]))  # doctest: +ELLIPSIS
    1.33...
    """
    return jackknife_covariance(left_out, left_out)


def jackknife_covariance(first: FloatArray, second: FloatArray) -> float:
    """Return the jackknife covariance of two estimates, each of shape (n,): without each of n participants."""
    count = len(first)
    return float((count - 1) / count * np.sum((first - first.mean()) * (second - second.mean())))


def _by_jackknife(found: TargetEstimates, level: float) -> PooledEstimate:
    variance = jackknife_variance(found.estimates[1:])
    if not variance > 0:
        raise NotEstimableError(
            "the estimate is the same whoever is left out, so it has no variance"
        )
    estimate, error = float(found.estimates[0]), math.sqrt(variance)
    half = normal_quantile(level) * error
    return PooledEstimate(
        target=found.target,
        variance=VarianceKind.JACKKNIFE,
        estimate=estimate,
        standard_error=error,
        interval=Interval(lower=estimate - half, upper=estimate + half, level=level),
        p=two_sided_normal_p(estimate / error),
    )


def _by_rubin(target: Target, pooled: RubinPool, level: float) -> PooledEstimate:
    normal = math.isinf(pooled.df)
    error = pooled.standard_error
    return PooledEstimate(
        target=target,
        variance=VarianceKind.RUBIN,
        estimate=pooled.estimate,
        standard_error=error,
        df=None if normal else pooled.df,
        interval=t_interval(pooled.estimate, error, pooled.df, level),
        p=two_sided_p(pooled.estimate / error, pooled.df),
        fraction_missing=pooled.fraction_missing,
        monte_carlo_error=pooled.monte_carlo_error,
    )
