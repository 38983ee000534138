"""Skin conductance, breathing and oxygen saturation of a simulated listener, beside the heart.

Conventions: what the sensors show follows the listener's arousal of the same moment; before the music the listener rests
calmly. All chance comes from the generator. Like the listeners, this is for training, demonstrations and tests, and no claim
about people.

Contents: `worn_by` (all three of a simulated listener).
"""

from collections.abc import Callable
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from data.records.signals import SignalStream, StreamKind
from interventions.listeners import Listener
from interventions.sensing.companions import IN_WORDS, Companion, as_stream
from interventions.sensing.source import WINDOW_S
from interventions.sensing.stream_tape import thinned

FloatArray = NDArray[np.float64]

REST_S = 300.0
LONGEST_S = 4 * 3600
BEFORE_S = 400
SKIN_HZ, BREATH_HZ, OXYGEN_HZ = 8.0, 8.0, 1.0
LEVEL_US_PER_AROUSAL = 0.3
RESPONSES_PER_MIN, RESPONSES_PER_AROUSAL = 2.5, 2.0
RESPONSE_RISES_S, RESPONSE_DECAYS_S, RESPONSE_LASTS_S = 0.75, 3.0, 15.0
BREATHS_HZ_PER_AROUSAL = 0.012
NOISE_US = 0.0005
Draw = Callable[[FloatArray, FloatArray], FloatArray]
"""Times and the arousal at each, to samples."""


class Felt(Protocol):
    """A simulated listener, as its own sensors know it."""

    @property
    def listener(self) -> Listener:
        """Who listens."""

    def arousal_at(self, time_s: float) -> float:
        """Return the true arousal at a moment that has passed."""


class _SimulatedCompanion:
    """One simulated sensor."""

    sensor_id = ""

    def __init__(self, kind: StreamKind, felt: Felt, rate_hz: float, draw: Draw) -> None:
        self.kind = kind
        self.name = f"simulated {IN_WORDS[kind]}"
        self._felt = felt
        self._rate_hz = rate_hz
        self._draw = draw

    def stream_at(self, now_s: float) -> SignalStream:
        """Return the last 60 seconds."""
        times_s = self._times_s(now_s, WINDOW_S)
        seconds = np.floor(times_s)
        known = {one: self._felt.arousal_at(one) for one in np.unique(seconds).tolist()}
        return self._stream(times_s, np.array([known[one] for one in seconds.tolist()]), now_s)

    def rest_before(self, now_s: float) -> SignalStream:
        """Return five minutes at a calm rest."""
        times_s = self._times_s(now_s, REST_S)
        return self._stream(times_s, np.zeros(times_s.size), now_s)

    def close(self) -> None:
        """Nothing is held."""

    def _times_s(self, now_s: float, lasts_s: float) -> FloatArray:
        last = int(np.floor(now_s * self._rate_hz))
        return np.arange(last - round(lasts_s * self._rate_hz) + 1, last + 1) / self._rate_hz

    def _stream(self, times_s: FloatArray, arousals: FloatArray, now_s: float) -> SignalStream:
        samples = self._draw(times_s, arousals)
        stretch = thinned(times_s, samples, self._rate_hz, times_s.size / self._rate_hz)
        return as_stream(self.kind, stretch, zero_s=0.0, age_s=round(now_s - float(times_s[-1]), 6))


def worn_by(felt: Felt, generator: np.random.Generator) -> tuple[Companion, ...]:
    """Return the sensors that a simulated listener wears beside that of the heart.

    Parameters
    ----------
    felt : Felt
        Who wears them.
    generator : numpy.random.Generator
        All chance.
    """
    skin, breath, oxygen = generator.spawn(3)
    return (
        _SimulatedCompanion(StreamKind.ELECTRODERMAL, felt, SKIN_HZ, _skin(skin)),
        _SimulatedCompanion(
            StreamKind.RESPIRATION, felt, BREATH_HZ, _breath(felt.listener.breaths_hz, breath)
        ),
        _SimulatedCompanion(StreamKind.OXYGEN_SATURATION, felt, OXYGEN_HZ, _oxygen(oxygen)),
    )


def _skin(chance: np.random.Generator) -> Draw:
    usual_us = float(chance.uniform(2.0, 8.0))
    seconds = LONGEST_S + BEFORE_S
    whether, when, high_us = chance.random(seconds), chance.random(seconds), chance.random(seconds)
    noise = chance.normal(0.0, NOISE_US, 4096)

    def draw(times_s: FloatArray, arousals: FloatArray) -> FloatArray:
        level = usual_us + LEVEL_US_PER_AROUSAL * _smoothed(arousals)
        first, last = int(times_s[0]) - int(RESPONSE_LASTS_S), int(times_s[-1])
        aroused = np.interp(np.arange(first, last + 1), times_s, arousals)
        per_s = np.maximum(0.5, RESPONSES_PER_MIN + RESPONSES_PER_AROUSAL * aroused) / 60.0
        places = np.arange(first, last + 1) + BEFORE_S
        for place in places[whether[places] < per_s].tolist():
            since_s = np.maximum(0.0, times_s - (place - BEFORE_S) - when[place])
            shape = np.exp(-since_s / RESPONSE_DECAYS_S) - np.exp(-since_s / RESPONSE_RISES_S)
            level = level + (0.05 + 0.3 * high_us[place]) * shape
        index = np.rint(times_s * SKIN_HZ).astype(np.int64)
        return level + noise[index % noise.size]

    return draw


def _smoothed(values: FloatArray) -> FloatArray:
    """Average over five seconds, so that the skin follows slowly."""
    half = round(2.5 * SKIN_HZ)
    padded = np.pad(values, half, mode="edge")
    width = 2 * half + 1
    return np.convolve(padded, np.full(width, 1.0 / width), mode="valid")


def _breath(breaths_hz: float, chance: np.random.Generator) -> Draw:
    depth = float(chance.uniform(0.5, 2.0))
    wander = chance.normal(0.0, 0.05, 4096)

    def draw(times_s: FloatArray, arousals: FloatArray) -> FloatArray:
        index = np.rint(times_s * BREATH_HZ).astype(np.int64)
        rate_hz = np.clip(breaths_hz + BREATHS_HZ_PER_AROUSAL * arousals, 0.1, 0.5)
        phase = 2.0 * np.pi * np.cumsum(rate_hz) / BREATH_HZ
        return depth * (np.sin(phase) + wander[index % wander.size])

    return draw


def _oxygen(chance: np.random.Generator) -> Draw:
    usual = float(chance.uniform(96.5, 98.5))
    noise = np.rint(chance.normal(0.0, 0.4, 4096))

    def draw(times_s: FloatArray, arousals: FloatArray) -> FloatArray:
        del arousals
        index = np.rint(times_s).astype(np.int64)
        return np.minimum(100.0, usual + noise[index % noise.size])

    return draw
