"""A stream of a window to its measures, each with its grade; a stream at rest to its resting values.

Conventions: skin and oxygen by the whole window, respiration by its last 30 s, or by the whole window where breathing is
too slow for that. A stream whose newest sample is more than 5 s old (or two samples, where it is sampled more slowly) is
held as stale. Never an exception.

Contents: `measure_stream`, `rest_of_stream`.
"""

from collections.abc import Callable, Mapping
from types import MappingProxyType

import numpy as np

from data.measures.electrodermal import measure_electrodermal, resting_level, resting_responses
from data.measures.hrv import LONGEST_AGE_S
from data.measures.measured_values import NoValueReason
from data.measures.oxygen_saturation import measure_oxygen_saturation, resting_saturation
from data.measures.physiology import PhysiologicalValue, Quality, SignalBaseline
from data.measures.respiration import SHORTEST_S as RESPIRATION_S
from data.measures.respiration import Respiration, measure_respiration, resting_rate
from data.measures.time_domain import FloatArray
from data.records.signals import (
    MeasuredStream,
    RestingValue,
    SignalStream,
    StreamKind,
    StreamMeasure,
    WindowGrade,
)

DIGITS = 6
MEASURES: Mapping[StreamKind, Mapping[StreamMeasure, str]] = MappingProxyType(
    {
        StreamKind.ELECTRODERMAL: MappingProxyType(
            {StreamMeasure.SKIN_LEVEL: "μS", StreamMeasure.SKIN_RESPONSES: "1/min"}
        ),
        StreamKind.RESPIRATION: MappingProxyType({StreamMeasure.RESPIRATION_RATE: "breaths/min"}),
        StreamKind.OXYGEN_SATURATION: MappingProxyType({StreamMeasure.OXYGEN_SATURATION: "%"}),
    }
)
"""What is measured of each kind, and in which unit."""


def measure_stream(stream: SignalStream) -> tuple[MeasuredStream, ...]:
    """Measure a stream of one window.

    Parameters
    ----------
    stream : SignalStream
        The stream of the last minute.

    Returns
    -------
    tuple of MeasuredStream
        One a measure of its kind, with a value or the reason why there is none.
    """
    reason = _why_hold(stream)
    if reason:
        return tuple(
            _held(measure, unit, reason) for measure, unit in MEASURES[stream.kind].items()
        )
    return _MEASURED[stream.kind](_samples(stream), stream.sampling_rate_hz)


def rest_of_stream(stream: SignalStream) -> tuple[RestingValue, ...]:
    """Return the resting values of a stream before the music; none where three minutes are not usable.

    Parameters
    ----------
    stream : SignalStream
        The stream from the connection to the first window.
    """
    if stream.refused or not stream.samples:
        return ()
    samples, rate_hz = _samples(stream), stream.sampling_rate_hz
    found = {
        measure: rest(samples, rate_hz)
        for measure, rest in _RESTS.items()
        if measure in MEASURES[stream.kind]
    }
    return tuple(
        RestingValue(
            measure=measure, median=round(one.median, DIGITS), scale=round(one.scale, DIGITS)
        )
        for measure, one in found.items()
        if isinstance(one, SignalBaseline)
    )


_RESTS: Mapping[StreamMeasure, Callable[[FloatArray, float], SignalBaseline | NoValueReason]] = (
    MappingProxyType(
        {
            StreamMeasure.SKIN_LEVEL: resting_level,
            StreamMeasure.SKIN_RESPONSES: resting_responses,
            StreamMeasure.RESPIRATION_RATE: resting_rate,
            StreamMeasure.OXYGEN_SATURATION: resting_saturation,
        }
    )
)


def _samples(stream: SignalStream) -> FloatArray:
    return np.array([np.nan if one is None else one for one in stream.samples], dtype=np.float64)


def _why_hold(stream: SignalStream) -> str:
    if stream.newest_sample_age_s is None:
        return NoValueReason.NO_SIGNAL
    if stream.refused:
        return stream.refused
    slowest_s = 2.0 / stream.sampling_rate_hz if stream.sampling_rate_hz > 0.0 else 0.0
    return "stale" if stream.newest_sample_age_s > max(LONGEST_AGE_S, slowest_s) else ""


def _held(measure: StreamMeasure, unit: str, reason: str) -> MeasuredStream:
    return MeasuredStream(
        measure=measure, value=None, unit=unit, grade=WindowGrade.HOLD, reason=str(reason)
    )


def _electrodermal(samples: FloatArray, rate_hz: float) -> tuple[MeasuredStream, ...]:
    measured = measure_electrodermal(samples, rate_hz)
    return (
        _graded(StreamMeasure.SKIN_LEVEL, measured.level_us, measured.quality),
        _graded(StreamMeasure.SKIN_RESPONSES, measured.responses_per_min, measured.quality),
    )


def _respiration(samples: FloatArray, rate_hz: float) -> tuple[MeasuredStream, ...]:
    measured = _breaths(samples, rate_hz)
    return (_graded(StreamMeasure.RESPIRATION_RATE, measured.rate_per_min, measured.quality),)


def _breaths(samples: FloatArray, rate_hz: float) -> Respiration:
    last = samples[-round(RESPIRATION_S * rate_hz) :]
    measured = measure_respiration(last, rate_hz)
    is_slow = measured.rate_per_min.reason is NoValueReason.TOO_SHORT
    return measure_respiration(samples, rate_hz) if is_slow else measured


def _saturation(samples: FloatArray, rate_hz: float) -> tuple[MeasuredStream, ...]:
    measured = measure_oxygen_saturation(samples, rate_hz)
    return (_graded(StreamMeasure.OXYGEN_SATURATION, measured.mean_percent, measured.quality),)


_MEASURED: Mapping[StreamKind, Callable[[FloatArray, float], tuple[MeasuredStream, ...]]] = (
    MappingProxyType(
        {
            StreamKind.ELECTRODERMAL: _electrodermal,
            StreamKind.RESPIRATION: _respiration,
            StreamKind.OXYGEN_SATURATION: _saturation,
        }
    )
)


def _graded(measure: StreamMeasure, value: PhysiologicalValue, quality: Quality) -> MeasuredStream:
    if value.value is None:
        return _held(measure, value.unit, value.reason or NoValueReason.NO_SIGNAL)
    is_degraded = quality is Quality.DEGRADED
    return MeasuredStream(
        measure=measure,
        value=round(value.value, DIGITS),
        unit=value.unit,
        grade=WindowGrade(quality.value),
        reason="artefacts" if is_degraded else "",
    )
