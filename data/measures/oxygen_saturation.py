"""Peripheral oxygen saturation of a pulse oximeter, with the plausible range and how much was seen.

Conventions: per cent. Values outside 50-100 % are no saturations; a fraction (0.97) is therefore refused, not rescaled.

Contents: `measure_oxygen_saturation`, `OxygenSaturation`, `resting_saturation`.
"""

from dataclasses import dataclass

import numpy as np

from data.measures.measured_values import NoValueReason
from data.measures.physiology import (
    Needs,
    PhysiologicalValue,
    Quality,
    SignalBaseline,
    open_window,
    quality_of,
    rest_in_steps,
)
from data.measures.time_domain import FloatArray

RECIPE = "spo2-50-100-v1"
LOWEST_PERCENT, HIGHEST_PERCENT = 50.0, 100.0
LOW_PERCENT = 90.0
FASTEST_PERCENT_PER_S = 4.0
NEEDS = Needs(lowest_hz=0.1, shortest_s=30.0)
SMALLEST_MAD_PERCENT = 0.5
BASELINE_STEP_S = 30.0


@dataclass(frozen=True, kw_only=True, slots=True)
class OxygenSaturation:
    """Oxygen saturation of one window."""

    recipe: str
    start_s: float
    end_s: float
    sampling_rate_hz: float
    usable_share: float
    quality: Quality
    mean_percent: PhysiologicalValue
    lowest_percent: PhysiologicalValue
    below_90_percent: PhysiologicalValue
    """Share of the usable time below 90 %, in per cent."""


def measure_oxygen_saturation(
    saturation_percent: FloatArray,
    sampling_rate_hz: float,
    *,
    start_s: float = 0.0,
    time_stamps_s: FloatArray | None = None,
) -> OxygenSaturation:
    """Measure a window of oxygen saturation.

    Parameters
    ----------
    saturation_percent : ndarray of float, shape (n_samples,)
        In per cent; NaN where missing. Values that jump by more than 4 % a second are not believed.
    sampling_rate_hz : float
        Declared samples a second, 0.1 or more.
    start_s : float
        Time of the first sample.
    time_stamps_s : ndarray of float, shape (n_samples,), optional
        When the samples were taken; without them the rate cannot be checked.

    Returns
    -------
    OxygenSaturation
        Values, or reasons: ``no_signal``, ``too_short`` (below 30 s), ``wrong_rate``, ``out_of_range``,
        ``artefacts`` (more than 20 % are not believed). Never an exception.
    """
    window = open_window(
        saturation_percent, sampling_rate_hz, NEEDS, start_s=start_s, time_stamps_s=time_stamps_s
    )
    samples, reason = window.samples, window.refusal
    within = (samples >= LOWEST_PERCENT) & (samples <= HIGHEST_PERCENT)
    usable = within.copy()
    if reason is None:
        jumps = np.abs(np.diff(samples)) * sampling_rate_hz > FASTEST_PERCENT_PER_S
        usable[1:] &= ~jumps
        usable[:-1] &= ~jumps
    share = float(usable.mean()) if samples.size else 0.0
    if reason is None and quality_of(share) is Quality.HOLD:
        is_outside = within.sum() < 0.5 * np.isfinite(samples).sum()
        reason = NoValueReason.OUT_OF_RANGE if is_outside else NoValueReason.ARTEFACTS
    kept = samples[usable]
    return OxygenSaturation(
        recipe=RECIPE,
        start_s=window.start_s,
        end_s=window.end_s,
        sampling_rate_hz=sampling_rate_hz,
        usable_share=round(share, 6),
        quality=Quality.HOLD if reason else quality_of(share),
        mean_percent=_percent(None if reason else float(kept.mean()), reason),
        lowest_percent=_percent(None if reason else float(kept.min()), reason),
        below_90_percent=_percent(
            None if reason else 100.0 * float(np.mean(kept < LOW_PERCENT)), reason
        ),
    )


def _percent(value: float | None, reason: NoValueReason | None) -> PhysiologicalValue:
    return PhysiologicalValue(value=value, unit="%", reason=reason)


def resting_saturation(
    saturation_percent: FloatArray, sampling_rate_hz: float
) -> SignalBaseline | NoValueReason:
    """Summarize the saturation of a rest, in windows of 30 seconds.

    Parameters
    ----------
    saturation_percent : ndarray of float, shape (n_samples,)
        Saturation during a rest of three minutes or more.
    sampling_rate_hz : float
        Samples a second.

    Returns
    -------
    SignalBaseline or NoValueReason
        In per cent, with a spread of at least 0.5.
    """
    return rest_in_steps(
        saturation_percent,
        sampling_rate_hz,
        lambda part: measure_oxygen_saturation(part, sampling_rate_hz).mean_percent.value,
        step_s=BASELINE_STEP_S,
        smallest_mad=SMALLEST_MAD_PERCENT,
    )
