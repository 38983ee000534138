"""Respiration in an ECG: seen in the heights of its R peaks, refused where the waveform is."""

import numpy as np
import pytest
from numpy.typing import NDArray

from data.measures.neurokit import simulate_ecg
from data.measures.physiology import Quality
from data.measures.respiration_of_ecg import measure_respiration_of_ecg

RATE_HZ = 250


@pytest.fixture(scope="module")
def ecg() -> NDArray[np.float64]:
    return simulate_ecg(duration_s=60.0, sampling_rate_hz=RATE_HZ, heart_rate_bpm=72.0, seed=3)


@pytest.mark.parametrize("rate_per_min", [9.0, 14.0, 19.0])
def test_breathing_that_moves_the_heart_has_its_rate(
    ecg: NDArray[np.float64], rate_per_min: float
) -> None:
    times_s = np.arange(ecg.size) / RATE_HZ
    breathing = 1.0 + 0.1 * np.sin(2.0 * np.pi * rate_per_min / 60.0 * times_s)

    found = measure_respiration_of_ecg(ecg * breathing, RATE_HZ, start_s=30.0)

    assert found.rate_per_min.value == pytest.approx(rate_per_min, abs=0.7)
    assert (found.start_s, found.end_s) == (30.0, 90.0)
    assert found.sampling_rate_hz == RATE_HZ


def test_noise_flat_and_broken_waveforms_have_the_reason_of_the_gate(
    ecg: NDArray[np.float64],
) -> None:
    noise = np.random.Generator(np.random.PCG64(1)).normal(size=ecg.size)
    dropout = np.where(np.abs(np.arange(ecg.size) - 7000) < 1250, 0.0, ecg)
    stamps_s = np.arange(ecg.size) / 360.0

    found = {
        "noise": measure_respiration_of_ecg(noise, RATE_HZ),
        "flat": measure_respiration_of_ecg(np.zeros(ecg.size), RATE_HZ),
        "dropout": measure_respiration_of_ecg(dropout, RATE_HZ),
        "short": measure_respiration_of_ecg(ecg[:500], RATE_HZ),
        "rate": measure_respiration_of_ecg(ecg, RATE_HZ, time_stamps_s=stamps_s),
        "no rate": measure_respiration_of_ecg(ecg, 0.0),
        "nothing": measure_respiration_of_ecg(np.empty(0), RATE_HZ),
    }

    assert {what: str(one.rate_per_min.reason) for what, one in found.items()} == {
        "noise": "gap",
        "flat": "no_signal",
        "dropout": "gap",
        "short": "too_short",
        "rate": "wrong_rate",
        "no rate": "wrong_rate",
        "nothing": "too_short",
    }
    assert {one.rate_per_min.value for one in found.values()} == {None}
    assert {one.quality for one in found.values()} == {Quality.HOLD}
