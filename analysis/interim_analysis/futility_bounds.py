"""Futility bounds that spend the probability of missing the effect, found look by look beside the efficacy bounds."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from analysis.interim_analysis.design import GroupSequentialDesign, WangTsiatis
from analysis.interim_analysis.efficacy_bounds import (
    LARGEST_Z,
    bound_for,
    root_of,
    solve_efficacy_bounds,
)
from analysis.interim_analysis.random_walk import (
    BEGINNING,
    Walk,
    advance,
    exit_probabilities,
    smallest_increment,
)


@dataclass(frozen=True, kw_only=True, slots=True)
class BetaSpent:
    """Both bounds at each look, and what is left to miss."""

    efficacy: tuple[float, ...]
    futility: tuple[float, ...]
    missed_at_the_end: float
    """Probability of getting to the last look and not showing the effect there."""


def spend_beta(design: GroupSequentialDesign, steps: Sequence[float], drift: float) -> BetaSpent:
    """Carry two walks over the looks, one without effect and one with it, and solve for both bounds of each."""
    information = design.information_fractions
    finest = smallest_increment(information)
    alpha = alpha_steps(design)
    null, effect = BEGINNING, BEGINNING
    upper, lower = list[float](), list[float]()
    for level, spend_alpha, spend_beta in zip(information[:-1], alpha, steps, strict=False):
        upper.append(bound_for(null, level, spend_alpha))
        lower.append(min(futility_bound(effect, level, spend_beta, drift), upper[-1]))
        floor = lower[-1] if design.is_futility_binding else -math.inf
        null = advance(null, level, (floor, upper[-1]), drift=0.0, finest=finest)
        effect = advance(effect, level, (lower[-1], upper[-1]), drift=drift, finest=finest)
    last = bound_for(null, information[-1], alpha[-1])
    return BetaSpent(
        efficacy=(*upper, last),
        futility=(*lower, last),
        missed_at_the_end=effect.probability_below(information[-1], last, drift),
    )


def alpha_steps(design: GroupSequentialDesign) -> list[float]:
    """Return the error that may be spent at each look."""
    rule, fractions, level = (
        design.efficacy,
        design.information_fractions,
        design.level_of_a_side,
    )
    if isinstance(rule, WangTsiatis):
        bounds = solve_efficacy_bounds(rule, fractions, level_of_a_side=level, sides=design.sides)
        nothing = (-math.inf,) * len(fractions)
        return list(exit_probabilities(fractions, nothing, bounds, 0.0)[1])
    spent = [rule.spent(fraction, level) for fraction in fractions]
    return [later - earlier for earlier, later in pairwise((0.0, *spent))]


def futility_bound(walk: Walk, information: float, probability: float, drift: float) -> float:
    """Return the statistic that is missed with this probability under the drift."""
    if probability <= 0:
        return -math.inf

    def excess(z: float) -> float:
        return walk.probability_below(information, z, drift) - probability

    if excess(LARGEST_Z) <= 0:
        return math.inf
    return root_of(excess, -LARGEST_Z, LARGEST_Z)
