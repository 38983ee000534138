"""Simulated people as plain tables: events counted, times to an event, ordered categories, two periods of a crossover.

Arms are called ``first`` and ``second`` in the column ``arm``.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from analysis.operating_characteristics.errors import SimulationError

ARMS = ("first", "second")


@dataclass(frozen=True, kw_only=True, slots=True)
class CountedEvents:
    """Columns ``arm``, ``count``, ``exposure``; negative binomial, Poisson without dispersion."""

    participants: tuple[int, int]
    rates: tuple[float, float]
    """Events for each unit of exposure."""
    exposure: float
    dispersion: float = 0.0

    def __post_init__(self) -> None:
        _check_participants(self.participants)
        if min(*self.rates, self.exposure) <= 0 or self.dispersion < 0:
            message = f"Rates {self.rates}, exposure {self.exposure} and dispersion {self.dispersion} do not exist: rates and exposure must be above 0, the dispersion 0 or above."
            raise SimulationError(message)

    def draw(self, generator: np.random.Generator) -> pd.DataFrame:
        """Draw one trial."""
        arm = np.repeat(ARMS, self.participants)
        mean = np.repeat(np.array(self.rates) * self.exposure, self.participants)
        if self.dispersion > 0:
            mean = mean * generator.gamma(1 / self.dispersion, self.dispersion, len(mean))
        return pd.DataFrame(
            {"arm": arm, "count": generator.poisson(mean), "exposure": self.exposure}
        )


@dataclass(frozen=True, kw_only=True, slots=True)
class TimesToEvent:
    """Columns ``arm``, ``time``, ``event`` (1 or 0); constant hazards, entry evenly over the accrual time."""

    participants: tuple[int, int]
    hazards: tuple[float, float]
    accrual_time: float
    follow_up_time: float
    loss_hazard: float = 0.0

    def __post_init__(self) -> None:
        _check_participants(self.participants)
        if (
            min(*self.hazards, self.follow_up_time) <= 0
            or min(self.accrual_time, self.loss_hazard) < 0
        ):
            message = f"Hazards {self.hazards}, follow-up {self.follow_up_time}, accrual {self.accrual_time} and losses {self.loss_hazard} do not exist: the first two must be above 0, the others 0 or above."
            raise SimulationError(message)

    def draw(self, generator: np.random.Generator) -> pd.DataFrame:
        """Draw one trial."""
        n = sum(self.participants)
        event = generator.exponential(1 / np.repeat(np.array(self.hazards), self.participants))
        end = self.follow_up_time + self.accrual_time * generator.random(n)
        if self.loss_hazard > 0:
            end = np.minimum(end, generator.exponential(1 / self.loss_hazard, n))
        return pd.DataFrame(
            {
                "arm": np.repeat(ARMS, self.participants),
                "time": np.minimum(event, end),
                "event": (event <= end).astype(int),
            }
        )


@dataclass(frozen=True, kw_only=True, slots=True)
class OrderedCategories:
    """Columns ``arm``, ``category`` (``0``, ``1``, ... as text)."""

    participants: tuple[int, int]
    first: tuple[float, ...]
    """Share of each category, lowest first."""
    second: tuple[float, ...]

    def __post_init__(self) -> None:
        _check_participants(self.participants)
        for shares in (self.first, self.second):
            if len(shares) != len(self.first) or min(shares) < 0 or abs(sum(shares) - 1) > 1e-9:
                message = f"The shares {self.first} and {self.second} do not describe the same categories: give as many in each arm, none negative, together 1."
                raise SimulationError(message)

    def draw(self, generator: np.random.Generator) -> pd.DataFrame:
        """Draw one trial."""
        chance = generator.random(sum(self.participants))
        cuts = np.repeat(
            np.cumsum([self.first, self.second], axis=1)[:, :-1], self.participants, axis=0
        )
        category = (chance[:, None] >= cuts).sum(axis=1)
        return pd.DataFrame(
            {"arm": np.repeat(ARMS, self.participants), "category": category.astype(str)}
        )


@dataclass(frozen=True, kw_only=True, slots=True)
class TwoPeriods:
    """A 2 x 2 crossover: columns ``participant``, ``period`` (1, 2), ``arm``, ``outcome``; one row a period."""

    participants: tuple[int, int]
    """Of the sequence that begins with the first treatment, and of the other."""
    difference: float
    within_standard_deviation: float
    between_standard_deviation: float
    period_effect: float = 0.0

    def __post_init__(self) -> None:
        _check_participants(self.participants)
        if self.within_standard_deviation <= 0 or self.between_standard_deviation < 0:
            message = f"Standard deviations {self.within_standard_deviation} within and {self.between_standard_deviation} between participants do not exist: the first must be above 0, the second 0 or above."
            raise SimulationError(message)

    def draw(self, generator: np.random.Generator) -> pd.DataFrame:
        """Draw one trial."""
        n = sum(self.participants)
        begins_first = np.repeat([1, 0], self.participants)
        is_first = np.column_stack([begins_first, 1 - begins_first])
        level = generator.normal(0.0, self.between_standard_deviation, (n, 1))
        noise = generator.normal(0.0, self.within_standard_deviation, (n, 2))
        outcome = level + self.difference * is_first + self.period_effect * np.arange(2) + noise
        return pd.DataFrame(
            {
                "participant": np.repeat([f"P{number}" for number in range(n)], 2),
                "period": np.tile(["1", "2"], n),
                "arm": np.where(is_first.ravel() == 1, *ARMS),
                "outcome": outcome.ravel(),
            }
        )


def _check_participants(participants: tuple[int, int]) -> None:
    if min(participants) < 2:
        message = f"The arms have {participants} participants: each needs two or more."
        raise SimulationError(message)
