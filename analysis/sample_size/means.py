"""Two means: Student's t test, analysis of covariance, change scores, non-inferiority, equivalence.

Power of a t test counts the direction of the effect only, as R's ``power.t.test`` does by default.

References
----------
Borm, Fransen & Lemmens (2007), Journal of Clinical Epidemiology 60, 1234-1238.
Schuirmann (1987), Journal of Pharmacokinetics and Biopharmaceutics 15, 657-680 (two one-sided tests).
"""

import math
from dataclasses import dataclass
from enum import StrEnum

from analysis.sample_size.normal_contrast import NormalContrast, Variances, known_variance_contrast
from analysis.sample_size.requirement import (
    Requirement,
    SampleSizeError,
    Target,
    check_correlation,
    check_effect,
    check_positive,
    smallest_size,
)
from analysis.sample_size.student_power import equivalence_power, student_power

SMALLEST_ARM = 2.0


@dataclass(frozen=True, kw_only=True, slots=True)
class TwoMeans:
    """Student's t test of two means with a common standard deviation."""

    difference: float
    """That must not be missed; for non-inferiority its distance from the margin."""
    standard_deviation: float
    variance_factor: float = 1.0
    """Share of the variance that is left after adjusting, or the inflation by clusters."""
    method: str = "two-sample t test, noncentral t"

    def __post_init__(self) -> None:
        check_effect("The difference", self.difference)
        check_positive("The standard deviation", self.standard_deviation)
        check_positive("The variance factor", self.variance_factor)

    def requirement(self, target: Target) -> Requirement:
        """Return the participants that reach the target, the factor applied at the end (Borm)."""
        ratio = target.allocation_ratio
        first = smallest_size(
            lambda size: self._power(size, size / ratio, target.tail),
            SMALLEST_ARM * max(1.0, ratio),
            target.statistical_power,
        )
        return Requirement(
            first=first * self.variance_factor,
            second=first * self.variance_factor / ratio,
            method=self.method,
        )

    def statistical_power(self, first: float, second: float, target: Target) -> float:
        """Return the power of so many participants."""
        return self._power(first / self.variance_factor, second / self.variance_factor, target.tail)

    def _power(self, first: float, second: float, tail: float) -> float:
        error = self.standard_deviation * math.sqrt(1 / first + 1 / second)
        return student_power(self.difference, error, first + second - 2, tail)


class ReferenceDistribution(StrEnum):
    """Which distribution a formula of means is built on."""

    NORMAL = "normal"
    """As published by Borm: a fraction of a participant too few."""
    STUDENT = "student"
    """The size of the t test times the share of variance that is left."""


def ancova(
    *,
    difference: float,
    standard_deviation: float,
    baseline_correlation: float,
    reference: ReferenceDistribution = ReferenceDistribution.STUDENT,
) -> "TwoMeans | NormalMeans":
    """Return the design of an analysis of covariance on baseline: variance times 1 - r squared."""
    check_correlation("The correlation with baseline", baseline_correlation)
    left = 1 - baseline_correlation**2
    method = f"analysis of covariance, variance x {left:.4g} (Borm 2007), {reference.value}"
    return _means(difference, standard_deviation, left, reference, method)


def change_score(
    *,
    difference: float,
    standard_deviation: float,
    baseline_correlation: float,
    reference: ReferenceDistribution = ReferenceDistribution.STUDENT,
) -> "TwoMeans | NormalMeans":
    """Return the design of a comparison of changes from baseline: variance times 2 (1 - r)."""
    check_correlation("The correlation with baseline", baseline_correlation)
    left = 2 * (1 - baseline_correlation)
    method = f"change from baseline, variance x {left:.4g}, {reference.value}"
    return _means(difference, standard_deviation, left, reference, method)


def non_inferior_means(*, difference: float, margin: float, standard_deviation: float) -> TwoMeans:
    """Return the design that shows the first arm to be worse by less than a margin.

    Parameters
    ----------
    difference : float
        Expected, first minus second, larger being better; 0 if the arms are alike.
    margin : float
        How much worse would still be acceptable; above 0.
    standard_deviation : float
        Within an arm.

    Returns
    -------
    TwoMeans
        Of the distance from the margin.

    Raises
    ------
    SampleSizeError
        If the expected difference lies at or beyond the margin.
    """
    check_positive("The non-inferiority margin", margin)
    if difference <= -margin:
        message = f"The expected difference {difference} lies at or beyond the margin {-margin}: non-inferiority cannot be shown."
        raise SampleSizeError(message)
    return TwoMeans(
        difference=difference + margin,
        standard_deviation=standard_deviation,
        method=f"non-inferiority by a margin of {margin}, one-sided t test",
    )


@dataclass(frozen=True, kw_only=True, slots=True)
class NormalMeans:
    """Two means with a known standard deviation."""

    difference: float
    standard_deviation: float
    variance_factor: float = 1.0
    method: str = "difference of two means, normal"

    def __post_init__(self) -> None:
        check_effect("The difference", self.difference)
        check_positive("The standard deviation", self.standard_deviation)
        check_positive("The variance factor", self.variance_factor)

    def requirement(self, target: Target) -> Requirement:
        """Return the participants that reach the target."""
        return self._contrast.requirement(target)

    def statistical_power(self, first: float, second: float, target: Target) -> float:
        """Return the power of so many participants."""
        return self._contrast.statistical_power(first, second, target)

    @property
    def _contrast(self) -> NormalContrast:
        variance = self.standard_deviation**2 * self.variance_factor
        return known_variance_contrast(
            self.difference, Variances(first=variance, second=variance), self.method
        )


@dataclass(frozen=True, kw_only=True, slots=True)
class EquivalentMeans:
    """Two one-sided t tests: the difference lies between two margins."""

    difference: float
    """Expected; between the margins."""
    lower_margin: float
    upper_margin: float
    standard_deviation: float

    def __post_init__(self) -> None:
        check_positive("The standard deviation", self.standard_deviation)
        if not self.lower_margin < self.difference < self.upper_margin:
            message = f"The expected difference {self.difference} does not lie between the margins {self.lower_margin} and {self.upper_margin}."
            raise SampleSizeError(message)

    def requirement(self, target: Target) -> Requirement:
        """Return the participants that reach the target; each test at its one-sided level."""
        ratio = target.allocation_ratio
        first = smallest_size(
            lambda size: self.statistical_power(size, size / ratio, target),
            SMALLEST_ARM * max(1.0, ratio),
            target.statistical_power,
        )
        return Requirement(first=first, second=first / ratio, method="two one-sided t tests, exact")

    def statistical_power(self, first: float, second: float, target: Target) -> float:
        """Return the power of so many participants."""
        return equivalence_power(
            self.difference - self.lower_margin,
            self.upper_margin - self.difference,
            self.standard_deviation * math.sqrt(1 / first + 1 / second),
            first + second - 2,
            target.tail,
        )


def _means(
    difference: float,
    standard_deviation: float,
    variance_factor: float,
    reference: ReferenceDistribution,
    method: str,
) -> TwoMeans | NormalMeans:
    make = TwoMeans if reference is ReferenceDistribution.STUDENT else NormalMeans
    return make(
        difference=difference,
        standard_deviation=standard_deviation,
        variance_factor=variance_factor,
        method=method,
    )
