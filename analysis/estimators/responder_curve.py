"""Responders over every threshold: the share of each arm that changed by at least so much, instead of one minimal important difference.

One curve an arm (a cumulative distribution of change) and, at chosen thresholds, the risk difference with Newcombe's interval. The curve shows what a
single cut hides: whether the advantage is there at every threshold or only at the chosen one. Intervals are pointwise.

References
----------
Farrar, Dworkin & Max (2006), Journal of Pain and Symptom Management 31, 369-377. FDA (2009), Patient-reported outcome measures, section V.B.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from analysis.estimators.arrays import FloatArray, require_some
from analysis.estimators.effect import Effect
from analysis.estimators.equivalence import Better
from analysis.estimators.proportions import Share
from analysis.estimators.two_means import TwoSamples
from analysis.estimators.two_proportions import DifferenceInterval, estimate_difference


@dataclass(frozen=True, kw_only=True, slots=True)
class ResponderPoint:
    """Both arms at one threshold."""

    threshold: float
    """Smallest improvement that counts, in points of the questionnaire, > 0 = better."""
    share_first: float
    share_second: float
    difference: Effect


def trace_responders(
    change: TwoSamples,
    better: Better,
    *,
    confidence_level: float,
    thresholds: Sequence[float] | None = None,
) -> tuple[ResponderPoint, ...]:
    """Compute responder shares over thresholds.

    Parameters
    ----------
    change
        After minus before, one a participant.
    thresholds
        Improvements at which to compare; every improvement that occurs by default.
    """
    sign = 1.0 if better is Better.HIGHER else -1.0
    first = sign * require_some(change.first, 1, change.first_name)
    second = sign * require_some(change.second, 1, change.second_name)
    chosen = np.unique(np.concatenate([first, second])) if thresholds is None else thresholds
    return tuple(
        _point(change, first, second, float(threshold), confidence_level) for threshold in chosen
    )


def _point(
    change: TwoSamples, first: FloatArray, second: FloatArray, threshold: float, level: float
) -> ResponderPoint:
    one = _share(change.first_name, first, threshold)
    two = _share(change.second_name, second, threshold)
    return ResponderPoint(
        threshold=threshold,
        share_first=one.events / one.n,
        share_second=two.events / two.n,
        difference=estimate_difference(
            one, two, DifferenceInterval.NEWCOMBE, confidence_level=level
        ),
    )


def _share(name: str, improvement: FloatArray, threshold: float) -> Share:
    reached = int(np.sum(improvement >= threshold))
    return Share(arm=name, label=name, events=reached, n=len(improvement))
