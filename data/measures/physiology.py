"""A value of a physiological signal with what it takes to judge it, and its comparison with rest.

Conventions: exactly one of value and reason is None. Values are compared with the person's own rest before the session:
z = (value - median) / (1.4826 MAD), with a floor for the spread and clamped to ±4. Rest is not updated during a
session: habituation would hide.

Contents: `PhysiologicalValue`, `Quality`, `SignalBaseline`, `baseline_of`, `normalize`, and what all
measures of signals share: `SampledWindow` (made by `open_window`, for its `Needs`), `rest_in_steps`, `quality_of`,
`believable`, `widen`.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from data.measures.measured_values import NoValueReason
from data.measures.time_domain import FloatArray

MAD_TO_SD = 1.4826
LARGEST_Z = 4.0
SHORTEST_BASELINE_S = 180.0
RATE_TOLERANCE = 0.01
SMALLEST_SPREAD = 1e-9
LARGEST_SAMPLE = 1e9


class Quality(StrEnum):
    """What a window of a signal may be used for."""

    GOOD = "good"
    DEGRADED = "degraded"
    """5-20 % of the samples are missing or unbelievable: with four times the variance."""
    HOLD = "hold"
    """More are: nothing."""


GOOD_SHARE = 0.95
USABLE_SHARE = 0.80


@dataclass(frozen=True, kw_only=True, slots=True)
class PhysiologicalValue:
    """One number about one window, or the reason why there is none."""

    value: float | None
    unit: str
    reason: NoValueReason | None


@dataclass(frozen=True, kw_only=True, slots=True)
class SignalBaseline:
    """A person's resting values of one measure."""

    median: float
    scale: float
    """1.4826 times the median absolute deviation, at least the measure's floor."""


def quality_of(usable_share: float) -> Quality:
    """Grade a window by the share of samples that can be believed, in [0, 1]."""
    if usable_share >= GOOD_SHARE:
        return Quality.GOOD
    return Quality.DEGRADED if usable_share >= USABLE_SHARE else Quality.HOLD


def baseline_of(
    values: Sequence[float | None], *, step_s: float, smallest_mad: float
) -> SignalBaseline | NoValueReason:
    """Summarize the values of a rest.

    Parameters
    ----------
    values : sequence of float or None
        The measure in neighbouring windows; None where there was no value.
    step_s : float
        Seconds from one window to the next.
    smallest_mad : float
        Floor of the median absolute deviation, in the measure's unit.

    Returns
    -------
    SignalBaseline or NoValueReason
        ``too_short`` when fewer than three minutes have a value.
    """
    present = np.array([one for one in values if one is not None], dtype=np.float64)
    if present.size * step_s < SHORTEST_BASELINE_S:
        return NoValueReason.TOO_SHORT
    median = float(np.median(present))
    mad = float(np.median(np.abs(present - median)))
    return SignalBaseline(median=median, scale=MAD_TO_SD * max(mad, smallest_mad))


def normalize(value: float, baseline: SignalBaseline) -> float:
    """Return how far a value is from rest, in resting standard deviations, at most 4.

    Examples
    --------
    >>> normalize(3.0, SignalBaseline(median=2.0, scale=0.5))
    2.0
    """
    return float(np.clip((value - baseline.median) / baseline.scale, -LARGEST_Z, LARGEST_Z))


def believable(samples: FloatArray) -> FloatArray:
    """Return the samples with NaN for what no converter can have given: infinite, or beyond a thousand million."""
    values = np.asarray(samples, dtype=np.float64)
    return np.where(np.abs(values) <= LARGEST_SAMPLE, values, np.nan)


@dataclass(frozen=True, kw_only=True, slots=True)
class Needs:
    """What a measure needs of a window."""

    lowest_hz: float
    """Sampled more slowly, the signal has lost its form."""
    shortest_s: float
    """Below this there is nothing to measure."""


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class SampledWindow:
    """A window of a sampled signal as every measure of it begins with it."""

    samples: FloatArray
    """NaN where missing or unbelievable."""
    sampling_rate_hz: float
    start_s: float
    end_s: float
    refusal: NoValueReason | None
    """Why it cannot be measured at all; None when it can."""


