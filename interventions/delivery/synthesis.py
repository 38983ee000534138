r"""Additive synthesis: a note is a sum of harmonic partials that fade, the upper ones faster.

Conventions: float32 samples; equal temperament, A4 = 440 Hz; amplitude grows as (velocity / 127)^1.5.

Contents: `synthesize` (one note, mono or two ears), `mix_notes` (a score's notes into one stereo buffer).

Notes
-----
With the damped phasor :math:`w(t) = e^{(2\pi i f - \lambda) t}` a note is
:math:`\sum_k a_k\,\mathrm{Im}\,w^k`, a polynomial in :math:`w` (Horner's rule); :math:`w` itself is an outer product of
a coarse and a fine table, so that a sample costs a complex multiplication, not a sine.
"""

import math
from collections.abc import Iterable
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from data.records.music import Note
from interventions.delivery.timbres import Timbre, timbre_of

Samples = NDArray[np.float32]
Phasor = NDArray[np.complex64]

_BLOCK = 512
HIGHEST_PARTIAL_HZ = 9000.0
SHORTEST_ATTACK_S = 0.005
SIDE_SHARE = 0.3


def frequency_hz(pitch: float) -> float:
    """Return the frequency of a MIDI pitch."""
    return float(440.0 * 2.0 ** ((pitch - 69.0) / 12.0))


def mix_notes(
    notes: Iterable[Note],
    *,
    tempo_bpm: float,
    brightness: float,
    frames: int,
    sampling_rate_hz: int,
) -> Samples:
    """Return the notes as stereo sound, as long as the segment plus what rings on after it.

    Parameters
    ----------
    notes : iterable of Note
        Onsets and durations in beats.
    tempo_bpm : float
        Quarter notes a minute.
    brightness : float in [0, 1]
        How little the upper partials are damped.
    frames : int
        Length of the segment; notes that begin later are left out.
    sampling_rate_hz : int
        Frames a second.

    Returns
    -------
    ndarray of float32, shape (frames or more, 2)
    """
    placed = _place(notes, tempo_bpm, brightness, frames, sampling_rate_hz)
    end = max([frames, *(start + len(sound) for start, sound in placed)])
    mix: Samples = np.zeros((2, end), dtype=np.float32)
    for start, sound in placed:
        mix[:, start : start + len(sound)] += sound.T
    return mix.T


def _place(
    notes: Iterable[Note], tempo_bpm: float, brightness: float, frames: int, sampling_rate_hz: int
) -> list[tuple[int, Samples]]:
    frames_per_beat = 60.0 / tempo_bpm * sampling_rate_hz
    shade = round(brightness, 2)
    placed = []
    for note in notes:
        start = round(note.onset_beats * frames_per_beat)
        if start < frames:
            length = max(1, round(note.duration_beats * frames_per_beat))
            sound = synthesize(
                note.part, note.pitch, note.velocity, length, shade, sampling_rate_hz
            )
            placed.append((start, sound))
    return placed


@lru_cache(maxsize=48)
def synthesize(
    part: str, pitch: int, velocity: int, length: int, brightness: float, sampling_rate_hz: int
) -> Samples:
    """Return one note in stereo: its length in frames, then its release."""
    timbre = timbre_of(part)
    total = length + round(timbre.release_s * sampling_rate_hz)
    level = timbre.gain * 0.2 * (velocity / 127.0) ** 1.5
    envelope = _envelope(timbre, length, total, sampling_rate_hz)
    envelope *= level
    angle = (timbre.pan + 1.0) * math.pi / 4.0
    middle = _wave(timbre, float(pitch), total, velocity, brightness, sampling_rate_hz)
    middle *= envelope
    ears = np.stack([middle * math.cos(angle), middle * math.sin(angle)])
    if timbre.detune_cents:
        away = pitch + timbre.detune_cents / 100.0
        side = _wave(timbre, away, total, velocity, brightness, sampling_rate_hz)
        side *= envelope * np.float32(SIDE_SHARE)
        ears[0] += side
        ears[1] -= side
    ears.flags.writeable = False
    return ears.T


def _wave(
    timbre: Timbre,
    pitch: float,
    total: int,
    velocity: int,
    brightness: float,
    sampling_rate_hz: int,
) -> Samples:
    hertz = frequency_hz(pitch)
    amplitudes = _amplitudes(timbre, hertz, velocity, brightness)
    phasor = _phasor(hertz, timbre.decay_per_s, total, sampling_rate_hz)
    total_wave = phasor * np.float32(amplitudes[-1])
    for amplitude in reversed(amplitudes[:-1]):
        total_wave += np.float32(amplitude)
        total_wave *= phasor
    return total_wave.imag.copy()


def _amplitudes(
    timbre: Timbre, hertz: float, velocity: int, brightness: float
) -> tuple[float, ...]:
    """Return the partials' amplitudes: damped by the brightness and by soft playing, none above 9 kHz."""
    damping = min(1.0, 0.35 + 0.55 * brightness + 0.1 * velocity / 127.0)
    return tuple(
        amplitude * damping**index
        for index, amplitude in enumerate(timbre.partials)
        if index == 0 or hertz * (index + 1) < HIGHEST_PARTIAL_HZ
    )


def _phasor(hertz: float, decay_per_s: float, total: int, sampling_rate_hz: int) -> Phasor:
    step = (2j * math.pi * hertz - decay_per_s) / sampling_rate_hz
    fine = np.exp(step * np.arange(_BLOCK)).astype(np.complex64)
    blocks = -(-total // _BLOCK)
    coarse = np.exp(step * _BLOCK * np.arange(blocks)).astype(np.complex64)
    phasor: Phasor = np.multiply.outer(coarse, fine).ravel()[:total]
    return phasor


def _envelope(timbre: Timbre, length: int, total: int, sampling_rate_hz: int) -> Samples:
    envelope: Samples = np.ones(total, dtype=np.float32)
    attack = max(SHORTEST_ATTACK_S, timbre.attack_s) * sampling_rate_hz
    rise = max(round(SHORTEST_ATTACK_S * sampling_rate_hz), min(round(attack), length))
    rise = min(rise, total)
    envelope[:rise] *= _raised_cosine(rise)
    fall = total - length
    envelope[length:] *= _raised_cosine(fall)[::-1]
    return envelope


@lru_cache(maxsize=64)
def _raised_cosine(frames: int) -> Samples:
    ramp: Samples = (0.5 - 0.5 * np.cos(np.pi * (np.arange(frames) + 0.5) / frames)).astype(
        np.float32
    )
    return ramp
