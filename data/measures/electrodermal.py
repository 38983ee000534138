"""Electrodermal activity: the tonic level, and skin conductance responses with absolute thresholds.

Conventions: conductance in microsiemens. Responses of 0.01 μS, the threshold of scoring by computer, and of 0.05 μS, by
hand, are counted. Samples outside 0.05-60 μS or that change faster than 10 μS/s are not believed, nor is what lies
within 5 s of such a run.

Contents: `measure_electrodermal`, `Electrodermal`, `believe`, `resting_level`, `resting_responses`. The responses: `data.measures.skin_responses`.

References
----------
Boucsein, W. et al. (2012), Publication recommendations for electrodermal measurements, Psychophysiology 49, 1017-1034.
Kleckner, I. R. et al. (2018), Simple, transparent, and flexible automated quality assessment procedures for ambulatory
electrodermal activity data, IEEE Transactions on Biomedical Engineering 65(7), 1460-1467 (range, slope, margins).
"""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from data.measures.measured_values import NoValueReason
from data.measures.physiology import (
    Needs,
    PhysiologicalValue,
    Quality,
    SampledWindow,
    SignalBaseline,
    open_window,
    quality_of,
    rest_in_steps,
    widen,
)
from data.measures.skin_responses import SkinResponse, find_responses
from data.measures.time_domain import FloatArray

BoolArray = NDArray[np.bool_]

RECIPE = "eda-rise-0.01us-v1"
LOWEST_US, HIGHEST_US = 0.05, 60.0
FASTEST_US_PER_S = 10.0
MARGIN_S = 5.0
HAND_THRESHOLD_US = 0.05
NEEDS = Needs(lowest_hz=3.0, shortest_s=10.0)
"""Of the level; the rate of responses needs `SHORTEST_RESPONSES_S`."""
SHORTEST_RESPONSES_S = 60.0
SMALLEST_LEVEL_MAD_US = 0.1
SMALLEST_RESPONSES_MAD = 1.0
BASELINE_STEP_S = 10.0


@dataclass(frozen=True, kw_only=True, slots=True)
class Electrodermal:
    """Electrodermal activity of one window."""

    recipe: str
    start_s: float
    end_s: float
    sampling_rate_hz: float
    usable_share: float
    """Share of the samples that are believed, in [0, 1]."""
    quality: Quality
    level_us: PhysiologicalValue
    """Median of the conductance."""
    ln_level: PhysiologicalValue
    """ln(level + 1)."""
    responses_per_min: PhysiologicalValue
    """Responses of 0.01 μS or more, a minute of usable signal."""
    responses_by_hand_per_min: PhysiologicalValue
    """Responses of 0.05 μS or more."""
    amplitude_us: PhysiologicalValue
    """Mean of those of 0.01 μS or more; ``constant`` when there are none."""


def measure_electrodermal(
    conductance_us: FloatArray,
    sampling_rate_hz: float,
    *,
    start_s: float = 0.0,
    time_stamps_s: FloatArray | None = None,
) -> Electrodermal:
    """Measure a window of electrodermal activity.

    Parameters
    ----------
    conductance_us : ndarray of float, shape (n_samples,)
        Skin conductance in microsiemens; NaN where missing.
    sampling_rate_hz : float
        Declared samples a second, 3 or more.
    start_s : float
        Time of the first sample.
    time_stamps_s : ndarray of float, shape (n_samples,), optional
        When the samples were taken; without them the rate cannot be checked.

    Returns
    -------
    Electrodermal
        Values, or reasons: ``no_signal``, ``out_of_range`` (most samples are outside 0.05-60 μS: another unit, or a
        dry electrode), ``artefacts`` (more than 20 % are not believed), ``too_short`` (a level needs 10 s, responses
        60 s), ``wrong_rate``. Never an exception.
    """
    window = open_window(
        conductance_us, sampling_rate_hz, NEEDS, start_s=start_s, time_stamps_s=time_stamps_s
    )
    samples, refusal = window.samples, window.refusal
    usable = np.zeros(samples.size, dtype=np.bool_)
    if refusal is None:
        usable = believe(samples, sampling_rate_hz)
    usable_share = float(usable.mean()) if usable.size else 0.0
    if refusal is None and quality_of(usable_share) is Quality.HOLD:
        refusal = _why_hold(samples)
    responses = () if refusal else find_responses(samples, usable, sampling_rate_hz)
    return _assembled(window, usable, responses, refusal)


