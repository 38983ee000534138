"""What a look before the end advises about the primary analysis: efficacy, futility and harm, at the information reached."""

import math
from dataclasses import dataclass, replace

from analysis.interim_analysis.boundaries import solve_design
from analysis.interim_analysis.conditional_power import conditional_power
from analysis.interim_analysis.design import SMALLEST_STEP, GroupSequentialDesign
from analysis.interim_analysis.harm import harm_bounds
from analysis.interim_analysis.monitoring import advise
from analysis.interim_analysis.replanning import replan
from analysis.interim_analysis.sequential_p import LookSeries
from analysis.look_designs import harm_rule, planned_design
from protocols.design import Protocol


@dataclass(frozen=True, kw_only=True, slots=True)
class PrimaryLook:
    """What else is said of the primary analysis; all empty for other hypotheses."""

    futility_bound: float | None = None
    harm_bound: float | None = None
    conditional_power: float | None = None
    """At the end, under the planned effect, with the planned looks that are to come."""
    advice: str = ""


def judge_primary_look(protocol: Protocol, series: LookSeries, level: float) -> PrimaryLook:
    """Judge the last look of a series.

    Parameters
    ----------
    protocol : Protocol
        With looks.
    series : LookSeries
        Of a comparison of the primary analysis; the trial goes on.
    level : float
        Two-sided share that it is tested at; above 0, or nothing can be spent.

    Returns
    -------
    PrimaryLook
        Bounds as z, a benefit positive; None where there is no such rule.
    """
    design = design_at(protocol, level)
    if design is None:
        return PrimaryLook()
    reached = tuple(look.information for look in series.looks)
    boundaries = replan(design, reached, is_last_look=False)
    rule = harm_rule(protocol)
    harm = None if rule is None else harm_bounds(rule, reached)[-1]
    place, z = len(reached) - 1, series.looks[-1].estimate.z
    advice = advise(boundaries, z, place, harm_bound=harm, is_end=False)
    futility = None if boundaries.futility is None else boundaries.futility[-1]
    return PrimaryLook(
        futility_bound=finite(futility),
        harm_bound=finite(harm),
        conditional_power=_conditional_power(design, reached, z),
        advice=advice.value,
    )


def design_at(protocol: Protocol, level: float) -> GroupSequentialDesign | None:
    """Return the design of the primary analysis at another two-sided level; None without a level or without looks."""
    design = planned_design(protocol)
    looks = protocol.analysis.looks
    if design is None or looks is None or level <= 0:
        return None
    return replace(design, significance_level=level / 2 if looks.is_for_benefit else level)


def _conditional_power(
    design: GroupSequentialDesign, reached: tuple[float, ...], z: float
) -> float | None:
    coming = [t for t in design.information_fractions if t - reached[-1] >= SMALLEST_STEP]
    if not coming:
        return None
    without = replace(design, futility=None)
    boundaries = replan(without, (*reached, *coming), is_last_look=True)
    drift = solve_design(without).drift
    return conditional_power(boundaries, looks_held=len(reached), z=z, drift=drift)[-1]


def finite(bound: float | None) -> float | None:
    """Return a bound, or None where it is infinite: nothing crosses it."""
    return None if bound is None or math.isinf(bound) else bound
