"""Two proportions: difference and ratio, superiority and non-inferiority, by the score test.

The variance without effect is taken at the proportions that are most likely under the hypothesis; for no difference
that is the pooled proportion, and the formula is the familiar one.

References
----------
Farrington & Manning (1990), Statistics in Medicine 9, 1447-1454.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from scipy.optimize import brentq

from analysis.sample_size.normal_contrast import NormalContrast, Variances
from analysis.sample_size.requirement import (
    Requirement,
    SampleSizeError,
    Target,
    check_positive,
    check_probability,
)

EDGE = 1e-12


class ProportionScale(StrEnum):
    """On which scale a hypothesis about two proportions is written."""

    DIFFERENCE = "difference"
    RATIO = "ratio"


@dataclass(frozen=True, kw_only=True, slots=True)
class TwoProportions:
    """Proportions with the event, first against second."""

    first: float
    second: float
    scale: ProportionScale = ProportionScale.DIFFERENCE
    hypothesis: float | None = None
    """Difference or ratio to be refuted: the margin of non-inferiority (-0.1, or 0.8); None for equality."""

    def __post_init__(self) -> None:
        check_probability("The proportion of the first arm", self.first)
        check_probability("The proportion of the second arm", self.second)
        if self.scale is ProportionScale.RATIO:
            check_positive("The ratio to be refuted", self._refuted)
        elif not -1 < self._refuted < 1:
            message = (
                f"The difference to be refuted is {self._refuted}: it must lie between -1 and 1."
            )
            raise SampleSizeError(message)
        if math.isclose(self._distance, 0.0, abs_tol=EDGE):
            message = f"The expected proportions {self.first} and {self.second} fulfil the hypothesis to be refuted: there is nothing to find."
            raise SampleSizeError(message)

    def requirement(self, target: Target) -> Requirement:
        """Return the participants that reach the target."""
        return self._contrast(target.allocation_ratio).requirement(target)

    def statistical_power(self, first: float, second: float, target: Target) -> float:
        """Return the power of so many participants."""
        return self._contrast(first / second).statistical_power(first, second, target)

    @property
    def _refuted(self) -> float:
        if self.hypothesis is not None:
            return self.hypothesis
        return 1.0 if self.scale is ProportionScale.RATIO else 0.0

    @property
    def _multiple(self) -> float:
        return self._refuted if self.scale is ProportionScale.RATIO else 1.0

    @property
    def _distance(self) -> float:
        if self.scale is ProportionScale.RATIO:
            return self.first - self._refuted * self.second
        return self.first - self.second - self._refuted

    def _contrast(self, allocation_ratio: float) -> NormalContrast:
        shift = 0.0 if self.scale is ProportionScale.RATIO else self._refuted
        likely = _most_likely(
            self.first, self.second, allocation_ratio, lambda p: shift + self._multiple * p
        )
        return NormalContrast(
            effect=self._distance,
            with_effect=self._variances(self.first, self.second),
            without_effect=self._variances(*likely),
            method=f"two proportions, {self.scale.value} against {self._refuted:g}, score test (Farrington & Manning 1990)",
        )

    def _variances(self, first: float, second: float) -> Variances:
        return Variances(
            first=first * (1 - first), second=self._multiple**2 * second * (1 - second)
        )


def _most_likely(
    first: float, second: float, allocation_ratio: float, first_of: Callable[[float], float]
) -> tuple[float, float]:
    """Return the most likely proportions with the first a straight line of the second."""
    slope = first_of(1.0) - first_of(0.0)
    low = max(0.0, (0.0 - first_of(0.0)) / slope)
    high = min(1.0, (1.0 - first_of(0.0)) / slope)

    def score(p: float) -> float:
        q = first_of(p)
        of_first = allocation_ratio * slope * (first - q) / (q * (1 - q))
        return of_first + (second - p) / (p * (1 - p))

    inside = EDGE * (high - low)
    found = float(brentq(score, low + inside, high - inside, xtol=1e-15))
    return first_of(found), found
