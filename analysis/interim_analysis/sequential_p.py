"""One p value for all looks at a hypothesis: the smallest level at which some look so far would have rejected it.

With it a hypothesis that is looked at several times can be tested as one that is looked at once. In a graph, or in any
procedure that tests intersections by Bonferroni, that is the group sequential procedure of Maurer and Bretz: a share that
is passed on is spent anew over all looks, those held before too. It asks that a higher level never makes a bound
stricter, which holds for the spending functions here.

References
----------
Liu & Anderson (2008), Journal of the American Statistical Association 103, 1621-1630.
Maurer & Bretz (2013), Statistics in Biopharmaceutical Research 5, 311-320.
"""

import math
from dataclasses import dataclass

from scipy.special import ndtr

from analysis.interim_analysis.design import Sides, check_order
from analysis.interim_analysis.efficacy_bounds import bounds_at_reached_information
from analysis.interim_analysis.looks import LookEstimate
from analysis.interim_analysis.repeated import repeated_p
from analysis.interim_analysis.spending import SpendingFunction
from analysis.results import Interval


@dataclass(frozen=True, kw_only=True, slots=True)
class SeenLook:
    """One look at one hypothesis."""

    number: int
    """Of the look in the trial; the first is 1."""
    information: float
    """Share of the planned, at this look."""
    estimate: LookEstimate


@dataclass(frozen=True, kw_only=True, slots=True)
class LookSeries:
    """All looks at one hypothesis so far, and how it spends its share of the level."""

    rule: SpendingFunction
    sides: Sides
    """Two-sided, or for a benefit only; levels and p values are two-sided in either case, so the latter spends half."""
    looks: tuple[SeenLook, ...]
    is_ended: bool
    """Whether the last of them ends the trial, and spends all that is left."""

    def bounds(self, level: float) -> tuple[float, ...]:
        """Return the efficacy bounds (z) at a two-sided level; infinite where nothing is spent.

        Raises
        ------
        InterimError
            If information does not grow from look to look.
        """  # noqa: DOC502 - raised by the check
        reached = tuple(look.information for look in self.looks)
        check_order(reached)
        if level <= 0:
            return (math.inf,) * len(reached)
        return bounds_at_reached_information(
            self.rule,
            reached,
            level_of_a_side=level / 2,
            sides=self.sides,
            is_last_look=self.is_ended,
        )

    def interval(self, place: int, level: float) -> Interval | None:
        """Return the repeated interval of one look, of level 1 - ``level``; None where it is the whole line."""
        found = self.looks[place].estimate
        multiple = found.multiple_for(self.bounds(level)[place])
        if math.isinf(multiple):
            return None
        half = multiple * found.standard_error
        return Interval(lower=found.estimate - half, upper=found.estimate + half, level=1 - level)


def nominal_level(bound: float) -> float:
    """Return the two-sided p value that reaches a bound."""
    return 2 * float(ndtr(-bound))


def sequential_p(series: LookSeries) -> tuple[float, int]:
    """Return the smallest two-sided level at which a look so far rejects, and the place of that look.

    Parameters
    ----------
    series : LookSeries
        With at least one look.

    Returns
    -------
    tuple of float and int
        1e-13 stands for anything smaller; 1 and the last place where no level rejects.
    """
    found = [_repeated(series, place) for place in range(len(series.looks))]
    smallest = min(found)
    return (smallest, found.index(smallest)) if smallest < 1 else (1.0, len(found) - 1)


def place_of_rejection(series: LookSeries, level: float) -> int | None:
    """Return the first look that rejects at a two-sided level; None when none does."""
    for place, (bound, look) in enumerate(zip(series.bounds(level), series.looks, strict=True)):
        if statistic(series.sides, look.estimate) >= bound:
            return place
    return None


def statistic(sides: Sides, found: LookEstimate) -> float:
    """Return what is compared with an efficacy bound: the size of z, or for a benefit only z."""
    return abs(found.z) if sides is Sides.TWO_SIDED else found.z


def _repeated(series: LookSeries, place: int) -> float:
    upto = LookSeries(
        rule=series.rule,
        sides=series.sides,
        looks=series.looks[: place + 1],
        is_ended=series.is_ended and place == len(series.looks) - 1,
    )
    two_sided = series.sides is Sides.TWO_SIDED
    p = repeated_p(
        lambda side: upto.bounds(2 * side)[place], series.looks[place].estimate, series.sides
    )
    return p if two_sided else min(1.0, 2 * p)
