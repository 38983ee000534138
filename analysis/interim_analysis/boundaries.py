"""The bounds of a design, what they spend, and the drift at which the trial has its power.

The drift is the expected statistic at the full information. With beta spending it is found together with the futility
bounds: the drift at which what is missed at the end is exactly what is left to miss.
"""

import math
from dataclasses import dataclass, replace
from itertools import pairwise

from scipy.special import ndtri

from analysis.interim_analysis.conditional_futility import conditional_power_bound
from analysis.interim_analysis.design import (
    BetaSpending,
    ConditionalPowerFutility,
    FixedFutility,
    GroupSequentialDesign,
)
from analysis.interim_analysis.efficacy_bounds import (
    root_of,
    solve_efficacy_bounds,
)
from analysis.interim_analysis.futility_bounds import spend_beta
from analysis.interim_analysis.random_walk import exit_probabilities
from analysis.interim_analysis.stopping_bounds import Boundaries, boundaries_of

LARGEST_DRIFT = 40.0


@dataclass(frozen=True, kw_only=True, slots=True)
class SolvedDesign:
    """A design with its bounds and the drift of its power."""

    design: GroupSequentialDesign
    boundaries: Boundaries
    drift: float
    """Expected statistic at full information at which the design has its power."""


def solve_design(design: GroupSequentialDesign) -> SolvedDesign:
    """Solve for bounds and drift of a design.

    Parameters
    ----------
    design : GroupSequentialDesign
        The plan.

    Returns
    -------
    SolvedDesign
        Bounds within about 1e-10, drift within about 1e-9.
    """
    if isinstance(design.futility, BetaSpending) and len(design.information_fractions) > 1:
        return _solve_beta_spending(design, design.futility)
    if isinstance(design.futility, ConditionalPowerFutility):
        return _solve_conditional_power(design, design.futility)
    futility = _fixed_bounds(design)
    binding = design.is_futility_binding
    efficacy = solve_efficacy_bounds(
        design.efficacy,
        design.information_fractions,
        level_of_a_side=design.level_of_a_side,
        sides=design.sides,
        lower=futility if binding else None,
    )
    if futility is not None:
        futility = (*map(min, futility[:-1], efficacy[:-1]), efficacy[-1])
    return _solved(design, efficacy, futility)


def find_drift(boundaries: Boundaries, statistical_power: float) -> float:
    """Return the drift at which a benefit is shown with this probability; harm shown does not count."""
    lower, upper = boundaries.stopping_below, boundaries.efficacy

    def excess(drift: float) -> float:
        return sum(exit_probabilities(boundaries.information, lower, upper, drift)[1]) - (
            statistical_power
        )

    return root_of(excess, 0.0, LARGEST_DRIFT)


def _solved(
    design: GroupSequentialDesign,
    efficacy: tuple[float, ...],
    futility: tuple[float, ...] | None,
) -> SolvedDesign:
    boundaries = boundaries_of(design, design.information_fractions, efficacy, futility)
    drift = find_drift(boundaries, design.statistical_power)
    return SolvedDesign(design=design, boundaries=boundaries, drift=drift)


def _fixed_bounds(design: GroupSequentialDesign) -> tuple[float, ...] | None:
    if not isinstance(design.futility, FixedFutility):
        return None
    return (*design.futility.bounds, -math.inf)


def _solve_beta_spending(design: GroupSequentialDesign, futility: BetaSpending) -> SolvedDesign:
    missed = 1 - design.statistical_power
    spent = [futility.function.spent(t, missed) for t in design.information_fractions]
    steps = [later - earlier for earlier, later in pairwise((0.0, *spent))]

    def excess(drift: float) -> float:
        return spend_beta(design, steps, drift).missed_at_the_end - steps[-1]

    fixed = -float(ndtri(design.level_of_a_side)) + float(ndtri(design.statistical_power))
    drift = root_of(excess, 0.5 * fixed, 4 * fixed)
    found = spend_beta(design, steps, drift)
    boundaries = boundaries_of(design, design.information_fractions, found.efficacy, found.futility)
    return SolvedDesign(design=design, boundaries=boundaries, drift=drift)


def _solve_conditional_power(
    design: GroupSequentialDesign, rule: ConditionalPowerFutility
) -> SolvedDesign:
    without = solve_design(replace(design, futility=None))
    looks = len(design.information_fractions)
    bounds = [
        conditional_power_bound(rule, without.boundaries, looks_held=held, drift=without.drift)
        for held in range(1, looks)
    ]
    return _solved(design, without.boundaries.efficacy, (*bounds, without.boundaries.efficacy[-1]))
