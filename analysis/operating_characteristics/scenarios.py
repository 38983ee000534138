"""What is assumed to be true in a simulated trial: people, effect, correlation, clusters, losses.

A session-level outcome is a scenario with one visit a session (`exchangeable` correlation) and an analysis of the mean
of the sessions seen.
"""

from dataclasses import dataclass
from typing import Protocol, TypeVar

import numpy as np

from analysis.operating_characteristics.batches import (
    ArmVisits,
    EventsBatch,
    FloatArray,
    IntArray,
    VisitsBatch,
)
from analysis.operating_characteristics.dropout import Dropout
from analysis.operating_characteristics.errors import SimulationError

BatchT_co = TypeVar("BatchT_co", covariant=True)


class Scenario(Protocol[BatchT_co]):
    """A truth that trials can be drawn from."""

    @property
    def name(self) -> str:
        """Name that people read."""
        ...

    @property
    def truth(self) -> float:
        """True difference, first arm minus second, of the quantity that is estimated."""
        ...

    def draw(self, trials: int, generator: np.random.Generator) -> BatchT_co:
        """Draw so many trials."""
        ...


@dataclass(frozen=True, kw_only=True, slots=True)
class ArmAssumptions:
    """What is assumed of one arm."""

    participants: int
    """Randomized."""
    means: tuple[float, ...]
    """At baseline and at each visit after it, if everybody stayed."""
    dropout: Dropout | None = None
    attendance: float = 1.0
    """Share of visits that those still in the trial come to, each visit by itself."""
    cluster_size: int = 1
    """Participants of a therapist or group; 1: none."""
    intracluster_correlation: float = 0.0
    """Between two participants of the same therapist, at the visits after baseline."""

    def __post_init__(self) -> None:
        if self.participants < 2:
            message = f"An arm has {self.participants} participants: it needs two or more."
            raise SimulationError(message)
        if not 0 < self.attendance <= 1:
            message = f"The attendance is {self.attendance}: it must be above 0 and at most 1."
            raise SimulationError(message)
        if self.cluster_size < 1 or not 0 <= self.intracluster_correlation < 1:
            message = f"Clusters of {self.cluster_size} with correlation {self.intracluster_correlation} do not exist: give a size of 1 or more and a correlation of 0 or more, below 1."
            raise SimulationError(message)
        visits = len(self.means) - 1
        if self.dropout is not None and len(self.dropout.lost_by_visit) != visits:
            message = f"There are {visits} visits after baseline and {len(self.dropout.lost_by_visit)} shares lost: give one share a visit."
            raise SimulationError(message)


@dataclass(frozen=True, kw_only=True, slots=True)
class VisitsScenario:
    """A continuous outcome at baseline and at visits after it, jointly normal."""

    name: str
    first: ArmAssumptions
    second: ArmAssumptions
    standard_deviations: tuple[float, ...]
    """At baseline and at each visit after it."""
    correlation: tuple[tuple[float, ...], ...]
    """Between all of these, shape (1 + visits, 1 + visits)."""
    truth: float
    """True difference of what the analysis estimates: at the last visit, or of the mean over visits."""

    def __post_init__(self) -> None:
        columns = len(self.standard_deviations)
        for sd in self.standard_deviations:
            if not sd > 0:
                message = f"A standard deviation is {sd}: it must be above 0."
                raise SimulationError(message)
        lengths = {len(self.first.means), len(self.second.means), len(self.correlation)}
        if columns < 2 or lengths | {len(row) for row in self.correlation} != {columns}:
            message = f"There are {columns} standard deviations, for baseline and at least one visit: give as many means in each arm, and as many rows and columns of correlations."
            raise SimulationError(message)
        self._factor()

    def draw(self, trials: int, generator: np.random.Generator) -> VisitsBatch:
        """Draw so many trials."""
        return VisitsBatch(
            first=self._draw_arm(self.first, trials, generator),
            second=self._draw_arm(self.second, trials, generator),
        )

    def _draw_arm(
        self, arm: ArmAssumptions, trials: int, generator: np.random.Generator
    ) -> ArmVisits:
        standardized = _correlated(self._factor(), trials, arm.participants, generator)
        clusters = np.arange(arm.participants) // arm.cluster_size
        if arm.intracluster_correlation > 0:
            _share_clusters(standardized, clusters, arm.intracluster_correlation, generator)
        values = standardized * self.standard_deviations + arm.means
        outcomes = values[:, :, 1:]
        if arm.dropout is not None:
            outcomes[~arm.dropout.observed(standardized, generator)] = np.nan
        if arm.attendance < 1:
            outcomes[generator.random(outcomes.shape) >= arm.attendance] = np.nan
        return ArmVisits(baseline=values[:, :, 0], outcomes=outcomes, cluster=clusters)

    def _factor(self) -> FloatArray:
        matrix = np.asarray(self.correlation, dtype=np.float64)
        is_symmetric = np.allclose(matrix, matrix.T) and np.allclose(np.diag(matrix), 1.0)
        if not is_symmetric or np.min(np.linalg.eigvalsh(matrix)) <= 0:
            raise SimulationError(
                "The correlation is not symmetric and positive definite with 1 on its diagonal: no outcome can have it."
            )
        return np.asarray(np.linalg.cholesky(matrix), dtype=np.float64)


@dataclass(frozen=True, kw_only=True, slots=True)
class EventsScenario:
    """One event or none for each participant."""

    name: str
    participants: tuple[int, int]
    """First and second arm."""
    probabilities: tuple[float, float]

    def __post_init__(self) -> None:
        if min(self.participants) < 1:
            message = f"The arms have {self.participants} participants: each needs one or more."
            raise SimulationError(message)
        if not all(0 <= probability <= 1 for probability in self.probabilities):
            message = f"The probabilities are {self.probabilities}: they must lie between 0 and 1."
            raise SimulationError(message)

    @property
    def truth(self) -> float:
        """True risk difference."""
        return self.probabilities[0] - self.probabilities[1]

    def draw(self, trials: int, generator: np.random.Generator) -> EventsBatch:
        """Draw so many trials."""
        first, second = (
            generator.binomial(n, p, trials)
            for n, p in zip(self.participants, self.probabilities, strict=True)
        )
        return EventsBatch(first=first, second=second, participants=self.participants)


def _correlated(
    factor: FloatArray, trials: int, participants: int, generator: np.random.Generator
) -> FloatArray:
    """Return correlated standard normals; sums in a fixed order, so that no BLAS decides the last digit."""
    independent = generator.standard_normal((trials, participants, len(factor)))
    correlated = np.zeros_like(independent)
    for row, weights in enumerate(factor):
        for column, weight in enumerate(weights[: row + 1]):
            correlated[:, :, row] += weight * independent[:, :, column]
    return correlated


def _share_clusters(
    standardized: FloatArray,
    clusters: IntArray,
    correlation: float,
    generator: np.random.Generator,
) -> None:
    """Give the visits after baseline a part that all of a cluster share, variance staying 1."""
    shared = generator.standard_normal((len(standardized), int(clusters[-1]) + 1))
    standardized[:, :, 1:] *= np.sqrt(1 - correlation)
    standardized[:, :, 1:] += np.sqrt(correlation) * shared[:, clusters, None]
