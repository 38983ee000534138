"""Bounds at the looks really held, whatever information they had (Lan & DeMets 1983)."""

from itertools import pairwise

from analysis.interim_analysis.boundaries import Boundaries, boundaries_of, solve_design
from analysis.interim_analysis.design import (
    BetaSpending,
    GroupSequentialDesign,
    WangTsiatis,
    check_order,
)
from analysis.interim_analysis.efficacy_bounds import bounds_at_reached_information
from analysis.interim_analysis.errors import InterimError
from analysis.interim_analysis.futility_bounds import futility_bound
from analysis.interim_analysis.random_walk import BEGINNING, advance, smallest_increment


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
    if isinstance(design.efficacy, WangTsiatis):
        raise InterimError(
            "Classical bounds hold at the planned looks only: name a spending function in the plan to look at other times."
        )
    if design.is_futility_binding:
        raise InterimError(
            "Binding futility bounds hold at the planned looks only: make them non-binding to look at other times."
        )
    early = reached[:-1] if is_last_look else reached
    if any(fraction >= 1 for fraction in early):
        message = f"A look that is not the last has {max(early)} of the planned information: say that it is the last."
        raise InterimError(message)
    efficacy = bounds_at_reached_information(
        design.efficacy,
        reached,
        level_of_a_side=design.level_of_a_side,
        sides=design.sides,
        is_last_look=is_last_look,
    )
    futility = _futility_bounds(design, reached, efficacy, is_last_look=is_last_look)
    return boundaries_of(design, reached, efficacy, futility)


def _futility_bounds(
    design: GroupSequentialDesign,
    reached: tuple[float, ...],
    efficacy: tuple[float, ...],
    *,
    is_last_look: bool,
) -> tuple[float, ...] | None:
    if not isinstance(design.futility, BetaSpending):
        return None
    drift = solve_design(design).drift
    missed = 1 - design.statistical_power
    spent = [design.futility.function.spent(min(t, 1.0), missed) for t in reached]
    walk, finest, bounds = BEGINNING, smallest_increment(reached), list[float]()
    for level, upper, (before, now) in zip(reached, efficacy, pairwise((0.0, *spent)), strict=True):
        bounds.append(min(futility_bound(walk, level, now - before, drift), upper))
        walk = advance(walk, level, (bounds[-1], upper), drift=drift, finest=finest)
    return (*bounds[:-1], efficacy[-1]) if is_last_look else tuple(bounds)
