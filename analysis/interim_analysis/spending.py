"""How much of an error probability may be spent by the time a share of the information is there.

References
----------
Lan & DeMets (1983), Biometrika 70, 659-663. Kim & DeMets (1987), Biometrika 74, 149-154.
Hwang, Shih & DeCani (1990), Statistics in Medicine 9, 1439-1445.
"""

import math
from dataclasses import dataclass
from typing import Protocol

from scipy.special import ndtr, ndtri

from analysis.interim_analysis.errors import InterimError


class SpendingFunction(Protocol):
    """Cumulative error spent; 0 at fraction 0 and ``level`` at fraction 1, never falling."""

    def spent(self, fraction: float, level: float) -> float:
        """Return what is spent at an information fraction between 0 and 1."""
        ...


@dataclass(frozen=True, slots=True)
class OBrienFlemingSpending:
    """Lan and DeMets' function that resembles O'Brien and Fleming: very little early."""

    def spent(self, fraction: float, level: float) -> float:
        """Return 2 (1 - Phi(z / sqrt(t))), z the upper level / 2 quantile."""
        return 2 * float(ndtr(ndtri(level / 2) / math.sqrt(fraction)))


@dataclass(frozen=True, slots=True)
class PocockSpending:
    """Lan and DeMets' function that resembles Pocock: nearly even."""

    def spent(self, fraction: float, level: float) -> float:
        """Return level ln(1 + (e - 1) t)."""
        return level * math.log1p((math.e - 1) * fraction)


@dataclass(frozen=True, slots=True)
class KimDeMetsSpending:
    """Power family: level t^exponent."""

    exponent: float

    def __post_init__(self) -> None:
        if not self.exponent > 0:
            message = f"The exponent of the Kim-DeMets spending function is {self.exponent}: it must be above 0."
            raise InterimError(message)

    def spent(self, fraction: float, level: float) -> float:
        """Return level t^exponent."""
        return float(level * fraction**self.exponent)


@dataclass(frozen=True, slots=True)
class HwangShihDeCaniSpending:
    """Exponential family: -4 resembles O'Brien and Fleming, 1 resembles Pocock, 0 is linear."""

    gamma: float

    def __post_init__(self) -> None:
        if not math.isfinite(self.gamma):
            message = f"The gamma of the Hwang-Shih-DeCani spending function is {self.gamma}: give a number, e.g. -4."
            raise InterimError(message)

    def spent(self, fraction: float, level: float) -> float:
        """Return level (1 - exp(-gamma t)) / (1 - exp(-gamma))."""
        if self.gamma == 0:
            return level * fraction
        return level * math.expm1(-self.gamma * fraction) / math.expm1(-self.gamma)
