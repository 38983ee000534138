"""Simulated listeners as sources: they hear the music and answer with their heart.

Conventions: the sensor is on for `SENSED_BEFORE_S` before the music; arousal stays at its start until the music begins.
Time moves on when a window is asked for, so what was handed to `hear` must be handed over before. A listener of the
kind *dropout* has a sensor that loses contact now and then.

Contents: `RRListenerSource` (RR intervals, fast: bulk simulation), `SimulatedListenerSource` (an ECG by NeuroKit2 in
which the beats are found again), `rr_listener`, `simulated_listener`, `listener_with_sensors`.
"""

from bisect import bisect_right
from collections.abc import Callable
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from data.measures.heartbeats import beats_of, check_beats, locate_beats
from data.measures.neurokit import simulate_ecg
from data.records.music import MusicalParameters
from data.records.signals import RRSeries, SignalKind, Window
from interventions.control.expression import expressed_arousal
from interventions.listeners import (
    STEP_S,
    Heart,
    Listener,
    ListenerKind,
    beats_at_rest,
    draw_listener,
    step_arousal,
)
from interventions.sensing.combined import combine
from interventions.sensing.simulated_companions import worn_by
from interventions.sensing.source import WINDOW_S, SignalSource, window_of

SENSED_BEFORE_S = 75.0
CONTACT_S = (60.0, 160.0)
LOST_S = (8.0, 45.0)
ECG_RATE_HZ = 250
MARGIN_S = 8.0
"""ECG before the window, so that the filter has settled where the window begins."""
CYCLE_POINTS = 400
WANDER_MV = 0.05
WANDER_HZ = 0.3
NOISE_MV = 0.01
BESIDE = 1
"""Sets the chance of the other sensors apart from that of the heart."""


class _Body:
    """A listener who hears, is moved, and whose heart beats."""

    def __init__(self, listener: Listener, generator: np.random.Generator) -> None:
        moods, hearts, sensors, self.rest_chance = generator.spawn(4)
        self.listener = listener
        self.heart = Heart(listener, hearts, -SENSED_BEFORE_S)
        self.beats_s: list[float] = []
        self.rr_ms: list[float] = []
        self.arousal = listener.start
        self.arousals: list[float] = []
        """At each whole second since the music began."""
        self._arousal_s = 0.0
        self._moods = moods
        self._numbers: list[float] = []
        self._starts_s: list[float] = []
        self._levels: list[float | None] = []
        self._programme_end_s = 0.0
        self._lost = _lost_contact(sensors) if listener.kind is ListenerKind.DROPOUT else ()

    def hear(self, level: float, duration_s: float) -> None:
        start_s = max(self._programme_end_s, self._arousal_s)
        self._starts_s += [start_s, start_s + duration_s]
        self._levels += [level, None]
        self._programme_end_s = start_s + duration_s

    def live_until(self, now_s: float) -> None:
        while self.heart.beat_s <= now_s:
            self._feel_until(self.heart.beat_s)
            rr_ms = self.heart.beat(self.arousal)
            self.rr_ms.append(rr_ms)
            self.beats_s.append(self.heart.beat_s)

    def _feel_until(self, now_s: float) -> None:
        while self._arousal_s + STEP_S <= now_s:
            if not self._numbers:
                self._numbers = self._moods.standard_normal(512).tolist()
            level = self._level_at(self._arousal_s)
            self.arousals.append(self.arousal)
            self.arousal = step_arousal(self.listener, self.arousal, level, self._numbers.pop())
            self._arousal_s += STEP_S

    def _level_at(self, now_s: float) -> float | None:
        index = bisect_right(self._starts_s, now_s) - 1
        return self._levels[index] if index >= 0 else None

    def is_in_contact(self, at_s: float) -> bool:
        return not any(begin <= at_s < end for begin, end in self._lost)

    def contact_s(self, now_s: float) -> float:
        """Return the last moment of contact."""
        return min((begin for begin, end in self._lost if begin <= now_s < end), default=now_s)

    def at_rest(self) -> RRSeries:
        return beats_at_rest(self.listener, self.rest_chance)


