"""Every bad input of the failure table becomes a typed reason, never an exception and never a number (notes 5.3)."""

import warnings
from collections.abc import Callable, Iterator

import numpy as np
import pytest

from data.measures.heart_recordings import (
    heart_recording_of_beats,
    heart_recording_of_ecg,
    heart_recording_of_ppg,
)
from data.measures.hrv_windows import HrvWindow, measure_windows
from data.measures.measured_values import HrvName, NoValueReason
from data.measures.neurokit import simulate_ecg
from data.measures.time_domain import FloatArray
from data.records.signals import RRSeries, SignalKind, WindowGrade

RATE_HZ = 250
PULSE_HZ = 64.0
Change = Callable[[FloatArray], FloatArray]


@pytest.fixture(autouse=True)
def _no_warning_leaves() -> Iterator[None]:
    """Turn every warning into an error.

    Yields
    ------
    None
        While the test runs.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        yield


@pytest.fixture(scope="module")
def ecg() -> FloatArray:
    """Return 70 s of clean ECG."""
    return simulate_ecg(duration_s=70.0, sampling_rate_hz=RATE_HZ, heart_rate_bpm=72.0, seed=3)


def pulse() -> FloatArray:
    """Return a minute of pulse wave."""
    times_s = np.arange(0.0, 60.0, 1.0 / PULSE_HZ)
    phase = 2.0 * np.pi * (1.25 * times_s + 0.05 * np.sin(2.0 * np.pi * 0.2 * times_s))
    wave: FloatArray = np.sin(phase) + 0.35 * np.sin(2.0 * phase + 0.6)
    return wave


def noise(samples: int) -> FloatArray:
    """Return white noise."""
    return np.random.Generator(np.random.PCG64(5)).normal(0.0, 1.0, samples)


def spoilt(signal: FloatArray, first: int, end: int, value: float) -> FloatArray:
    """Replace a stretch."""
    changed = signal.copy()
    changed[first:end] = value
    return changed


def window_of_beats(rr_ms: list[float] | FloatArray) -> HrvWindow:
    """Measure intervals that follow each other."""
    values = np.array(rr_ms, dtype=np.float64)
    beats = RRSeries(
        times_s=tuple((np.cumsum(values) / 1000.0).tolist()),
        rr_ms=tuple(values.tolist()),
        kind=SignalKind.RR,
    )
    return measure_windows(heart_recording_of_beats(beats))[0]


def rhythm(beats: int) -> FloatArray:
    """Return a resting rhythm."""
    chance = np.random.Generator(np.random.PCG64(1))
    return 800.0 + 25.0 * np.sin(np.arange(beats)) + chance.normal(0.0, 12.0, beats)


def assert_nothing(window: HrvWindow, reason: NoValueReason) -> None:
    """Require that no measure has a number and each has the reason."""
    assert window.grade is WindowGrade.HOLD
    assert {(one.value, one.reason) for one in window.measures} == {(None, reason)}


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        pytest.param(lambda x: np.full(x.size, np.nan), NoValueReason.NO_SIGNAL, id="all NaN"),
        pytest.param(lambda x: np.full(x.size, np.inf), NoValueReason.NO_SIGNAL, id="all infinite"),
        pytest.param(lambda x: np.zeros(x.size), NoValueReason.NO_SIGNAL, id="flat"),
        pytest.param(lambda x: np.full(x.size, 0.7), NoValueReason.NO_SIGNAL, id="constant"),
        pytest.param(lambda x: x[:0], NoValueReason.TOO_SHORT, id="no samples"),
        pytest.param(lambda x: x[: int(2.2 * RATE_HZ)], NoValueReason.TOO_SHORT, id="2.2 s"),
        pytest.param(lambda x: x[: 12 * RATE_HZ], NoValueReason.TOO_SHORT, id="12 s, 14 beats"),
        pytest.param(
            lambda x: spoilt(x, 7000, 9500, 0.0), NoValueReason.GAP, id="10 s dropout to zero"
        ),
        pytest.param(
            lambda x: spoilt(x, 7000, 9500, float(x[6999])),
            NoValueReason.GAP,
            id="10 s frozen at the last value",
        ),
        pytest.param(lambda x: spoilt(x, 7000, 8250, np.nan), NoValueReason.GAP, id="5 s of NaN"),
        pytest.param(lambda x: x + 0.4 * noise(x.size), NoValueReason.TEMPLATE, id="much noise"),
    ],
)
def test_a_bad_ecg_has_no_numbers(ecg: FloatArray, change: Change, reason: NoValueReason) -> None:
    window = measure_windows(heart_recording_of_ecg(change(ecg), RATE_HZ))[0]

    assert_nothing(window, reason)


@pytest.mark.parametrize("seed", range(5))
def test_noise_alone_has_no_numbers(seed: int) -> None:
    samples = np.random.Generator(np.random.PCG64(seed)).normal(0.0, 1.0, 60 * RATE_HZ)

    window = measure_windows(heart_recording_of_ecg(samples, RATE_HZ))[0]

    assert {one.value for one in window.measures} == {None}
    assert window.measures[0].reason in {NoValueReason.GAP, NoValueReason.TEMPLATE}


@pytest.mark.parametrize("declared_hz", [90.0, 360.0, 1000.0])
def test_a_rate_that_time_stamps_contradict_has_no_numbers(
    ecg: FloatArray, declared_hz: float
) -> None:
    stamps_s = np.arange(ecg.size) / RATE_HZ

    window = measure_windows(heart_recording_of_ecg(ecg, declared_hz, time_stamps_s=stamps_s))[0]

    assert_nothing(window, NoValueReason.WRONG_RATE)


@pytest.mark.parametrize("declared_hz", [0.0, -1.0, float("nan"), 5.0])
def test_a_rate_that_is_none_has_no_numbers(ecg: FloatArray, declared_hz: float) -> None:
    window = measure_windows(heart_recording_of_ecg(ecg, declared_hz))[0]

    assert_nothing(window, NoValueReason.WRONG_RATE)


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(lambda x: -x, id="inverted"),
        pytest.param(lambda x: np.clip(x, -0.2, 0.8), id="clipped"),
        pytest.param(lambda x: np.round(x * 200.0), id="whole numbers"),
        pytest.param(lambda x: spoilt(x, 7000, 7001, np.nan), id="one missing sample"),
    ],
)
def test_another_form_of_a_good_ecg_has_its_numbers(ecg: FloatArray, change: Change) -> None:
    window = measure_windows(heart_recording_of_ecg(change(ecg), RATE_HZ))[0]

    true = measure_windows(heart_recording_of_ecg(ecg, RATE_HZ))[0]
    assert window.measure(HrvName.MEAN_NN_MS).value == pytest.approx(
        true.measure(HrvName.MEAN_NN_MS).value, rel=0.01
    )


@pytest.mark.parametrize(
    ("rr_ms", "reason"),
    [
        pytest.param([], NoValueReason.NO_SIGNAL, id="no interval"),
        pytest.param([800.0], NoValueReason.TOO_SHORT, id="one interval"),
        pytest.param([800.0, 810.0], NoValueReason.TOO_SHORT, id="two intervals"),
        pytest.param(rhythm(10), NoValueReason.TOO_SHORT, id="ten intervals"),
        pytest.param(rhythm(29), NoValueReason.TOO_SHORT, id="29 intervals"),
        pytest.param(np.zeros(100), NoValueReason.OUT_OF_RANGE, id="all zero"),
        pytest.param(np.full(300, 800.0), NoValueReason.CONSTANT, id="always 800 ms"),
        pytest.param(rhythm(300) / 1000.0, NoValueReason.OUT_OF_RANGE, id="seconds"),
        pytest.param(-rhythm(300), NoValueReason.OUT_OF_RANGE, id="negative"),
        pytest.param(np.full(100, np.nan), NoValueReason.NO_SIGNAL, id="all NaN"),
        pytest.param(np.full(100, np.inf), NoValueReason.NO_SIGNAL, id="all infinite"),
        pytest.param(np.full(100, 1e9), NoValueReason.OUT_OF_RANGE, id="years"),
    ],
)
def test_bad_intervals_have_no_numbers(
    rr_ms: list[float] | FloatArray, reason: NoValueReason
) -> None:
    assert_nothing(window_of_beats(rr_ms), reason)


def test_one_missed_beat_is_left_out() -> None:
    true_ms = rhythm(75)
    missed_ms = np.concatenate([true_ms[:40], [true_ms[40] + true_ms[41]], true_ms[42:]])

    true, missed = window_of_beats(true_ms), window_of_beats(missed_ms)

    assert missed.stretch.flagged_share == pytest.approx(1.0 / 74.0, abs=1e-6)
    for name, within in ((HrvName.RMSSD_MS, 0.05), (HrvName.HF_POWER_MS2, 0.10)):
        assert missed.measure(name).value == pytest.approx(true.measure(name).value, rel=within)


def test_one_interval_of_zero_is_left_out() -> None:
    rr_ms = np.append(rhythm(100), 0.0)

    window = window_of_beats(rr_ms)

    assert window.measure(HrvName.RMSSD_MS).value == pytest.approx(
        window_of_beats(rr_ms[:-1]).measure(HrvName.RMSSD_MS).value
    )


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        pytest.param(lambda x: np.full(x.size, np.nan), NoValueReason.NO_SIGNAL, id="all NaN"),
        pytest.param(lambda x: np.zeros(x.size), NoValueReason.NO_SIGNAL, id="flat"),
        pytest.param(lambda x: x[:192], NoValueReason.TOO_SHORT, id="3 s"),
        pytest.param(lambda x: spoilt(x, 1200, 1840, 0.0), NoValueReason.GAP, id="10 s dropout"),
        pytest.param(lambda x: noise(x.size), NoValueReason.TEMPLATE, id="noise"),
    ],
)
def test_a_bad_pulse_wave_has_no_numbers(change: Change, reason: NoValueReason) -> None:
    window = measure_windows(heart_recording_of_ppg(change(pulse()), PULSE_HZ))[0]

    assert_nothing(window, reason)


def test_a_good_pulse_wave_has_its_numbers() -> None:
    window = measure_windows(heart_recording_of_ppg(pulse(), PULSE_HZ))[0]

    assert window.grade is WindowGrade.GOOD
    assert window.stretch.kind is SignalKind.PPG
    assert window.measure(HrvName.HEART_RATE_BPM).value == pytest.approx(75.0, abs=0.5)
    assert window.measure(HrvName.BREATHING_RATE_PER_MIN).reason is NoValueReason.NO_BREATHING


def test_beats_without_times_are_no_signal() -> None:
    beats = RRSeries(times_s=(np.nan,) * 50, rr_ms=(800.0,) * 50, kind=SignalKind.RR)

    assert_nothing(measure_windows(heart_recording_of_beats(beats))[0], NoValueReason.NO_SIGNAL)
