"""What each signal of a window says of arousal: its distance from rest, and how much that may count.

Conventions: z = (value - rest) / scale, at most ±4. A measure without a rest of its own counts nothing: without it nobody
can tell a raised value from a person's usual one. An lnRMSSD above three times the resting RMSSD is suspect, because
artefacts inflate it.

Contents: `Reading`, `read_heart`, `read_streams`, `read_report`, `error_variance_of`, `source_of`.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from data.records.sessions import RestingBaseline, SelfReport
from data.records.signals import (
    MeasuredStream,
    RestingValue,
    StreamMeasure,
    WindowGrade,
    WindowMeasures,
)
from interventions.inference.affect_model import SOURCES, Observed, Source
from interventions.inference.quality import QUALITY

LARGEST_Z = 4.0
SUSPECT_LN_RATIO = math.log(3.0)
TENSION_MIDDLE, TENSION_PER_Z = 50.0, 25.0
GRID_MIDDLE, GRID_PER_Z = 5.0, 2.0
DIGITS = 9

NO_VALUE = "no_value"
NO_REST = "no_rest"
SUSPECT = "suspect"
RECOVERING = "recovering"
DEGRADED = "degraded"
NOT_OF_AROUSAL = "not_of_arousal"


@dataclass(frozen=True, kw_only=True, slots=True)
class Reading:
    """What one signal says, before it is fused."""

    of: str
    z: float | None
    grade: WindowGrade
    reason: str
    """Why it does not count, or counts less."""
    observed: Observed | None
    """None when it does not count."""


def read_heart(
    measures: WindowMeasures, baseline: RestingBaseline, grade: WindowGrade, elapsed_s: float
) -> tuple[Reading, Reading]:
    """Read heart rate and lnRMSSD.

    Parameters
    ----------
    measures : WindowMeasures
        The window.
    baseline : RestingBaseline
        The listener's resting values.
    grade : WindowGrade
        The grade that counts.
    elapsed_s : float
        Seconds since the window before.
    """
    rate_z = _z(measures.heart_rate_bpm, baseline.heart_rate_bpm, baseline.heart_rate_scale_bpm)
    rmssd_z = _z(measures.ln_rmssd, baseline.ln_rmssd, baseline.ln_rmssd_scale)
    why_not = measures.reason or (RECOVERING if grade is not measures.grade else NO_VALUE)
    rate = _reading(Source.HEART_RATE, rate_z, grade, why_not, elapsed_s)
    if measures.ln_rmssd is not None and (measures.ln_rmssd - baseline.ln_rmssd > SUSPECT_LN_RATIO):
        return rate, _unheard(Source.LN_RMSSD, rmssd_z, grade, SUSPECT)
    if grade is not WindowGrade.GOOD:
        return rate, _unheard(Source.LN_RMSSD, rmssd_z, grade, why_not)
    return rate, _reading(Source.LN_RMSSD, rmssd_z, grade, why_not, elapsed_s)


def read_streams(
    streams: Sequence[MeasuredStream],
    rest: Sequence[RestingValue],
    grades: Mapping[str, WindowGrade],
    elapsed_s: float,
) -> tuple[Reading, ...]:
    """Read the measures of the other sensors.

    Parameters
    ----------
    streams : sequence of MeasuredStream
        What they gave.
    rest : sequence of RestingValue
        Their values before the music.
    grades : mapping of str to WindowGrade
        The grade that counts, by measure.
    elapsed_s : float
        Seconds since the window before.
    """
    resting = {one.measure: one for one in rest}
    readings = []
    for one in streams:
        grade = grades[one.measure]
        known = resting.get(one.measure)
        z = None if known is None else _z(one.value, known.median, known.scale)
        source = source_of(one.measure)
        if source is None:
            readings.append(_unheard(one.measure, z, grade, one.reason or NOT_OF_AROUSAL))
            continue
        why_not = one.reason or (RECOVERING if grade is not one.grade else NO_REST)
        readings.append(_reading(source, z, grade, why_not, elapsed_s))
    return tuple(readings)


def read_report(report: SelfReport | None) -> Reading | None:
    """Read what the participant says of arousal; None when nothing was said of it.

    The affect grid asks for arousal itself and goes before the scale of tension.
    """
    if report is None:
        return None
    if report.arousal is not None:
        z = (report.arousal - GRID_MIDDLE) / GRID_PER_Z
    elif report.tension is not None:
        z = (report.tension - TENSION_MIDDLE) / TENSION_PER_Z
    else:
        return None
    observed = Observed(
        source=Source.SELF_REPORT,
        z=z,
        error_variance=SOURCES[Source.SELF_REPORT].error_variance,
        age_s=report.age_s,
    )
    return Reading(of=Source.SELF_REPORT, z=z, grade=WindowGrade.GOOD, reason="", observed=observed)


def error_variance_of(source: Source, grade: WindowGrade, elapsed_s: float) -> float:
    """Return the error of one observation: at degraded quality four times all that is not arousal.

    Parameters
    ----------
    source : Source
        What is observed.
    grade : WindowGrade
        Good or degraded.
    elapsed_s : float
        Seconds since the window before: a degraded window seen again is not another one.
    """
    model = SOURCES[source]
    overlap = max(1.0, model.window_s / elapsed_s) if elapsed_s > 0.0 else 1.0
    more = 1.0 / QUALITY[grade] ** 2 - 1.0
    return model.error_variance + more * (model.variance + model.error_variance) * overlap


def source_of(measure: StreamMeasure) -> Source | None:
    """Return the source that a measure is; None for one that says nothing of arousal."""
    return Source(measure.value) if measure.value in set(Source) else None


def _reading(
    source: Source, z: float | None, grade: WindowGrade, why_not: str, elapsed_s: float
) -> Reading:
    if z is None or grade is WindowGrade.HOLD:
        return _unheard(source, z, grade, why_not)
    error_variance = error_variance_of(source, grade, elapsed_s)
    return Reading(
        of=source,
        z=z,
        grade=grade,
        reason="" if grade is WindowGrade.GOOD else DEGRADED,
        observed=Observed(source=source, z=z, error_variance=error_variance),
    )


def _unheard(of: str, z: float | None, grade: WindowGrade, reason: str) -> Reading:
    return Reading(of=of, z=z, grade=grade, reason=reason, observed=None)


def _z(value: float | None, centre: float, scale: float) -> float | None:
    if value is None:
        return None
    return round(max(-LARGEST_Z, min(LARGEST_Z, (value - centre) / scale)), DIGITS)
