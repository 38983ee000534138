"""Worlds in which it matters what participants took up, how much, or what changed on the way."""

from dataclasses import dataclass, replace
from typing import Self

import numpy as np
import pandas as pd

from analysis.simulated_power.assumptions import (
    assumed,
    require,
    require_positive,
    require_two,
    shown,
)
from analysis.simulated_power.enrolment import Enrolment


@dataclass(frozen=True, kw_only=True, slots=True)
class Uptake:
    """Columns ``assigned``, ``received`` (1 or 0), ``baseline``, ``outcome``."""

    people: Enrolment
    difference: float = assumed(0.7, "true effect in those who take it up when offered")
    standard_deviation: float = assumed(1.0, "of the outcome within an arm")
    uptake: tuple[float, ...] = assumed((0.7, 0.0), "share of each arm that receives it")

    def __post_init__(self) -> None:
        require_two(uptake=self.uptake)
        require_positive(standard_deviation=self.standard_deviation)
        require(
            1 >= self.uptake[0] > self.uptake[1] >= 0,
            f"uptake is {shown(self.uptake)}: shares, the first arm's above the second's.",
        )

    @property
    def truth(self) -> float:
        """The effect in those who take it up when offered."""
        return self.difference

    def draw(self, generator: np.random.Generator) -> pd.DataFrame:
        """Draw one trial; whoever receives it without the offer would have received it with it."""
        who = self.people.draw(generator)
        received = generator.random(self.people.total) < np.asarray(self.uptake)[who.arm]
        outcome = self.standard_deviation * who.level + self.difference * received
        return who.table(
            assigned=who.is_first,
            received=received.astype(np.float64),
            outcome=who.seen(outcome),
        )

    def without_effect(self) -> Self:
        """Return the world with no effect."""
        return replace(self, difference=0.0)


@dataclass(frozen=True, kw_only=True, slots=True)
class Doses:
    """Columns ``dose``, ``outcome``: all participants of both arms share the doses evenly; the mean rises in proportion."""

    people: Enrolment
    doses: tuple[float, ...] = assumed((0.0, 10.0, 20.0, 40.0), "three or more, the first 0")
    difference: float = assumed(0.7, "true difference of the largest dose from none")
    standard_deviation: float = assumed(1.0, "of the outcome within a dose")

    def __post_init__(self) -> None:
        require(
            len(set(self.doses)) >= 3 and min(self.doses) == 0,
            f"doses are {shown(self.doses)}: three or more, one of them 0, none below it.",
        )
        require_positive(standard_deviation=self.standard_deviation)

    @property
    def truth(self) -> float:
        """The difference of the largest dose from none."""
        return self.difference

    def draw(self, generator: np.random.Generator) -> pd.DataFrame:
        """Draw one trial."""
        who = self.people.draw(generator)
        dose = np.asarray(self.doses)[np.arange(self.people.total) % len(self.doses)]
        outcome = self.standard_deviation * who.level + self.difference * dose / max(self.doses)
        return who.table(dose=dose, outcome=who.seen(outcome))

    def without_effect(self) -> Self:
        """Return the world in which no dose does anything."""
        return replace(self, difference=0.0)


@dataclass(frozen=True, kw_only=True, slots=True)
class Mediated:
    """Columns ``mediator``, ``outcome``, ``baseline``: linear paths, residuals with standard deviation 1."""

    people: Enrolment
    to_mediator: float = assumed(0.5, "of the arm on the mediator")
    to_outcome: float = assumed(0.4, "of the mediator on the outcome")
    direct: float = assumed(0.2, "of the arm on the outcome, past the mediator")

    @property
    def truth(self) -> float:
        """The indirect effect."""
        return self.to_mediator * self.to_outcome

    def draw(self, generator: np.random.Generator) -> pd.DataFrame:
        """Draw one trial."""
        who = self.people.draw(generator)
        mediator = self.to_mediator * who.is_first + generator.standard_normal(self.people.total)
        outcome = self.to_outcome * mediator + self.direct * who.is_first + who.level
        return who.table(
            mediator=mediator, outcome=who.seen(outcome), seed=generator.integers(2**32)
        )

    def without_effect(self) -> Self:
        """Return the world in which the arm does not change the mediator."""
        return replace(self, to_mediator=0.0)
