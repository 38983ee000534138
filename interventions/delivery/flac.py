"""Sound to bytes: FLAC, lossless, exact to the frame.

Conventions: float samples in [-1, 1] are rounded to 16 bits once, here; the evidence hash is of those 16-bit samples.

Contents: `to_pcm16`, `encode_flac`, `pcm_sha256`.
"""

import hashlib
import io

import numpy as np
from numpy.typing import NDArray

from interventions.delivery.synthesis import Samples


def to_pcm16(pcm: Samples) -> NDArray[np.int16]:
    """Return the samples as 16-bit integers, clipped at full scale."""
    rounded: NDArray[np.int16] = np.rint(np.clip(pcm, -1.0, 1.0) * np.float32(32767)).astype(
        np.int16
    )
    return rounded


def pcm_sha256(pcm: Samples) -> str:
    """Return the SHA-256 of the 16-bit samples, little-endian, channels interleaved."""
    content = np.ascontiguousarray(to_pcm16(pcm)).astype("<i2", copy=False)
    return hashlib.sha256(content.data).hexdigest()


def encode_flac(pcm: Samples, sampling_rate_hz: int) -> bytes:
    """Return the sound as a FLAC file of exactly as many frames."""
    import soundfile  # noqa: PLC0415 - slow to import

    file = io.BytesIO()
    soundfile.write(file, to_pcm16(pcm), sampling_rate_hz, format="FLAC", subtype="PCM_16")
    return file.getvalue()
