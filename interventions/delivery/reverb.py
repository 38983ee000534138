"""A gentle room: convolution with decaying noise drawn once from a fixed seed.

Conventions: the room is the same in every arm and every session; two ears hear two independent tails.

Contents: `room_response`, `reverberate`.

References
----------
Moorer, J. A. (1979), About this reverberation business, Computer Music Journal 3(2): exponentially decaying noise as
the response of a good concert hall.
"""

from functools import lru_cache

import numpy as np

from interventions.delivery.synthesis import Samples

ROOM_SEED = 1979
REVERBERATION_S = 1.6
"""Time in which the room falls by 60 dB."""
RESPONSE_S = 1.8
PREDELAY_S = 0.018
WET_SHARE = 0.16
"""Energy of the room's response relative to the direct sound's, as an amplitude."""
DARKNESS = 0.82
"""Coefficient of the one-pole low-pass on the room's noise."""


@lru_cache(maxsize=2)
def room_response(sampling_rate_hz: int) -> Samples:
    """Return the room's response, shape (2, frames), of unit energy in each ear times the wet share."""
    from scipy.signal import lfilter  # noqa: PLC0415 - slow to import

    frames = round(RESPONSE_S * sampling_rate_hz)
    seconds = np.arange(frames) / sampling_rate_hz
    noise = np.random.Generator(np.random.PCG64(ROOM_SEED)).standard_normal((2, frames))
    dark = lfilter([1.0 - DARKNESS], [1.0, -DARKNESS], noise, axis=1)
    shaped = dark * np.exp(-6.908 * seconds / REVERBERATION_S)
    shaped *= np.minimum(1.0, seconds / 0.02) * np.minimum(1.0, (RESPONSE_S - seconds) / 0.1)
    shaped *= WET_SHARE / np.sqrt(np.sum(shaped**2, axis=1, keepdims=True))
    response: Samples = np.concatenate(
        [np.zeros((2, round(PREDELAY_S * sampling_rate_hz))), shaped], axis=1
    ).astype(np.float32)
    return response


def reverberate(dry: Samples, sampling_rate_hz: int) -> Samples:
    """Return direct sound and room together, longer than the input by the room's response less one frame."""
    from scipy.signal import oaconvolve  # noqa: PLC0415 - slow to import

    response = room_response(sampling_rate_hz)
    middle = dry.mean(axis=1, dtype=np.float32)
    wet: Samples = oaconvolve(middle[np.newaxis, :], response, axes=1).T
    wet[: len(dry)] += dry
    return wet
