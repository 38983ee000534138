"""Worlds in which events are counted, or the time to one."""

from dataclasses import dataclass, replace
from typing import Self

import numpy as np
import pandas as pd
from scipy.special import gammaincinv, log_ndtr, ndtr

from analysis.simulated_power.assumptions import assumed, require, require_positive, require_two
from analysis.simulated_power.enrolment import Enrolment


@dataclass(frozen=True, kw_only=True, slots=True)
class CountedEvents:
    """Columns ``count``, ``exposure``; who leaves is exposed for an even share of the time."""

    people: Enrolment
    rates: tuple[float, ...] = assumed((0.8, 1.2), "events for each unit of exposure, by arm")
    exposure: float = assumed(1.0, "of a participant who stays")
    dispersion: float = assumed(0.5, "negative binomial; 0 is Poisson")

    def __post_init__(self) -> None:
        require_two(rates=self.rates)
        require_positive(rates=self.rates, exposure=self.exposure)
        require(self.dispersion >= 0, f"dispersion is {self.dispersion:g}: it must be 0 or more.")

    @property
    def truth(self) -> float:
        """Logarithm of the ratio of the rates."""
        return float(np.log(self.rates[0] / self.rates[1]))

    def draw(self, generator: np.random.Generator) -> pd.DataFrame:
        """Draw one trial."""
        who = self.people.draw(generator)
        share = np.where(who.stays, 1.0, generator.random(self.people.total))
        mean = np.asarray(self.rates)[who.arm] * self.exposure * share
        if self.dispersion > 0:
            shape = 1 / self.dispersion
            mean = mean * self.dispersion * gammaincinv(shape, ndtr(who.level))
        return who.table(count=generator.poisson(mean), exposure=self.exposure * share)

    def without_effect(self) -> Self:
        """Return the world with the second arm's rate in both."""
        return replace(self, rates=(self.rates[1], self.rates[1]))


@dataclass(frozen=True, kw_only=True, slots=True)
class TimesToEvent:
    """Columns ``time``, ``event`` (1 or 0); constant hazards, even entry; who leaves is censored at an even share of the time."""

    people: Enrolment
    hazards: tuple[float, ...] = assumed((0.06, 0.1), "events for each unit of time, by arm")
    accrual: float = assumed(0.0, "time in which participants enter")
    follow_up: float = assumed(12.0, "time after the last entry")

    def __post_init__(self) -> None:
        require_two(hazards=self.hazards)
        require_positive(hazards=self.hazards, follow_up=self.follow_up)
        require(self.accrual >= 0, f"accrual is {self.accrual:g}: it must be 0 or more.")

    @property
    def truth(self) -> float:
        """Logarithm of the hazard ratio."""
        return float(np.log(self.hazards[0] / self.hazards[1]))

    @property
    def mean_time_difference(self) -> float:
        """Difference of the mean times without an event, up to ``follow_up``."""
        first, second = ((1 - np.exp(-h * self.follow_up)) / h for h in self.hazards)
        return float(first - second)

    def draw(self, generator: np.random.Generator) -> pd.DataFrame:
        """Draw one trial."""
        who = self.people.draw(generator)
        happens = -log_ndtr(-who.level) / np.asarray(self.hazards)[who.arm]
        end = self.follow_up + self.accrual * generator.random(self.people.total)
        end = end * np.where(who.stays, 1.0, generator.random(self.people.total))
        return who.table(time=np.minimum(happens, end), event=(happens <= end).astype(np.float64))

    def without_effect(self) -> Self:
        """Return the world with the second arm's hazard in both."""
        return replace(self, hazards=(self.hazards[1], self.hazards[1]))
