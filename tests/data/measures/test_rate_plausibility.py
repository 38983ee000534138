"""A declared rate without time stamps is asked of the hum of the power line and of the beats' own speed."""

import numpy as np
import pytest

from data.measures.heart_recordings import heart_recording_of_ecg, heart_recording_of_ppg
from data.measures.heartbeats import locate_beats
from data.measures.hrv_windows import measure_windows
from data.measures.measured_values import NoValueReason
from data.measures.neurokit import simulate_ecg
from data.measures.rate_plausibility import QRS, find_tones, is_rate_plausible, measure_beat_s
from data.measures.time_domain import FloatArray

RATE_HZ = 250.0


@pytest.fixture(scope="module")
def ecg() -> FloatArray:
    """Return a minute of clean ECG."""
    return simulate_ecg(duration_s=60.0, sampling_rate_hz=250, heart_rate_bpm=72.0, seed=3)


def with_hum(ecg: FloatArray, hum_hz: float, size: float = 0.02) -> FloatArray:
    """Add hum of a power line."""
    hum: FloatArray = np.sin(2.0 * np.pi * hum_hz * np.arange(ecg.size) / RATE_HZ)
    return ecg + size * hum


def is_refused(samples: FloatArray, declared_hz: float) -> bool:
    """Tell whether every measure says that the rate is wrong."""
    window = measure_windows(heart_recording_of_ecg(samples, declared_hz))[0]
    return {(one.value, one.reason) for one in window.measures} == {
        (None, NoValueReason.WRONG_RATE)
    }


@pytest.mark.parametrize("hum_hz", [50.0, 60.0, 100.0, 120.0])
def test_hum_at_its_place_speaks_for_the_rate(ecg: FloatArray, hum_hz: float) -> None:
    assert find_tones(with_hum(ecg, hum_hz), RATE_HZ)[0] == pytest.approx(hum_hz, abs=0.13)
    assert not is_refused(with_hum(ecg, hum_hz), RATE_HZ)


@pytest.mark.parametrize("hum_hz", [50.0, 60.0])
@pytest.mark.parametrize("declared_hz", [200.0, 256.0, 360.0, 400.0])
def test_hum_at_another_place_refuses_the_rate(
    ecg: FloatArray, hum_hz: float, declared_hz: float
) -> None:
    assert is_refused(with_hum(ecg, hum_hz), declared_hz)


def test_hum_that_sampling_folds_down_speaks_for_the_rate() -> None:
    slow = simulate_ecg(duration_s=60.0, sampling_rate_hz=100, heart_rate_bpm=72.0, seed=3)
    folded = slow + 0.05 * np.sin(2.0 * np.pi * 60.0 * np.arange(slow.size) / 100.0)

    assert find_tones(folded, 100.0)[0] == pytest.approx(40.0, abs=0.13)
    assert not is_refused(folded, 100.0)


def test_hum_is_looked_for_where_nothing_is_missing(ecg: FloatArray) -> None:
    broken = with_hum(ecg, 50.0)
    broken[7000] = np.nan

    assert find_tones(broken, 360.0)[0] == pytest.approx(72.0, abs=0.13)
    assert is_refused(broken, 360.0)


@pytest.mark.parametrize("declared_hz", [60.0, 1000.0])
def test_ventricles_too_slow_or_too_fast_for_a_human_refuse_the_rate(
    ecg: FloatArray, declared_hz: float
) -> None:
    assert is_refused(ecg, declared_hz)


def test_the_time_of_a_qrs_complex_follows_the_declared_rate(ecg: FloatArray) -> None:
    peaks = locate_beats(ecg, RATE_HZ).peaks

    true_s = measure_beat_s(ecg, RATE_HZ, peaks, QRS)
    assert true_s is not None
    assert true_s == pytest.approx(0.056, abs=0.01)
    assert measure_beat_s(ecg, RATE_HZ / 2.0, peaks, QRS) == pytest.approx(2.0 * true_s)


@pytest.mark.parametrize(
    ("heart_rate_bpm", "rate_hz", "noise"),
    [(45.0, 500, 0.1), (90.0, 130, 0.0), (140.0, 130, 0.1), (140.0, 500, 0.0)],
)
def test_a_simulated_ecg_at_its_own_rate_is_never_refused(
    heart_rate_bpm: float, rate_hz: int, noise: float
) -> None:
    chance = np.random.Generator(np.random.PCG64(1))
    samples = simulate_ecg(
        duration_s=40.0, sampling_rate_hz=rate_hz, heart_rate_bpm=heart_rate_bpm, seed=7
    )
    samples = samples + noise * chance.normal(size=samples.size)

    assert is_rate_plausible(samples, rate_hz, locate_beats(samples, rate_hz).peaks, QRS)


def test_a_signal_that_says_nothing_speaks_for_the_rate() -> None:
    assert is_rate_plausible(np.zeros(3), RATE_HZ, np.empty(0), QRS)
    assert measure_beat_s(np.zeros(5000), RATE_HZ, np.arange(500.0, 4500.0, 200.0), QRS) is None


def test_a_pulse_that_rises_faster_than_an_artery_refuses_the_rate() -> None:
    times_s = np.arange(0.0, 60.0, 1.0 / 64.0)
    phase = 2.0 * np.pi * (1.25 * times_s + 0.05 * np.sin(2.0 * np.pi * 0.2 * times_s))
    pulse = np.sin(phase) + 0.35 * np.sin(2.0 * phase + 0.6)

    assert heart_recording_of_ppg(pulse, 64.0).refusal is None
    assert heart_recording_of_ppg(pulse, 256.0).refusal is not None


def test_time_stamps_overrule_what_the_signal_seems_to_say(ecg: FloatArray) -> None:
    odd = with_hum(ecg, 73.0)

    assert is_refused(odd, RATE_HZ)
    stamped = heart_recording_of_ecg(odd, RATE_HZ, time_stamps_s=np.arange(odd.size) / RATE_HZ)
    assert stamped.refusal is None
