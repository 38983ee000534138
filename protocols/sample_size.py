"""How many participants an analysis of covariance needs.

References
----------
Borm, Fransen & Lemmens (2007), Journal of Clinical Epidemiology 60(12), 1234-1238: adjusting for a
baseline value that correlates r with the outcome divides the variance by 1 / (1 - r^2).
"""

import math
from fractions import Fraction
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
    # as written in the document: 84 / (1 - 0.3) is 120, and a little more in binary
    observed_share = 1 - Fraction(str(assumptions.dropout_share))
    return math.ceil(observed_per_arm(assumptions) / observed_share)


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
    variance = 2 * assumptions.standard_deviation**2 * (1 - assumptions.baseline_correlation**2)
    return math.ceil(
        normal_participants(
            null_variance=variance,
            variance=variance,
            difference=assumptions.difference,
            tail=assumptions.significance_level / 2,
            statistical_power=assumptions.statistical_power,
        )
    )


def normal_participants(
    *,
    null_variance: float,
    variance: float,
    difference: float,
    tail: float,
    statistical_power: float,
) -> float:
    """Compute how many participants a normal test needs, not rounded.

    Parameters
    ----------
    null_variance, variance : float
        Variance of the estimated difference times the number of participants counted, without and with the effect.
    difference : float
        Effect that must not be missed, in units of the estimate.
    tail : float
        One-sided level; half of a two-sided one.
    statistical_power : float
        Probability of finding the effect when it is there.

    Returns
    -------
    float
        Participants of the arm that the variances are counted in.
    """
    normal = NormalDist()
    without_effect = normal.inv_cdf(1 - tail) * math.sqrt(null_variance)
    with_effect = normal.inv_cdf(statistical_power) * math.sqrt(variance)
    return (without_effect + with_effect) ** 2 / difference**2
