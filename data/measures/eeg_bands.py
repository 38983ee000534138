"""Power of the EEG in the theta, alpha and beta band, from the epochs of a recording that can be believed.

Conventions: microvolts. A recording is cut into epochs of two seconds; an epoch is left out where samples are missing, where
it spans more than 150 μV (an eye or a muscle) or less than 0.5 μV (a loose electrode). Spectra come from MNE's Welch
estimate (Hann, one epoch a segment); the power of a band is its integral in μV², averaged over channels after the
logarithm. MNE is an extra (``eeg``) and is imported when the first EEG is measured. Exploratory: no valence and no diagnosis is read from it.

Contents: `measure_eeg`, `EegBands`, `resting_alpha`, `BANDS_HZ`.

References
----------
Gramfort, A. et al. (2013), MEG and EEG data analysis with MNE-Python, Frontiers in Neuroscience 7, 267.
Keil, A. et al. (2022), Recommendations and publication guidelines for studies using frequency domain analyses of neural
time series, Psychophysiology 59, e14052.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from data.measures.extras import import_extra
from data.measures.measured_values import NoValueReason
from data.measures.physiology import (
    Needs,
    PhysiologicalValue,
    Quality,
    SignalBaseline,
    baseline_of,
    believable,
    open_window,
    quality_of,
)
from data.measures.time_domain import FloatArray

RECIPE = "eeg-welch-hann2s-v1"
EXTRA, PACKAGE = "eeg", "mne"
BANDS_HZ: Mapping[str, tuple[float, float]] = MappingProxyType(
    {"theta": (4.0, 8.0), "alpha": (8.0, 13.0), "beta": (13.0, 30.0)}
)
EPOCH_S = 2.0
LARGEST_SPAN_UV, SMALLEST_SPAN_UV = 150.0, 0.5
NEEDS = Needs(lowest_hz=100.0, shortest_s=30.0)
SMALLEST_LN_MAD = 0.1
BASELINE_STEP_S = 30.0


@dataclass(frozen=True, kw_only=True, slots=True)
class EegBands:
    """Band power of one window."""

    recipe: str
    start_s: float
    end_s: float
    sampling_rate_hz: float
    channels: int
    usable_share: float
    """Share of the epochs of all channels that are believed, in [0, 1]."""
    quality: Quality
    ln_theta: PhysiologicalValue
    """ln μV² from 4 to 8 Hz, mean of the channels."""
    ln_alpha: PhysiologicalValue
    """From 8 to 13 Hz."""
    ln_beta: PhysiologicalValue
    """From 13 to 30 Hz."""
    alpha_share_percent: PhysiologicalValue
    """Alpha of the power from 4 to 30 Hz."""


def measure_eeg(
    eeg_uv: FloatArray,
    sampling_rate_hz: float,
    *,
    start_s: float = 0.0,
    time_stamps_s: FloatArray | None = None,
) -> EegBands:
    """Measure the bands of a window of EEG.

    Parameters
    ----------
    eeg_uv : ndarray of float, shape (n_samples,) or (n_channels, n_samples)
        In microvolts; NaN where missing.
    sampling_rate_hz : float
        Declared samples a second, 100 or more.
    start_s : float
        Time of the first sample.
    time_stamps_s : ndarray of float, shape (n_samples,), optional
        When the samples were taken; without them the rate cannot be checked.

    Returns
    -------
    EegBands
        Values, or reasons: ``no_signal`` (missing or flat), ``too_short`` (below 30 s), ``wrong_rate``,
        ``out_of_range`` (most epochs span more than a thousand μV: another unit), ``artefacts`` (more than 20 % of the epochs
        are not believed). Without MNE `data.measures.extras.MissingExtraError` says what to install.
    """
    mne = import_extra(PACKAGE, EXTRA, "EEG bands")
    channels = believable(np.atleast_2d(eeg_uv))
    sensed = np.where(np.isfinite(channels).any(axis=0), 0.0, np.nan)
    window = open_window(
        sensed, sampling_rate_hz, NEEDS, start_s=start_s, time_stamps_s=time_stamps_s
    )
    refusal = window.refusal
    spans_uv = np.empty((channels.shape[0], 0))
    epochs = np.empty((channels.shape[0], 0, 0))
    if refusal is None:
        epochs = _epochs(channels, sampling_rate_hz)
        spans_uv = np.ptp(epochs, axis=2)
    kept = (spans_uv <= LARGEST_SPAN_UV) & (spans_uv >= SMALLEST_SPAN_UV)
    usable_share = float(kept.mean()) if kept.size else 0.0
    if refusal is None and quality_of(usable_share) is Quality.HOLD:
        refusal = _why_hold(spans_uv)
    power = {} if refusal else _band_powers(mne, epochs, kept, sampling_rate_hz)
    return EegBands(
        recipe=RECIPE,
        start_s=window.start_s,
        end_s=window.end_s,
        sampling_rate_hz=sampling_rate_hz,
        channels=channels.shape[0],
        usable_share=round(usable_share, 6),
        quality=Quality.HOLD if refusal else quality_of(usable_share),
        ln_theta=_value(power.get("theta"), "ln μV²", refusal),
        ln_alpha=_value(power.get("alpha"), "ln μV²", refusal),
        ln_beta=_value(power.get("beta"), "ln μV²", refusal),
        alpha_share_percent=_value(power.get("alpha_share"), "%", refusal),
    )


def _epochs(channels: FloatArray, sampling_rate_hz: float) -> FloatArray:
    """Cut into whole epochs, shape (n_channels, n_epochs, n_samples)."""
    length = round(EPOCH_S * sampling_rate_hz)
    count = channels.shape[1] // length
    return channels[:, : count * length].reshape(channels.shape[0], count, length)


def _band_powers(
    mne: object, epochs: FloatArray, kept: NDArray[np.bool_], sampling_rate_hz: float
) -> dict[str, float]:
    """Return the mean over the channels of ln power of each band, and the share of alpha in per cent."""
    used = [(channel, good) for channel, good in zip(epochs, kept, strict=True) if good.any()]
    logs: dict[str, list[float]] = {name: [] for name in BANDS_HZ}
    shares: list[float] = []
    for channel, good in used:
        density, frequencies_hz = mne.time_frequency.psd_array_welch(  # type: ignore[attr-defined]
            channel[good],
            sfreq=sampling_rate_hz,
            fmin=0.0,
            fmax=BANDS_HZ["beta"][1] + 1.0,
            n_fft=channel.shape[1],
            window="hann",
            verbose="ERROR",
        )
        mean_density = np.asarray(density, dtype=np.float64).mean(axis=0)
        powers = {
            name: _integral(frequencies_hz, mean_density, band) for name, band in BANDS_HZ.items()
        }
        for name, one in powers.items():
            logs[name].append(float(np.log(max(one, np.finfo(np.float64).tiny))))
        shares.append(100.0 * powers["alpha"] / sum(powers.values()))
    return {name: float(np.mean(values)) for name, values in logs.items()} | {
        "alpha_share": float(np.mean(shares))
    }


def _integral(
    frequencies_hz: FloatArray, density: FloatArray, band_hz: tuple[float, float]
) -> float:
    inside = (frequencies_hz >= band_hz[0]) & (frequencies_hz < band_hz[1])
    return float(density[inside].sum() * (frequencies_hz[1] - frequencies_hz[0]))


def _why_hold(spans_uv: FloatArray) -> NoValueReason:
    present = spans_uv[np.isfinite(spans_uv)]
    if not present.size or float(np.median(present)) < SMALLEST_SPAN_UV:
        return NoValueReason.NO_SIGNAL
    if present.size < 0.8 * spans_uv.size:
        return NoValueReason.GAP
    too_large = float(np.median(present)) > 10.0 * LARGEST_SPAN_UV
    return NoValueReason.OUT_OF_RANGE if too_large else NoValueReason.ARTEFACTS


def _value(value: float | None, unit: str, reason: NoValueReason | None) -> PhysiologicalValue:
    return PhysiologicalValue(value=value, unit=unit, reason=reason)


def resting_alpha(eeg_uv: FloatArray, sampling_rate_hz: float) -> SignalBaseline | NoValueReason:
    """Summarize the alpha power of a rest, in windows of 30 seconds.

    Parameters
    ----------
    eeg_uv : ndarray of float, shape (n_samples,) or (n_channels, n_samples)
        A rest of three minutes or more, in microvolts.
    sampling_rate_hz : float
        Samples a second.

    Returns
    -------
    SignalBaseline or NoValueReason
        In ln μV², with a spread of at least 0.1.
    """
    channels = np.atleast_2d(eeg_uv)
    step = max(1, round(BASELINE_STEP_S * sampling_rate_hz))
    powers = [
        measure_eeg(channels[:, first : first + step], sampling_rate_hz).ln_alpha.value
        for first in range(0, channels.shape[1] - step + 1, step)
    ]
    return baseline_of(powers, step_s=BASELINE_STEP_S, smallest_mad=SMALLEST_LN_MAD)