def _lost_contact(chance: np.random.Generator) -> tuple[tuple[float, float], ...]:
    lost = []
    at_s = 0.0
    while at_s < 3600.0:
        begin_s = at_s + float(chance.uniform(*CONTACT_S))
        at_s = begin_s + float(chance.uniform(*LOST_S))
        lost.append((begin_s, at_s))
    return tuple(lost)


class _BodySource:
    """What the sources of one simulated body share."""

    kind = SignalKind.SIMULATED

    def __init__(self, body: _Body) -> None:
        self._body = body

    @property
    def name(self) -> str:
        """Kind of listener, in words."""
        return f"simulated listener ({self._body.listener.kind})"

    @property
    def arousal(self) -> float:
        """The listener's true arousal now: for judging the loop, never seen by it."""
        return self._body.arousal

    @property
    def listener(self) -> Listener:
        """Who listens."""
        return self._body.listener

    def arousal_at(self, time_s: float) -> float:
        """Return the true arousal at a moment that has passed: for sensors worn beside that of the heart."""
        felt = self._body.arousals
        if time_s < 0.0 or not felt:
            return self._body.listener.start
        return felt[min(int(time_s), len(felt) - 1)]

    def resting_beats(self) -> RRSeries:
        """Return five minutes at a calm rest, as at the baseline visit."""
        return self._body.at_rest()

    def hear(self, parameters: MusicalParameters, duration_s: float) -> None:
        """Listen to the next segment."""
        self._body.hear(expressed_arousal(parameters), duration_s)

    def close(self) -> None:
        """Nothing is held."""


class RRListenerSource(_BodySource):
    """A simulated listener whose RR intervals are sensed directly.

    Parameters
    ----------
    listener : Listener
        Who listens.
    generator : numpy.random.Generator
        All chance.
    """

    def __init__(self, listener: Listener, generator: np.random.Generator) -> None:
        super().__init__(_Body(listener, generator))
        self._times_s: list[float] = []
        self._rr_ms: list[float] = []

    def window_at(self, now_s: float) -> Window:
        """Return the beats of the last 60 seconds."""
        body = self._body
        known = len(body.beats_s)
        body.live_until(now_s)
        for beat_s, rr_ms in zip(body.beats_s[known:], body.rr_ms[known:], strict=True):
            if body.is_in_contact(beat_s):
                self._times_s.append(beat_s)
                self._rr_ms.append(rr_ms)
        newest = bisect_right(self._times_s, now_s)
        age_s = round(now_s - self._times_s[newest - 1], 6) if newest else None
        return window_of(self._times_s, self._rr_ms, now_s=now_s, kind=self.kind, age_s=age_s)


