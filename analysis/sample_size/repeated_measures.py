"""Repeated measures: the mixed model at its last visit with drop-out, and sessions averaged for each participant.

References
----------
Lu, Luo & Chen (2008), International Journal of Biostatistics 4(1), article 9 (MMRM with drop-out).
Frison & Pocock (1992), Statistics in Medicine 11, 1685-1704 (means of several measurements).
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

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

Matrix = tuple[tuple[float, ...], ...]
FloatArray = NDArray[np.float64]


@dataclass(frozen=True, kw_only=True, slots=True)
class RepeatedArm:
    """What is assumed of one arm."""

    standard_deviation: float
    """At the last visit."""
    correlation: Matrix
    """Between visits, shape (visits, visits)."""
    retention: tuple[float, ...]
    """Share still in the trial at each visit, never growing, the first visit being 1 or less."""

    def __post_init__(self) -> None:
        check_positive("The standard deviation", self.standard_deviation)
        _check_retention(self.retention)
        matrix = np.asarray(self.correlation, dtype=np.float64)
        if matrix.shape != (len(self.retention),) * 2:
            message = f"The correlation has the shape {matrix.shape}: {len(self.retention)} visits need as many rows and columns."
            raise SampleSizeError(message)
        if not np.allclose(matrix, matrix.T) or np.min(np.linalg.eigvalsh(matrix)) <= 0:
            raise SampleSizeError(
                "The correlation between visits is not symmetric and positive definite: no outcome can have it."
            )

    @property
    def variance_of_last_mean(self) -> float:
        """Variance of the model's mean at the last visit times the participants randomized."""
        matrix = np.asarray(self.correlation, dtype=np.float64)
        return float(self.standard_deviation**2 * _last_variance(matrix, self.retention))


@dataclass(frozen=True, kw_only=True, slots=True)
class RepeatedMeasures:
    """The difference at the last visit by a mixed model for repeated measures."""

    difference: float
    first: RepeatedArm
    second: RepeatedArm

    def __post_init__(self) -> None:
        check_effect("The difference", self.difference)

    def requirement(self, target: Target) -> Requirement:
        """Return the participants to randomize: drop-out is in the formula already."""
        return self._contrast.requirement(target)

    def statistical_power(self, first: float, second: float, target: Target) -> float:
        """Return the power of so many participants randomized."""
        return self._contrast.statistical_power(first, second, target)

    @property
    def _contrast(self) -> NormalContrast:
        variances = Variances(
            first=self.first.variance_of_last_mean, second=self.second.variance_of_last_mean
        )
        return known_variance_contrast(
            self.difference, variances, "MMRM at the last visit (Lu, Luo & Chen 2008), normal"
        )


def exchangeable(visits: int, correlation: float) -> Matrix:
    """Return the same correlation between any two visits."""
    return _matrix(visits, lambda distance: 1.0 if distance == 0 else correlation)


def autoregressive(visits: int, correlation: float) -> Matrix:
    """Return a correlation that falls with every visit in between."""
    return _matrix(visits, lambda distance: correlation**distance)


def session_mean_factor(
    *,
    sessions: float,
    session_correlation: float,
    baseline_sessions: int = 0,
) -> float:
    """Return the share of a single measurement's variance that the mean of several sessions keeps.

    Parameters
    ----------
    sessions : float
        Sessions of a participant whose ratings are averaged.
    session_correlation : float
        Between two sessions of the same participant.
    baseline_sessions : int
        Measurements before treatment that the mean of sessions is adjusted for.

    Returns
    -------
    float
        (1 + (s - 1) r) / s, less b r^2 / (1 + (b - 1) r) when adjusted (Frison & Pocock 1992): the
        ``variance_factor`` of `analysis.sample_size.means.TwoMeans`.

    Raises
    ------
    SampleSizeError
        If there is no session, or the correlation is not between 0 and 1.
    """
    check_positive("The number of sessions", sessions)
    if not 0 <= session_correlation < 1:
        message = f"The correlation of sessions is {session_correlation}: it must be 0 or more and below 1."
        raise SampleSizeError(message)
    if baseline_sessions < 0:
        message = f"The number of baseline sessions is {baseline_sessions}: it must be 0 or more."
        raise SampleSizeError(message)
    r, b = session_correlation, baseline_sessions
    explained = b * r**2 / (1 + (b - 1) * r) if b else 0.0
    return (1 + (sessions - 1) * r) / sessions - explained


def _last_variance(correlation: FloatArray, retention: Sequence[float]) -> float:
    visits = len(retention)
    information = np.zeros((visits, visits))
    for seen, (share, later) in enumerate(zip(retention, (*retention[1:], 0.0), strict=True), 1):
        information[:seen, :seen] += (share - later) * np.linalg.inv(correlation[:seen, :seen])
    return float(np.linalg.inv(information)[-1, -1])


def _check_retention(retention: Sequence[float]) -> None:
    falling = all(later <= earlier for earlier, later in pairwise(retention))
    if not retention or not falling or not 0 < retention[-1] <= retention[0] <= 1:
        listed = ", ".join(map(str, retention))
        message = f"The retention is {listed or 'empty'}: give the share still there at each visit, above 0, at most 1 and never growing."
        raise SampleSizeError(message)


def _matrix(visits: int, correlation_at: Callable[[int], float]) -> Matrix:
    return tuple(
        tuple(correlation_at(abs(row - column)) for column in range(visits))
        for row in range(visits)
    )
