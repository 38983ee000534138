"""Resting values of a listener, against which everything in a session is standardized.

Conventions: scales are 1.4826 times the median absolute deviation, never below a floor. Without a usable resting
recording the values of the population are taken and ``source`` says so. The baseline is not updated during a session:
habituation would hide.

Contents: `resting_baseline` (from the stored measurement), `baseline_of_recording` (from beats).
"""

from data.measures.hrv import resting_measures
from data.records.sessions import RestingBaseline
from data.records.signals import RRSeries
from data.records.visits import RestingMeasurement

MAD_TO_SD = 1.4826
SMALLEST_HEART_RATE_MAD_BPM = 2.0
SMALLEST_LN_RMSSD_MAD = 0.15

PROTOCOL_DEFAULT = RestingBaseline(
    heart_rate_bpm=72.0,
    heart_rate_scale_bpm=10.0,
    ln_rmssd=3.4,
    ln_rmssd_scale=0.5,
    source="protocol_default",
)
"""Resting adults, with the spread between people: nothing is known of this one."""


def resting_baseline(measured: RestingMeasurement | None) -> RestingBaseline:
    """Return the baseline from the measurement of a visit.

    Parameters
    ----------
    measured : RestingMeasurement or None
        The resting measurement; None when there was none.

    Returns
    -------
    RestingBaseline
        With the spread of the recording (the smallest scales for a measurement made before it was kept),
        or the protocol's default.
    """
    if measured is None or measured.heart_rate_bpm is None or measured.ln_rmssd is None:
        return PROTOCOL_DEFAULT
    return _recorded(
        measured.heart_rate_bpm,
        measured.ln_rmssd,
        heart_rate_mad_bpm=measured.heart_rate_mad_bpm or 0.0,
        ln_rmssd_mad=measured.ln_rmssd_mad or 0.0,
    )


def baseline_of_recording(rr: RRSeries) -> RestingBaseline:
    """Return the baseline from the beats of a resting recording.

    Parameters
    ----------
    rr : RRSeries
        Beats at rest, five minutes as a rule; at least three must be valid.

    Returns
    -------
    RestingBaseline
        The protocol's default when the recording is too short or too poor.
    """
    measured = resting_measures(rr)
    if measured.heart_rate_bpm is None or measured.ln_rmssd is None:
        return PROTOCOL_DEFAULT
    return _recorded(
        measured.heart_rate_bpm,
        measured.ln_rmssd,
        heart_rate_mad_bpm=measured.heart_rate_mad_bpm or 0.0,
        ln_rmssd_mad=measured.ln_rmssd_mad or 0.0,
    )


def _recorded(
    heart_rate_bpm: float,
    ln_rmssd: float,
    *,
    heart_rate_mad_bpm: float,
    ln_rmssd_mad: float,
) -> RestingBaseline:
    return RestingBaseline(
        heart_rate_bpm=heart_rate_bpm,
        heart_rate_scale_bpm=round(
            MAD_TO_SD * max(heart_rate_mad_bpm, SMALLEST_HEART_RATE_MAD_BPM), 6
        ),
        ln_rmssd=ln_rmssd,
        ln_rmssd_scale=round(MAD_TO_SD * max(ln_rmssd_mad, SMALLEST_LN_RMSSD_MAD), 6),
        source="recorded",
    )
