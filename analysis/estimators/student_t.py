"""Interval and two-sided p value of an estimate with Student's t reference distribution."""

from analysis.results import Interval


def t_interval(estimate: float, standard_error: float, df: float, level: float) -> Interval:
    """Return the two-sided confidence interval of an estimate.

    Examples
    --------
    >>> interval = t_interval(0.0, 1.0, 10.0, 0.95)
    >>> round(interval.upper, 3)
    2.228
    """
    from scipy.stats import t

    half = float(t.ppf((1 + level) / 2, df)) * standard_error
    return Interval(lower=estimate - half, upper=estimate + half, level=level)


def two_sided_p(statistic: float, df: float) -> float:
    """Return the two-sided p value of a t statistic."""
    from scipy.stats import t

    return float(2 * t.sf(abs(statistic), df))
