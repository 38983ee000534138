"""A score becomes sound, segment after segment without a seam, at the session's loudness.

Conventions: stereo float32, shape (frames, 2). What a segment leaves ringing is its tail; the next segment begins with
it. Synthesis and room are linear, so segments add up to the same sound as one long rendering. Loudness is set by a gain
that glides from one segment's value to the next, so that no join is heard.

Contents: `Renderer` (the port), `Rendered`, `Tail`, `empty_tail`, `AdditiveRenderer`, `SilentRenderer`.
"""

from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from data.records.music import Score
from interventions.delivery.flac import pcm_sha256
from interventions.delivery.loudness import (
    SILENCE_LUFS,
    Energies,
    integrated_lufs,
    step_energies,
)
from interventions.delivery.reverb import reverberate
from interventions.delivery.synthesis import Samples, mix_notes

SAMPLING_RATE_HZ = 44100
GLIDE_S = 3.0
"""Time in which the gain moves from the last segment's value to this one's."""
LARGEST_GAIN_DB = 18.0
"""Against nearly silent segments."""
KNEE = 0.6
CEILING = 0.7
"""-3.1 dBFS: what the limiter approaches and never passes."""


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Tail:
    """What one segment hands to the next: sound that still rings, and the gain in force."""

    sound: Samples
    """Shape (frames, 2), before the gain."""
    gain_db: float | None
    """None before the first segment."""
    owed_lu: float
    """How much louder the session should still get to arrive at its loudness; small."""


def empty_tail() -> Tail:
    """Return the tail before the first segment."""
    return Tail(sound=np.zeros((0, 2), dtype=np.float32), gain_db=None, owed_lu=0.0)


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Rendered:
    """One segment as sound, with the evidence of it."""

    pcm: Samples | None
    """Shape (frames, 2); None when no sound was wanted."""
    tail: Tail
    frames: int
    loudness_lufs: float | None
    """Integrated loudness of the segment; None without sound, or for silence."""
    peak: float | None
    """Largest absolute sample, full scale 1."""
    audio_sha256: str
    """Of the 16-bit samples; empty without sound."""


class Renderer(Protocol):
    """Turns a score into one segment of sound."""

    @property
    def sampling_rate_hz(self) -> int:
        """Frames a second."""

    def render(
        self, score: Score, tail: Tail, *, frames: int, fade_in_frames: int, fade_out_frames: int
    ) -> Rendered:
        """Return the segment's sound and the tail for the next."""


@dataclass(frozen=True, kw_only=True, slots=True)
class SilentRenderer:
    """Counts frames and makes no sound: for simulated trials."""

    sampling_rate_hz: int = SAMPLING_RATE_HZ

    def render(
        self,
        score: Score,  # noqa: ARG002 - the port's signature
        tail: Tail,
        *,
        frames: int,
        fade_in_frames: int,  # noqa: ARG002 - the port's signature
        fade_out_frames: int,  # noqa: ARG002 - the port's signature
    ) -> Rendered:
        """Return a segment without sound; the tail stays as it is."""
        return Rendered(
            pcm=None, tail=tail, frames=frames, loudness_lufs=None, peak=None, audio_sha256=""
        )


