"""Features of sound, and whether joins are heard."""

import numpy as np
import pytest

from interventions.delivery.features import (
    click_ratio,
    longest_silence_s,
    measure_sound,
    spectral_centroid_hz,
    true_peak,
)

RATE = 44100


def tone(hertz: float, seconds: float = 4.0, amplitude: float = 0.1) -> np.ndarray:
    wave = amplitude * np.sin(2 * np.pi * hertz * np.arange(int(seconds * RATE)) / RATE)
    return np.stack([wave, wave], axis=1).astype(np.float32)


def test_the_centroid_of_a_tone_is_its_frequency() -> None:
    assert spectral_centroid_hz(tone(1000.0), RATE) == pytest.approx(1000.0, rel=0.02)


def test_the_centroid_of_two_equal_tones_lies_between_them() -> None:
    assert spectral_centroid_hz(tone(500.0) + tone(1500.0), RATE) == pytest.approx(1000.0, rel=0.02)


def test_silence_has_no_centroid() -> None:
    assert spectral_centroid_hz(np.zeros((RATE, 2), dtype=np.float32), RATE) == 0.0


def test_the_true_peak_sees_what_lies_between_the_samples() -> None:
    wave = np.sin(2 * np.pi * RATE / 4 * np.arange(RATE) / RATE + np.pi / 4)
    between = np.stack([wave, wave], axis=1).astype(np.float32)

    assert np.abs(between).max() == pytest.approx(0.7071, abs=1e-3)
    assert true_peak(between) == pytest.approx(1.0, abs=0.03)


def test_all_features_are_measured_together() -> None:
    features = measure_sound(tone(1000.0, amplitude=0.1), RATE)

    assert features.peak == pytest.approx(0.1, abs=1e-3)
    assert features.loudness_lufs == pytest.approx(-20.0, abs=0.2)


def test_a_cut_in_a_tone_is_a_click_and_a_continuous_join_is_none() -> None:
    whole = tone(300.0)
    cut = np.concatenate([whole[: RATE + 37], whole[: 2 * RATE]])

    assert click_ratio(whole, [RATE], RATE) <= 1.0
    assert click_ratio(cut, [RATE + 37], RATE) > 10.0


def test_the_longest_silence_is_found() -> None:
    pause = np.zeros((3 * RATE, 2), dtype=np.float32)
    sound = np.concatenate([tone(300.0), pause, tone(300.0), pause[:RATE]])

    assert longest_silence_s(sound, RATE) == pytest.approx(3.0, abs=0.1)
