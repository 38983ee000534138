"""How many participants an analysis of covariance needs.

References
----------
Borm, Fransen & Lemmens (2007), Journal of Clinical Epidemiology 60(12), 1234-1238: adjusting for a
baseline value that correlates r with the outcome divides the variance by 1 / (1 - r^2).
"""

import math
from statistics import NormalDist

from protocols.design import SampleSize


def required_per_arm(assumptions: SampleSize) -> int:
    r"""Compute the number of participants to randomize to each of two equal arms.

    Parameters
    ----------
    assumptions : SampleSize
        Difference, standard deviation, correlation, levels and dropout; its ``per_arm`` is not
        looked at.

    Returns
    -------
    int
        Participants per arm, allowance for dropout included.

    Notes
    -----
    .. math:: n = 2 (z_{1-\alpha/2} + z_{power})^2 \sigma^2 (1 - r^2) / d^2

    rounded up, then divided by the share expected to have the outcome, and rounded up again.
    """
    return math.ceil(observed_per_arm(assumptions) / (1 - assumptions.dropout_share))


def observed_per_arm(assumptions: SampleSize) -> int:
    """Compute how many participants per arm must have the outcome.

    Parameters
    ----------
    assumptions : SampleSize
        As for `required_per_arm`.

    Returns
    -------
    int
        Participants per arm with the outcome observed.
    """
    normal = NormalDist()
    quantiles = normal.inv_cdf(1 - assumptions.significance_level / 2) + normal.inv_cdf(
        assumptions.statistical_power
    )
    unexplained = 1 - assumptions.baseline_correlation**2
    standardized = assumptions.difference / assumptions.standard_deviation
    return math.ceil(2 * quantiles**2 * unexplained / standardized**2)
