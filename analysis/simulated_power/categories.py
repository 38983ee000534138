"""Worlds in which participants respond or not, fall into ordered categories, or are ranked."""

from dataclasses import dataclass, replace
from typing import Self

import numpy as np
import pandas as pd
from scipy.special import ndtr, ndtri

from analysis.simulated_power.assumptions import (
    Value,
    assumed,
    require,
    require_positive,
    require_two,
    shown,
)
from analysis.simulated_power.enrolment import Enrolment


@dataclass(frozen=True, kw_only=True, slots=True)
class Responses:
    """Columns ``baseline``, ``response`` (1 or 0)."""

    people: Enrolment
    proportions: tuple[float, ...] = assumed((0.5, 0.3), "of responders in each arm")

    def __post_init__(self) -> None:
        require_two(proportions=self.proportions)
        _require_shares(proportions=self.proportions)

    @property
    def truth(self) -> float:
        """The risk difference."""
        return self.proportions[0] - self.proportions[1]

    @property
    def log_risk_ratio(self) -> float:
        """Logarithm of the risk ratio."""
        return float(np.log(self.proportions[0] / self.proportions[1]))

    def draw(self, generator: np.random.Generator) -> pd.DataFrame:
        """Draw one trial."""
        who = self.people.draw(generator)
        responds = who.level <= ndtri(np.asarray(self.proportions))[who.arm]
        return who.table(response=who.seen(responds.astype(np.float64)))

    def without_effect(self) -> Self:
        """Return the world with the second arm's share in both."""
        return replace(self, proportions=(self.proportions[1], self.proportions[1]))


@dataclass(frozen=True, kw_only=True, slots=True)
class StratifiedResponses:
    """Columns ``stratum``, ``response`` (1 or 0); strata of equal size with a common odds ratio."""

    people: Enrolment
    second: tuple[float, ...] = assumed((0.2, 0.4), "responders of the second arm by stratum")
    odds_ratio: float = assumed(2.5, "of response, first against second, in every stratum")

    def __post_init__(self) -> None:
        require_positive(odds_ratio=self.odds_ratio)
        _require_shares(second=self.second)

    @property
    def first(self) -> tuple[float, ...]:
        """Responders of the first arm by stratum."""
        odds = (self.odds_ratio * share / (1 - share) for share in self.second)
        return tuple(one / (1 + one) for one in odds)

    @property
    def truth(self) -> float:
        """Logarithm of the odds ratio."""
        return float(np.log(self.odds_ratio))

    @property
    def mean_difference(self) -> float:
        """Mean risk difference over the strata."""
        return float(np.mean(np.subtract(self.first, self.second)))

    def draw(self, generator: np.random.Generator) -> pd.DataFrame:
        """Draw one trial."""
        who = self.people.draw(generator)
        stratum = generator.integers(len(self.second), size=self.people.total)
        cuts = ndtri(np.asarray([self.first, self.second]))[who.arm, stratum]
        responds = (who.level <= cuts).astype(np.float64)
        names = np.asarray([f"S{number + 1}" for number in range(len(self.second))], dtype=object)
        return who.table(stratum=names[stratum], response=who.seen(responds))

    def without_effect(self) -> Self:
        """Return the world with an odds ratio of 1."""
        return replace(self, odds_ratio=1.0)


@dataclass(frozen=True, kw_only=True, slots=True)
class OrderedCategories:
    """Column ``category`` (``0``, ``1``, ... as text), lowest first."""

    people: Enrolment
    odds_ratio: float = assumed(2.0, "of a category or one above it, first against second")
    shares: tuple[float, ...] = assumed((0.3, 0.4, 0.3), "of the categories in the second arm")

    def __post_init__(self) -> None:
        require_positive(odds_ratio=self.odds_ratio)
        together = abs(sum(self.shares) - 1) < 1e-9
        require(
            len(self.shares) >= 2 and min(self.shares) > 0 and together,
            f"shares are {shown(self.shares)}: give two or more, each above 0, together 1.",
        )

    @property
    def truth(self) -> float:
        """Logarithm of the odds ratio."""
        return float(np.log(self.odds_ratio))

    def draw(self, generator: np.random.Generator) -> pd.DataFrame:
        """Draw one trial."""
        who = self.people.draw(generator)
        up_to = np.cumsum(self.shares)[:-1]
        odds = up_to / (1 - up_to)
        cuts = np.stack([odds / (odds + self.odds_ratio), up_to])
        category = (ndtr(who.level)[:, None] >= cuts[who.arm]).sum(axis=1)
        text = np.asarray([str(one) for one in category], dtype=object)
        text[~who.stays] = None
        return who.table(category=text)

    def without_effect(self) -> Self:
        """Return the world with an odds ratio of 1."""
        return replace(self, odds_ratio=1.0)


@dataclass(frozen=True, kw_only=True, slots=True)
class RankedOutcomes:
    """Columns ``event`` (1 or 0; none is better) and, next in rank, ``score`` (more is better)."""

    people: Enrolment
    events: tuple[float, ...] = assumed((0.1, 0.2), "share of each arm with the event")
    difference: float = assumed(0.4, "true difference of the scores, first minus second")
    standard_deviation: float = assumed(1.0, "of the score within an arm")

    def __post_init__(self) -> None:
        require_two(events=self.events)
        _require_shares(events=self.events)
        require_positive(standard_deviation=self.standard_deviation)

    @property
    def truth(self) -> float:
        """Logarithm of the win ratio, wins over losses among all pairs."""
        one, other = self.events
        same = one * other + (1 - one) * (1 - other)
        higher = float(ndtr(self.difference / (np.sqrt(2) * self.standard_deviation)))
        wins = (1 - one) * other + same * higher
        losses = one * (1 - other) + same * (1 - higher)
        return float(np.log(wins / losses))

    def draw(self, generator: np.random.Generator) -> pd.DataFrame:
        """Draw one trial; event and score are independent within an arm."""
        who = self.people.draw(generator)
        event = generator.random(self.people.total) < np.asarray(self.events)[who.arm]
        score = self.difference * who.is_first + self.standard_deviation * who.level
        return who.table(event=who.seen(event.astype(np.float64)), score=who.seen(score))

    def without_effect(self) -> Self:
        """Return the world with the second arm's events and no difference."""
        return replace(self, events=(self.events[1], self.events[1]), difference=0.0)


def _require_shares(**values: Value) -> None:
    for name, value in values.items():
        inside = isinstance(value, tuple) and all(0 < one < 1 for one in value)
        require(inside, f"{name}: {shown(value)}; shares lie between 0 and 1.")
