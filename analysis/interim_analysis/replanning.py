"""Bounds at the looks really held, whatever information they had (Lan & DeMets 1983)."""

import math
from dataclasses import replace
from itertools import pairwise

from analysis.interim_analysis.boundaries import solve_design
from analysis.interim_analysis.conditional_futility import conditional_power_bound
from analysis.interim_analysis.design import (
    SMALLEST_STEP,
    BetaSpending,
    ConditionalPowerFutility,
    GroupSequentialDesign,
    WangTsiatis,
    check_order,
)
from analysis.interim_analysis.efficacy_bounds import bound_for, bounds_at_reached_information
from analysis.interim_analysis.errors import InterimError
from analysis.interim_analysis.futility_bounds import futility_bound
from analysis.interim_analysis.random_walk import BEGINNING, advance, smallest_increment
from analysis.interim_analysis.spending import SpendingFunction
from analysis.interim_analysis.stopping_bounds import Boundaries, boundaries_of


def replan(
    design: GroupSequentialDesign, reached: tuple[float, ...], *, is_last_look: bool
) -> Boundaries:
    """Return the bounds at the looks really held, for whatever information they had.

    Parameters
    ----------
    design : GroupSequentialDesign
        The plan; it must spend its level by a function.
    reached : tuple of float
        Information at the looks held so far as a share of the planned; above 1 when the trial over-runs.
    is_last_look : bool
        Whether the last of them ends the trial: it then spends all that is left.

    Returns
    -------
    Boundaries
        One for each look held. Beta spending goes on at the planned drift; fixed futility bounds are not carried over.

    Raises
    ------
    InterimError
        If information goes backwards, a trial goes on beyond the planned information, or the design has classical
        bounds, which hold at the planned looks only.
    """
    check_order(reached)
    _spending_of(design)
    if design.is_futility_binding and not isinstance(design.futility, BetaSpending):
        raise InterimError(
            "Fixed binding futility bounds hold at the planned looks only: make them non-binding, or spend beta, to look at other times."
        )
    early = reached[:-1] if is_last_look else reached
    if any(fraction >= 1 for fraction in early):
        message = f"A look that is not the last has {max(early)} of the planned information: say that it is the last."
        raise InterimError(message)
    if isinstance(design.futility, BetaSpending):
        efficacy, futility = _spent_bounds(design, design.futility, reached, is_last=is_last_look)
        return boundaries_of(design, reached, efficacy, futility)
    efficacy = _efficacy_bounds(design, reached, is_last=is_last_look)
    if isinstance(design.futility, ConditionalPowerFutility):
        rule, last = design.futility, len(reached) - 1
        bounds = [
            efficacy[place]
            if is_last_look and place == last
            else _conditional_power_bound(design, rule, reached[: place + 1])
            for place in range(len(reached))
        ]
        return boundaries_of(design, reached, efficacy, tuple(bounds))
    return boundaries_of(design, reached, efficacy, None)


def _efficacy_bounds(
    design: GroupSequentialDesign, information: tuple[float, ...], *, is_last: bool
) -> tuple[float, ...]:
    return bounds_at_reached_information(
        _spending_of(design),
        information,
        level_of_a_side=design.level_of_a_side,
        sides=design.sides,
        is_last_look=is_last,
    )


def _spending_of(design: GroupSequentialDesign) -> SpendingFunction:
    if isinstance(design.efficacy, WangTsiatis):
        raise InterimError(
            "Classical bounds hold at the planned looks only: name a spending function in the plan to look at other times."
        )
    return design.efficacy


def _conditional_power_bound(
    design: GroupSequentialDesign, rule: ConditionalPowerFutility, held: tuple[float, ...]
) -> float:
    """Return the bound of the last look held, with the planned looks that were still to come."""
    coming = [t for t in design.information_fractions if t - held[-1] >= SMALLEST_STEP]
    information = (*held, *coming)
    without = replace(design, futility=None)
    efficacy = _efficacy_bounds(without, information, is_last=True)
    return conditional_power_bound(
        rule,
        boundaries_of(without, information, efficacy, None),
        looks_held=len(held),
        drift=solve_design(without).drift,
    )


def _spent_bounds(
    design: GroupSequentialDesign,
    futility: BetaSpending,
    reached: tuple[float, ...],
    *,
    is_last: bool,
) -> tuple[tuple[float, ...], tuple[float, ...]]:
    """Carry a walk without effect and one with the planned effect; only a binding floor stops the first."""
    drift = solve_design(design).drift
    alpha = _steps(_spending_of(design), design.level_of_a_side, reached, is_last=is_last)
    beta = _steps(futility.function, 1 - design.statistical_power, reached, is_last=is_last)
    null, effect, finest = BEGINNING, BEGINNING, smallest_increment(reached)
    upper, lower = list[float](), list[float]()
    for place, level in enumerate(reached):
        high = bound_for(null, level, alpha[place])
        ends = is_last and place == len(reached) - 1
        low = high if ends else min(futility_bound(effect, level, beta[place], drift), high)
        floor = low if design.is_futility_binding else -math.inf
        null = advance(null, level, (floor, high), drift=0.0, finest=finest)
        effect = advance(effect, level, (low, high), drift=drift, finest=finest)
        upper.append(high)
        lower.append(low)
    return tuple(upper), tuple(lower)


def _steps(
    rule: SpendingFunction, level: float, reached: tuple[float, ...], *, is_last: bool
) -> list[float]:
    """Return what may be spent at each look; the last look of the trial spends all that is left."""
    spent = [rule.spent(min(fraction, 1.0), level) for fraction in reached]
    if is_last:
        spent[-1] = level
    return [later - earlier for earlier, later in pairwise((0.0, *spent))]
