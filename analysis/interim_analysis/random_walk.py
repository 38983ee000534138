r"""The score process on those trials that go on: its sub-density, carried from look to look.

With Z_k the statistic at information t_k, B_k = Z_k sqrt(t_k) has independent increments N(drift Δt, Δt). The density
of B on the continuation region is kept on Gauss-Legendre nodes; panels are no wider than 4 standard deviations of the
smallest increment, so that 20 nodes each give about 12 digits whatever the looks.

References
----------
Armitage, McPherson & Rowe (1969), JRSS A 132, 235-244. Jennison & Turnbull (2000), Group Sequential Methods, chapter 19.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr

FloatArray = NDArray[np.float64]
NODES_OF_A_PANEL = 20
PANEL_WIDTH = 4.0
"""In standard deviations of the smallest increment."""
FARTHEST = 8.5
"""Standard deviations beyond which the density counts as 0 (2e-17)."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Walk:
    """Probability mass of the score among trials that go on after a look."""

    information: float
    scores: FloatArray
    """Nodes, shape (n,)."""
    mass: FloatArray
    """Density times weight at each node; sums to the probability of going on."""
    origin: tuple[float, float] = (0.0, 0.0)
    """Information and score that it started from."""

    def probability_above(self, information: float, z: float, drift: float) -> float:
        """Return the probability of going on up to now and having a statistic of at least ``z`` next."""
        return float(self.mass @ ndtr(-self._standardized(information, z, drift)))

    def probability_below(self, information: float, z: float, drift: float) -> float:
        """Return the probability of going on up to now and having a statistic below ``z`` next."""
        return float(self.mass @ ndtr(self._standardized(information, z, drift)))

    def _standardized(self, information: float, z: float, drift: float) -> FloatArray:
        step = information - self.information
        score = z * math.sqrt(information)
        return np.asarray((score - self.scores - drift * step) / math.sqrt(step))


BEGINNING = Walk(information=0.0, scores=np.zeros(1), mass=np.ones(1))


def start_at(information: float, z: float) -> Walk:
    """Return the walk of a trial whose statistic at this information is known."""
    score = z * math.sqrt(information)
    return Walk(
        information=information,
        scores=np.array([score]),
        mass=np.ones(1),
        origin=(information, score),
    )


def advance(
    walk: Walk, information: float, region: tuple[float, float], *, drift: float, finest: float
) -> Walk:
    """Carry the walk over one look that goes on inside the region.

    Parameters
    ----------
    walk : Walk
        After the look before.
    information : float
        At this look; more than at the one before.
    region : tuple of float
        Statistics (z) between which the trial goes on; either may be infinite.
    drift : float
        Expected score at information 1.
    finest : float
        Smallest increment of information among all looks.

    Returns
    -------
    Walk
        Among the trials that go on.
    """
    step = information - walk.information
    since = information - walk.origin[0]
    centre, spread = walk.origin[1] + drift * since, FARTHEST * math.sqrt(since)
    lower = max(region[0] * math.sqrt(information), centre - spread)
    upper = min(region[1] * math.sqrt(information), centre + spread)
    if upper <= lower:
        return replace(walk, information=information, scores=np.zeros(1), mass=np.zeros(1))
    scores, weights = _nodes(lower, upper, PANEL_WIDTH * math.sqrt(finest))
    distances = (scores[:, None] - walk.scores[None, :] - drift * step) / math.sqrt(step)
    density = np.exp(-0.5 * distances**2) @ walk.mass / math.sqrt(2 * math.pi * step)
    return replace(walk, information=information, scores=scores, mass=weights * density)


def exit_probabilities(
    information: Sequence[float], lower: Sequence[float], upper: Sequence[float], drift: float
) -> tuple[tuple[float, ...], tuple[float, ...]]:
    """Return the probabilities of first leaving below and above at each look, in this order."""
    walk, finest = BEGINNING, smallest_increment(information)
    below, above = [], []
    for level, low, high in zip(information, lower, upper, strict=True):
        below.append(walk.probability_below(level, low, drift))
        above.append(walk.probability_above(level, high, drift))
        walk = advance(walk, level, (low, high), drift=drift, finest=finest)
    return tuple(below), tuple(above)


def smallest_increment(information: Sequence[float]) -> float:
    """Return the smallest step between looks, the first one from 0."""
    return min(
        later - earlier for earlier, later in zip((0.0, *information), information, strict=False)
    )


@lru_cache(maxsize=1)
def _legendre() -> tuple[FloatArray, FloatArray]:
    nodes, weights = np.polynomial.legendre.leggauss(NODES_OF_A_PANEL)
    return nodes, weights


def _nodes(lower: float, upper: float, widest: float) -> tuple[FloatArray, FloatArray]:
    panels = math.ceil((upper - lower) / widest)
    half = (upper - lower) / (2 * panels)
    middles = lower + half * (2 * np.arange(panels) + 1)
    nodes, weights = _legendre()
    return (middles[:, None] + half * nodes).ravel(), np.tile(half * weights, panels)
