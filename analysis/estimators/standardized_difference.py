r"""Standardized differences with exact small-sample factor and noncentral-t intervals: d, Hedges' g, Glass' Δ, and paired ones.

The interval holds every noncentrality under which the observed t is not in a tail; it is that of the standardized difference itself, its standard
deviation estimated. effect_size.py has the two kinds of g that the report prints beside an estimate; here are the ones that R's effectsize gives.

References
----------
Hedges (1981), Journal of Educational Statistics 6, 107-128. Algina & Keselman (2003), Educational and Psychological Measurement 63, 537-553.
Morris & DeShon (2002), Psychological Methods 7, 105-125 (paired). Cumming (2012), Understanding the new statistics (d_av).
"""

from dataclasses import dataclass
from math import exp, sqrt

import numpy as np
from scipy.special import gammaln

from analysis.estimators.arrays import FloatArray, require_equal_lengths, require_some
from analysis.estimators.effect import Effect
from analysis.estimators.two_means import TwoSamples
from analysis.results import Interval, NotEstimableError

FEWEST_VALUES = 2
LARGEST_T = 30.0
"""scipy's noncentral t is reliable up to here."""


@dataclass(frozen=True, kw_only=True, slots=True)
class PairedSizes:
    """Standardized mean differences of pairs, by what they are divided by."""

    of_differences: float
    """d_z: the standard deviation of the differences (also called standardized response mean)."""
    of_average_spread: float
    """d_av: the mean of both standard deviations."""
    of_repeated_measures: float
    """d_rm: d_z √(2 (1 − r)), in units of a single measurement."""


def estimate_cohens_d(samples: TwoSamples, *, confidence_level: float) -> Effect:
    """Estimate the difference in means in pooled standard deviations.

    `NotEstimableError` if an arm has fewer than 2 values or neither varies.
    """
    first, second = _values(samples)
    n1, n2 = len(first), len(second)
    squares = (n1 - 1) * first.var(ddof=1) + (n2 - 1) * second.var(ddof=1)
    spread = _spread(float(np.sqrt(squares / (n1 + n2 - 2))), "neither arm varies")
    d = float(first.mean() - second.mean()) / spread
    return _sized(samples, "Cohen’s d", d, sqrt(1 / n1 + 1 / n2), n1 + n2 - 2, confidence_level)


def estimate_hedges_g(samples: TwoSamples, *, confidence_level: float) -> Effect:
    """Estimate d times the exact factor J = Γ(ν/2) / (√(ν/2) Γ((ν − 1)/2)) that removes its bias.

    `NotEstimableError` if an arm has fewer than 2 values or neither varies.
    """
    d = estimate_cohens_d(samples, confidence_level=confidence_level)
    factor = small_sample_factor(len(samples.first) + len(samples.second) - 2)
    return Effect(
        quantity=f"Hedges’ g, {samples.label}",
        method="exact small-sample factor; noncentral-t interval of d times the factor",
        arms=d.arms,
        estimate=None if d.estimate is None else factor * d.estimate,
        df=d.df,
        interval=None
        if d.interval is None
        else Interval(
            lower=factor * d.interval.lower,
            upper=factor * d.interval.upper,
            level=confidence_level,
        ),
    )


def estimate_glass_delta(samples: TwoSamples, *, confidence_level: float) -> Effect:
    """Estimate the difference in means in standard deviations of the second arm.

    `NotEstimableError` if an arm has fewer than 2 values or the second does not vary.
    """
    first, second = _values(samples)
    spread = _spread(float(second.std(ddof=1)), f"{samples.second_name} does not vary")
    delta = float(first.mean() - second.mean()) / spread
    scale = sqrt(1 / len(second) + float(first.var(ddof=1)) / (len(first) * spread**2))
    return _sized(samples, "Glass’ Δ", delta, scale, len(second) - 1, confidence_level)


def estimate_paired_sizes(samples: TwoSamples) -> PairedSizes:
    """Estimate the standardized mean differences of pairs; entry i of both samples is pair i.

    `NotEstimableError` if there are fewer than 2 pairs or the differences or both samples do not vary.
    """
    require_equal_lengths(first=samples.first, second=samples.second)
    first, second = _values(samples)
    difference = first - second
    spread = _spread(float(difference.std(ddof=1)), "all differences are the same")
    both = _spread(float(first.std(ddof=1) * second.std(ddof=1)), "a sample does not vary")
    r = float(np.cov(first, second, ddof=1)[0, 1]) / both
    z = float(difference.mean()) / spread
    average = float(first.std(ddof=1) + second.std(ddof=1)) / 2
    return PairedSizes(
        of_differences=z,
        of_average_spread=float(difference.mean()) / average,
        of_repeated_measures=z * sqrt(2 * max(1 - r, 0.0)),
    )


def small_sample_factor(df: float) -> float:
    """Return Hedges' exact factor J.

    Examples
    --------
    >>> round(small_sample_factor(13), 6)
    0.940982
    """
    return exp(float(gammaln(df / 2) - gammaln((df - 1) / 2))) / sqrt(df / 2)


def noncentral_interval(t: float, df: float, level: float) -> Interval:
    """Return the noncentralities under which t is neither in the lower nor in the upper tail.

    Raises
    ------
    NotEstimableError
        If t is beyond what the noncentral t distribution can be computed for.
    """
    from scipy.optimize import brentq  # noqa: PLC0415 - slow to import
    from scipy.stats import nct

    if abs(t) > LARGEST_T:
        raise NotEstimableError(f"t = {t:.1f} is too far from 0 for a noncentral-t interval")
    tail = (1 - level) / 2

    def excess(noncentrality: float, probability: float) -> float:
        return float(nct.cdf(t, df, noncentrality)) - probability

    def limit(probability: float, direction: float) -> float:
        step = direction
        while direction * excess(t + step, probability) > 0:
            step *= 1.5
        return float(brentq(excess, t, t + step, args=(probability,), xtol=1e-12))

    return Interval(lower=limit(1 - tail, -1.0), upper=limit(tail, 1.0), level=level)


def _sized(
    samples: TwoSamples, name: str, size: float, scale: float, df: float, level: float
) -> Effect:
    ncp = noncentral_interval(size / scale, df, level)
    return Effect(
        quantity=f"{name}, {samples.label}",
        method="noncentral-t interval",
        arms=samples.sizes,
        estimate=size,
        df=df,
        interval=Interval(lower=ncp.lower * scale, upper=ncp.upper * scale, level=level),
    )


def _values(samples: TwoSamples) -> tuple[FloatArray, FloatArray]:
    return (
        require_some(samples.first, FEWEST_VALUES, samples.first_name),
        require_some(samples.second, FEWEST_VALUES, samples.second_name),
    )


def _spread(value: float, reason: str) -> float:
    if not value > 0:
        raise NotEstimableError(f"{reason}, so nothing can be standardized")
    return value
