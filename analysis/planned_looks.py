"""The looks of a plan: their bounds, and what the last of them says about the primary analysis.

Looks before the end belong to the monitoring committee (``interim_analysis/monitoring.py``); no report holds one. The
bounds are those at the planned information, with every earlier look held as planned.
"""

import math
from dataclasses import dataclass
from datetime import datetime

from analysis.interim_analysis.boundaries import solve_design
from analysis.interim_analysis.design import GroupSequentialDesign, Sides
from analysis.interim_analysis.looks import LookEstimate
from analysis.interim_analysis.repeated import planned_bound, repeated_interval, repeated_p
from analysis.interim_analysis.spending import (
    HwangShihDeCaniSpending,
    KimDeMetsSpending,
    OBrienFlemingSpending,
    PocockSpending,
    SpendingFunction,
)
from analysis.interim_analysis.stopping_bounds import Boundaries
from analysis.results import Interval, NotEstimableError, Result
from protocols.design import Protocol
from protocols.interim_looks import PlannedLooks, Spending
from protocols.sample_size import observed_per_arm

NOT_LOCKED = (
    "the database is not locked, and a look before the end belongs to the monitoring committee"
)


@dataclass(frozen=True, kw_only=True, slots=True)
class FinalLook:
    """The primary result at the last look. All p values and levels are two-sided."""

    p: float
    """Not adjusted for looking."""
    local_level: float
    """That ``p`` is compared with."""
    repeated_p: float
    """The level of the whole trial at which this look would just have shown an effect."""
    repeated_interval: Interval | None
    """Holds together with those of all looks before."""
    is_shown: bool
    observed: int
    """Participants with the primary outcome, all arms."""
    planned: int
    """As many as the sample size expects to have it."""


@dataclass(frozen=True, kw_only=True, slots=True)
class LooksOfPlan:
    """Bounds of the planned looks, and the last look."""

    boundaries: Boundaries
    final: FinalLook | None
    reason: str
    """Why there is no last look; empty when there is one."""


def planned_design(protocol: Protocol) -> GroupSequentialDesign | None:
    """Return the group sequential design of a protocol's primary analysis; None when it promises no looks."""
    looks = protocol.analysis.looks
    if looks is None:
        return None
    return GroupSequentialDesign(
        information_fractions=looks.information_fractions,
        significance_level=protocol.analysis.significance_level,
        statistical_power=protocol.sample_size.statistical_power,
        sides=Sides.TWO_SIDED,
        efficacy=_spending(looks),
    )


def judge_planned_looks(
    protocol: Protocol, primary: Result, locked_at: datetime | None
) -> LooksOfPlan | None:
    """Return the bounds of the planned looks, and after the lock what the last one says.

    Parameters
    ----------
    protocol : Protocol
        With two arms.
    primary : Result
        Of the primary analysis.
    locked_at : datetime or None
        When the database was locked.

    Returns
    -------
    LooksOfPlan or None
        None when the protocol promises no looks.
    """
    design = planned_design(protocol)
    if design is None:
        return None
    boundaries = solve_design(design).boundaries
    try:
        final = _final_look(protocol, design, boundaries, primary, locked_at)
    except NotEstimableError as error:
        return LooksOfPlan(boundaries=boundaries, final=None, reason=str(error))
    return LooksOfPlan(boundaries=boundaries, final=final, reason="")


def _spending(looks: PlannedLooks) -> SpendingFunction:
    parameter = math.nan if looks.parameter is None else looks.parameter
    match looks.spending:
        case Spending.O_BRIEN_FLEMING:
            return OBrienFlemingSpending()
        case Spending.POCOCK:
            return PocockSpending()
        case Spending.KIM_DEMETS:
            return KimDeMetsSpending(parameter)
        case Spending.HWANG_SHIH_DECANI:
            return HwangShihDeCaniSpending(parameter)


def _final_look(
    protocol: Protocol,
    design: GroupSequentialDesign,
    boundaries: Boundaries,
    primary: Result,
    locked_at: datetime | None,
) -> FinalLook:
    if locked_at is None:
        raise NotEstimableError(NOT_LOCKED)
    if primary.estimate is None or primary.p is None or not primary.standard_error:
        raise NotEstimableError(primary.reason or "the primary analysis has no p value")
    found = LookEstimate(
        estimate=primary.estimate, standard_error=primary.standard_error, df=primary.df
    )
    last = len(boundaries.information) - 1
    local_level = 2 * boundaries.stage_levels[last]
    return FinalLook(
        p=primary.p,
        local_level=local_level,
        repeated_p=repeated_p(planned_bound(design, last), found, design.sides),
        repeated_interval=repeated_interval(
            boundaries, last, found, significance_level=design.significance_level
        ),
        is_shown=primary.p <= local_level,
        observed=sum(primary.n_available),
        planned=observed_per_arm(protocol.sample_size) * len(protocol.arms),
    )
