"""What bad input becomes: a verdict with a reason, never an exception, never a silent number (signals notes 5.3)."""

import numpy as np
import pytest

from data.measures.heartbeats import (
    FloatArray,
    check_beats,
    check_waveform,
    detect_beats,
    is_rate_true,
    locate_beats,
)
from data.measures.neurokit import find_r_peaks, simulate_ecg
from data.measures.time_domain import rmssd
from data.records.signals import SignalKind

RATE_HZ = 250


@pytest.fixture(scope="module")
def ecg() -> FloatArray:
    """Return a minute of clean ECG."""
    return simulate_ecg(duration_s=60.0, sampling_rate_hz=RATE_HZ, heart_rate_bpm=72.0, seed=3)


def test_a_clean_ecg_passes_and_its_beats_are_found(ecg: FloatArray) -> None:
    beats = detect_beats(ecg, RATE_HZ, start_s=100.0)

    assert check_waveform(ecg, RATE_HZ).ok
    assert len(beats.rr_ms) == pytest.approx(71, abs=2)
    assert 60_000.0 / np.mean(beats.rr_ms) == pytest.approx(72.0, abs=1.5)
    assert 100.0 < beats.times_s[0] < 103.0
    assert beats.kind is SignalKind.ECG


@pytest.mark.parametrize(
    ("spoil", "reason"),
    [
        pytest.param(lambda ecg: np.full(ecg.size, np.nan), "no_signal", id="all NaN"),
        pytest.param(lambda ecg: np.full(ecg.size, np.inf), "no_signal", id="all infinite"),
        pytest.param(lambda ecg: np.zeros(ecg.size), "no_signal", id="flat at zero"),
        pytest.param(lambda ecg: np.full(ecg.size, 0.7), "no_signal", id="constant"),
        pytest.param(lambda ecg: ecg[:0], "too_short", id="no samples"),
        pytest.param(lambda ecg: ecg[: int(2.2 * RATE_HZ)], "too_short", id="2.2 seconds"),
        pytest.param(
            lambda ecg: np.random.Generator(np.random.PCG64(5)).normal(0.0, 1.0, ecg.size),
            "gap",
            id="noise that looks like few beats",
        ),
    ],
)
def test_a_signal_without_beats_is_refused(spoil: object, ecg: FloatArray, reason: str) -> None:
    assert callable(spoil)
    signal = spoil(ecg)

    assert check_waveform(signal, RATE_HZ).reason == reason


def test_beats_that_do_not_look_alike_are_refused(ecg: FloatArray) -> None:
    noise = np.random.Generator(np.random.PCG64(1)).normal(0.0, 0.4, ecg.size)

    assert check_waveform(ecg + noise, RATE_HZ).reason == "template"


def test_time_stamps_that_contradict_the_rate_refuse_the_signal(ecg: FloatArray) -> None:
    stamps_s = np.arange(ecg.size) / RATE_HZ

    assert check_waveform(ecg, RATE_HZ, stamps_s).ok
    assert check_waveform(ecg, 360.0, stamps_s).reason == "wrong_rate"


def test_what_the_library_cannot_treat_has_no_peaks() -> None:
    assert find_r_peaks(np.empty(0), RATE_HZ).tolist() == []


@pytest.mark.parametrize(
    "alter",
    [
        pytest.param(lambda ecg: -ecg, id="inverted"),
        pytest.param(lambda ecg: np.clip(ecg, -0.2, 0.8), id="clipped"),
        pytest.param(lambda ecg: np.round(ecg * 200.0), id="whole numbers"),
        pytest.param(lambda ecg: ecg + 5.0, id="with an offset"),
    ],
)
def test_another_form_of_the_same_signal_passes(alter: object, ecg: FloatArray) -> None:
    assert callable(alter)

    assert check_waveform(alter(ecg), RATE_HZ).ok


def test_one_missing_sample_changes_nothing(ecg: FloatArray) -> None:
    pierced = ecg.copy()
    pierced[7000] = np.nan

    assert check_waveform(pierced, RATE_HZ).ok
    assert detect_beats(pierced, RATE_HZ).rr_ms == detect_beats(ecg, RATE_HZ).rr_ms


def test_no_interval_spans_missing_samples(ecg: FloatArray) -> None:
    pierced = ecg.copy()
    pierced[7000 : 7000 + 5 * RATE_HZ] = np.nan

    beats = detect_beats(pierced, RATE_HZ)

    assert check_waveform(pierced, RATE_HZ).reason == "gap"
    assert max(beats.rr_ms) < 1200.0
    assert rmssd(np.array(beats.rr_ms)) < 2.0 * rmssd(np.array(detect_beats(ecg, RATE_HZ).rr_ms))


@pytest.mark.parametrize(
    ("first", "last"),
    [pytest.param(0, 2500, id="at the beginning"), pytest.param(-2500, None, id="at the end")],
)
def test_a_dropout_at_an_end_is_a_gap_too(ecg: FloatArray, first: int, last: int | None) -> None:
    dropped = ecg.copy()
    dropped[first:last] = 0.0

    assert check_waveform(dropped, RATE_HZ).reason == "gap"


def test_peaks_are_refined_between_samples(ecg: FloatArray) -> None:
    peaks = locate_beats(ecg, RATE_HZ).peaks

    assert np.any(peaks % 1.0 > 0.0)
    assert np.abs(peaks - np.rint(peaks)).max() <= 0.5


def test_at_500_hz_peaks_stay_on_samples() -> None:
    fast = simulate_ecg(duration_s=20.0, sampling_rate_hz=500, heart_rate_bpm=70.0, seed=1)

    peaks = locate_beats(fast, 500).peaks

    assert peaks.size > 15
    assert np.all(peaks % 1.0 == 0.0)


@pytest.mark.parametrize(
    ("declared_hz", "is_true"),
    [
        pytest.param(250.0, True, id="as declared"),
        pytest.param(252.0, True, id="within 1 %"),
        pytest.param(256.0, False, id="2 % off"),
        pytest.param(1000.0, False, id="four times"),
    ],
)
def test_a_rate_is_checked_against_time_stamps(declared_hz: float, *, is_true: bool) -> None:
    assert is_rate_true(declared_hz, np.arange(2500) / 250.0) == is_true


@pytest.mark.parametrize(
    "stamps_s", [np.empty(0), np.array([1.0]), np.array([2.0, 2.0]), np.array([3.0, 1.0])]
)
def test_time_stamps_that_do_not_advance_prove_no_rate(stamps_s: FloatArray) -> None:
    assert not is_rate_true(250.0, stamps_s)


def test_a_stretch_without_beats_is_refused(ecg: FloatArray) -> None:
    found = locate_beats(ecg, RATE_HZ)

    assert check_beats(found, 100, 200).reason == "too_short"
    assert check_beats(found, ecg.size + 1.0, ecg.size + 15_000.0).reason == "too_short"


def test_the_same_seed_simulates_the_same_ecg() -> None:
    first, second, other = (
        simulate_ecg(duration_s=5.0, sampling_rate_hz=100, heart_rate_bpm=60.0, seed=seed)
        for seed in (1, 1, 2)
    )

    assert np.array_equal(first, second)
    assert not np.array_equal(first, other)
