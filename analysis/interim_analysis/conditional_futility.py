"""Futility bounds where conditional power has fallen to a limit.

At each look the statistic is found at which the chance of crossing a later efficacy bound equals the limit, under the
planned effect or under the trend of the data. Futility itself is ignored in that chance.

References
----------
Lan, Simon & Halperin (1982), Communications in Statistics C 1, 207-219.
"""

import math

from analysis.interim_analysis.conditional_power import conditional_power, drift_in_trend
from analysis.interim_analysis.design import AssumedEffect, ConditionalPowerFutility
from analysis.interim_analysis.efficacy_bounds import root_of
from analysis.interim_analysis.stopping_bounds import Boundaries

FARTHEST_Z = 20.0


def conditional_power_bound(
    rule: ConditionalPowerFutility, boundaries: Boundaries, *, looks_held: int, drift: float
) -> float:
    """Return the statistic (z) at or below which a look is futile.

    Parameters
    ----------
    rule : ConditionalPowerFutility
        Of the plan.
    boundaries : Boundaries
        Without futility: the looks held and those to come.
    looks_held : int
        Up to and with this look; at least one is to come.
    drift : float
        Expected statistic at full information under the planned effect.

    Returns
    -------
    float
        Within 1e-12; at most the efficacy bound of the look.
    """
    efficacy = boundaries.efficacy[looks_held - 1]
    highest = efficacy if math.isfinite(efficacy) else FARTHEST_Z

    def excess(z: float) -> float:
        trend = rule.effect is AssumedEffect.TREND
        assumed = drift_in_trend(boundaries, looks_held=looks_held, z=z) if trend else drift
        found = conditional_power(boundaries, looks_held=looks_held, z=z, drift=assumed)
        return found[-1] - rule.threshold

    if excess(highest) <= 0:
        return efficacy
    return root_of(excess, -FARTHEST_Z, highest)
