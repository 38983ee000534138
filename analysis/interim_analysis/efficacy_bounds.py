"""Efficacy bounds: the statistic that shows an effect at each look.

Classical bounds have one unknown constant; spending functions give one root a look.
"""

import math
from collections.abc import Callable, Sequence
from itertools import pairwise

from scipy.optimize import brentq
from scipy.special import ndtri

from analysis.interim_analysis.design import Sides, WangTsiatis
from analysis.interim_analysis.errors import InterimError
from analysis.interim_analysis.random_walk import (
    BEGINNING,
    Walk,
    advance,
    exit_probabilities,
    smallest_increment,
)
from analysis.interim_analysis.spending import SpendingFunction

LARGEST_Z = 37.0
"""The normal tail beyond it is no longer a number."""


def solve_efficacy_bounds(
    rule: WangTsiatis | SpendingFunction,
    fractions: Sequence[float],
    *,
    level_of_a_side: float,
    sides: Sides,
    lower: Sequence[float] | None = None,
) -> tuple[float, ...]:
    """Solve for the bounds of a plan.

    Parameters
    ----------
    rule : WangTsiatis or SpendingFunction
        Of the plan.
    fractions : sequence of float
        Share of the planned information at each look.
    level_of_a_side : float
        Error in the direction of benefit.
    sides : Sides
        Two-sided bounds are symmetric.
    lower : sequence of float, optional
        Binding futility bounds; of a one-sided design.

    Returns
    -------
    tuple of float
        Statistics (z); infinite where nothing is spent.
    """
    if isinstance(rule, WangTsiatis):
        return _classical_bounds(rule, fractions, level_of_a_side, sides, lower)
    spent = [rule.spent(fraction, level_of_a_side) for fraction in fractions]
    return bounds_that_spend(spent, fractions, sides=sides, lower=lower)


def bounds_at_reached_information(
    rule: SpendingFunction,
    reached: Sequence[float],
    *,
    level_of_a_side: float,
    sides: Sides,
    is_last_look: bool,
) -> tuple[float, ...]:
    """Solve for the bounds at the looks really held.

    Parameters
    ----------
    rule : SpendingFunction
        Of the plan.
    reached : sequence of float
        Information as a share of the planned; above 1 when the trial over-runs.
    level_of_a_side : float
        Error in the direction of benefit.
    sides : Sides
        Two-sided bounds are symmetric.
    is_last_look : bool
        Whether the last look ends the trial and spends all that is left.

    Returns
    -------
    tuple of float
        Statistics (z).
    """
    spent = [rule.spent(min(fraction, 1.0), level_of_a_side) for fraction in reached]
    if is_last_look:
        spent[-1] = level_of_a_side
    return bounds_that_spend(spent, reached, sides=sides)


def bounds_that_spend(
    cumulative: Sequence[float],
    information: Sequence[float],
    *,
    sides: Sides,
    lower: Sequence[float] | None = None,
) -> tuple[float, ...]:
    """Solve for bounds that have spent so much on a side by each look.

    Parameters
    ----------
    cumulative : sequence of float
        Error of one side spent up to each look.
    information : sequence of float
        At each look, in any unit.
    sides : Sides
        Two-sided bounds are symmetric.
    lower : sequence of float, optional
        Binding futility bounds; of a one-sided design.

    Returns
    -------
    tuple of float
        Statistics (z); infinite where nothing is spent.
    """
    finest = smallest_increment(information)
    walk, bounds = BEGINNING, list[float]()
    increments = [later - earlier for earlier, later in pairwise((0.0, *cumulative))]
    for look, (level, step) in enumerate(zip(information, increments, strict=True)):
        bound = bound_for(walk, level, step)
        bounds.append(bound)
        low = _lower_limit(sides, bound, lower, look)
        walk = advance(walk, level, (low, bound), drift=0.0, finest=finest)
    return tuple(bounds)


def bound_for(walk: Walk, information: float, probability: float) -> float:
    """Return the statistic that is reached with this probability under no effect."""
    if probability <= 0:
        return math.inf

    def excess(z: float) -> float:
        return walk.probability_above(information, z, 0.0) - probability

    if excess(-LARGEST_Z) <= 0:
        return -math.inf
    return root_of(excess, -LARGEST_Z, LARGEST_Z)


def root_of(function: Callable[[float], float], lower: float, upper: float) -> float:
    """Return the root of a function that changes sign between two numbers.

    Raises
    ------
    InterimError
        If it does not change sign there.
    """
    if function(lower) * function(upper) > 0:
        raise InterimError(
            "No bound or effect fits these levels and looks: check the level, the power and the spending functions."
        )
    return float(brentq(function, lower, upper, xtol=1e-13, rtol=1e-14))


def _lower_limit(sides: Sides, bound: float, lower: Sequence[float] | None, look: int) -> float:
    if sides is Sides.TWO_SIDED:
        return -bound
    return -math.inf if lower is None else lower[look]


def _classical_bounds(
    rule: WangTsiatis,
    fractions: Sequence[float],
    level_of_a_side: float,
    sides: Sides,
    lower: Sequence[float] | None,
) -> tuple[float, ...]:
    factors = [fraction ** (rule.shape - 0.5) for fraction in fractions]

    def excess(constant: float) -> float:
        upper = [constant * factor for factor in factors]
        below = [_lower_limit(sides, bound, lower, look) for look, bound in enumerate(upper)]
        return sum(exit_probabilities(fractions, below, upper, 0.0)[1]) - level_of_a_side

    smallest = -float(ndtri(level_of_a_side))
    if len(factors) == 1:
        return (smallest,)
    least = 0.0 if sides is Sides.TWO_SIDED else min(0.0, smallest - 10.0)
    constant = root_of(excess, least, max(10.0, smallest + 10.0))
    return tuple(constant * factor for factor in factors)