class SimulatedListenerSource(_BodySource):
    """A simulated listener whose ECG is sensed: made by NeuroKit2, searched like any other.

    Parameters
    ----------
    listener : Listener
        Who listens.
    generator : numpy.random.Generator
        All chance.
    """

    def __init__(self, listener: Listener, generator: np.random.Generator) -> None:
        body_chance, ecg_chance = generator.spawn(2)
        super().__init__(_Body(listener, body_chance))
        self._cycle = _heart_cycle(int(ecg_chance.integers(2**31)))
        self._noise = ecg_chance.normal(0.0, NOISE_MV, ECG_RATE_HZ * 61)

    def window_at(self, now_s: float) -> Window:
        """Return the beats found in the ECG of the last 60 seconds."""
        start_s = now_s - WINDOW_S - MARGIN_S
        ecg = self.ecg_between(start_s, now_s)
        found = locate_beats(ecg, ECG_RATE_HZ)
        beats = beats_of(found, start_s=start_s, kind=self.kind)
        verdict = check_beats(found, MARGIN_S * ECG_RATE_HZ, ecg.size)
        return window_of(
            beats.times_s,
            beats.rr_ms,
            now_s=now_s,
            kind=self.kind,
            age_s=round(now_s - self._body.contact_s(now_s), 6),
            refused=verdict.reason,
        )

    def ecg_between(self, start_s: float, end_s: float) -> NDArray[np.float64]:
        """Return the ECG of a stretch in millivolts, 250 samples a second; flat without contact.

        Parameters
        ----------
        start_s, end_s : float
            The stretch; the end is excluded.
        """
        body = self._body
        body.live_until(end_s + 2.0 * STEP_S)
        first = round(start_s * ECG_RATE_HZ)
        samples = np.arange(first, round(end_s * ECG_RATE_HZ))
        times_s = samples / ECG_RATE_HZ
        beats_s = np.array(body.beats_s)
        index = np.clip(np.searchsorted(beats_s, times_s, side="right"), 1, beats_s.size - 1)
        begin_s = beats_s[index - 1]
        phase = np.clip((times_s - begin_s) / (beats_s[index] - begin_s), 0.0, 1.0)
        ecg = np.interp(phase * (CYCLE_POINTS - 1), np.arange(CYCLE_POINTS), self._cycle)
        ecg += WANDER_MV * np.sin(2.0 * np.pi * WANDER_HZ * times_s)
        ecg += self._noise[samples % self._noise.size]
        for begin, end in body._lost:  # noqa: SLF001 - the body is this module's own
            ecg[(times_s >= begin) & (times_s < end)] = 0.0
        return np.asarray(ecg, dtype=np.float64)


def _heart_cycle(seed: int) -> NDArray[np.float64]:
    """Return one cycle of NeuroKit2's ECG from R peak to R peak."""
    ecg = simulate_ecg(
        duration_s=20.0, sampling_rate_hz=ECG_RATE_HZ, heart_rate_bpm=70.0, seed=seed
    )
    peaks = np.rint(locate_beats(ecg, ECG_RATE_HZ).peaks).astype(np.int64)[2:-2]
    cycles = [
        np.interp(
            np.linspace(begin, end, CYCLE_POINTS), np.arange(begin, end + 1), ecg[begin : end + 1]
        )
        for begin, end in pairwise(peaks.tolist())
    ]
    return np.median(np.array(cycles), axis=0)


def rr_listener(kind: ListenerKind, seed: int) -> RRListenerSource:
    """Draw a listener of a kind and sense the RR intervals.

    Parameters
    ----------
    kind : ListenerKind
        How the person answers music.
    seed : int
        The same seed gives the same person and the same chance.
    """
    people, chance = _chance(seed)
    return RRListenerSource(draw_listener(kind, people), chance)


def simulated_listener(kind: ListenerKind, seed: int) -> SimulatedListenerSource:
    """Draw a listener of a kind and sense the ECG.

    Parameters
    ----------
    kind : ListenerKind
        How the person answers music.
    seed : int
        The same seed gives the same person and the same chance.
    """
    people, chance = _chance(seed)
    return SimulatedListenerSource(draw_listener(kind, people), chance)


def listener_with_sensors(
    kind: ListenerKind,
    seed: int,
    listener: Callable[[ListenerKind, int], RRListenerSource | SimulatedListenerSource],
) -> SignalSource:
    """Draw a listener who wears sensors of skin, breath and oxygen too; heart and moods are as without them.

    Parameters
    ----------
    kind : ListenerKind
        How the person answers music.
    seed : int
        The same seed gives the same person and the same chance.
    listener : callable
        How the heart is sensed: `rr_listener` or `simulated_listener`.
    """
    source = listener(kind, seed)
    beside = np.random.Generator(np.random.PCG64([seed, BESIDE]))
    return combine(source, worn_by(source, beside))


def _chance(seed: int) -> tuple[np.random.Generator, np.random.Generator]:
    people, chance = np.random.Generator(np.random.PCG64(seed)).spawn(2)
    return people, chance
