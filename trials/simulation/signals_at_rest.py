"""Signals of an invented person at rest, recorded where the protocol asks for them.

Conventions: chance is set apart by person and visit, so that asking for a signal changes nothing else of the trial.

Contents: `record_signals_at_rest`, `signal_at_rest`.
"""

import zlib
from collections.abc import Mapping
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray
from scipy.signal import lfilter

from data.records.people import Actor
from data.storage.store import Store
from protocols.design import Protocol
from protocols.signal_variables import SignalName, asked_signals
from trials.resting_signals import record_resting_signal

FloatArray = NDArray[np.float64]

RATES_HZ: Mapping[SignalName, float] = MappingProxyType(
    {
        SignalName.ELECTRODERMAL: 4.0,
        SignalName.RESPIRATION: 8.0,
        SignalName.OXYGEN_SATURATION: 1.0,
        SignalName.EEG: 128.0,
    }
)
UNITS: Mapping[SignalName, str] = MappingProxyType(
    {
        SignalName.ELECTRODERMAL: "uS",
        SignalName.RESPIRATION: "",
        SignalName.OXYGEN_SATURATION: "%",
        SignalName.EEG: "uV",
    }
)


def record_signals_at_rest(
    store: Store, actor: Actor, place: tuple[str, str], protocol: Protocol, *, relief: float
) -> None:
    """Record every signal that the protocol asks for.

    Parameters
    ----------
    store : Store
        Where the trial lives.
    actor : Actor
        Who records.
    place : tuple of str
        Participant and visit.
    protocol : Protocol
        What it asks for.
    relief : float
        How much calmer the person is than at first.
    """
    participant_id, visit = place
    duration_s = protocol.sessions.resting_minutes * 60.0
    for signal in asked_signals(protocol, visit):
        own = (zlib.crc32(participant_id.encode()), zlib.crc32(f"{visit}/{signal}".encode()))
        record_resting_signal(
            store,
            actor,
            participant_id,
            visit,
            signal,
            samples=signal_at_rest(signal, duration_s, own, relief=relief),
            sampling_rate_hz=RATES_HZ[signal],
            unit=UNITS[signal],
        )


def signal_at_rest(
    signal: SignalName, duration_s: float, own: tuple[int, int], *, relief: float = 0.0
) -> FloatArray:
    """Return the samples of a signal at rest.

    Parameters
    ----------
    signal : SignalName
        Which.
    duration_s : float
        How long.
    own : tuple of int
        Who and when: the first number sets the person's level, both set the chance.
    relief : float
        How much calmer than at first: less skin conductance, slower breathing, more alpha.
    """
    rate_hz = RATES_HZ[signal]
    times_s = np.arange(round(duration_s * rate_hz)) / rate_hz
    person = np.random.Generator(np.random.PCG64(own[0]))
    chance = np.random.Generator(np.random.PCG64(list(own)))
    match signal:
        case SignalName.ELECTRODERMAL:
            level = float(np.exp(person.normal(1.0, 0.4) - 0.1 * relief))
            return _conductance(times_s, level, chance)
        case SignalName.RESPIRATION:
            per_min = float(np.clip(person.normal(14.5, 2.0) - 0.5 * relief, 7.0, 24.0))
            noise = chance.normal(0.0, 0.05, times_s.size)
            return np.asarray(np.sin(2.0 * np.pi * per_min / 60.0 * times_s) + noise)
        case SignalName.OXYGEN_SATURATION:
            level = float(np.clip(person.normal(97.0, 0.8), 94.0, 99.0))
            return np.clip(level + np.round(chance.normal(0.0, 0.4, times_s.size)), 90.0, 100.0)
        case SignalName.EEG:
            alpha_uv = float(np.exp(person.normal(2.0, 0.3) + 0.05 * relief))
            return _brain(times_s, alpha_uv, chance)


def _conductance(times_s: FloatArray, level_us: float, chance: np.random.Generator) -> FloatArray:
    """Return a level with some four responses a minute that rise fast and fall slowly."""
    rate_hz = 1.0 / float(times_s[1])
    starts = chance.random(times_s.size) < 4.0 / 60.0 / rate_hz
    impulses = starts * chance.uniform(0.02, 0.15, times_s.size)
    rise, fall = np.exp(-1.0 / (0.7 * rate_hz)), np.exp(-1.0 / (3.0 * rate_hz))
    responses = lfilter([1.0], np.convolve([1.0, -rise], [1.0, -fall]), impulses) / rate_hz
    return np.asarray(level_us + responses - 0.0001 * times_s, dtype=np.float64)


def _brain(times_s: FloatArray, alpha_uv: float, chance: np.random.Generator) -> FloatArray:
    """Return broad noise with a rhythm of 10 Hz."""
    noise = lfilter([1.0], [1.0, -0.9], chance.normal(0.0, 2.0, times_s.size))
    rhythm = np.sqrt(2.0) * alpha_uv * np.sin(2.0 * np.pi * 10.0 * times_s)
    return np.asarray(noise + rhythm, dtype=np.float64)
