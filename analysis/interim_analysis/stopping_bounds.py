"""The bounds of a trial with looks, whatever rule they come from, and what they spend."""

import math
from dataclasses import dataclass
from itertools import accumulate

from scipy.special import ndtr

from analysis.interim_analysis.design import GroupSequentialDesign, Sides
from analysis.interim_analysis.random_walk import exit_probabilities


@dataclass(frozen=True, kw_only=True, slots=True)
class Boundaries:
    """When to stop: one number for each look."""

    information: tuple[float, ...]
    """Share of the planned information."""
    efficacy: tuple[float, ...]
    """Statistic (z) from which an effect is shown; of a two-sided design also its negative."""
    futility: tuple[float, ...] | None
    """Statistic (z) up to which to give up; None without futility. The last equals the efficacy bound."""
    alpha_spent: tuple[float, ...]
    """Probability of having claimed an effect by then if there is none; both sides of a two-sided design.
    With non-binding futility: as if nobody ever stopped for futility."""
    sides: Sides
    is_futility_binding: bool

    @property
    def stage_levels(self) -> tuple[float, ...]:
        """One-sided p value that shows an effect at each look."""
        return tuple(float(ndtr(-bound)) for bound in self.efficacy)

    @property
    def stopping_below(self) -> tuple[float, ...]:
        """Statistic below which the trial stops, whatever for; ``-inf`` where it does not."""
        if self.sides is Sides.TWO_SIDED:
            return tuple(-bound for bound in self.efficacy)
        return self.futility or (-math.inf,) * len(self.efficacy)

    @property
    def counted_below(self) -> tuple[float, ...]:
        """As `stopping_below`, without futility bounds that nobody has to keep."""
        if self.futility is not None and not self.is_futility_binding:
            return (-math.inf,) * len(self.efficacy)
        return self.stopping_below


def boundaries_of(
    design: GroupSequentialDesign,
    information: tuple[float, ...],
    efficacy: tuple[float, ...],
    futility: tuple[float, ...] | None,
) -> Boundaries:
    """Return bounds together with the error that they spend."""
    unspent = Boundaries(
        information=information,
        efficacy=efficacy,
        futility=futility,
        alpha_spent=(),
        sides=design.sides,
        is_futility_binding=design.is_futility_binding,
    )
    above = exit_probabilities(information, unspent.counted_below, efficacy, 0.0)[1]
    factor = 2 if design.sides is Sides.TWO_SIDED else 1
    return Boundaries(
        information=information,
        efficacy=efficacy,
        futility=futility,
        alpha_spent=tuple(factor * spent for spent in accumulate(above)),
        sides=design.sides,
        is_futility_binding=unspent.is_futility_binding,
    )
