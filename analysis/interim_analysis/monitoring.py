"""One look at the data of a running trial: bounds at the information really reached, and what they advise.

For the unblinded statistician and the monitoring committee only.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from analysis.interim_analysis.boundaries import solve_design
from analysis.interim_analysis.design import GroupSequentialDesign, Sides
from analysis.interim_analysis.errors import InterimError
from analysis.interim_analysis.final_inference import FinalEstimate, estimate_after_stopping
from analysis.interim_analysis.harm import HarmRule, harm_bounds
from analysis.interim_analysis.looks import LookEstimate, check_looks
from analysis.interim_analysis.repeated import (
    planned_bound,
    reached_bound,
    repeated_interval,
    repeated_p,
)
from analysis.interim_analysis.replanning import replan
from analysis.interim_analysis.stopping_bounds import Boundaries
from analysis.results import Interval


class Advice(StrEnum):
    """What the bounds say; people decide."""

    GO_ON = "go on"
    STOP_FOR_BENEFIT = "stop: benefit shown"
    STOP_FOR_FUTILITY = "stop: futile"
    STOP_FOR_HARM = "stop: harm"
    END_WITHOUT_BENEFIT = "end: benefit not shown"


@dataclass(frozen=True, kw_only=True, slots=True)
class LookReport:
    """Everything about one look."""

    look: int
    """The first is 1."""
    information: float
    """Share of the planned information."""
    z: float
    efficacy_bound: float
    futility_bound: float | None
    harm_bound: float | None
    one_sided_p: float
    """Not adjusted for looking."""
    repeated_interval: Interval | None
    repeated_p: float
    advice: Advice


@dataclass(frozen=True, kw_only=True, slots=True)
class MonitoringReport:
    """All looks held, and the final estimate once the trial has stopped."""

    looks: tuple[LookReport, ...]
    boundaries: Boundaries
    final: FinalEstimate | None


def monitor(
    design: GroupSequentialDesign,
    looks: Sequence[LookEstimate],
    information_reached: tuple[float, ...],
    *,
    is_last_look: bool,
    harm: HarmRule | None = None,
) -> MonitoringReport:
    """Judge the looks held so far.

    Parameters
    ----------
    design : GroupSequentialDesign
        The plan. Looks at other times than planned need spending functions.
    looks : sequence of LookEstimate
        From all data up to each look.
    information_reached : tuple of float
        At each look, as a share of the planned; above 1 only at the last look.
    is_last_look : bool
        Whether the last of them ends the trial.
    harm : HarmRule, optional
        When to stop for harm.

    Returns
    -------
    MonitoringReport
        One report for each look; the final estimate if the last one stops the trial.

    Raises
    ------
    InterimError
        If estimates and information do not fit, or information goes backwards.
    """
    check_looks(looks, len(information_reached))
    if len(looks) != len(information_reached):
        message = f"There are {len(looks)} estimates and {len(information_reached)} information fractions: give one of each a look."
        raise InterimError(message)
    schedule = _Schedule(design=design, reached=information_reached, is_last_look=is_last_look)
    boundaries = schedule.boundaries()
    harmful = None if harm is None else harm_bounds(harm, information_reached)
    reports = tuple(
        _report(
            schedule,
            boundaries,
            found,
            place,
            harm_bound=None if harmful is None else harmful[place],
            is_end=is_last_look and place == len(looks) - 1,
        )
        for place, found in enumerate(looks)
    )
    final = None
    if reports[-1].advice is not Advice.GO_ON:
        final = estimate_after_stopping(
            boundaries, looks, significance_level=design.significance_level
        )
    return MonitoringReport(looks=reports, boundaries=boundaries, final=final)


@dataclass(frozen=True, kw_only=True, slots=True)
class _Schedule:
    design: GroupSequentialDesign
    reached: tuple[float, ...]
    is_last_look: bool

    @property
    def is_as_planned(self) -> bool:
        planned = self.design.information_fractions
        same = all(
            math.isclose(one, other, rel_tol=1e-9)
            for one, other in zip(self.reached, planned, strict=False)
        )
        return (
            same
            and len(self.reached) <= len(planned)
            and (self.is_last_look == (len(self.reached) == len(planned)))
        )

    def boundaries(self) -> Boundaries:
        if self.is_as_planned:
            return solve_design(self.design).boundaries
        return replan(self.design, self.reached, is_last_look=self.is_last_look)

    def bound_at_level(self, place: int) -> Callable[[float], float]:
        if self.is_as_planned:
            return planned_bound(self.design, place)
        return reached_bound(self.design, self.reached, place, is_last_look=self.is_last_look)


def _report(
    schedule: _Schedule,
    boundaries: Boundaries,
    found: LookEstimate,
    place: int,
    *,
    harm_bound: float | None,
    is_end: bool,
) -> LookReport:
    futility = None if boundaries.futility is None else boundaries.futility[place]
    return LookReport(
        look=place + 1,
        information=boundaries.information[place],
        z=found.z,
        efficacy_bound=boundaries.efficacy[place],
        futility_bound=futility,
        harm_bound=harm_bound,
        one_sided_p=found.p,
        repeated_interval=repeated_interval(
            boundaries, place, found, significance_level=schedule.design.significance_level
        ),
        repeated_p=repeated_p(schedule.bound_at_level(place), found, boundaries.sides),
        advice=advise(boundaries, found.z, place, harm_bound=harm_bound, is_end=is_end),
    )


def advise(
    boundaries: Boundaries, z: float, place: int, *, harm_bound: float | None, is_end: bool
) -> Advice:
    """Return what the bounds say at one look.

    Parameters
    ----------
    boundaries : Boundaries
        At the looks held.
    z : float
        Statistic at this look.
    place : int
        Of this look; the first is 0.
    harm_bound : float or None
        Statistic at or below which the trial is harmful.
    is_end : bool
        Whether the look ends the trial.
    """
    if z >= boundaries.efficacy[place]:
        return Advice.STOP_FOR_BENEFIT
    opposite = boundaries.sides is Sides.TWO_SIDED and z <= -boundaries.efficacy[place]
    if opposite or (harm_bound is not None and z <= harm_bound):
        return Advice.STOP_FOR_HARM
    if is_end:
        return Advice.END_WITHOUT_BENEFIT
    if boundaries.futility is not None and z <= boundaries.futility[place]:
        return Advice.STOP_FOR_FUTILITY
    return Advice.GO_ON
