"""Power of one-sided t tests, alone and in pairs."""

import math
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from scipy.special import chdtri, gammaln, ndtr, stdtrit

LARGEST_SHIFT = 1e6
"""Of the noncentral t distribution: from there the power is 1, and scipy's has no number far beyond."""


def student_power(effect: float, standard_error: float, df: float, tail: float) -> float:
    """Return the power of a t test in the direction of the effect (noncentral t)."""
    from scipy.stats import nct

    if df <= 0:
        return 0.0
    shift = min(abs(effect) / standard_error, LARGEST_SHIFT)
    return float(nct.sf(-stdtrit(df, tail), df, shift))


def equivalence_power(
    above_lower: float, below_upper: float, standard_error: float, df: float, tail: float
) -> float:
    """Return the power of two one-sided t tests.

    Parameters
    ----------
    above_lower, below_upper : float
        Distances of the expected difference from both margins.
    standard_error : float
        True standard error of the difference.
    df : float
        Degrees of freedom of its estimate.
    tail : float
        One-sided level of each test.

    Returns
    -------
    float
        Exact: the normal probability between both critical values, averaged over the estimated standard error.
    """
    if df <= 0:
        return 0.0
    critical = -float(stdtrit(df, tail))
    largest = df * ((above_lower + below_upper) / (2 * standard_error * critical)) ** 2
    low = math.sqrt(chdtri(df, 1 - 1e-14))
    high = math.sqrt(min(chdtri(df, 1e-14), largest))
    if high <= low:
        return 0.0
    nodes, weights = _legendre()
    chi = low + (high - low) * (nodes + 1) / 2
    log_density = (
        (df - 1) * np.log(chi) - chi**2 / 2 - (df / 2 - 1) * math.log(2) - float(gammaln(df / 2))
    )
    reach = critical * chi / math.sqrt(df)
    inside = ndtr(below_upper / standard_error - reach) - ndtr(reach - above_lower / standard_error)
    mass = np.exp(log_density) * weights * (high - low) / 2
    return float(np.sum(mass * np.maximum(inside, 0.0)))


@lru_cache(maxsize=1)
def _legendre() -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    nodes, weights = np.polynomial.legendre.leggauss(128)
    return nodes, weights
