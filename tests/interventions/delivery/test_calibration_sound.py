"""The calibration sound is what the calibration says it is: pink, at -20 LUFS, the same each time."""

import io

import numpy as np
import pytest
import soundfile

from interventions.delivery.calibration_sound import (
    SAMPLING_RATE_HZ,
    calibration_noise,
    calibration_wav,
)
from interventions.delivery.loudness import measure_lufs


def test_what_the_browser_gets_is_at_minus_20_lufs_in_both_ears() -> None:
    sound, rate = soundfile.read(io.BytesIO(calibration_wav()))

    assert rate == SAMPLING_RATE_HZ
    assert measure_lufs(sound, rate) == pytest.approx(-20.0, abs=0.01)
    assert np.array_equal(sound[:, 0], sound[:, 1])
    assert 0.2 < np.abs(sound).max() < 0.9


def test_the_noise_is_pink() -> None:
    """Every octave holds the same energy."""
    noise = calibration_noise()[:, 0].astype(np.float64)
    power = np.abs(np.fft.rfft(noise)) ** 2
    hz = np.fft.rfftfreq(len(noise), 1 / SAMPLING_RATE_HZ)
    octaves = [power[(hz >= low) & (hz < 2 * low)].sum() for low in (62.5, 125, 1000, 4000, 8000)]

    assert np.ptp(10 * np.log10(octaves)) < 0.5


def test_the_noise_is_the_same_each_time() -> None:
    assert np.array_equal(calibration_noise(), calibration_noise())
