"""Ordered outcomes: proportional odds, and the rank test by the probability of doing better.

References
----------
Whitehead (1993), Statistics in Medicine 12, 2257-2271. Noether (1987), JASA 82, 645-647.
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
    check_positive,
)


@dataclass(frozen=True, kw_only=True, slots=True)
class ProportionalOdds:
    """Ordered categories, compared by a proportional-odds model."""

    odds_ratio: float
    """Of being in a category or one before it, first arm against second."""
    second: tuple[float, ...]
    """Share of each category in the second arm; together 1."""

    def __post_init__(self) -> None:
        check_positive("The odds ratio", self.odds_ratio)
        if len(self.second) < 2 or min(self.second) < 0 or not math.isclose(sum(self.second), 1.0):
            listed = ", ".join(map(str, self.second))
            message = f"The shares of the categories are {listed}: give two or more, each 0 or above, together 1."
            raise SampleSizeError(message)
        if self.odds_ratio == 1:
            raise SampleSizeError("The odds ratio is 1: write the effect that must not be missed.")

    def requirement(self, target: Target) -> Requirement:
        """Return the participants that reach the target."""
        return self._contrast(target.allocation_ratio).requirement(target)

    def statistical_power(self, first: float, second: float, target: Target) -> float:
        """Return the power of so many participants."""
        return self._contrast(first / second).statistical_power(first, second, target)

    @property
    def first(self) -> tuple[float, ...]:
        """Share of each category in the first arm."""
        shares, before, cumulative = list[float](), 0.0, 0.0
        for share in self.second:
            cumulative = min(1.0, cumulative + share)
            odds = self.odds_ratio * cumulative
            now = odds / (1 - cumulative + odds)
            shares.append(now - before)
            before = now
        return tuple(shares)

    def _contrast(self, allocation_ratio: float) -> NormalContrast:
        weight = allocation_ratio / (1 + allocation_ratio)
        pooled = [
            weight * one + (1 - weight) * other
            for one, other in zip(self.first, self.second, strict=True)
        ]
        variance = 3 / (1 - sum(share**3 for share in pooled))
        return known_variance_contrast(
            math.log(self.odds_ratio),
            Variances(first=variance, second=variance),
            "proportional odds (Whitehead 1993)",
        )


@dataclass(frozen=True, kw_only=True, slots=True)
class RankTest:
    """Wilcoxon's rank sum test."""

    probability_of_more: float
    """That a participant of the first arm has a larger value than one of the second, ties counted half."""

    def __post_init__(self) -> None:
        if not 0 < self.probability_of_more < 1 or self.probability_of_more == 0.5:
            message = f"The probability of more is {self.probability_of_more}: it must lie between 0 and 1 and not be 0.5."
            raise SampleSizeError(message)

    def requirement(self, target: Target) -> Requirement:
        """Return the participants that reach the target."""
        return self._contrast.requirement(target)

    def statistical_power(self, first: float, second: float, target: Target) -> float:
        """Return the power of so many participants."""
        return self._contrast.statistical_power(first, second, target)

    @property
    def _contrast(self) -> NormalContrast:
        twelfth = Variances(first=1 / 12, second=1 / 12)
        return known_variance_contrast(
            self.probability_of_more - 0.5, twelfth, "Wilcoxon rank sum test (Noether 1987)"
        )
