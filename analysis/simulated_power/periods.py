"""Worlds in which every participant has several treatments, one a period."""

from dataclasses import dataclass, replace
from typing import Self

import numpy as np
import pandas as pd

from analysis.operating_characteristics.batches import IntArray
from analysis.simulated_power.assumptions import assumed, require, require_positive
from analysis.simulated_power.enrolment import ARMS, Enrolled, Enrolment


@dataclass(frozen=True, kw_only=True, slots=True)
class TwoPeriods:
    """A 2 x 2 crossover; ``participants`` are those who begin with the first and with the second treatment."""

    people: Enrolment
    difference: float = assumed(0.5, "true difference, first treatment minus second")
    within_sd: float = assumed(1.0, "standard deviation within a participant")
    between_sd: float = assumed(1.0, "standard deviation between participants")
    period_effect: float = assumed(0.0, "of the second period")

    def __post_init__(self) -> None:
        require_positive(within_sd=self.within_sd)
        require(self.between_sd >= 0, f"between_sd is {self.between_sd:g}: it must be 0 or more.")

    @property
    def truth(self) -> float:
        """The difference."""
        return self.difference

    def draw(self, generator: np.random.Generator) -> pd.DataFrame:
        """Draw one trial: one row a participant and period; who leaves has no second period."""
        who = self.people.draw(generator)
        is_first = np.stack([who.is_first, 1 - who.is_first], axis=1)
        noise = self.within_sd * generator.standard_normal(is_first.shape)
        outcome = self.between_sd * who.level[:, None] + self.difference * is_first + noise
        outcome[:, 1] += self.period_effect
        outcome[~who.stays, 1] = np.nan
        treatment = np.asarray(ARMS, dtype=object)[(1 - is_first).astype(np.int64)]
        return _one_row_a_period(who, treatment, outcome)

    def without_effect(self) -> Self:
        """Return the world with a difference of 0."""
        return replace(self, difference=0.0)


@dataclass(frozen=True, kw_only=True, slots=True)
class ManyPeriods:
    """A Williams design: as many periods as treatments; all participants of both arms share its sequences evenly."""

    people: Enrolment
    treatments: float = assumed(3.0, "how many, 3 to 8; the last is the reference")
    difference: float = assumed(0.5, "true difference, first treatment minus the last")
    within_sd: float = assumed(1.0, "standard deviation within a participant")
    between_sd: float = assumed(1.0, "standard deviation between participants")

    def __post_init__(self) -> None:
        require(
            self.treatments in range(3, 9),
            f"treatments is {self.treatments:g}: a whole number from 3 to 8.",
        )
        require_positive(within_sd=self.within_sd)
        require(self.between_sd >= 0, f"between_sd is {self.between_sd:g}: it must be 0 or more.")

    @property
    def truth(self) -> float:
        """The difference."""
        return self.difference

    def draw(self, generator: np.random.Generator) -> pd.DataFrame:
        """Draw one trial; who leaves has no last period."""
        who = self.people.draw(generator)
        count = int(self.treatments)
        sequences = williams_sequences(count)
        order = sequences[np.arange(self.people.total) % len(sequences)]
        noise = self.within_sd * generator.standard_normal(order.shape)
        outcome = self.between_sd * who.level[:, None] + self.difference * (order == 0) + noise
        outcome[~who.stays, -1] = np.nan
        names = np.asarray([f"T{number + 1}" for number in range(count)], dtype=object)
        return _one_row_a_period(who, names[order], outcome)

    def without_effect(self) -> Self:
        """Return the world with a difference of 0."""
        return replace(self, difference=0.0)


def williams_sequences(treatments: int) -> IntArray:
    """Return the sequences of a Williams design, balanced for first-order carry-over (Williams 1949).

    Examples
    --------
    >>> williams_sequences(4).tolist()
    [[0, 3, 1, 2], [1, 0, 2, 3], [2, 1, 3, 0], [3, 2, 0, 1]]
    """
    steps = range(1, treatments)
    row = [0, *(-(step // 2 + 1) if step % 2 else step // 2 for step in steps)]
    square = (np.asarray(row) + np.arange(treatments)[:, None]) % treatments
    return np.asarray(square if treatments % 2 == 0 else np.vstack([square, square[:, ::-1]]))


def _one_row_a_period(who: Enrolled, treatment: object, outcome: object) -> pd.DataFrame:
    values = np.asarray(outcome, dtype=np.float64)
    people, periods = values.shape
    return pd.DataFrame(
        {
            "participant": np.repeat([f"P{number}" for number in range(people)], periods),
            "cluster": np.repeat(who.cluster, periods),
            "period": np.tile([str(number + 1) for number in range(periods)], people),
            "treatment": np.asarray(treatment, dtype=object).ravel(),
            "outcome": values.ravel(),
        }
    )
