"""Skin conductance responses, by an absolute threshold.

Conventions: a response is a rise of the smoothed conductance that reaches 0.01 μS within 0.5 to 5 s. The threshold is
never a share of the largest rise: noise would then always have responses. Times in seconds from the first sample.

Contents: `find_responses`, `SkinResponse`.

References
----------
Boucsein, W. et al. (2012), Publication recommendations for electrodermal measurements, Psychophysiology 49, 1017-1034.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.signal import butter, sosfiltfilt

from data.measures.time_domain import FloatArray

BoolArray = NDArray[np.bool_]

SMOOTHED_BELOW_HZ = 1.0
THRESHOLD_US = 0.01
SHORTEST_RISE_S, LONGEST_RISE_S = 0.5, 5.0
DIP_SHARE = 0.1
"""A rise goes on after a dip of less than this share of the threshold."""


@dataclass(frozen=True, kw_only=True, slots=True)
class SkinResponse:
    """One skin conductance response."""

    onset_s: float
    """From the first sample."""
    peak_s: float
    amplitude_us: float


def find_responses(
    samples: FloatArray,
    usable: BoolArray,
    sampling_rate_hz: float,
    *,
    threshold_us: float = THRESHOLD_US,
) -> tuple[SkinResponse, ...]:
    """Find the skin conductance responses of the usable stretches.

    Parameters
    ----------
    samples : ndarray of float, shape (n_samples,)
        Skin conductance in microsiemens.
    usable : ndarray of bool, shape (n_samples,)
        Which samples are believed; no response spans others.
    sampling_rate_hz : float
        Samples a second.
    threshold_us : float
        Smallest rise.

    Returns
    -------
    tuple of SkinResponse
        In time order.
    """
    found: list[SkinResponse] = []
    edges = np.flatnonzero(np.diff(np.concatenate([[False], usable, [False]]).astype(np.int8)))
    for begin, end in edges.reshape(-1, 2):
        smooth = _smoothed(samples[begin:end], sampling_rate_hz)
        for onset, peak in _rises(smooth, DIP_SHARE * threshold_us):
            amplitude_us = float(smooth[peak] - smooth[onset])
            rise_s = (peak - onset) / sampling_rate_hz
            if amplitude_us >= threshold_us and SHORTEST_RISE_S <= rise_s <= LONGEST_RISE_S:
                found.append(
                    SkinResponse(
                        onset_s=float(begin + onset) / sampling_rate_hz,
                        peak_s=float(begin + peak) / sampling_rate_hz,
                        amplitude_us=amplitude_us,
                    )
                )
    return tuple(found)


def _smoothed(samples: FloatArray, sampling_rate_hz: float) -> FloatArray:
    """Take away what is faster than a response."""
    if samples.size < 3 * sampling_rate_hz:
        return samples
    filters = butter(2, SMOOTHED_BELOW_HZ, fs=sampling_rate_hz, output="sos")
    padded = min(samples.size - 1, round(3 * sampling_rate_hz))
    return np.asarray(sosfiltfilt(filters, samples, padlen=padded), dtype=np.float64)


def _rises(smooth: FloatArray, dip: float) -> list[tuple[int, int]]:
    """Return the rises from trough to peak; a dip smaller than ``dip`` does not end one."""
    directions = np.sign(np.diff(smooth))
    turns = np.flatnonzero(np.diff(directions, prepend=0.0, append=0.0))
    rises: list[tuple[int, int]] = []
    trough = peak = 0
    for at in [*turns.tolist(), smooth.size - 1]:
        if smooth[at] > smooth[peak]:
            peak = at
        elif smooth[peak] - smooth[at] > dip or smooth[at] <= smooth[trough]:
            if peak > trough:
                rises.append((trough, peak))
            trough = peak = at
    if peak > trough:
        rises.append((trough, peak))
    return rises
