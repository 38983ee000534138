"""Designs in which people are their own controls, or are matched: crossover and pairs.

References
----------
Senn (2002), Cross-over Trials in Clinical Research, chapter 9.
"""

import math
from dataclasses import dataclass

from analysis.sample_size.requirement import (
    Requirement,
    SampleSizeError,
    Target,
    check_effect,
    check_positive,
    smallest_size,
)
from analysis.sample_size.student_power import equivalence_power, student_power


@dataclass(frozen=True, kw_only=True, slots=True)
class Crossover:
    """Two treatments, two periods, two sequences: the arms of the requirement are the sequences."""

    difference: float
    within_standard_deviation: float
    """Of one observation around its participant's own mean: sqrt(1 - correlation of periods) of the whole SD."""

    def __post_init__(self) -> None:
        check_effect("The difference", self.difference)
        check_positive("The standard deviation within participants", self.within_standard_deviation)

    def requirement(self, target: Target) -> Requirement:
        """Return the participants of each sequence; allocation to sequences is equal."""
        total = smallest_size(
            lambda size: self.statistical_power(size / 2, size / 2, target),
            4.0,
            target.statistical_power,
        )
        return Requirement(
            first=total / 2, second=total / 2, method="2 x 2 crossover, t test within participants"
        )

    def statistical_power(self, first: float, second: float, target: Target) -> float:
        """Return the power of so many participants in both sequences."""
        error = _crossover_error(self.within_standard_deviation, first, second)
        return student_power(self.difference, error, first + second - 2, target.tail)


@dataclass(frozen=True, kw_only=True, slots=True)
class EquivalentCrossover:
    """As `Crossover`, to show that the difference lies between two margins."""

    difference: float
    lower_margin: float
    upper_margin: float
    within_standard_deviation: float

    def __post_init__(self) -> None:
        check_positive("The standard deviation within participants", self.within_standard_deviation)
        if not self.lower_margin < self.difference < self.upper_margin:
            message = f"The expected difference {self.difference} does not lie between the margins {self.lower_margin} and {self.upper_margin}."
            raise SampleSizeError(message)

    def requirement(self, target: Target) -> Requirement:
        """Return the participants of each sequence."""
        total = smallest_size(
            lambda size: self.statistical_power(size / 2, size / 2, target),
            4.0,
            target.statistical_power,
        )
        return Requirement(
            first=total / 2,
            second=total / 2,
            method="2 x 2 crossover, two one-sided t tests, exact",
        )

    def statistical_power(self, first: float, second: float, target: Target) -> float:
        """Return the power of so many participants in both sequences."""
        return equivalence_power(
            self.difference - self.lower_margin,
            self.upper_margin - self.difference,
            _crossover_error(self.within_standard_deviation, first, second),
            first + second - 2,
            target.tail,
        )


@dataclass(frozen=True, kw_only=True, slots=True)
class Pairs:
    """Matched pairs, one of each in either arm."""

    difference: float
    standard_deviation_of_differences: float

    def __post_init__(self) -> None:
        check_effect("The difference", self.difference)
        check_positive(
            "The standard deviation of differences", self.standard_deviation_of_differences
        )

    def requirement(self, target: Target) -> Requirement:
        """Return the pairs: as many participants in each arm."""
        pairs = smallest_size(
            lambda size: self.statistical_power(size, size, target), 2.0, target.statistical_power
        )
        return Requirement(first=pairs, second=pairs, method="paired t test, noncentral t")

    def statistical_power(self, first: float, second: float, target: Target) -> float:
        """Return the power; pairs that are not complete do not count."""
        pairs = min(first, second)
        error = self.standard_deviation_of_differences / math.sqrt(pairs)
        return student_power(self.difference, error, pairs - 1, target.tail)


def _crossover_error(within: float, first: float, second: float) -> float:
    return within * math.sqrt((1 / first + 1 / second) / 2)
