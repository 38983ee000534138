"""What a sample size is multiplied by: clusters, losses, people who do not take up the intervention.

References
----------
Eldridge, Ashby & Kerry (2006), International Journal of Epidemiology 35, 1292-1300 (clusters of unequal size).
Roberts & Roberts (2005), Clinical Trials 2, 152-162 (therapists in one arm only).
Lachin & Foulkes (1986), Biometrics 42, 507-519 (non-adherence).
"""

import math

from analysis.sample_size.requirement import (
    Requirement,
    SampleSizeError,
    check_positive,
)


def design_effect(
    *, cluster_size: float, intracluster_correlation: float, size_variation: float = 0.0
) -> float:
    """Return the factor by which clusters inflate the variance.

    Parameters
    ----------
    cluster_size : float
        Mean number of participants of a therapist, group or site.
    intracluster_correlation : float
        Between two participants of the same cluster.
    size_variation : float
        Coefficient of variation of the sizes.

    Returns
    -------
    float
        1 + ((1 + cv^2) m - 1) ICC.

    Raises
    ------
    SampleSizeError
        If a number is out of its range.
    """
    if not cluster_size >= 1:
        message = f"The cluster size is {cluster_size}: it must be 1 or more."
        raise SampleSizeError(message)
    if not 0 <= intracluster_correlation <= 1:
        message = f"The intracluster correlation is {intracluster_correlation}: it must lie between 0 and 1."
        raise SampleSizeError(message)
    if not size_variation >= 0:
        message = f"The coefficient of variation of cluster sizes is {size_variation}: it must be 0 or above."
        raise SampleSizeError(message)
    return 1 + ((1 + size_variation**2) * cluster_size - 1) * intracluster_correlation


def allow_for_clusters(requirement: Requirement, *, first: float, second: float) -> Requirement:
    """Multiply each arm by its design effect; 1 for an arm without clusters.

    With clusters in one arm only this is approximate, because the arms' variances then differ (Roberts & Roberts 2005).
    """
    check_positive("The design effect of the first arm", first)
    check_positive("The design effect of the second arm", second)
    return requirement.multiplied(first, second, f"design effects {first:.4g} and {second:.4g}")


def allow_for_losses(requirement: Requirement, *, first: float, second: float) -> Requirement:
    """Divide each arm by the share that is expected to have the outcome.

    Parameters
    ----------
    requirement : Requirement
        Participants with the outcome.
    first, second : float
        Share of the arm expected without the outcome.

    Returns
    -------
    Requirement
        Participants to randomize. Right for an analysis of those with the outcome; an MMRM has its losses in
        `analysis.sample_size.repeated_measures`.

    Raises
    ------
    SampleSizeError
        If a share is negative, or nobody is left.
    """
    for arm, share in (("first", first), ("second", second)):
        if not 0 <= share < 1:
            message = (
                f"The share lost in the {arm} arm is {share}: it must be 0 or more and below 1."
            )
            raise SampleSizeError(message)
    return requirement.multiplied(
        1 / (1 - first), 1 / (1 - second), f"losses of {first:.4g} and {second:.4g}"
    )


def allow_for_non_adherence(
    requirement: Requirement, *, not_taken_up: float, taken_up_elsewhere: float
) -> Requirement:
    """Allow for those of the first arm who do not take it up and those of the second who get it elsewhere.

    Parameters
    ----------
    requirement : Requirement
        Participants if everybody adhered.
    not_taken_up, taken_up_elsewhere : float
        Shares of the first and of the second arm.

    Returns
    -------
    Requirement
        For the effect of being offered the intervention: divided by (1 - both shares) squared.

    Raises
    ------
    SampleSizeError
        If a share is negative, or nothing of the contrast is left.
    """
    left = 1 - not_taken_up - taken_up_elsewhere
    if min(not_taken_up, taken_up_elsewhere) < 0 or not left > 0 or not math.isfinite(left):
        message = f"Shares of {not_taken_up} and {taken_up_elsewhere} without adherence leave no contrast: each must be 0 or more, together below 1."
        raise SampleSizeError(message)
    return requirement.multiplied(1 / left**2, 1 / left**2, f"contrast diluted to {left:.4g}")
