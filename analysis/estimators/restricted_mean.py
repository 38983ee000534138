r"""Restricted mean survival time: the mean time without the event up to a horizon, and its difference between arms.

The area under the Kaplan-Meier curve up to τ; variance Σ A(t)² d / (Y (Y − d)) with A(t) the area from t to τ, d events among Y at risk. It needs no
proportional hazards and is in days. τ comes from the protocol, no later than the end of the shorter arm's observation.

References
----------
Royston & Parmar (2013), BMC Medical Research Methodology 13, 152. Klein & Moeschberger (2003), Survival analysis, section 4.5.
"""

import numpy as np

from analysis.estimators.arrays import FloatArray
from analysis.estimators.effect import ArmSize, Effect, Named, normal_effect
from analysis.estimators.time_to_event import EventTimes, checked_times
from analysis.results import NotEstimableError


def estimate_restricted_mean_difference(
    data: EventTimes, horizon: float, *, confidence_level: float
) -> Effect:
    """Estimate the difference in mean event-free time up to the horizon, first arm minus second.

    Raises
    ------
    NotEstimableError
        If an arm is empty, or its observation ends (censored) before the horizon.
    """
    time, event = checked_times(data)
    found = []
    for arm in (data.first, data.second):
        here = np.asarray(data.arm) == arm
        if not here.any():
            raise NotEstimableError(f"{arm} has no participant in the analysis set")
        last = float(time[here].max())
        if last < horizon and event[here][time[here] == last].min() == 0:
            raise NotEstimableError(f"observation of {arm} ends at {last:g}, before {horizon:g}")
        found.append((*_restricted_mean(time[here], event[here], horizon), int(here.sum())))
    (mean_1, variance_1, n_1), (mean_2, variance_2, n_2) = found
    named = Named(
        quantity=f"difference in restricted mean time to {horizon:g}, {data.first} − {data.second}",
        method="area under the Kaplan–Meier curves, Greenwood-type variance",
        arms=(ArmSize(arm=data.first, n=n_1), ArmSize(arm=data.second, n=n_2)),
    )
    return normal_effect(
        named,
        estimate=mean_1 - mean_2,
        standard_error=float(np.sqrt(variance_1 + variance_2)),
        confidence_level=confidence_level,
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
