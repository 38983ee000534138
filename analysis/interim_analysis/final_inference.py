"""What a trial that stopped estimates: p value, interval and median-unbiased estimate by stage-wise ordering.

A result is more extreme the earlier the trial stopped for it, and at one look the larger its statistic. Non-binding
futility bounds do not count. A trial that stopped early overestimates the effect by its plain estimate; the
median-unbiased one is too high as often as too low.

References
----------
Armitage (1957), Biometrika 44, 9-26. Tsiatis, Rosner & Mehta (1984), Biometrics 40, 797-803.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from analysis.interim_analysis.design import Sides
from analysis.interim_analysis.efficacy_bounds import root_of
from analysis.interim_analysis.errors import InterimError
from analysis.interim_analysis.looks import LookEstimate, check_looks
from analysis.interim_analysis.random_walk import BEGINNING, advance, smallest_increment
from analysis.interim_analysis.stopping_bounds import Boundaries
from analysis.results import Interval


@dataclass(frozen=True, kw_only=True, slots=True)
class FinalEstimate:
    """What the trial says in the end."""

    stage: int
    """Look at which it stopped; the first is 1."""
    p: float
    """One-sided or two-sided as the design."""
    median_unbiased: float
    interval: Interval
    """Two-sided; of level 1 - 2 alpha for a one-sided alpha."""
    plain_estimate: float
    """Not corrected for stopping."""


def estimate_after_stopping(
    boundaries: Boundaries, looks: Sequence[LookEstimate], *, significance_level: float
) -> FinalEstimate:
    """Estimate the effect when the trial has stopped at the last of these looks.

    Parameters
    ----------
    boundaries : Boundaries
        Of the plan, or at the looks really held.
    looks : sequence of LookEstimate
        All looks held, the last one being where the trial stopped.
    significance_level : float
        Of the design, as its sides say.

    Returns
    -------
    FinalEstimate
        In the unit of the estimates.

    Raises
    ------
    InterimError
        If there are more looks than bounds, or a look before the last should have stopped the trial.
    """  # noqa: DOC502 - raised by the checks
    check_looks(looks, len(boundaries.efficacy))
    _check_earlier_looks(boundaries, looks)
    last, stage = looks[-1], len(looks)
    two_sided = boundaries.sides is Sides.TWO_SIDED
    scale = 1 / (last.standard_error * math.sqrt(boundaries.information[stage - 1]))
    tail = significance_level / (2 if two_sided else 1)

    def at_effect(effect: float) -> float:
        return probability_of_more(boundaries, stage, last.z, effect * scale)

    def effect_with(probability: float) -> float:
        reach = last.standard_error * (abs(last.z) + 12.0)
        return root_of(lambda effect: at_effect(effect) - probability, -reach, reach)

    above = at_effect(0.0)
    return FinalEstimate(
        stage=stage,
        p=min(1.0, 2 * min(above, 1 - above)) if two_sided else above,
        median_unbiased=effect_with(0.5),
        interval=Interval(lower=effect_with(tail), upper=effect_with(1 - tail), level=1 - 2 * tail),
        plain_estimate=last.estimate,
    )


def probability_of_more(boundaries: Boundaries, stage: int, z: float, drift: float) -> float:
    """Return the probability of a result at least as extreme as stopping at ``stage`` with ``z``."""
    information, lower = boundaries.information[:stage], boundaries.counted_below
    finest = smallest_increment(information)
    walk, earlier = BEGINNING, 0.0
    for place, level in enumerate(information[:-1]):
        upper = boundaries.efficacy[place]
        earlier += walk.probability_above(level, upper, drift)
        walk = advance(walk, level, (lower[place], upper), drift=drift, finest=finest)
    return earlier + walk.probability_above(information[-1], z, drift)


def _check_earlier_looks(boundaries: Boundaries, looks: Sequence[LookEstimate]) -> None:
    lower = boundaries.counted_below
    for place, look in enumerate(looks[:-1]):
        if look.z >= boundaries.efficacy[place] or look.z <= lower[place]:
            message = f"Look {place + 1} has z = {look.z:.3f}, which stops the trial: give the looks up to that one only."
            raise InterimError(message)
