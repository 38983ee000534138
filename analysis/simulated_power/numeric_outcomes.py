"""Worlds with one number for each participant, or one before and one after."""

from dataclasses import dataclass, replace
from typing import Self

import numpy as np
import pandas as pd
from scipy.special import ndtr

from analysis.simulated_power.assumptions import (
    assumed,
    require,
    require_positive,
    require_two,
)
from analysis.simulated_power.enrolment import ARMS, Enrolment


@dataclass(frozen=True, kw_only=True, slots=True)
class OneNumber:
    """Columns ``baseline``, ``outcome``; normal."""

    people: Enrolment
    difference: float = assumed(0.5, "true difference, first minus second")
    standard_deviation: float = assumed(1.0, "of the outcome within an arm")

    def __post_init__(self) -> None:
        require_positive(standard_deviation=self.standard_deviation)

    @property
    def truth(self) -> float:
        """The difference."""
        return self.difference

    def draw(self, generator: np.random.Generator) -> pd.DataFrame:
        """Draw one trial."""
        who = self.people.draw(generator)
        outcome = self.difference * who.is_first + self.standard_deviation * who.level
        return who.table(outcome=who.seen(outcome), seed=generator.integers(2**32))

    def without_effect(self) -> Self:
        """Return the world with a difference of 0."""
        return replace(self, difference=0.0)


@dataclass(frozen=True, kw_only=True, slots=True)
class WithinMargin:
    """As `OneNumber`, with a margin that the difference is judged by."""

    people: Enrolment
    difference: float = assumed(0.0, "true difference, first minus second; higher is better")
    standard_deviation: float = assumed(1.0, "of the outcome within an arm")
    margin: float = assumed(0.5, "largest difference that counts as none, above 0")

    def __post_init__(self) -> None:
        require_positive(standard_deviation=self.standard_deviation, margin=self.margin)

    @property
    def truth(self) -> float:
        """The difference."""
        return self.difference

    def draw(self, generator: np.random.Generator) -> pd.DataFrame:
        """Draw one trial."""
        return OneNumber(
            people=self.people,
            difference=self.difference,
            standard_deviation=self.standard_deviation,
        ).draw(generator)

    def without_effect(self) -> Self:
        """Return the world in which the difference is the margin itself, on the worse side."""
        return replace(self, difference=-self.margin)


@dataclass(frozen=True, kw_only=True, slots=True)
class TwoSubgroups:
    """Columns ``subgroup``, ``baseline``, ``outcome``; another difference in each subgroup."""

    people: Enrolment
    differences: tuple[float, ...] = assumed((0.8, 0.0), "in subgroup A and in subgroup B")
    standard_deviation: float = assumed(1.0, "of the outcome within an arm")
    share: float = assumed(0.5, "of participants in subgroup A")

    def __post_init__(self) -> None:
        require_two(differences=self.differences)
        require_positive(standard_deviation=self.standard_deviation)
        require(0 < self.share < 1, f"share is {self.share:g}: it must lie between 0 and 1.")

    @property
    def truth(self) -> float:
        """By how much the difference in subgroup A is larger."""
        return self.differences[0] - self.differences[1]

    def draw(self, generator: np.random.Generator) -> pd.DataFrame:
        """Draw one trial."""
        who = self.people.draw(generator)
        in_b = (generator.random(self.people.total) >= self.share).astype(np.int64)
        effect = np.asarray(self.differences)[in_b] * who.is_first
        return who.table(
            subgroup=np.asarray(["A", "B"], dtype=object)[in_b],
            outcome=who.seen(effect + self.standard_deviation * who.level),
        )

    def without_effect(self) -> Self:
        """Return the world with the mean difference in both subgroups."""
        mean = self.share * self.differences[0] + (1 - self.share) * self.differences[1]
        return replace(self, differences=(mean, mean))


@dataclass(frozen=True, kw_only=True, slots=True)
class BeforeAndAfter:
    """Columns ``pre``, ``post`` of a questionnaire on which less is better."""

    people: Enrolment
    improvements: tuple[float, ...] = assumed((6.0, 2.0), "mean improvement of each arm, points")
    standard_deviation: float = assumed(5.0, "of a score")
    reliability: float = assumed(0.8, "of the questionnaire, for its error of measurement")

    def __post_init__(self) -> None:
        require_two(improvements=self.improvements)
        require_positive(standard_deviation=self.standard_deviation)
        require(
            0 < self.reliability < 1,
            f"reliability is {self.reliability:g}: it must lie between 0 and 1.",
        )

    @property
    def smallest_reliable_change(self) -> float:
        """Points that are more than the questionnaire's error."""
        return float(
            1.959963984540054 * self.standard_deviation * np.sqrt(2 - 2 * self.reliability)
        )

    @property
    def truth(self) -> float:
        """Difference of the shares that improve reliably."""
        people = self.people
        correlation = people.baseline_correlation * np.sqrt(1 - people.intracluster_correlation)
        spread = self.standard_deviation * np.sqrt(2 - 2 * correlation)
        first, second = (
            float(ndtr((improvement - self.smallest_reliable_change) / spread))
            for improvement in self.improvements
        )
        return first - second

    def draw(self, generator: np.random.Generator) -> pd.DataFrame:
        """Draw one trial."""
        who = self.people.draw(generator)
        better = np.asarray(self.improvements)[who.arm]
        return who.table(
            pre=self.standard_deviation * who.baseline,
            post=who.seen(self.standard_deviation * who.level - better),
        )

    def without_effect(self) -> Self:
        """Return the world in which both arms improve as the second."""
        return replace(self, improvements=(self.improvements[1], self.improvements[1]))


@dataclass(frozen=True, kw_only=True, slots=True)
class Donors:
    """Columns ``donor``, ``outcome``: each of the first arm is the donor of the music of one of the second."""

    people: Enrolment
    difference: float = assumed(0.5, "true difference, donors minus listeners")
    standard_deviation: float = assumed(1.0, "of the outcome within an arm")
    pair_correlation: float = assumed(0.2, "of a donor's and the listener's outcome")

    def __post_init__(self) -> None:
        require_positive(standard_deviation=self.standard_deviation)
        require(
            0 <= self.pair_correlation < 1,
            f"pair_correlation is {self.pair_correlation:g}: it must be 0 or more, below 1.",
        )
        require(
            self.people.participants[0] == self.people.participants[1],
            "Donors and listeners are pairs: give both arms the same number of participants.",
        )

    @property
    def truth(self) -> float:
        """The difference."""
        return self.difference

    def draw(self, generator: np.random.Generator) -> pd.DataFrame:
        """Draw one trial."""
        who = self.people.draw(generator)
        pairs = self.people.participants[0]
        shared = np.tile(generator.standard_normal(pairs), len(ARMS))
        r = self.pair_correlation
        scatter = np.sqrt(1 - r) * who.level + np.sqrt(r) * shared
        outcome = self.difference * who.is_first + self.standard_deviation * scatter
        donor = np.tile([f"D{number}" for number in range(pairs)], len(ARMS))
        return who.table(donor=donor, outcome=who.seen(outcome))

    def without_effect(self) -> Self:
        """Return the world with a difference of 0."""
        return replace(self, difference=0.0)
