"""What a look leaves to hope for: the chance of showing the effect later, given the data so far.

References
----------
Lan, Simon & Halperin (1982), Communications in Statistics C 1, 207-219. Spiegelhalter, Freedman & Blackburn (1986),
Controlled Clinical Trials 7, 8-17 (predictive power).
"""

import math
from itertools import accumulate

import numpy as np

from analysis.interim_analysis.errors import InterimError
from analysis.interim_analysis.random_walk import advance, smallest_increment, start_at
from analysis.interim_analysis.stopping_bounds import Boundaries


def conditional_power(
    boundaries: Boundaries, *, looks_held: int, z: float, drift: float
) -> tuple[float, ...]:
    """Compute the probability of having shown a benefit by each later look.

    Parameters
    ----------
    boundaries : Boundaries
        Of the plan.
    looks_held : int
        How many looks have been held; at least one is to come.
    z : float
        Statistic at the last of them.
    drift : float
        Expected statistic at the full information under the assumed effect, that is effect times the square root of
        the planned information, or effect over the planned standard error at the end.

    Returns
    -------
    tuple of float
        Cumulative, one for each look to come. Futility bounds that need not be kept do not count.

    Raises
    ------
    InterimError
        If no look has been held or none is to come.
    """
    if not 1 <= looks_held < len(boundaries.efficacy):
        message = f"{looks_held} of {len(boundaries.efficacy)} looks were held: conditional power needs one held and one to come."
        raise InterimError(message)
    done = boundaries.information[looks_held - 1]
    coming = boundaries.information[looks_held:]
    walk = start_at(done, z)
    finest = smallest_increment(tuple(level - done for level in coming))
    reached = []
    lower = boundaries.counted_below[looks_held:]
    for level, low, high in zip(coming, lower, boundaries.efficacy[looks_held:], strict=True):
        reached.append(walk.probability_above(level, high, drift))
        walk = advance(walk, level, (low, high), drift=drift, finest=finest)
    return tuple(accumulate(reached))


def drift_in_trend(boundaries: Boundaries, *, looks_held: int, z: float) -> float:
    """Return the drift that goes on as the data so far."""
    return z / math.sqrt(boundaries.information[looks_held - 1])


def predictive_power(boundaries: Boundaries, *, looks_held: int, z: float) -> float:
    """Compute conditional power at the end, averaged over what the data so far say about the effect.

    Parameters
    ----------
    boundaries : Boundaries
        Of the plan.
    looks_held : int
        How many looks have been held; at least one is to come.
    z : float
        Statistic at the last of them.

    Returns
    -------
    float
        With a flat prior on the effect: its posterior is normal around the trend of the data.
    """
    trend = drift_in_trend(boundaries, looks_held=looks_held, z=z)
    spread = 1 / math.sqrt(boundaries.information[looks_held - 1])
    nodes, weights = np.polynomial.hermite_e.hermegauss(60)
    powers = [
        conditional_power(boundaries, looks_held=looks_held, z=z, drift=trend + spread * node)[-1]
        for node in nodes
    ]
    return float(np.dot(weights, powers) / weights.sum())
