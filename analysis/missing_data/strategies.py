r"""Reference-based strategies: which distribution a participant's outcomes follow from an intercurrent event on.

A strategy is a function (own parameters, reference parameters, first visit) -> parameters. Own parameters are those of the arm
the participant was randomized to, reference parameters those of the reference arm, both at the participant's own covariates.
The first visit is the position (0 is the first visit after baseline) from which the strategy applies.

With own mean :math:`\mu`, reference mean :math:`\mu_R`, own covariance T, reference covariance R, 1 = visits before the event,
2 = visits from it on:

- MAR: the own parameters throughout.
- JR (jump to reference): mean :math:`\mu` before, :math:`\mu_R` from the event on.
- CR (copy reference): the reference parameters throughout, before the event too.
- CIR (copy increments in reference): the own mean of the last visit before the event, moved as the reference mean moves.
- LMCF (last mean carried forward): the own mean of the last visit before the event; undefined without such a visit.

JR and CIR keep T within 1 and the reference's regression of 2 on 1; the others keep one arm's covariance whole.

References
----------
Carpenter, Roger & Kenward (2013), Journal of Biopharmaceutical Statistics 23, 1352-1371.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from analysis.results import NotEstimableError
from protocols.imputation import ImputationStrategy

__all__ = [
    "STRATEGIES",
    "ImputationStrategy",
    "StrategyFunction",
    "VisitParameters",
    "copy_increments_in_reference",
    "copy_reference",
    "jump_to_reference",
    "last_mean_carried_forward",
    "missing_at_random",
]

FloatArray = NDArray[np.float64]


@dataclass(frozen=True, kw_only=True, slots=True)
class VisitParameters:
    """Mean and covariance of the outcomes over the visits; leading axes (draws, participants) are free."""

    mean: FloatArray
    """Shape (..., visits)."""
    covariance: FloatArray
    """Shape (..., visits, visits), without the axis of participants."""


StrategyFunction = Callable[[VisitParameters, VisitParameters, int], VisitParameters]


def missing_at_random(
    own: VisitParameters,
    reference: VisitParameters,  # noqa: ARG001 - every strategy has one signature
    first_visit: int,  # noqa: ARG001
) -> VisitParameters:
    """Return the own parameters."""
    return own


def jump_to_reference(
    own: VisitParameters, reference: VisitParameters, first_visit: int
) -> VisitParameters:
    """Return the own mean before the event and the reference mean from it on."""
    mean = own.mean.copy()
    mean[..., first_visit:] = reference.mean[..., first_visit:]
    return VisitParameters(mean=mean, covariance=_joined(own, reference, first_visit))


def copy_reference(
    own: VisitParameters,  # noqa: ARG001
    reference: VisitParameters,
    first_visit: int,  # noqa: ARG001
) -> VisitParameters:
    """Return the reference parameters."""
    return reference


def copy_increments_in_reference(
    own: VisitParameters, reference: VisitParameters, first_visit: int
) -> VisitParameters:
    """Return the own mean before the event, then moved from there as the reference mean moves.

    Without a visit before the event both arms begin together: the reference mean.
    """
    mean = reference.mean.copy()
    if first_visit > 0:
        last = first_visit - 1
        mean[..., :first_visit] = own.mean[..., :first_visit]
        mean[..., first_visit:] += (own.mean - reference.mean)[..., last : last + 1]
    return VisitParameters(mean=mean, covariance=_joined(own, reference, first_visit))


def last_mean_carried_forward(
    own: VisitParameters,
    reference: VisitParameters,  # noqa: ARG001
    first_visit: int,
) -> VisitParameters:
    """Return the own mean before the event, then that of the last visit before it.

    Raises
    ------
    NotEstimableError
        If there is no visit before the event.
    """
    if first_visit == 0:
        raise NotEstimableError(
            "last mean carried forward needs a visit before the intercurrent event, and there is none"
        )
    mean = own.mean.copy()
    mean[..., first_visit:] = own.mean[..., first_visit - 1 : first_visit]
    return VisitParameters(mean=mean, covariance=own.covariance)


STRATEGIES: Mapping[ImputationStrategy, StrategyFunction] = {
    ImputationStrategy.MISSING_AT_RANDOM: missing_at_random,
    ImputationStrategy.JUMP_TO_REFERENCE: jump_to_reference,
    ImputationStrategy.COPY_REFERENCE: copy_reference,
    ImputationStrategy.COPY_INCREMENTS_IN_REFERENCE: copy_increments_in_reference,
    ImputationStrategy.LAST_MEAN_CARRIED_FORWARD: last_mean_carried_forward,
}


def _joined(own: VisitParameters, reference: VisitParameters, first_visit: int) -> FloatArray:
    """Return the own covariance before the event, continued by the reference's regression on it."""
    if own.covariance is reference.covariance or first_visit == 0:
        return reference.covariance
    before, after = slice(None, first_visit), slice(first_visit, None)
    own_before = own.covariance[..., before, before]
    reference_before = reference.covariance[..., before, before]
    crossed = reference.covariance[..., before, after]
    slopes = np.linalg.solve(reference_before, crossed)
    transposed = np.swapaxes(slopes, -1, -2)
    joined = reference.covariance.copy()
    joined[..., before, before] = own_before
    joined[..., before, after] = own_before @ slopes
    joined[..., after, before] = transposed @ own_before
    joined[..., after, after] -= transposed @ (reference_before - own_before) @ slopes
    return joined
