"""A signal of a resting recording to the variables that a protocol may ask for.

Contents: `measure_resting_signal`, `RestingValue`.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from data.measures.eeg_bands import measure_eeg
from data.measures.electrodermal import measure_electrodermal
from data.measures.oxygen_saturation import measure_oxygen_saturation
from data.measures.physiology import PhysiologicalValue, Quality
from data.measures.respiration import measure_respiration
from data.measures.time_domain import FloatArray
from protocols.signal_variables import SignalName


@dataclass(frozen=True, kw_only=True, slots=True)
class RestingValue:
    """One variable of one recording."""

    variable: str
    recipe: str
    found: PhysiologicalValue
    quality: Quality
    usable_share: float
    duration_s: float


def measure_resting_signal(
    signal: SignalName, samples: FloatArray, sampling_rate_hz: float
) -> tuple[RestingValue, ...]:
    """Measure every variable of a signal over a whole recording.

    Parameters
    ----------
    signal : SignalName
        What was recorded.
    samples : ndarray of float, shape (n_samples,)
        In microsiemens, per cent or microvolts; of a belt in any unit. NaN where missing.
    sampling_rate_hz : float
        Declared samples a second.

    Returns
    -------
    tuple of RestingValue
        One for each variable of the signal, with a value or a reason. An EEG without MNE installed ends in
        `data.measures.extras.MissingExtraError`.
    """
    return _MEASURED[signal](samples, sampling_rate_hz)


def _electrodermal(samples: FloatArray, sampling_rate_hz: float) -> tuple[RestingValue, ...]:
    found = measure_electrodermal(samples, sampling_rate_hz)
    values = {
        "electrodermal_level_us": found.level_us,
        "electrodermal_ln_level": found.ln_level,
        "electrodermal_responses_per_min": found.responses_per_min,
    }
    span = (found.start_s, found.end_s)
    return _values(values, found.recipe, found.quality, found.usable_share, span)


def _respiration(samples: FloatArray, sampling_rate_hz: float) -> tuple[RestingValue, ...]:
    found = measure_respiration(samples, sampling_rate_hz)
    values = {"respiration_rate_per_min": found.rate_per_min}
    span = (found.start_s, found.end_s)
    return _values(values, found.recipe, found.quality, found.usable_share, span)


def _oxygen(samples: FloatArray, sampling_rate_hz: float) -> tuple[RestingValue, ...]:
    found = measure_oxygen_saturation(samples, sampling_rate_hz)
    values = {
        "oxygen_saturation_percent": found.mean_percent,
        "oxygen_saturation_lowest_percent": found.lowest_percent,
    }
    span = (found.start_s, found.end_s)
    return _values(values, found.recipe, found.quality, found.usable_share, span)


def _eeg(samples: FloatArray, sampling_rate_hz: float) -> tuple[RestingValue, ...]:
    found = measure_eeg(samples, sampling_rate_hz)
    values = {
        "eeg_ln_theta": found.ln_theta,
        "eeg_ln_alpha": found.ln_alpha,
        "eeg_ln_beta": found.ln_beta,
    }
    span = (found.start_s, found.end_s)
    return _values(values, found.recipe, found.quality, found.usable_share, span)


_MEASURED: Mapping[SignalName, Callable[[FloatArray, float], tuple[RestingValue, ...]]] = (
    MappingProxyType(
        {
            SignalName.ELECTRODERMAL: _electrodermal,
            SignalName.RESPIRATION: _respiration,
            SignalName.OXYGEN_SATURATION: _oxygen,
            SignalName.EEG: _eeg,
        }
    )
)


def _values(
    values: Mapping[str, PhysiologicalValue],
    recipe: str,
    quality: Quality,
    usable_share: float,
    span_s: tuple[float, float],
) -> tuple[RestingValue, ...]:
    return tuple(
        RestingValue(
            variable=variable,
            recipe=recipe,
            found=found,
            quality=quality,
            usable_share=usable_share,
            duration_s=span_s[1] - span_s[0],
        )
        for variable, found in values.items()
    )
