"""Every comparison that is nearly normal: an effect, and the variance one participant of each arm contributes."""

import math
from dataclasses import dataclass

from scipy.special import ndtr, ndtri

from analysis.sample_size.requirement import Requirement, Target, check_effect
from protocols.sample_size import normal_participants


@dataclass(frozen=True, kw_only=True, slots=True)
class Variances:
    """Variance of the estimate times the participants of the arm it comes from."""

    first: float
    second: float

    def of_estimate(self, first: float, second: float) -> float:
        """Return the variance of the estimate with so many participants."""
        return self.first / first + self.second / second


@dataclass(frozen=True, kw_only=True, slots=True)
class NormalContrast:
    """An estimate that is nearly normal around its effect."""

    effect: float
    """Distance from the hypothesis, on the scale of the estimate."""
    with_effect: Variances
    without_effect: Variances
    method: str

    def requirement(self, target: Target) -> Requirement:
        """Return the participants that reach the target."""
        check_effect("The effect", self.effect)
        ratio = target.allocation_ratio
        first = normal_participants(
            null_variance=self.without_effect.first + ratio * self.without_effect.second,
            variance=self.with_effect.first + ratio * self.with_effect.second,
            difference=self.effect,
            tail=target.tail,
            statistical_power=target.statistical_power,
        )
        return Requirement(first=first, second=first / ratio, method=self.method)

    def statistical_power(self, first: float, second: float, target: Target) -> float:
        """Return the power in the direction of the effect."""
        critical = -float(ndtri(target.tail)) * math.sqrt(
            self.without_effect.of_estimate(first, second)
        )
        spread = math.sqrt(self.with_effect.of_estimate(first, second))
        return float(ndtr((abs(self.effect) - critical) / spread))


def known_variance_contrast(effect: float, variances: Variances, method: str) -> NormalContrast:
    """Return a contrast with the same variance with and without the effect."""
    return NormalContrast(
        effect=effect, with_effect=variances, without_effect=variances, method=method
    )
