"""A window's measures and a rating become an estimate of arousal with its uncertainty.

Conventions: arousal in z units of the listener's resting values, 0 = rest. Valence is not identified by physiology and
stays None. A window that is held updates nothing: the estimate is only predicted and its variance grows.

Contents: `Estimate`, `PRIOR`, `infer`.

Notes
-----
One-state Kalman filter. State: a random walk that is drawn back to rest with a time constant of ten minutes, process
variance 0.05² a second. Observations: z of heart rate (+), z of lnRMSSD (−), a rating (trusted). A 60-second lnRMSSD
seen every 15 seconds is not four observations, so its variance is multiplied by the overlap; a degraded window counts a
quarter. An lnRMSSD above three times the resting RMSSD is suspect (artefacts inflate it) and is left out.
"""

import math
from dataclasses import dataclass

from data.records.sessions import ListenerState, RestingBaseline
from data.records.signals import WindowGrade, WindowMeasures

MODEL = "kalman-arousal-1"
PROCESS_VARIANCE_PER_S = 0.05**2
TIME_CONSTANT_S = 600.0
HEART_RATE_VARIANCE = 1.0
LN_RMSSD_VARIANCE = 1.0
LN_RMSSD_WINDOW_S = 60.0
RATING_VARIANCE = 0.4**2
DEGRADED_FACTOR = 4.0
LARGEST_Z = 4.0
SUSPECT_LN_RATIO = math.log(3.0)
RATING_MIDDLE = 50.0
RATING_PER_Z = 25.0
DIGITS = 9
"""Digits kept, so that a replay on another machine gives the same numbers."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Estimate:
    """What is believed of the listener's arousal."""

    arousal: float
    variance: float
    at_s: float | None
    """Time of the last window; None before the first."""


PRIOR = Estimate(arousal=0.0, variance=PROCESS_VARIANCE_PER_S * TIME_CONSTANT_S / 2.0, at_s=None)
"""Before the first window: rest, with the spread of the process itself."""


def infer(
    before: Estimate,
    measures: WindowMeasures,
    baseline: RestingBaseline,
    *,
    now_s: float,
    rating: float | None = None,
) -> tuple[Estimate, ListenerState]:
    """Update the estimate with one window and, if there is one, a rating.

    Parameters
    ----------
    before : Estimate
        What was believed.
    measures : WindowMeasures
        The window, graded.
    baseline : RestingBaseline
        The listener's resting values.
    now_s : float
        End of the window.
    rating : float, optional
        How tense the listener feels, 0-100.

    Returns
    -------
    tuple of Estimate and ListenerState
        What is believed now, and the record of it.
    """
    elapsed_s = max(0.0, now_s - before.at_s) if before.at_s is not None else 0.0
    mean, variance = _predict(before, elapsed_s)
    held = measures.grade is WindowGrade.HOLD
    factor = DEGRADED_FACTOR if measures.grade is WindowGrade.DEGRADED else 1.0
    heart_rate_z = _heart_rate_z(measures, baseline)
    ln_rmssd_z = _ln_rmssd_z(measures, baseline)
    if heart_rate_z is not None:
        mean, variance = _update(mean, variance, heart_rate_z, HEART_RATE_VARIANCE * factor)
    if ln_rmssd_z is not None and not _is_suspect(measures, baseline):
        noise = LN_RMSSD_VARIANCE * _overlap(before, elapsed_s)
        mean, variance = _update(mean, variance, -ln_rmssd_z, noise)
    if rating is not None:
        rated = (rating - RATING_MIDDLE) / RATING_PER_Z
        mean, variance = _update(mean, variance, rated, RATING_VARIANCE)
    now = Estimate(arousal=round(mean, DIGITS), variance=round(variance, DIGITS), at_s=now_s)
    return now, ListenerState(
        arousal=now.arousal,
        arousal_sd=round(math.sqrt(now.variance), DIGITS),
        valence=None,
        heart_rate_z=heart_rate_z,
        ln_rmssd_z=ln_rmssd_z,
        held=held,
        model=MODEL,
    )


def _predict(before: Estimate, elapsed_s: float) -> tuple[float, float]:
    kept = math.exp(-elapsed_s / TIME_CONSTANT_S)
    added = PROCESS_VARIANCE_PER_S * TIME_CONSTANT_S / 2.0 * (1.0 - kept * kept)
    return before.arousal * kept, before.variance * kept * kept + added


def _update(mean: float, variance: float, seen: float, noise: float) -> tuple[float, float]:
    gain = variance / (variance + noise)
    return mean + gain * (seen - mean), (1.0 - gain) * variance


def _heart_rate_z(measures: WindowMeasures, baseline: RestingBaseline) -> float | None:
    if measures.heart_rate_bpm is None:
        return None
    return _z(measures.heart_rate_bpm, baseline.heart_rate_bpm, baseline.heart_rate_scale_bpm)


def _ln_rmssd_z(measures: WindowMeasures, baseline: RestingBaseline) -> float | None:
    if measures.ln_rmssd is None:
        return None
    return _z(measures.ln_rmssd, baseline.ln_rmssd, baseline.ln_rmssd_scale)


def _z(value: float, centre: float, scale: float) -> float:
    return round(max(-LARGEST_Z, min(LARGEST_Z, (value - centre) / scale)), DIGITS)


def _is_suspect(measures: WindowMeasures, baseline: RestingBaseline) -> bool:
    return measures.ln_rmssd is not None and (
        measures.ln_rmssd - baseline.ln_rmssd > SUSPECT_LN_RATIO
    )


def _overlap(before: Estimate, elapsed_s: float) -> float:
    if before.at_s is None:
        return 1.0
    return max(1.0, min(LN_RMSSD_WINDOW_S, LN_RMSSD_WINDOW_S / max(elapsed_s, 1.0)))
