"""Simulated listeners: how arousal answers music, and what the heart makes of it.

Conventions: arousal in z units above a calm rest; a step is one second; all chance comes from the generator that is
handed in. The listeners exist for demonstrations, tests and the simulation of designs: they are not a claim about people.

Contents: `ListenerKind`, `Listener`, `draw_listener`, `step_arousal`, `Heart`, `beats_at_rest`.

Notes
-----
Per 15 seconds: a <- a + .03 (b - a) + effect + N(0, .10), with the music's level u. *Entrainment*:
2.2 γ (u - a) exp(-((u - a) / w)² / 2), so music draws only within the listener's range w. *Additive*: .035 u: music works,
following the listener adds nothing. *Null*: 0. *Dropout* is entrainment with a sensor that loses contact.
Heart: mean rate and RMSSD follow arousal; half of the RMSSD is respiratory, half is beat-to-beat noise.
"""

import math
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from data.records.signals import RRSeries, SignalKind

STEP_S = 1.0
DECISION_S = 15.0
RETURN_SHARE = 0.03
NOISE = 0.10
ENTRAINMENT = 2.2
ADDITIVE = 0.035
HEART_RATE_PER_AROUSAL_BPM = 3.2
LN_RMSSD_PER_AROUSAL = 0.22
WANDER_BPM = 1.2
WANDER_S = 20.0
SHORTEST_RR_MS = 350.0
TIME_DIGITS = 4
RR_DIGITS = 3


class ListenerKind(StrEnum):
    """How a simulated listener answers music."""

    ENTRAINMENT = "entrainment"
    ADDITIVE = "additive"
    NULL = "null"
    DROPOUT = "dropout"


@dataclass(frozen=True, kw_only=True, slots=True)
class Listener:
    """One simulated person."""

    kind: ListenerKind
    rest: float
    """Arousal without music on the day of the session."""
    start: float
    gain: float
    range_z: float
    heart_rate_bpm: float
    """At a calm rest."""
    ln_rmssd: float
    """At a calm rest."""
    breaths_hz: float


def draw_listener(kind: ListenerKind, generator: np.random.Generator) -> Listener:
    """Draw a person from the population of simulated listeners.

    Parameters
    ----------
    kind : ListenerKind
        How the person answers music.
    generator : numpy.random.Generator
        All chance.
    """
    return Listener(
        kind=kind,
        rest=float(generator.normal(0.6, 0.5)),
        start=float(generator.normal(1.2, 0.5)),
        gain=max(0.0, float(generator.normal(0.06, 0.025))),
        range_z=float(generator.uniform(0.5, 1.3)),
        heart_rate_bpm=float(np.clip(generator.normal(71.0, 7.0), 54.0, 92.0)),
        ln_rmssd=float(np.clip(generator.normal(3.4, 0.35), 2.6, 4.2)),
        breaths_hz=float(generator.uniform(0.20, 0.28)),
    )


def step_arousal(listener: Listener, arousal: float, level: float | None, chance: float) -> float:
    """Return the arousal one second later.

    Parameters
    ----------
    listener : Listener
        Who listens.
    arousal : float
        Arousal now.
    level : float or None
        Arousal that the music expresses; None in silence.
    chance : float
        A standard normal number.
    """
    moved = RETURN_SHARE * (listener.rest - arousal) + effect_of(listener, arousal, level)
    share = STEP_S / DECISION_S
    return arousal + share * moved + NOISE * math.sqrt(share) * chance


def effect_of(listener: Listener, arousal: float, level: float | None) -> float:
    """Return how far music moves a listener in 15 seconds.

    Parameters
    ----------
    listener : Listener
        Who listens.
    arousal : float
        Arousal now.
    level : float or None
        Arousal that the music expresses; None in silence.
    """
    if level is None or listener.kind is ListenerKind.NULL:
        return 0.0
    if listener.kind is ListenerKind.ADDITIVE:
        return ADDITIVE * level
    offset = level - arousal
    return ENTRAINMENT * listener.gain * offset * math.exp(-0.5 * (offset / listener.range_z) ** 2)


class Heart:
    """The heart of a simulated listener: one RR interval after the other.

    Parameters
    ----------
    listener : Listener
        Whose heart it is.
    generator : numpy.random.Generator
        All chance.
    start_s : float
        Time of the first beat.
    """

    def __init__(self, listener: Listener, generator: np.random.Generator, start_s: float) -> None:
        self._listener = listener
        self._generator = generator
        self._wander_bpm = 0.0
        self._numbers: list[float] = []
        self.beat_s = start_s

    def beat(self, arousal: float) -> float:
        """Return the next RR interval in milliseconds and move on by it.

        Parameters
        ----------
        arousal : float
            Arousal during the interval.
        """
        who = self._listener
        heart_rate_bpm = who.heart_rate_bpm + HEART_RATE_PER_AROUSAL_BPM * arousal
        mean_ms = 60_000.0 / max(40.0, heart_rate_bpm + self._wander_bpm)
        rmssd_ms = math.exp(who.ln_rmssd - LN_RMSSD_PER_AROUSAL * arousal)
        half_turn = math.pi * who.breaths_hz * mean_ms / 1000.0
        breath_ms = rmssd_ms / (2.0 * math.sin(half_turn))
        breathing = breath_ms * math.sin(2.0 * math.pi * who.breaths_hz * self.beat_s)
        rr_ms = mean_ms + breathing + 0.5 * rmssd_ms * self._normal()
        rr_ms = round(max(SHORTEST_RR_MS, rr_ms), RR_DIGITS)
        kept = math.exp(-rr_ms / 1000.0 / WANDER_S)
        self._wander_bpm = kept * self._wander_bpm + (
            WANDER_BPM * math.sqrt(1.0 - kept * kept) * self._normal()
        )
        self.beat_s = round(self.beat_s + rr_ms / 1000.0, TIME_DIGITS + 2)
        return rr_ms

    def _normal(self) -> float:
        if not self._numbers:
            self._numbers = self._generator.standard_normal(512).tolist()
        return self._numbers.pop()


def beats_at_rest(
    listener: Listener,
    generator: np.random.Generator,
    *,
    duration_s: float = 300.0,
    arousal: float = 0.0,
) -> RRSeries:
    """Record a seated rest without music.

    Parameters
    ----------
    listener : Listener
        Who is resting.
    generator : numpy.random.Generator
        All chance.
    duration_s : float
        Length of the recording.
    arousal : float
        Arousal during the rest; 0 is calm.

    Returns
    -------
    RRSeries
        Beats from 0 to ``duration_s``.
    """
    heart = Heart(listener, generator, 0.0)
    times_s: list[float] = []
    rr_ms: list[float] = []
    while heart.beat_s < duration_s:
        rr_ms.append(heart.beat(arousal))
        times_s.append(heart.beat_s)
    return RRSeries(times_s=tuple(times_s), rr_ms=tuple(rr_ms), kind=SignalKind.SIMULATED)
