"""Repeated confidence intervals and p values: valid at every look, whether the trial stops there or not.

References
----------
Jennison & Turnbull (1989), JRSS B 51, 305-361.
"""

import math
from collections.abc import Callable

from analysis.interim_analysis.design import GroupSequentialDesign, Sides, WangTsiatis
from analysis.interim_analysis.efficacy_bounds import (
    LARGEST_Z,
    bounds_at_reached_information,
    root_of,
    solve_efficacy_bounds,
)
from analysis.interim_analysis.errors import InterimError
from analysis.interim_analysis.looks import LookEstimate
from analysis.interim_analysis.stopping_bounds import Boundaries
from analysis.results import Interval

LOWEST_LOG_LEVEL = math.log(1e-13)
HIGHEST_LOG_LEVEL = math.log(1 - 1e-9)


def repeated_interval(
    boundaries: Boundaries, look: int, found: LookEstimate, *, significance_level: float
) -> Interval | None:
    """Return the interval of a look that holds together with those of all other looks.

    Parameters
    ----------
    boundaries : Boundaries
        Of the plan, or at the looks really held.
    look : int
        Place of the look; the first is 0.
    found : LookEstimate
        From all data up to then.
    significance_level : float
        Of the design, as its sides say.

    Returns
    -------
    Interval or None
        Two-sided, of level 1 - 2 alpha for a one-sided alpha; None where the look spends nothing, because its interval
        is the whole line.
    """
    multiple = found.multiple_for(boundaries.efficacy[look])
    if math.isinf(multiple):
        return None
    sides = 1 if boundaries.sides is Sides.TWO_SIDED else 2
    half = multiple * found.standard_error
    return Interval(
        lower=found.estimate - half,
        upper=found.estimate + half,
        level=1 - sides * significance_level,
    )


def repeated_p(
    bound_at_level: Callable[[float], float], found: LookEstimate, sides: Sides
) -> float:
    """Return the level at which the look would just have shown the effect.

    Parameters
    ----------
    bound_at_level : callable
        Efficacy bound (z) of the look if the design had this level on a side: `planned_bound` or `reached_bound`.
    found : LookEstimate
        From all data up to then.
    sides : Sides
        Of the design.

    Returns
    -------
    float
        One-sided or two-sided as the design; 1e-13 stands for anything smaller, 1 for what no level would show.
    """
    two_sided = sides is Sides.TWO_SIDED
    z = abs(found.z) if two_sided else found.z
    halves = 2 if two_sided else 1

    def excess(log_level: float) -> float:
        return min(bound_at_level(math.exp(log_level) / halves), LARGEST_Z) - z

    if excess(HIGHEST_LOG_LEVEL) > 0:
        return 1.0
    if excess(LOWEST_LOG_LEVEL) < 0:
        return math.exp(LOWEST_LOG_LEVEL)
    return math.exp(root_of(excess, LOWEST_LOG_LEVEL, HIGHEST_LOG_LEVEL))


def planned_bound(design: GroupSequentialDesign, look: int) -> Callable[[float], float]:
    """Return the efficacy bound of a planned look by the level of a side; futility bounds do not count."""
    return lambda level: solve_efficacy_bounds(
        design.efficacy, design.information_fractions, level_of_a_side=level, sides=design.sides
    )[look]


def reached_bound(
    design: GroupSequentialDesign, reached: tuple[float, ...], look: int, *, is_last_look: bool
) -> Callable[[float], float]:
    """Return the efficacy bound of a look really held by the level of a side.

    Raises
    ------
    InterimError
        If the design has classical bounds, which hold at the planned looks only.
    """
    rule = design.efficacy
    if isinstance(rule, WangTsiatis):
        raise InterimError(
            "Classical bounds hold at the planned looks only: name a spending function in the plan to look at other times."
        )
    return lambda level: bounds_at_reached_information(
        rule, reached, level_of_a_side=level, sides=design.sides, is_last_look=is_last_look
    )[look]