def open_window(
    signal: FloatArray,
    sampling_rate_hz: float,
    needs: Needs,
    *,
    start_s: float,
    time_stamps_s: FloatArray | None,
) -> SampledWindow:
    """Take the samples of a window that can be believed, and judge whether they can be measured.

    Parameters
    ----------
    signal : ndarray of float, shape (n_samples,)
        The signal; NaN where missing.
    sampling_rate_hz : float
        Declared samples a second.
    needs : Needs
        What the measure needs.
    start_s : float
        Time of the first sample.
    time_stamps_s : ndarray of float, shape (n_samples,), or None
        When they were taken; without them the rate cannot be checked.

    Returns
    -------
    SampledWindow
        Refused with ``wrong_rate``, ``too_short`` or ``no_signal``.
    """
    samples = believable(signal)
    lasts_s = samples.size / sampling_rate_hz if sampling_rate_hz > 0.0 else 0.0
    return SampledWindow(
        samples=samples,
        sampling_rate_hz=sampling_rate_hz,
        start_s=start_s,
        end_s=start_s + lasts_s,
        refusal=_why_no_window(samples, sampling_rate_hz, time_stamps_s, needs),
    )


def rest_in_steps(
    signal: FloatArray,
    sampling_rate_hz: float,
    measure: Callable[[FloatArray], float | None],
    *,
    step_s: float,
    smallest_mad: float,
) -> SignalBaseline | NoValueReason:
    """Summarize a measure over the neighbouring windows of a rest.

    Parameters
    ----------
    signal : ndarray of float, shape (n_samples,)
        The rest, three minutes or more; NaN where missing.
    sampling_rate_hz : float
        Samples a second.
    measure : callable
        The samples of one window to the measure's value; None where there is none.
    step_s : float
        Length of each window.
    smallest_mad : float
        Floor of the median absolute deviation, in the measure's unit.
    """
    step = max(1, round(step_s * sampling_rate_hz))
    values = [
        measure(signal[first : first + step]) for first in range(0, signal.size - step + 1, step)
    ]
    return baseline_of(values, step_s=step_s, smallest_mad=smallest_mad)


def _why_no_window(
    samples: FloatArray,
    sampling_rate_hz: float,
    time_stamps_s: FloatArray | None,
    needs: Needs,
) -> NoValueReason | None:
    if not needs.lowest_hz <= sampling_rate_hz < math.inf or not _is_rate_true(
        sampling_rate_hz, time_stamps_s
    ):
        return NoValueReason.WRONG_RATE
    if samples.size < needs.shortest_s * sampling_rate_hz:
        return NoValueReason.TOO_SHORT
    return None if np.isfinite(samples).any() else NoValueReason.NO_SIGNAL


def _is_rate_true(sampling_rate_hz: float, time_stamps_s: FloatArray | None) -> bool:
    """Compare the declared rate with the median step: gaps do not matter."""
    if time_stamps_s is None:
        return True
    if time_stamps_s.size < 2:
        return False
    step_s = float(np.median(np.diff(time_stamps_s)))
    return step_s > 0.0 and abs(1.0 / step_s / sampling_rate_hz - 1.0) <= RATE_TOLERANCE


def widen(mask: NDArray[np.bool_], samples: int) -> NDArray[np.bool_]:
    """Return the mask with so many samples more on both sides of each run."""
    edges = np.flatnonzero(np.diff(np.concatenate([[False], mask, [False]]).astype(np.int8)))
    wide = np.zeros(mask.size, dtype=np.bool_)
    for begin, end in edges.reshape(-1, 2):
        wide[max(0, begin - samples) : end + samples] = True
    return wide
