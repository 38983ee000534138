"""Loudness by ITU-R BS.1770-4, checked against pyloudnorm and the recommendation's own test tone."""

import numpy as np
import pyloudnorm
import pytest

from interventions.delivery.loudness import (
    SILENCE_LUFS,
    integrated_lufs,
    measure_lufs,
    step_energies,
)

RATE = 48000


def tone(amplitude: float, hertz: float = 997.0, seconds: float = 5.0) -> np.ndarray:
    wave = amplitude * np.sin(2 * np.pi * hertz * np.arange(int(seconds * RATE)) / RATE)
    return np.stack([wave, wave], axis=1).astype(np.float32)


def test_a_full_scale_tone_in_two_channels_is_zero_lufs() -> None:
    assert measure_lufs(tone(1.0), RATE) == pytest.approx(0.0, abs=0.1)


def test_half_the_amplitude_is_six_lu_less() -> None:
    assert measure_lufs(tone(1.0), RATE) - measure_lufs(tone(0.5), RATE) == pytest.approx(
        6.02, abs=0.01
    )


@pytest.mark.parametrize("sampling_rate_hz", [44100, 48000])
@pytest.mark.parametrize("seed", range(3))
def test_loudness_equals_that_of_pyloudnorm(seed: int, sampling_rate_hz: int) -> None:
    chance = np.random.default_rng(seed)
    swell = np.interp(np.arange(sampling_rate_hz * 12), [0, sampling_rate_hz * 12], [0.001, 0.3])
    sound = (chance.standard_normal((len(swell), 2)) * swell[:, np.newaxis]).astype(np.float32)

    expected = pyloudnorm.Meter(sampling_rate_hz).integrated_loudness(sound.astype(np.float64))

    assert measure_lufs(sound, sampling_rate_hz) == pytest.approx(expected, abs=0.05)


def test_pauses_do_not_count() -> None:
    sounding = tone(0.2)
    paused = np.concatenate([sounding, np.zeros_like(sounding), sounding])

    assert measure_lufs(paused, RATE) == pytest.approx(measure_lufs(sounding, RATE), abs=0.3)


@pytest.mark.parametrize("seconds", [0.1, 2.0])
def test_silence_and_scraps_have_no_loudness(seconds: float) -> None:
    assert measure_lufs(tone(0.0, seconds=seconds), RATE) == SILENCE_LUFS


def test_a_gain_can_be_foreseen_from_the_steps() -> None:
    sound = tone(0.1)

    foreseen = integrated_lufs(step_energies(sound, RATE) * 4.0)

    assert foreseen == pytest.approx(measure_lufs(2 * sound, RATE), abs=1e-6)
