"""A measured value with everything that it takes to judge it, or the reason why there is none.

Conventions: exactly one of value and reason is None. A reason is one word of `NoValueReason`; sentences for people are
the business of screens.

Contents: `NoValueReason`, `HrvName`, `Definition` and `DEFINITIONS`, `Stretch`, `MeasuredValue`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from data.measures.spectrum import STANDARD
from data.records.signals import SignalKind


class NoValueReason(StrEnum):
    """Why there is no number."""

    NO_SIGNAL = "no_signal"
    """Nothing was sensed, or the signal is flat."""
    TOO_SHORT = "too_short"
    """Not enough time or beats for this measure."""
    GAP = "gap"
    """Beats or samples are missing."""
    ARTEFACTS = "artefacts"
    """Too many beats are flagged."""
    WRONG_RATE = "wrong_rate"
    """The declared sampling rate is not that of the time stamps, not one of a living heart or of the power line's hum, or
    too low to see a beat's form."""
    OUT_OF_RANGE = "out_of_range"
    """Most intervals are outside 300-2000 ms: another unit, or no heart."""
    TEMPLATE = "template"
    """Most beats do not look like the median beat: noise."""
    CONSTANT = "constant"
    """What should vary hardly does."""
    NO_BREATHING = "no_breathing"
    """No breathing was recorded, and none can be told from the signal."""
    UNCLEAR_BREATHING = "unclear_breathing"
    """Breathing was recorded, and has no clear rate."""


class HrvName(StrEnum):
    """Names of the measures (Task Force 1996), with the unit where there is one."""

    HEART_RATE_BPM = "heart_rate_bpm"
    MEAN_NN_MS = "mean_nn_ms"
    SDNN_MS = "sdnn_ms"
    SDANN_MS = "sdann_ms"
    RMSSD_MS = "rmssd_ms"
    LN_RMSSD = "ln_rmssd"
    SDSD_MS = "sdsd_ms"
    NN50 = "nn50"
    PNN50_PERCENT = "pnn50_percent"
    HRV_TRIANGULAR_INDEX = "hrv_triangular_index"
    TINN_MS = "tinn_ms"
    SD1_MS = "sd1_ms"
    SD2_MS = "sd2_ms"
    VLF_POWER_MS2 = "vlf_power_ms2"
    LF_POWER_MS2 = "lf_power_ms2"
    HF_POWER_MS2 = "hf_power_ms2"
    TOTAL_POWER_MS2 = "total_power_ms2"
    LF_NORMALIZED_PERCENT = "lf_normalized_percent"
    HF_NORMALIZED_PERCENT = "hf_normalized_percent"
    LF_HF_RATIO = "lf_hf_ratio"
    LN_HF_POWER = "ln_hf_power"
    BREATHING_RATE_PER_MIN = "breathing_rate_per_min"
    BREATHING_BAND_POWER_MS2 = "breathing_band_power_ms2"
    LN_RMSSD_BREATHING_ADJUSTED = "ln_rmssd_breathing_adjusted"
    LN_HF_POWER_BREATHING_ADJUSTED = "ln_hf_power_breathing_adjusted"


TIME_RECIPE = "rmssd-median11-20pct-v1"
LONG_RECIPE = "task-force-long-v1"
SPECTRUM_RECIPE = STANDARD.id
BREATHING_RECIPE = "breathing-peak-v1"


@dataclass(frozen=True, kw_only=True, slots=True)
class Definition:
    """What a name stands for."""

    unit: str
    """As printed; empty for a number without a unit."""
    recipe: str
    """Values of different recipes are never compared."""
    shortest_s: float
    """Length of the window below which it is not estimated."""


def _by_time(unit: str) -> Definition:
    return Definition(unit=unit, recipe=TIME_RECIPE, shortest_s=0.0)


def _by_spectrum(unit: str, shortest_s: float) -> Definition:
    return Definition(unit=unit, recipe=SPECTRUM_RECIPE, shortest_s=shortest_s)


def _by_breathing(unit: str, shortest_s: float) -> Definition:
    return Definition(unit=unit, recipe=BREATHING_RECIPE, shortest_s=shortest_s)


def _by_length(unit: str, shortest_s: float) -> Definition:
    return Definition(unit=unit, recipe=LONG_RECIPE, shortest_s=shortest_s)


DEFINITIONS: Mapping[HrvName, Definition] = MappingProxyType(
    {
        HrvName.HEART_RATE_BPM: _by_time("bpm"),
        HrvName.MEAN_NN_MS: _by_time("ms"),
        HrvName.SDNN_MS: _by_time("ms"),
        HrvName.SDANN_MS: _by_length("ms", 1800.0),
        HrvName.RMSSD_MS: _by_time("ms"),
        HrvName.LN_RMSSD: _by_time("ln ms"),
        HrvName.SDSD_MS: _by_time("ms"),
        HrvName.NN50: _by_time("count"),
        HrvName.PNN50_PERCENT: _by_time("%"),
        HrvName.HRV_TRIANGULAR_INDEX: _by_length("", 1200.0),
        HrvName.TINN_MS: _by_length("ms", 1200.0),
        HrvName.SD1_MS: _by_time("ms"),
        HrvName.SD2_MS: _by_time("ms"),
        HrvName.VLF_POWER_MS2: _by_spectrum("ms2", 300.0),
        HrvName.LF_POWER_MS2: _by_spectrum("ms2", 120.0),
        HrvName.HF_POWER_MS2: _by_spectrum("ms2", 60.0),
        HrvName.TOTAL_POWER_MS2: _by_spectrum("ms2", 300.0),
        HrvName.LF_NORMALIZED_PERCENT: _by_spectrum("%", 120.0),
        HrvName.HF_NORMALIZED_PERCENT: _by_spectrum("%", 120.0),
        HrvName.LF_HF_RATIO: _by_spectrum("", 120.0),
        HrvName.LN_HF_POWER: _by_spectrum("ln ms2", 60.0),
        HrvName.BREATHING_RATE_PER_MIN: _by_breathing("breaths/min", 30.0),
        HrvName.BREATHING_BAND_POWER_MS2: _by_breathing("ms2", 60.0),
        HrvName.LN_RMSSD_BREATHING_ADJUSTED: _by_breathing("ln ms", 30.0),
        HrvName.LN_HF_POWER_BREATHING_ADJUSTED: _by_breathing("ln ms2", 60.0),
    }
)
"""Shortest windows: Task Force (1996) for the bands; 20 minutes for the geometric measures."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Stretch:
    """The window that a value is about."""

    start_s: float
    """On the recording's clock."""
    end_s: float
    kind: SignalKind
    """Where the beats come from."""
    sampling_rate_hz: float | None
    """Of the waveform; None for recorded intervals."""
    beats: int
    """Intervals that end in the window, flagged ones included."""
    flagged_share: float
    """Share of them that the beat policy left out, in [0, 1]."""
    covered_share: float
    """Share of the window that valid intervals cover, in [0, 1]."""


@dataclass(frozen=True, kw_only=True, slots=True)
class MeasuredValue:
    """One measure of one window."""

    name: HrvName
    value: float | None
    reason: NoValueReason | None
    stretch: Stretch

    @property
    def unit(self) -> str:
        """The unit as printed."""
        return DEFINITIONS[self.name].unit

    @property
    def recipe(self) -> str:
        """How it was computed."""
        return DEFINITIONS[self.name].recipe
