"""What can be measured in rendered sound: loudness, brightness, peaks, and whether its joins can be heard.

Conventions: stereo float samples, shape (frames, 2), full scale 1.

Contents: `SoundFeatures`, `measure_sound`, `spectral_centroid_hz`, `true_peak`, `click_ratio`, `longest_silence_s`.

References
----------
Peeters, G. (2004), A large set of audio features, section 6.1: spectral centroid of the magnitude spectrum. ITU-R
BS.1770-4, annex 2: true peak by fourfold oversampling.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from interventions.delivery.loudness import measure_lufs
from interventions.delivery.synthesis import Samples

_FRAME = 4096
OVERSAMPLING = 4
JOIN_S = 0.001
CLICK_QUANTILE = 0.999
SILENCE_DBFS = -60.0
SILENCE_STEP_S = 0.05


@dataclass(frozen=True, kw_only=True, slots=True)
class SoundFeatures:
    """Features of some rendered sound."""

    loudness_lufs: float
    spectral_centroid_hz: float
    peak: float
    """Largest absolute sample."""
    true_peak: float
    """Largest absolute value between the samples too."""


def measure_sound(pcm: Samples, sampling_rate_hz: int) -> SoundFeatures:
    """Return the features of some rendered sound.

    Parameters
    ----------
    pcm : ndarray of float32, shape (frames, 2)
        At least 0.4 s long for its loudness to be measured.
    sampling_rate_hz : int
        Frames a second.
    """
    return SoundFeatures(
        loudness_lufs=measure_lufs(pcm, sampling_rate_hz),
        spectral_centroid_hz=spectral_centroid_hz(pcm, sampling_rate_hz),
        peak=float(np.max(np.abs(pcm), initial=0.0)),
        true_peak=true_peak(pcm),
    )


def spectral_centroid_hz(pcm: Samples, sampling_rate_hz: int) -> float:
    """Return the mean frequency of the long-term magnitude spectrum; 0 for silence or less than 93 ms."""
    frames = len(pcm) // _FRAME
    mono = pcm[: frames * _FRAME].mean(axis=1, dtype=np.float32).reshape(frames, _FRAME)
    window = np.hanning(_FRAME).astype(np.float32)
    magnitude = np.abs(np.fft.rfft(mono * window, axis=1)).sum(axis=0)
    total = float(magnitude.sum())
    if total == 0.0:
        return 0.0
    hertz = np.fft.rfftfreq(_FRAME, 1.0 / sampling_rate_hz)
    return float(magnitude @ hertz / total)


def true_peak(pcm: Samples) -> float:
    """Return the largest absolute value of the fourfold oversampled sound."""
    from scipy.signal import resample_poly  # noqa: PLC0415 - slow to import

    return float(np.max(np.abs(resample_poly(pcm, OVERSAMPLING, 1, axis=0)), initial=0.0))


def click_ratio(pcm: Samples, joins: Sequence[int], sampling_rate_hz: int) -> float:
    """Return how much the joins of segments stand out; at most 1 when none can be heard.

    Parameters
    ----------
    pcm : ndarray of float32, shape (frames, 2)
        Consecutive segments.
    joins : sequence of int
        Frames at which segments begin, the first one excepted.
    sampling_rate_hz : int
        Frames a second.

    Notes
    -----
    Largest absolute second difference within 1 ms of a join, over the 99.9th percentile of the same elsewhere.
    """
    bend = np.abs(np.diff(pcm, n=2, axis=0)).max(axis=1)
    near = np.zeros(len(bend), dtype=bool)
    reach = round(JOIN_S * sampling_rate_hz)
    for join in joins:
        near[max(0, join - reach - 1) : join + reach] = True
    return float(bend[near].max() / np.quantile(bend[~near], CLICK_QUANTILE))


def longest_silence_s(pcm: Samples, sampling_rate_hz: int) -> float:
    """Return the length of the longest stretch below -60 dBFS, to 50 ms."""
    step = round(SILENCE_STEP_S * sampling_rate_hz)
    steps = len(pcm) // step
    level = np.abs(pcm[: steps * step]).reshape(steps, -1).max(axis=1)
    silent = level < 10 ** (SILENCE_DBFS / 20)
    longest = run = 0
    for quiet in silent:
        run = run + 1 if quiet else 0
        longest = max(longest, run)
    return longest * SILENCE_STEP_S
