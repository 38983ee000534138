"""Sound to FLAC and back."""

import hashlib
import io

import numpy as np
import soundfile

from interventions.delivery.flac import encode_flac, pcm_sha256, to_pcm16

CHANCE = np.random.default_rng(3)
SOUND = (0.2 * CHANCE.standard_normal((44101, 2))).astype(np.float32)


def test_flac_gives_back_every_sample_and_every_frame() -> None:
    decoded, sampling_rate_hz = soundfile.read(io.BytesIO(encode_flac(SOUND, 44100)), dtype="int16")

    assert sampling_rate_hz == 44100
    assert np.array_equal(decoded, to_pcm16(SOUND))


def test_rounding_errs_by_half_a_step_at_most() -> None:
    assert np.abs(to_pcm16(SOUND) / 32767.0 - SOUND).max() <= 0.5 / 32767.0 + 1e-7


def test_what_is_too_loud_is_clipped_not_wrapped() -> None:
    loud = np.array([[2.0, -2.0]], dtype=np.float32)

    assert to_pcm16(loud).tolist() == [[32767, -32767]]


def test_the_evidence_hash_is_of_the_delivered_samples() -> None:
    decoded, _ = soundfile.read(io.BytesIO(encode_flac(SOUND, 44100)), dtype="int16")

    assert pcm_sha256(SOUND) == hashlib.sha256(decoded.astype("<i2").tobytes()).hexdigest()
