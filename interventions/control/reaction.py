"""The model of how a listener answers music, and what is believed of this listener's range.

Conventions: effects in z units of arousal per 15 seconds; the offset is the music's level minus the listener's arousal.
Music draws a listener towards its level only when it is near: within the listener's *range*, which is believed as nine
possible values with probabilities.

Contents: `RANGES`, `Beliefs`, `FLAT_BELIEFS`, `pull`, `expected_pulls`, `drift`, `OFFSETS`.
"""

import math
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

DECISION_S = 15.0
POPULATION_GAIN = 2.2 * 0.06
POPULATION_REST = 0.6
"""Where anxious adults come to rest without music, above their resting recording."""
RETURN_SHARE = 0.03
RANGES = tuple(round(0.5 + 0.1 * step, 1) for step in range(9))
OFFSETS = tuple(round(-1.5 + 0.05 * step, 2) for step in range(61))

Beliefs: TypeAlias = tuple[float, ...]
"""Probability of each of `RANGES`."""
FLAT_BELIEFS: Beliefs = (1.0 / len(RANGES),) * len(RANGES)


def pull(offset: float, range_z: float) -> float:
    """Return how far music draws a listener in 15 seconds.

    Parameters
    ----------
    offset : float
        Level of the music minus arousal of the listener.
    range_z : float
        The listener's range; the pull is greatest at this distance.
    """
    return POPULATION_GAIN * offset * math.exp(-0.5 * (offset / range_z) ** 2)


_PULLS: NDArray[np.float64] = np.array(
    [[pull(offset, range_z) for range_z in RANGES] for offset in OFFSETS]
)


def expected_pulls(beliefs: Beliefs) -> NDArray[np.float64]:
    """Return the expected pull at each of `OFFSETS`.

    Parameters
    ----------
    beliefs : tuple of float
        Probability of each of `RANGES`.
    """
    return np.asarray(_PULLS @ np.array(beliefs), dtype=np.float64)


def drift(arousal: float) -> float:
    """Return how far arousal moves by itself in 15 seconds.

    Parameters
    ----------
    arousal : float
        The listener's arousal.
    """
    return RETURN_SHARE * (POPULATION_REST - arousal)
