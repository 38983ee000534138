"""Signals as values: RR intervals, sampled signals, quality.

Conventions: times in seconds from the start of the listening session (or recording), intervals in
milliseconds, sampling rates in hertz. Arrays are tuples where a record is stored, numpy where it is not.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated

from protocols.canonical import UNSAID


class SignalKind(StrEnum):
    """Where beats come from (values of different sources are never compared)."""

    ECG = "ecg"
    PPG = "ppg"
    RR = "rr"
    SIMULATED = "simulated"


class WindowGrade(StrEnum):
    """What a window may be used for."""

    GOOD = "good"
    """Heart rate and lnRMSSD."""
    DEGRADED = "degraded"
    """Heart rate only, with four times the variance."""
    HOLD = "hold"
    """Nothing: the loop holds."""


@dataclass(frozen=True, kw_only=True, slots=True)
class RRSeries:
    """Beats received from a source."""

    times_s: tuple[float, ...]
    """Time of the beat that ends each interval, ascending."""
    rr_ms: tuple[float, ...]
    """RR intervals, same length; unedited."""
    kind: SignalKind


class StreamKind(StrEnum):
    """What a sensor measures besides the heart."""

    ELECTRODERMAL = "electrodermal"
    """Skin conductance in microsiemens."""
    RESPIRATION = "respiration"
    """A belt, in any unit."""
    OXYGEN_SATURATION = "oxygen_saturation"
    """In per cent."""


class StreamMeasure(StrEnum):
    """What is measured of a stream in one window."""

    SKIN_LEVEL = "skin_conductance_level"
    SKIN_RESPONSES = "skin_conductance_responses"
    RESPIRATION_RATE = "respiration_rate"
    OXYGEN_SATURATION = "oxygen_saturation"


@dataclass(frozen=True, kw_only=True, slots=True)
class SignalStream:
    """A sampled signal of one window, thinned to about eight samples a second."""

    kind: StreamKind
    sampling_rate_hz: float
    """Of the samples here; 0 when there are none."""
    start_s: float
    """Time of the first sample, on the session's clock."""
    samples: tuple[float | None, ...]
    """None where missing."""
    newest_sample_age_s: float | None
    """None when nothing has ever arrived."""
    refused: str = ""
    """Why the signal must not be believed; empty when nothing speaks against it."""


@dataclass(frozen=True, kw_only=True, slots=True)
class RestingValue:
    """What a measure of a stream was at rest, before the music: z = (value - median) / scale."""

    measure: StreamMeasure
    median: float
    scale: float


@dataclass(frozen=True, kw_only=True, slots=True)
class MeasuredStream:
    """One measure of a stream in one window."""

    measure: StreamMeasure
    value: float | None
    unit: str
    grade: WindowGrade
    reason: str
    """Why the grade is not ``good``; empty when it is."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Window:
    """What was sensed for one pass of the loop: the last 60 seconds and their quality."""

    start_s: float
    end_s: float
    """Now, on the session's clock."""
    beats: RRSeries
    newest_sample_age_s: float | None
    """None when nothing has ever arrived."""
    signal_ok: bool
    """False when the waveform gate (template, gap, rate) refused the raw signal."""
    signal_reason: str
    """Why the gate refused; empty when it did not."""
    streams: Annotated[tuple[SignalStream, ...], UNSAID] = ()
    """What other sensors of the session brought meanwhile; at most one of a kind."""
    rest: Annotated[tuple[RestingValue, ...], UNSAID] = ()
    """Their values at rest, in the session's first window only."""


@dataclass(frozen=True, kw_only=True, slots=True)
class WindowMeasures:
    """Heart rate and lnRMSSD of a window with the quality that decides their use."""

    grade: WindowGrade
    reason: str
    """Why the grade is not ``good``; empty when it is."""
    heart_rate_bpm: float | None
    """Mean over the last 15 s of valid beats."""
    ln_rmssd: float | None
    """Over 60 s; None unless the grade is ``good``."""
    flagged_share: float
    """Share of beats flagged as artefact, in [0, 1]."""
    covered_share: float
    """Share of the window covered by valid beats, in [0, 1]."""
    valid_pairs: int
    streams: Annotated[tuple[MeasuredStream, ...], UNSAID] = ()
    """Grade and reason above are those of the beats; each stream has its own."""


@dataclass(frozen=True, kw_only=True, slots=True)
class SignalBatch:
    """Raw signal of one listening session as received, in batches; stored once, never edited."""

    id: str
    """``<session>/<sequence>``."""
    session_id: str
    sequence: int
    kind: SignalKind
    originator: str
    """Device or stream name, without serial numbers."""
    start_s: float
    end_s: float
    rr_times_s: tuple[float, ...]
    rr_ms: tuple[float, ...]
