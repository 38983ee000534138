"""Limits of a score interval: where the standardized score of a hypothesis passes z.

The score falls as the hypothesis rises; a limit that is never reached is the end of the range. A score with correction for
skewness can turn back just beside an estimate without variance, so the search begins at the first value where the sign is right.
"""

from collections.abc import Callable

PRECISION = 1e-15
STEPS_FROM_ESTIMATE = tuple(2.0**-power for power in range(43, 0, -1))
"""Shares of the range: the score may be 0/0 at the estimate itself."""


def lower_limit(excess: Callable[[float], float], *, start: float, estimate: float) -> float:
    """Return where ``excess`` (positive at ``start``, negative below the estimate) is 0; ``start`` if nowhere.

    Examples
    --------
    >>> lower_limit(lambda value: 0.25 - value, start=0.0, estimate=1.0)
    0.25
    """
    if excess(start) <= 0:
        return start
    return _root(lambda value: -excess(value), outer=start, estimate=estimate)


def upper_limit(excess: Callable[[float], float], *, estimate: float, end: float) -> float:
    """Return where ``excess`` (positive above the estimate, negative at ``end``) is 0; ``end`` if nowhere."""
    if excess(end) >= 0:
        return end
    return _root(excess, outer=end, estimate=estimate)


def _root(positive_inside: Callable[[float], float], *, outer: float, estimate: float) -> float:
    from scipy.optimize import brentq  # noqa: PLC0415 - slow to import

    for step in STEPS_FROM_ESTIMATE:
        inner = estimate + step * (outer - estimate)
        if positive_inside(inner) > 0:
            low, high = min(inner, outer), max(inner, outer)
            return float(brentq(positive_inside, low, high, xtol=PRECISION, rtol=PRECISION))
    return outer
