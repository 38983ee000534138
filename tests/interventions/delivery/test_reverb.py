"""The room."""

import numpy as np
import pytest

from interventions.delivery.reverb import PREDELAY_S, WET_SHARE, reverberate, room_response

RATE = 44100


def test_the_room_is_the_same_every_time() -> None:
    first = room_response(RATE).copy()
    room_response.cache_clear()

    assert np.array_equal(first, room_response(RATE))


def test_each_ear_has_its_own_response_of_the_same_energy() -> None:
    left, right = room_response(RATE)

    assert np.sqrt(np.sum(left**2)) == pytest.approx(WET_SHARE, rel=1e-3)
    assert np.sqrt(np.sum(right**2)) == pytest.approx(WET_SHARE, rel=1e-3)
    assert abs(np.dot(left, right)) / WET_SHARE**2 < 0.2


def test_the_direct_sound_comes_first_and_unchanged() -> None:
    impulse = np.zeros((RATE, 2), dtype=np.float32)
    impulse[0] = 1.0

    sound = reverberate(impulse, RATE)

    silent_until = int(PREDELAY_S * RATE) - 1
    assert np.allclose(sound[0], 1.0, atol=1e-6)
    assert np.abs(sound[1:silent_until]).max() < 1e-6
    assert len(sound) == RATE + room_response(RATE).shape[1] - 1


def test_the_room_is_linear() -> None:
    chance = np.random.default_rng(1)
    a, b = (chance.standard_normal((5000, 2)).astype(np.float32) for _ in range(2))

    together = reverberate(a + b, RATE)

    assert np.allclose(together, reverberate(a, RATE) + reverberate(b, RATE), atol=1e-4)
