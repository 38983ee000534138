"""Stopping for harm: a bound of its own on the other side, stricter or looser than the one for benefit.

The bound has its own one-sided level and spending function. It is computed as if nobody stopped for benefit, so the
probability of stopping a harmless trial never exceeds its level; efficacy bounds do not change.
"""

from dataclasses import dataclass

from analysis.interim_analysis.design import Sides
from analysis.interim_analysis.efficacy_bounds import bounds_at_reached_information
from analysis.interim_analysis.errors import InterimError
from analysis.interim_analysis.random_walk import exit_probabilities
from analysis.interim_analysis.spending import SpendingFunction
from analysis.interim_analysis.stopping_bounds import Boundaries


@dataclass(frozen=True, kw_only=True, slots=True)
class HarmRule:
    """How much error a plan allows for stopping a harmless trial as harmful."""

    significance_level: float
    """One-sided."""
    spending: SpendingFunction

    def __post_init__(self) -> None:
        if not 0 < self.significance_level < 1:
            message = f"The level for harm is {self.significance_level}: it must lie between 0 and 1, e.g. 0.1."
            raise InterimError(message)


def harm_bounds(rule: HarmRule, information_fractions: tuple[float, ...]) -> tuple[float, ...]:
    """Return the statistic (z, negative) at or below which each look stops for harm."""
    bounds = bounds_at_reached_information(
        rule.spending,
        information_fractions,
        level_of_a_side=rule.significance_level,
        sides=Sides.ONE_SIDED,
        is_last_look=False,
    )
    return tuple(-bound for bound in bounds)


def harm_by_stage(
    boundaries: Boundaries, bounds: tuple[float, ...], drift: float
) -> tuple[float, ...]:
    """Return the probability of stopping for harm at each look, not cumulative, for a true drift.

    Trials that stop for benefit before count as not harmed; futility bounds do not count.
    """
    return exit_probabilities(boundaries.information, bounds, boundaries.efficacy, drift)[0]
