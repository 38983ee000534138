"""One outcome of every participant at every visit after baseline, and where an intercurrent event lies.

Conventions: participants are rows, visits columns, both in a fixed order; NaN is missing; covariates are measured once, before the
first visit, and never missing.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from analysis.estimators.design import Covariate
from analysis.missing_data.strategies import ImputationStrategy

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
BoolArray = NDArray[np.bool_]


@dataclass(frozen=True, kw_only=True, slots=True)
class Interruption:
    """An intercurrent event of one participant, and what stands for the values missing after it."""

    first_visit: int
    """Position of the first visit after the event."""
    strategy: ImputationStrategy
    reference_arm: str


@dataclass(frozen=True, kw_only=True, slots=True)
class RepeatedOutcomes:
    """An outcome at several visits, as observed or completed."""

    outcome_name: str
    participants: tuple[str, ...]
    visits: tuple[str, ...]
    arms: tuple[str, ...]
    """Every arm once; the first is the reference level of the models."""
    arm: tuple[str, ...]
    """Of each participant."""
    outcome: FloatArray
    """Shape (participants, visits); NaN where missing."""
    covariates: tuple[Covariate, ...]
    interruptions: tuple[Interruption | None, ...]
    """Of each participant; None: whatever is missing is missing at random."""

    @property
    def observed(self) -> BoolArray:
        """Where a value was observed; shape (participants, visits)."""
        return ~np.isnan(self.outcome)

    @property
    def counted(self) -> BoolArray:
        """Where a value enters the imputation model: observed, and not after an event with a reference-based strategy."""
        counted = self.observed
        for row, interruption in enumerate(self.interruptions):
            if interruption is not None and _leaves_the_arm(interruption):
                counted[row, interruption.first_visit :] = False
        return counted

    @property
    def arm_index(self) -> IntArray:
        """Position of each participant's arm in ``arms``."""
        position = {arm: index for index, arm in enumerate(self.arms)}
        return np.array([position[arm] for arm in self.arm], dtype=np.int64)

    def with_strategy(self, strategy: ImputationStrategy) -> "RepeatedOutcomes":
        """Return the same outcomes with one strategy after every intercurrent event."""
        changed = tuple(
            None if event is None else replace(event, strategy=strategy)
            for event in self.interruptions
        )
        return replace(self, interruptions=changed)

    def of_participants(self, rows: Sequence[int]) -> "RepeatedOutcomes":
        """Return some of the participants."""
        return replace(
            self,
            participants=tuple(self.participants[row] for row in rows),
            arm=tuple(self.arm[row] for row in rows),
            outcome=self.outcome[list(rows)],
            covariates=tuple(_rows_of(covariate, rows) for covariate in self.covariates),
            interruptions=tuple(self.interruptions[row] for row in rows),
        )


def _leaves_the_arm(interruption: Interruption) -> bool:
    return interruption.strategy is not ImputationStrategy.MISSING_AT_RANDOM


def _rows_of(covariate: Covariate, rows: Sequence[int]) -> Covariate:
    kept = np.asarray(covariate.values, dtype=object)[list(rows)]
    return Covariate(name=covariate.name, values=tuple(kept))
