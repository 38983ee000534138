"""Counts over an exposure: the ratio of two rates by negative binomial or Poisson regression.

References
----------
Keene, Jones, Lane & Anderson (2007), Pharmaceutical Statistics 6, 89-97. Zhu & Lakkis (2014), Statistics in Medicine
33, 376-387.
"""

import math
from dataclasses import dataclass

from analysis.sample_size.normal_contrast import (
    NormalContrast,
    Variances,
    known_variance_contrast,
)
from analysis.sample_size.requirement import (
    Requirement,
    SampleSizeError,
    Target,
    check_effect,
    check_positive,
)


@dataclass(frozen=True, kw_only=True, slots=True)
class TwoRates:
    """Rates of two arms, compared by the Wald test of their log ratio."""

    first: float
    """Events for each unit of exposure."""
    second: float
    exposure: float
    """Of one participant, in the same unit."""
    dispersion: float
    """Of the negative binomial: variance = mean + dispersion x mean squared; 0 is Poisson."""
    hypothesis: float = 1.0
    """Ratio to be refuted: 1, or the margin of non-inferiority."""

    def __post_init__(self) -> None:
        check_positive("The rate of the first arm", self.first)
        check_positive("The rate of the second arm", self.second)
        check_positive("The exposure", self.exposure)
        check_positive("The ratio to be refuted", self.hypothesis)
        if not (self.dispersion >= 0 and math.isfinite(self.dispersion)):
            message = f"The dispersion is {self.dispersion}: it must be 0 (Poisson) or above."
            raise SampleSizeError(message)
        check_effect("The log of the rate ratio over the hypothesis", self._effect)

    def requirement(self, target: Target) -> Requirement:
        """Return the participants that reach the target."""
        return self._contrast.requirement(target)

    def statistical_power(self, first: float, second: float, target: Target) -> float:
        """Return the power of so many participants."""
        return self._contrast.statistical_power(first, second, target)

    @property
    def _effect(self) -> float:
        return math.log(self.first / self.second / self.hypothesis)

    @property
    def _contrast(self) -> NormalContrast:
        variances = Variances(
            first=1 / (self.exposure * self.first) + self.dispersion,
            second=1 / (self.exposure * self.second) + self.dispersion,
        )
        return known_variance_contrast(
            self._effect, variances, "log rate ratio, Wald test (Keene 2007; Zhu & Lakkis 2014)"
        )