@dataclass(frozen=True, kw_only=True, slots=True)
class AdditiveRenderer:
    """Renders by additive synthesis in a gentle room; no soundfont, no system package."""

    sampling_rate_hz: int = SAMPLING_RATE_HZ

    def render(
        self, score: Score, tail: Tail, *, frames: int, fade_in_frames: int, fade_out_frames: int
    ) -> Rendered:
        """Return the segment's sound and the tail for the next.

        Parameters
        ----------
        score : Score
            Notes, tempo, brightness and the loudness wanted.
        tail : Tail
            What the segment before left; `empty_tail()` for the first.
        frames : int
            Exact length; a score that is longer is cut, one that is shorter rings on.
        fade_in_frames, fade_out_frames : int
            Raised-cosine fades at the ends of the session; 0 for none.
        """
        dry = mix_notes(
            score.notes,
            tempo_bpm=score.tempo_bpm,
            brightness=score.parameters.brightness,
            frames=frames,
            sampling_rate_hz=self.sampling_rate_hz,
        )
        sound = _add_tail(reverberate(dry, self.sampling_rate_hz), tail.sound)
        segment, ringing = sound[:frames], sound[frames:]
        energies = step_energies(segment, self.sampling_rate_hz)
        gain_db = _gain_db(score.parameters.loudness_lufs + tail.owed_lu, energies, tail)
        gain = _glide(tail.gain_db, gain_db, frames, self.sampling_rate_hz)
        loudness_lufs = integrated_lufs(energies * _at_steps(gain, len(energies)) ** 2)
        pcm = _limit(segment * gain[:, np.newaxis])
        _fade(pcm, fade_in_frames, fade_out_frames)
        heard = loudness_lufs > SILENCE_LUFS
        return Rendered(
            pcm=pcm,
            tail=Tail(
                sound=ringing.copy(),
                gain_db=gain_db,
                owed_lu=_owed_lu(score, tail, loudness_lufs) if heard else tail.owed_lu,
            ),
            frames=frames,
            loudness_lufs=loudness_lufs if heard else None,
            peak=float(np.max(np.abs(pcm), initial=0.0)),
            audio_sha256=pcm_sha256(pcm),
        )


def _add_tail(sound: Samples, ringing: Samples) -> Samples:
    if len(ringing) > len(sound):
        sound = np.concatenate([sound, np.zeros((len(ringing) - len(sound), 2), np.float32)])
    sound[: len(ringing)] += ringing
    return sound


def _gain_db(target_lufs: float, energies: Energies, tail: Tail) -> float:
    """Return the gain that brings the segment to its loudness; the last one when there is nothing to measure."""
    measured_lufs = integrated_lufs(energies)
    if measured_lufs == SILENCE_LUFS:
        return tail.gain_db or 0.0
    return min(LARGEST_GAIN_DB, target_lufs - measured_lufs)


def _owed_lu(score: Score, tail: Tail, loudness_lufs: float) -> float:
    missed = score.parameters.loudness_lufs - loudness_lufs
    return float(np.clip(0.5 * (tail.owed_lu + missed), -0.5, 0.5))


def _glide(before_db: float | None, after_db: float, frames: int, sampling_rate_hz: int) -> Samples:
    """Return the gain of every frame: a raised-cosine glide in decibels, then constant."""
    decibels = np.full(frames, after_db, dtype=np.float32)
    if before_db is not None and before_db != after_db:
        length = min(frames, round(GLIDE_S * sampling_rate_hz))
        share = 0.5 - 0.5 * np.cos(np.pi * np.arange(1, length + 1) / length)
        decibels[:length] = before_db + (after_db - before_db) * share
    gain: Samples = np.float32(10.0) ** (decibels / np.float32(20.0))
    return gain


def _at_steps(gain: Samples, steps: int) -> NDArray[np.float64]:
    """Return the gain in the middle of every 100-ms step."""
    if not steps:
        return np.zeros(0)
    places = ((np.arange(steps) + 0.5) * len(gain) / steps).astype(np.int64)
    return gain[places].astype(np.float64)


def _limit(pcm: Samples) -> Samples:
    """Bend what is louder than the knee towards the ceiling; quieter sound passes unchanged."""
    size = np.abs(pcm)
    if float(np.max(size, initial=0.0)) <= KNEE:
        return pcm
    over = size > KNEE
    room = CEILING - KNEE
    bent = KNEE + room * np.tanh((size[over] - KNEE) / room)
    pcm[over] = np.copysign(bent, pcm[over])
    return pcm


def _fade(pcm: Samples, fade_in_frames: int, fade_out_frames: int) -> None:
    for frames, ends in ((fade_in_frames, slice(None)), (fade_out_frames, slice(None, None, -1))):
        length = min(frames, len(pcm))
        ramp = 0.5 - 0.5 * np.cos(np.pi * np.arange(length) / max(1, length))
        pcm[ends][:length] *= ramp.astype(np.float32)[:, np.newaxis]
