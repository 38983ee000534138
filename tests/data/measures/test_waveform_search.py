"""Beats of an ECG in chunks, and of a pulse wave (signals notes 5, T10)."""

import numpy as np
import pytest

from data.measures.heartbeats import beats_of, check_beats
from data.measures.neurokit import find_pulse_peaks, simulate_ecg
from data.measures.time_domain import FloatArray, mean_heart_rate_bpm
from data.measures.waveform_search import ECG, PPG, Waveform, search_in_chunks, search_waveform

RATE_HZ = 125


@pytest.fixture(scope="module")
def long_ecg() -> FloatArray:
    """Return 25 minutes of ECG: three chunks."""
    minute = simulate_ecg(duration_s=60.0, sampling_rate_hz=RATE_HZ, heart_rate_bpm=65.0, seed=4)
    return np.tile(minute, 25)


def pulse_wave(*, rate_hz: float = 64.0, length_s: float = 60.0) -> FloatArray:
    """Return a pulse of 75 a minute that swings with breathing, with its second wave."""
    times_s = np.arange(0.0, length_s, 1.0 / rate_hz)
    phase = 2.0 * np.pi * (1.25 * times_s + 0.05 * np.sin(2.0 * np.pi * 0.2 * times_s))
    return np.sin(phase) + 0.35 * np.sin(2.0 * phase + 0.6)


def test_chunks_find_the_same_beats(long_ecg: FloatArray) -> None:
    at_once = search_waveform(long_ecg, RATE_HZ, ECG)

    in_chunks = search_in_chunks(long_ecg, RATE_HZ, ECG)

    assert in_chunks.peaks.size == at_once.peaks.size > 1500
    assert np.abs(in_chunks.peaks - at_once.peaks).max() < 0.01
    assert not in_chunks.broken.any()


def test_a_chunk_without_signal_is_a_gap_between_beats(long_ecg: FloatArray) -> None:
    silent = long_ecg.copy()
    silent[590 * RATE_HZ : 1210 * RATE_HZ] = np.nan

    found = search_in_chunks(silent, RATE_HZ, ECG)

    seconds = found.peaks / RATE_HZ
    assert not np.any((seconds > 590.5) & (seconds < 1209.5))
    assert found.broken.sum() == 1
    assert max(beats_of(found).rr_ms) < 1500.0


def test_a_long_recording_of_nothing_has_no_beats() -> None:
    found = search_in_chunks(np.zeros(1500 * RATE_HZ), RATE_HZ, ECG)

    assert (found.reason, found.peaks.size) == ("no_signal", 0)


def test_a_pulse_wave_has_its_beats() -> None:
    found = search_waveform(pulse_wave(), 64.0, PPG)

    assert check_beats(found, 0, found.cleaned.size).ok
    assert mean_heart_rate_bpm(np.array(beats_of(found).rr_ms)) == pytest.approx(75.0, abs=0.5)
    assert np.any(found.peaks % 1.0 > 0.0)


def test_a_machine_that_swings_evenly_is_constant_at_any_rate() -> None:
    for rate_hz in (64.0, 1000.0):
        swing = np.sin(2.0 * np.pi * 1.1 * np.arange(0.0, 60.0, 1.0 / rate_hz))

        intervals_ms = beats_of(search_waveform(swing, rate_hz, PPG)).rr_ms

        assert np.std(intervals_ms[2:-2]) < 0.5


@pytest.mark.parametrize("seed", range(4))
def test_noise_is_no_pulse(seed: int) -> None:
    noise = np.random.Generator(np.random.PCG64(seed)).normal(0.0, 1.0, 60 * 64)

    found = search_waveform(noise, 64.0, PPG)

    assert not check_beats(found, 0, noise.size).ok


@pytest.mark.parametrize(
    ("waveform", "rate_hz", "reason"),
    [
        pytest.param(ECG, 49.0, "wrong_rate", id="ECG below 50 Hz"),
        pytest.param(PPG, 19.0, "wrong_rate", id="pulse below 20 Hz"),
        pytest.param(PPG, float("nan"), "wrong_rate", id="a rate that is no number"),
        pytest.param(PPG, 1000.0, "too_short", id="3.84 s of pulse"),
    ],
)
def test_what_cannot_be_searched_has_a_reason(
    waveform: Waveform, rate_hz: float, reason: str
) -> None:
    found = search_waveform(pulse_wave(), rate_hz, waveform)

    assert (found.reason, found.peaks.size) == (reason, 0)


def test_what_the_library_cannot_treat_has_no_pulse() -> None:
    assert find_pulse_peaks(np.empty(0), 64.0).tolist() == []
