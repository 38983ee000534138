"""Who leaves a simulated trial, and why.

A participant who leaves has no value from that visit on. The chance of leaving depends on nothing (MCAR), on the last
value seen (MAR) or on the value that is then not seen (MNAR).
"""

from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from itertools import pairwise

import numpy as np
from scipy.optimize import brentq
from scipy.special import expit

from analysis.operating_characteristics.batches import BoolArray, FloatArray
from analysis.operating_characteristics.errors import SimulationError


class Mechanism(StrEnum):
    """What the chance of leaving depends on."""

    MCAR = "missing completely at random"
    MAR = "missing at random"
    MNAR = "missing not at random"


@dataclass(frozen=True, kw_only=True, slots=True)
class Dropout:
    """Losses of one arm."""

    lost_by_visit: tuple[float, ...]
    """Share gone by each visit after baseline, never falling, below 1."""
    mechanism: Mechanism = Mechanism.MCAR
    log_odds: float = 0.0
    """Of leaving, for each standard deviation of the value it depends on; above 0: larger values leave."""

    def __post_init__(self) -> None:
        falls = any(later < earlier for earlier, later in pairwise((0.0, *self.lost_by_visit)))
        if not self.lost_by_visit or falls or self.lost_by_visit[-1] >= 1:
            listed = ", ".join(map(str, self.lost_by_visit)) or "empty"
            message = f"The shares lost by visit are {listed}: they must start at 0 or more, never fall, and stay below 1."
            raise SimulationError(message)
        if self.mechanism is Mechanism.MCAR and self.log_odds != 0:
            message = f"Losses completely at random depend on nothing, but log_odds is {self.log_odds}: set it to 0 or name MAR or MNAR."
            raise SimulationError(message)

    def observed(self, standardized: FloatArray, draw: np.random.Generator) -> BoolArray:
        """Draw who is seen at which visit.

        Parameters
        ----------
        standardized : array, shape (trials, participants, 1 + visits)
            Baseline and all outcomes in standard deviations from their mean.
        draw : Generator
            Where chance comes from.

        Returns
        -------
        array, shape (trials, participants, visits)
            False from the visit on at which a participant left.
        """
        visits = len(self.lost_by_visit)
        chance = draw.random((*standardized.shape[:2], visits))
        seen = np.empty(chance.shape, dtype=np.bool_)
        stays = np.ones(chance.shape[:2], dtype=np.bool_)
        for visit, hazard in enumerate(self._hazards()):
            column = visit + (self.mechanism is Mechanism.MNAR)
            leaving = leaving_probability(hazard, self.log_odds, standardized[:, :, column])
            stays &= chance[:, :, visit] >= leaving
            seen[:, :, visit] = stays
        return seen

    def _hazards(self) -> list[float]:
        return [
            (now - before) / (1 - before) for before, now in pairwise((0.0, *self.lost_by_visit))
        ]


def leaving_probability(hazard: float, log_odds: float, value: FloatArray) -> FloatArray:
    """Return the chance of leaving, logistic in a standard normal value, on average the hazard."""
    if hazard <= 0 or log_odds == 0:
        return np.full_like(value, hazard)
    return np.asarray(expit(_intercept(hazard, log_odds) + log_odds * value))


@lru_cache(maxsize=1024)
def _intercept(hazard: float, log_odds: float) -> float:
    """Return the log odds at the mean with which a normal value gives the hazard on average."""
    nodes, weights = np.polynomial.hermite_e.hermegauss(40)
    weights = weights / weights.sum()

    def excess(intercept: float) -> float:
        return float(weights @ expit(intercept + log_odds * nodes)) - hazard

    reach = 40.0 + 12.0 * abs(log_odds)
    return float(brentq(excess, -reach, reach, xtol=1e-12))
