"""The sound by which headphones are calibrated: pink noise at exactly -20 LUFS, the same at every call.

Conventions: both channels are equal, so that either ear can be measured; the ends fade, because noise that begins at once
startles.

Contents: `calibration_noise`, `calibration_wav`.
"""

import io
from functools import lru_cache

import numpy as np

from interventions.delivery.ear_level import CALIBRATION_LUFS
from interventions.delivery.loudness import measure_lufs
from interventions.delivery.synthesis import Samples

SAMPLING_RATE_HZ = 44_100
LENGTH_S = 60
FADE_S = 0.5
LOWEST_HZ, HIGHEST_HZ = 20.0, 20_000.0
_SEED = 20


def calibration_noise() -> Samples:
    """Return the noise; shape (frames, 2)."""
    frames = LENGTH_S * SAMPLING_RATE_HZ
    chance = np.random.Generator(np.random.PCG64(_SEED))
    spectrum = np.fft.rfft(chance.standard_normal(frames))
    hz = np.fft.rfftfreq(frames, 1 / SAMPLING_RATE_HZ)
    inside = (hz >= LOWEST_HZ) & (hz <= HIGHEST_HZ)
    spectrum[inside] /= np.sqrt(hz[inside])
    spectrum[~inside] = 0.0
    one = np.fft.irfft(spectrum, frames)
    fade = round(FADE_S * SAMPLING_RATE_HZ)
    rise = 0.5 - 0.5 * np.cos(np.pi * np.arange(fade) / fade)
    one[:fade] *= rise
    one[-fade:] *= rise[::-1]
    noise = np.column_stack([one, one]) / np.max(np.abs(one))
    missing_lu = CALIBRATION_LUFS - measure_lufs(noise.astype(np.float32), SAMPLING_RATE_HZ)
    scaled: Samples = (noise * 10.0 ** (missing_lu / 20.0)).astype(np.float32)
    return scaled


@lru_cache(maxsize=1)
def calibration_wav() -> bytes:
    """Return the noise as a WAV file of 16 bits, for any browser."""
    import soundfile  # noqa: PLC0415 - slow to import, needed here only

    file = io.BytesIO()
    soundfile.write(file, calibration_noise(), SAMPLING_RATE_HZ, format="WAV", subtype="PCM_16")
    return file.getvalue()
