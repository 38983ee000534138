"""Descriptive statistics, and the difference in means without a model (Welch).

Conventions: the standard deviation divides by n - 1; quartiles interpolate linearly between order statistics (type 7 of
Hyndman & Fan 1996, the default of R and NumPy; SAS's default is type 2); missing values are counted, never imputed.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from analysis.estimators.student_t import t_interval, two_sided_p
from analysis.results import ArmEstimate, Contrast, Estimate, Interval, NotEstimableError


@dataclass(frozen=True, kw_only=True, slots=True)
class Summary:
    """A variable in one arm; statistics are None where there is nothing to compute them from."""

    n: int
    missing: int
    mean: float | None
    standard_deviation: float | None
    median: float | None
    lower_quartile: float | None
    upper_quartile: float | None
    minimum: float | None
    maximum: float | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Group:
    """The values of one arm and how many of the arm had them."""

    arm: str
    label: str
    values: tuple[float, ...]


def summarize(values: Sequence[float | None]) -> Summary:
    """Summarize a variable.

    Examples
    --------
    >>> summarize([1.0, 2.0, 4.0, None]).median
    2.0
    """
    known = [value for value in values if value is not None]
    quartiles = [float(q) for q in np.quantile(known, [0.25, 0.5, 0.75])] if known else [None] * 3
    return Summary(
        n=len(known),
        missing=len(values) - len(known),
        mean=compute_mean(known),
        standard_deviation=compute_standard_deviation(known),
        median=quartiles[1],
        lower_quartile=quartiles[0],
        upper_quartile=quartiles[2],
        minimum=min(known, default=None),
        maximum=max(known, default=None),
    )


def compute_mean(values: Sequence[float]) -> float | None:
    """Return the mean; None without a value."""
    return float(np.mean(values)) if len(values) else None


def compute_standard_deviation(values: Sequence[float]) -> float | None:
    """Return the standard deviation (n - 1); None with fewer than two values."""
    return float(np.std(values, ddof=1)) if len(values) > 1 else None


def mean_interval(values: Sequence[float], level: float) -> Interval | None:
    """Return the t interval of a mean; None with fewer than two values."""
    mean, deviation = compute_mean(values), compute_standard_deviation(values)
    if mean is None or deviation is None:
        return None
    return t_interval(mean, deviation / len(values) ** 0.5, len(values) - 1, level)


def estimate_difference_in_means(
    groups: Sequence[Group], contrast: Contrast, *, confidence_level: float
) -> Estimate:
    """Estimate the difference in means of two arms by Welch's method.

    `NotEstimableError` says why not, if an arm has fewer than two values, or neither arm varies.
    """
    first, second = (_group(groups, arm) for arm in (contrast.first, contrast.second))
    _check_groups(first, second)
    difference, error, df = _welch(first.values, second.values)
    return Estimate(
        estimate=difference,
        standard_error=error,
        df=df,
        interval=t_interval(difference, error, df, confidence_level),
        p=two_sided_p(difference / error, df),
        arms=tuple(describe_arm(group, confidence_level) for group in groups),
        model="difference in means, unequal variances (Welch)",
    )


def describe_arm(group: Group, level: float) -> ArmEstimate:
    """Describe one arm: n, mean, standard deviation and the interval of the mean."""
    return ArmEstimate(
        arm=group.arm,
        label=group.label,
        n_available=len(group.values),
        n_analysed=len(group.values),
        mean=compute_mean(group.values),
        standard_deviation=compute_standard_deviation(group.values),
        interval=mean_interval(group.values, level),
    )


def _group(groups: Sequence[Group], arm: str) -> Group:
    return next(group for group in groups if group.arm == arm)


def _check_groups(*groups: Group) -> None:
    for group in groups:
        if len(group.values) < 2:
            message = f"{group.label} has {len(group.values)} values; at least 2 are needed"
            raise NotEstimableError(message)
    if all(np.ptp(group.values) == 0 for group in groups):
        raise NotEstimableError("the values do not vary within either arm")


def _welch(first: Sequence[float], second: Sequence[float]) -> tuple[float, float, float]:
    parts = [float(np.var(values, ddof=1)) / len(values) for values in (first, second)]
    variance = sum(parts)
    spread = sum(p**2 / (len(v) - 1) for p, v in zip(parts, (first, second), strict=True))
    return float(np.mean(first) - np.mean(second)), variance**0.5, variance**2 / spread
