"""Heart rate variability in the time domain, from NN intervals in milliseconds.

Conventions: NN intervals are RR intervals after the beat policy (`data.measures.beat_policy`); consecutive, without gaps. Too
few intervals are a `TooFewIntervalsError`.

Contents: `rmssd`, `sdnn`, `sdsd`, `nn50`, `pnn50`, `sd1`, `sd2`, `mean_heart_rate_bpm`; what they are made of, for
differences that do not come from one unbroken series: `root_mean_square`, `deviation`, `count_above_50_ms`,
`poincare_width`, `poincare_length`.

References
----------
Task Force (1996), Circulation 93(5), 1043-1065. Shaffer & Ginsberg (2017), Frontiers in Public Health 5, 258.
"""

import math
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

FloatArray: TypeAlias = NDArray[np.float64]


class TooFewIntervalsError(ValueError):
    """There are fewer intervals than the measure needs."""


def rmssd(nn_ms: FloatArray) -> float:
    r"""Root mean square of successive differences of NN intervals.

    Parameters
    ----------
    nn_ms : ndarray of float, shape (n_beats,)
        Consecutive NN intervals in milliseconds; fewer than two are a `TooFewIntervalsError`.

    Returns
    -------
    float
        RMSSD in milliseconds, never negative.

    Notes
    -----
    .. math:: \sqrt{\frac{1}{n-1} \sum_{i=1}^{n-1} (NN_{i+1} - NN_i)^2}

    References
    ----------
    Task Force (1996), Circulation 93(5), 1043-1065, table 1.

    Examples
    --------
    >>> round(rmssd(np.array([800.0, 810.0, 815.0, 750.0])), 2)
    38.08
    """
    return root_mean_square(_differences(nn_ms, 2))


def sdnn(nn_ms: FloatArray) -> float:
    """Return the standard deviation (n - 1) of NN intervals in milliseconds.

    Fewer than two intervals are a `TooFewIntervalsError`.
    """
    _differences(nn_ms, 2)
    return deviation(nn_ms)


def sdsd(nn_ms: FloatArray) -> float:
    """Return the standard deviation (n - 1) of successive differences in milliseconds.

    Fewer than three intervals are a `TooFewIntervalsError`.
    """
    return deviation(_differences(nn_ms, 3))


def nn50(nn_ms: FloatArray) -> int:
    """Return how many successive differences exceed 50 ms.

    Fewer than two intervals are a `TooFewIntervalsError`.
    """
    return count_above_50_ms(_differences(nn_ms, 2))


def pnn50(nn_ms: FloatArray) -> float:
    """Return the percentage of successive differences above 50 ms, of the n - 1 differences.

    Fewer than two intervals are a `TooFewIntervalsError`.

    Examples
    --------
    >>> round(pnn50(np.array([800.0, 810.0, 815.0, 750.0])), 1)
    33.3
    """
    return 100.0 * nn50(nn_ms) / (nn_ms.size - 1)


def sd1(nn_ms: FloatArray) -> float:
    """Return the width of the Poincaré plot, SDSD / √2, in milliseconds.

    Fewer than three intervals are a `TooFewIntervalsError`.
    """
    return poincare_width(sdsd(nn_ms))


def sd2(nn_ms: FloatArray) -> float:
    """Return the length of the Poincaré plot, √(2 SDNN² − SD1²), in milliseconds.

    Fewer than three intervals are a `TooFewIntervalsError`.
    """
    return poincare_length(sdnn(nn_ms), sdsd(nn_ms))


def mean_heart_rate_bpm(nn_ms: FloatArray) -> float:
    """Return the beats a minute of the mean NN interval.

    Raises
    ------
    TooFewIntervalsError
        If there is no interval.

    Examples
    --------
    >>> mean_heart_rate_bpm(np.array([750.0, 850.0]))
    75.0
    """
    if not nn_ms.size:
        message = "A heart rate needs at least one interval."
        raise TooFewIntervalsError(message)
    return 60_000.0 / float(nn_ms.mean())


def _differences(nn_ms: FloatArray, fewest: int) -> FloatArray:
    if nn_ms.size < fewest:
        message = f"{nn_ms.size} intervals: at least {fewest} are needed."
        raise TooFewIntervalsError(message)
    return np.diff(nn_ms)


def root_mean_square(differences: FloatArray) -> float:
    """Return the root of the mean square of one difference or more."""
    return math.sqrt(float(np.dot(differences, differences)) / differences.size)


def deviation(values_ms: FloatArray) -> float:
    """Return the standard deviation (n - 1) of two values or more."""
    return float(np.std(values_ms, ddof=1))


def count_above_50_ms(differences: FloatArray) -> int:
    """Return how many differences exceed 50 ms in either direction."""
    return int(np.count_nonzero(np.abs(differences) > 50.0))


def poincare_width(sdsd_ms: float) -> float:
    """Return SD1 = SDSD / √2 in milliseconds."""
    return sdsd_ms / math.sqrt(2.0)


def poincare_length(sdnn_ms: float, sdsd_ms: float) -> float:
    """Return SD2 = √(2 SDNN² − SD1²) in milliseconds."""
    return math.sqrt(max(0.0, 2.0 * sdnn_ms**2 - poincare_width(sdsd_ms) ** 2))