def _assembled(
    window: SampledWindow,
    usable: BoolArray,
    responses: tuple[SkinResponse, ...],
    refusal: NoValueReason | None,
) -> Electrodermal:
    usable_share = float(usable.mean()) if usable.size else 0.0
    usable_s = float(usable.sum()) / window.sampling_rate_hz if usable.any() else 0.0
    level = None if refusal else float(np.median(window.samples[usable]))
    is_short = window.end_s - window.start_s < SHORTEST_RESPONSES_S
    no_rate = refusal or (NoValueReason.TOO_SHORT if is_short else None)
    amplitudes = [one.amplitude_us for one in responses]
    by_hand = sum(one >= HAND_THRESHOLD_US for one in amplitudes)
    no_amplitude = no_rate or (None if amplitudes else NoValueReason.CONSTANT)
    return Electrodermal(
        recipe=RECIPE,
        start_s=window.start_s,
        end_s=window.end_s,
        sampling_rate_hz=window.sampling_rate_hz,
        usable_share=round(usable_share, 6),
        quality=Quality.HOLD if refusal else quality_of(usable_share),
        level_us=PhysiologicalValue(value=level, unit="μS", reason=refusal),
        ln_level=PhysiologicalValue(
            value=None if level is None else math.log1p(level), unit="ln μS", reason=refusal
        ),
        responses_per_min=_per_minute(len(amplitudes), usable_s, no_rate),
        responses_by_hand_per_min=_per_minute(by_hand, usable_s, no_rate),
        amplitude_us=PhysiologicalValue(
            value=None if no_amplitude else float(np.mean(amplitudes)),
            unit="μS",
            reason=no_amplitude,
        ),
    )


def _per_minute(count: int, usable_s: float, reason: NoValueReason | None) -> PhysiologicalValue:
    return PhysiologicalValue(
        value=None if reason else 60.0 * count / usable_s, unit="1/min", reason=reason
    )


def believe(samples: FloatArray, sampling_rate_hz: float) -> BoolArray:
    """Tell which samples are within range, slow enough, and not close to any that are not.

    Parameters
    ----------
    samples : ndarray of float, shape (n_samples,)
        Skin conductance in microsiemens; NaN is not believed.
    sampling_rate_hz : float
        Samples a second.
    """
    within = np.isfinite(samples) & (samples >= LOWEST_US) & (samples <= HIGHEST_US)
    filled = np.where(within, samples, 0.0)
    steep = np.abs(np.diff(filled)) * sampling_rate_hz > FASTEST_US_PER_S
    between_good = within[1:] & within[:-1]
    bad = ~within
    bad[1:] |= steep & between_good
    return ~widen(bad, round(MARGIN_S * sampling_rate_hz))


def _why_hold(samples: FloatArray) -> NoValueReason:
    present = samples[np.isfinite(samples)]
    if not present.size:
        return NoValueReason.NO_SIGNAL
    outside = (present < LOWEST_US) | (present > HIGHEST_US)
    if outside.mean() > 0.5:
        is_dead = float(np.ptp(present)) == 0.0
        return NoValueReason.NO_SIGNAL if is_dead else NoValueReason.OUT_OF_RANGE
    missing = samples.size - present.size
    return NoValueReason.GAP if missing > samples.size * 0.1 else NoValueReason.ARTEFACTS


def resting_level(
    conductance_us: FloatArray, sampling_rate_hz: float
) -> SignalBaseline | NoValueReason:
    """Summarize the level of a rest, in windows of 10 seconds.

    Parameters
    ----------
    conductance_us : ndarray of float, shape (n_samples,)
        Skin conductance in microsiemens of a rest of three minutes or more.
    sampling_rate_hz : float
        Samples a second.

    Returns
    -------
    SignalBaseline or NoValueReason
        Of the level in μS, with a spread of at least 0.1 μS.
    """
    return rest_in_steps(
        conductance_us,
        sampling_rate_hz,
        lambda part: measure_electrodermal(part, sampling_rate_hz).level_us.value,
        step_s=BASELINE_STEP_S,
        smallest_mad=SMALLEST_LEVEL_MAD_US,
    )


def resting_responses(
    conductance_us: FloatArray, sampling_rate_hz: float
) -> SignalBaseline | NoValueReason:
    """Summarize the rate of responses of a rest, in windows of 60 seconds.

    Parameters
    ----------
    conductance_us : ndarray of float, shape (n_samples,)
        Skin conductance in microsiemens of a rest of three minutes or more.
    sampling_rate_hz : float
        Samples a second.

    Returns
    -------
    SignalBaseline or NoValueReason
        In responses a minute, with a spread of at least 1.
    """
    return rest_in_steps(
        conductance_us,
        sampling_rate_hz,
        lambda part: measure_electrodermal(part, sampling_rate_hz).responses_per_min.value,
        step_s=SHORTEST_RESPONSES_S,
        smallest_mad=SMALLEST_RESPONSES_MAD,
    )
