"""Windows of real recordings, end to end (signals notes, T5, T6, T9, T13)."""

from pathlib import Path

import numpy as np
import pytest

from data.exchange.recordings import ChannelKind, read_recording
from data.measures.heart_recordings import (
    HeartRecording,
    heart_recording_of_beats,
    heart_recording_of_ecg,
    heart_recording_of_ppg,
)
from data.measures.hrv_windows import HrvWindow, measure_windows
from data.measures.long_recordings import compute_sdann, compute_triangular_index
from data.measures.measured_values import HrvName, NoValueReason
from data.measures.time_domain import FloatArray
from data.measures.window_plan import WindowPlan
from data.records.signals import RRSeries, SignalKind, WindowGrade

RATE_HZ = 360.0
FIVE_MINUTES = WindowPlan(length_s=300.0)


def value(window: HrvWindow, name: HrvName) -> float:
    """Return a number that must be there."""
    found = window.measure(name).value
    assert found is not None
    return found


def of_beats(at_s: FloatArray) -> HeartRecording:
    """Return a recording of beats at times."""
    series = RRSeries(
        times_s=tuple(at_s[1:].tolist()),
        rr_ms=tuple((1000.0 * np.diff(at_s)).tolist()),
        kind=SignalKind.RR,
    )
    return heart_recording_of_beats(series)


@pytest.fixture(scope="module")
def ecg(reference: Path) -> FloatArray:
    """Return 30 minutes of record 100."""
    recording = read_recording(reference / "signals" / "ecg_mitdb100" / "100.hea")
    channel = recording.sampled(ChannelKind.ECG)
    assert channel is not None
    return channel.samples


def test_detected_beats_measure_as_annotated_ones(reference: Path, ecg: FloatArray) -> None:
    import wfdb  # noqa: PLC0415 - slow to import

    notes = wfdb.rdann(str(reference / "signals" / "ecg_mitdb100" / "100"), "atr")
    beats = [at for at, symbol in zip(notes.sample, notes.symbol, strict=True) if symbol in "NAV"]
    annotated = of_beats(np.array([0.0, *beats]) / RATE_HZ)

    found = measure_windows(heart_recording_of_ecg(ecg, RATE_HZ), FIVE_MINUTES)
    true = measure_windows(annotated, FIVE_MINUTES)

    assert len(found) == 6
    for detected, expected in zip(found, true, strict=True):
        for name, within in (
            (HrvName.MEAN_NN_MS, 0.002),
            (HrvName.SDNN_MS, 0.03),
            (HrvName.RMSSD_MS, 0.03),
            (HrvName.HF_POWER_MS2, 0.05),
        ):
            assert value(detected, name) == pytest.approx(value(expected, name), rel=within)


def test_every_minute_of_a_clean_record_has_numbers(ecg: FloatArray) -> None:
    windows = measure_windows(heart_recording_of_ecg(ecg, RATE_HZ), WindowPlan(length_s=60.0))

    assert len(windows) == 30
    assert all(window.measure(HrvName.RMSSD_MS).value is not None for window in windows)


def test_a_little_noise_is_accepted_and_much_is_refused(reference: Path) -> None:
    folder = reference / "signals" / "ecg_nstdb"

    accepted, refused = (
        measure_windows(heart_recording_of_ecg(np.loadtxt(folder / name), RATE_HZ))[0]
        for name in ("118e24.csv", "118e12.csv")
    )

    assert value(accepted, HrvName.HEART_RATE_BPM) == pytest.approx(82.5, abs=1.0)
    assert {one.reason for one in refused.measures} == {NoValueReason.TEMPLATE}


@pytest.mark.parametrize("declared_hz", [250.0, 1000.0])
def test_a_wrong_rate_never_gives_a_number(ecg: FloatArray, declared_hz: float) -> None:
    stamps_s = np.arange(21600) / RATE_HZ

    recording = heart_recording_of_ecg(ecg[:21600], declared_hz, time_stamps_s=stamps_s)

    assert {one.reason for one in measure_windows(recording)[0].measures} == {
        NoValueReason.WRONG_RATE
    }


@pytest.mark.parametrize(
    "level",
    [pytest.param(0.0, id="to zero"), pytest.param(None, id="frozen at the last value")],
)
def test_a_dropout_never_gives_a_number(ecg: FloatArray, level: float | None) -> None:
    minute = ecg[:21600].copy()
    minute[7200:10800] = minute[7199] if level is None else level

    (window,) = measure_windows(heart_recording_of_ecg(minute, RATE_HZ))

    assert {one.reason for one in window.measures} == {NoValueReason.GAP}


def test_nothing_is_differenced_across_the_gaps_of_a_wristband(reference: Path) -> None:
    """Naive RMSSD is 76.9 ms, over truly consecutive intervals 70.9 (measured), without artefacts less."""
    recording = read_recording(reference / "signals" / "empatica_e4")
    assert recording.rr is not None

    (window,) = measure_windows(heart_recording_of_beats(recording.rr))

    assert window.stretch.beats == 4999
    assert window.stretch.covered_share == pytest.approx(0.61, abs=0.02)
    assert window.grade is WindowGrade.DEGRADED
    assert 65.0 < value(window, HrvName.RMSSD_MS) < 70.9
    assert window.measure(HrvName.HF_POWER_MS2).reason is NoValueReason.GAP


def test_a_wristbands_pulse_in_motion_has_no_numbers(reference: Path) -> None:
    recording = read_recording(reference / "signals" / "empatica_e4", kind=ChannelKind.PPG)
    channel = recording.sampled(ChannelKind.PPG)
    assert channel is not None

    (window,) = measure_windows(heart_recording_of_ppg(channel.samples, channel.sampling_rate_hz))

    assert {one.value for one in window.measures} == {None}


def test_a_wave_of_clear_pulse_has_its_beats(reference: Path) -> None:
    ppg = np.loadtxt(reference / "signals" / "ppg_heartpy" / "data_100hz.csv")
    three_times = np.concatenate([ppg[:2380], ppg[:2380], ppg[:2380]])

    recording = heart_recording_of_ppg(three_times, 100.0)

    assert recording.refusal is None
    assert len(recording.beats.rr_ms) == pytest.approx(3 * 23, abs=3)
    assert np.median(recording.beats.rr_ms) == pytest.approx(1020.0, abs=20.0)


def test_the_hour_of_another_program_keeps_its_geometry(reference: Path) -> None:
    """The triangular index of pyHRV's report is 11.509 on all intervals, its SDANN 21.466 (cut elsewhere)."""
    nn_ms = np.loadtxt(reference / "signals" / "rr_pyhrv_long" / "nni4684.csv", skiprows=1)
    times_s = np.cumsum(nn_ms) / 1000.0

    assert compute_triangular_index(nn_ms) == pytest.approx(11.509, abs=5e-4)
    assert compute_sdann(times_s, nn_ms, 0.0, float(times_s[-1])) == pytest.approx(21.466, rel=0.01)
