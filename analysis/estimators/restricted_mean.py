r"""Restricted mean survival time: the mean time without the event up to a horizon, and its difference between arms.

The area under the Kaplan-Meier curve up to τ; variance Σ A(t)² d / (Y (Y − d)) with A(t) the area from t to τ, d events among Y at risk. It needs no
proportional hazards and is in days. τ comes from the protocol, no later than the end of the shorter arm's observation.

References
----------
Royston & Parmar (2013), BMC Medical Research Methodology 13, 152. Klein & Moeschberger (2003), Survival analysis, section 4.5.
"""

from dataclasses import dataclass

import numpy as np

from analysis.estimators.arrays import FloatArray
from analysis.estimators.effect import ArmSize, Effect, Named, normal_effect, normal_quantile
from analysis.estimators.time_to_event import EventTimes, checked_times
from analysis.results import Interval, NotEstimableError

FEWEST = 2
"""Participants of an arm."""
METHOD = "area under the Kaplan–Meier curves, Greenwood-type variance"


@dataclass(frozen=True, kw_only=True, slots=True)
class RestrictedMeans:
    """Mean event-free time up to a horizon, in the unit of time."""

    first: Effect
    second: Effect
    difference: Effect
    """First minus second."""


def estimate_restricted_means(
    data: EventTimes, horizon: float, *, confidence_level: float
) -> RestrictedMeans:
    """Estimate the mean event-free time of both arms up to the horizon, and its difference, first arm minus second.

    Raises
    ------
    NotEstimableError
        If the horizon is not above 0, an arm has fewer than 2 participants, or its observation ends (censored) before the horizon.
    """
    if horizon <= 0:
        raise NotEstimableError(f"the horizon is {horizon:g}; it must lie above 0")
    time, event = checked_times(data)
    areas, sizes = [], []
    for arm in (data.first, data.second):
        here = np.asarray(data.arm) == arm
        if here.sum() < FEWEST:
            raise NotEstimableError(
                f"{arm} has {int(here.sum())} participants in the analysis set; at least {FEWEST} are needed"
            )
        last = float(time[here].max())
        if last < horizon and event[here][time[here] == last].min() == 0:
            raise NotEstimableError(f"observation of {arm} ends at {last:g}, before {horizon:g}")
        areas.append(_restricted_mean(time[here], event[here], horizon))
        sizes.append(ArmSize(arm=arm, n=int(here.sum())))

    (mean_1, variance_1), (mean_2, variance_2) = areas
    first = _of_arm(sizes[0], horizon, areas[0], confidence_level)
    second = _of_arm(sizes[1], horizon, areas[1], confidence_level)
    named = Named(
        quantity=f"difference in restricted mean time to {horizon:g}, {data.first} − {data.second}",
        method=METHOD,
        arms=(sizes[0], sizes[1]),
        comment=" ".join(one.comment for one in (first, second) if one.comment),
    )
    return RestrictedMeans(
        first=first,
        second=second,
        difference=normal_effect(
            named,
            estimate=mean_1 - mean_2,
            standard_error=float(np.sqrt(variance_1 + variance_2)),
            confidence_level=confidence_level,
        ),
    )


def estimate_restricted_mean_difference(
    data: EventTimes, horizon: float, *, confidence_level: float
) -> Effect:
    """Estimate the difference in mean event-free time up to the horizon, first arm minus second.

    `NotEstimableError` as `estimate_restricted_means`.
    """
    found = estimate_restricted_means(data, horizon, confidence_level=confidence_level)
    return found.difference


def _of_arm(size: ArmSize, horizon: float, area: tuple[float, float], level: float) -> Effect:
    """Return the mean of one arm, without a p value: nobody asks whether it is 0."""
    mean, variance = area
    error = float(np.sqrt(variance))
    half = normal_quantile(level) * error
    return Effect(
        quantity=f"restricted mean time to {horizon:g}, {size.arm}",
        method=METHOD,
        arms=(size,),
        estimate=mean,
        standard_error=error or None,
        interval=Interval(lower=mean - half, upper=mean + half, level=level) if error else None,
        comment="" if error else f"{size.arm} has no event before {horizon:g}, so no variance.",
    )


def _restricted_mean(time: FloatArray, event: FloatArray, horizon: float) -> tuple[float, float]:
    moments = np.unique(time[(event > 0) & (time <= horizon)])
    at_risk = np.array([np.sum(time >= moment) for moment in moments], dtype=np.float64)
    events = np.array([np.sum((time == moment) & (event > 0)) for moment in moments])
    survival = np.concatenate([[1.0], np.cumprod(1 - events / at_risk)])
    widths = np.diff(np.concatenate([[0.0], moments, [horizon]]))
    areas = survival * widths
    after = np.cumsum(areas[::-1])[::-1][1:]
    left = at_risk - events
    terms = np.divide(events, at_risk * left, out=np.zeros(len(moments)), where=left > 0)
    return float(areas.sum()), float(np.sum(after**2 * terms))
