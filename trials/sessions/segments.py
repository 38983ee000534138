"""Segments as the player gets them, and the one that ends a session whose music cannot be made.

Contents: `Segment`, `segment_of`, `farewell_of`, `cut_short`.
"""

from dataclasses import dataclass

import numpy as np

from interventions.delivery.flac import encode_flac
from interventions.delivery.synthesis import Samples
from interventions.loop_values import LoopPass


@dataclass(frozen=True, kw_only=True, slots=True)
class Segment:
    """What the player gets."""

    sequence: int
    flac: bytes
    frames: int
    sampling_rate_hz: int
    last: bool


def segment_of(made: LoopPass, sampling_rate_hz: int) -> Segment:
    """Return the sound of a pass as the player gets it; no bytes when it has no sound."""
    pcm = made.pcm
    return Segment(
        sequence=made.step.sequence,
        flac=b"" if pcm is None else encode_flac(pcm, sampling_rate_hz),
        frames=made.step.delivered.frames,
        sampling_rate_hz=sampling_rate_hz,
        last=made.last,
    )


def farewell_of(
    before: LoopPass | None, *, sequence: int, fade_s: float, sampling_rate_hz: int
) -> Segment:
    """Return the segment that ends a session gently: the one before again, fading out.

    Parameters
    ----------
    before : LoopPass or None
        The last segment that was made; None leaves silence.
    sequence : int
        Number that the player asks for.
    fade_s : float
        Length of the fade.
    sampling_rate_hz : int
        Of the session.
    """
    fade_frames = round(fade_s * sampling_rate_hz)
    if before is None:
        pcm: Samples | None = np.zeros((fade_frames, 2), dtype=np.float32)
    else:
        pcm = before.pcm
    return Segment(
        sequence=sequence,
        flac=b"" if pcm is None else encode_flac(_faded(pcm, fade_frames), sampling_rate_hz),
        frames=fade_frames if before is None else before.step.delivered.frames,
        sampling_rate_hz=sampling_rate_hz,
        last=True,
    )


def cut_short(
    made: LoopPass | None, segment: Segment, frames: int, *, fade_s: float
) -> Segment | None:
    """Return a segment cut on the frame and faded out, as the last one of its session.

    Parameters
    ----------
    made : LoopPass or None
        The newest pass.
    segment : Segment
        What is cut.
    frames : int
        What is left of it.
    fade_s : float
        Length of the fade.

    Returns
    -------
    Segment or None
        None when not even the fade fits, or the sound of the segment is not at hand any more.
    """
    rate = segment.sampling_rate_hz
    fade_frames = round(fade_s * rate)
    if made is None or made.step.sequence != segment.sequence or frames <= fade_frames:
        return None
    pcm = made.pcm
    return Segment(
        sequence=segment.sequence,
        flac=b"" if pcm is None else encode_flac(_faded(pcm[:frames], fade_frames), rate),
        frames=frames,
        sampling_rate_hz=rate,
        last=True,
    )


def _faded(pcm: Samples, frames: int) -> Samples:
    frames = min(frames, len(pcm))
    faded = pcm.copy()
    curve = 0.5 + 0.5 * np.cos(np.linspace(0.0, np.pi, frames, dtype=np.float32))
    faded[len(pcm) - frames :] *= curve[:, np.newaxis]
    return faded
