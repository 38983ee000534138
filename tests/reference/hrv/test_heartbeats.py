"""Beats and gate on annotated ECG records (signals notes, T6, T13, T15)."""

from pathlib import Path

import numpy as np
import pytest

from data.exchange.recording import ChannelKind
from data.exchange.recordings import read_recording
from data.measures.beat_policy import flag_beats, is_pair_valid
from data.measures.heartbeats import (
    Heartbeats,
    beats_of,
    check_beats,
    check_waveform,
    locate_beats,
)
from data.measures.time_domain import FloatArray, mean_heart_rate_bpm, sdnn

RATE_HZ = 360.0


@pytest.fixture(scope="module")
def ecg(reference: Path) -> FloatArray:
    """Return 30 minutes of record 100."""
    recording = read_recording(reference / "signals" / "ecg_mitdb100" / "100.hea")
    ecg = recording.sampled(ChannelKind.ECG)
    assert ecg is not None
    return ecg.samples


@pytest.fixture(scope="module")
def found(ecg: FloatArray) -> Heartbeats:
    """Return record 100, searched."""
    return locate_beats(ecg, RATE_HZ)


@pytest.fixture(scope="module")
def annotated(reference: Path) -> FloatArray:
    """Return the positions of the annotated beats of record 100."""
    import wfdb  # noqa: PLC0415 - slow to import

    notes = wfdb.rdann(str(reference / "signals" / "ecg_mitdb100" / "100"), "atr")
    beats = [at for at, symbol in zip(notes.sample, notes.symbol, strict=True) if symbol in "NAV"]
    return np.array(beats, dtype=np.float64)


def read_noise_record(reference: Path, name: str) -> FloatArray:
    return np.loadtxt(reference / "signals" / "ecg_nstdb" / f"{name}.csv")


def test_r_peaks_are_those_of_the_annotations(found: Heartbeats, annotated: FloatArray) -> None:
    tolerance = 0.150 * RATE_HZ

    sensitivity = np.mean([np.abs(found.peaks - at).min() <= tolerance for at in annotated])
    predictivity = np.mean([np.abs(annotated - at).min() <= tolerance for at in found.peaks])

    assert annotated.size == 2273
    assert sensitivity >= 0.995
    assert predictivity >= 0.995


def five_minutes(peaks: FloatArray, number: int) -> tuple[float, float, float]:
    """Return mean, SDNN and RMSSD of valid beats in a five-minute window."""
    inside = peaks[(peaks >= number * 300 * RATE_HZ) & (peaks < (number + 1) * 300 * RATE_HZ)]
    rr_ms = 1000.0 * np.diff(inside) / RATE_HZ
    flagged = flag_beats(rr_ms)
    valid = is_pair_valid(inside[1:] / RATE_HZ, rr_ms, flagged)
    nn_ms = rr_ms[~flagged]
    successive = np.diff(rr_ms)[valid]
    return float(nn_ms.mean()), sdnn(nn_ms), float(np.sqrt(np.mean(successive**2)))


@pytest.mark.parametrize("number", range(6))
def test_hrv_of_detected_beats_is_that_of_annotated_beats(
    found: Heartbeats, annotated: FloatArray, number: int
) -> None:
    detected, true = five_minutes(found.peaks, number), five_minutes(annotated, number)

    assert detected[0] == pytest.approx(true[0], rel=0.002)
    assert detected[1] == pytest.approx(true[1], rel=0.03)
    assert detected[2] == pytest.approx(true[2], rel=0.03)


def test_each_minute_of_a_clean_record_passes_the_gate(found: Heartbeats) -> None:
    minutes = [check_beats(found, m * 60 * RATE_HZ, (m + 1) * 60 * RATE_HZ) for m in range(30)]

    assert [verdict.reason for verdict in minutes] == [""] * 30


def test_a_record_with_a_little_noise_passes_the_gate(reference: Path) -> None:
    assert check_waveform(read_noise_record(reference, "118e24"), RATE_HZ).ok


def test_a_noisy_record_is_refused_by_the_template_rule(reference: Path) -> None:
    verdict = check_waveform(read_noise_record(reference, "118e12"), RATE_HZ)

    assert verdict.reason == "template"


@pytest.mark.parametrize("declared_hz", [250.0, 1000.0])
def test_a_wrong_rate_is_refused_by_the_time_stamps(ecg: FloatArray, declared_hz: float) -> None:
    stamps_s = np.arange(21600) / RATE_HZ

    verdict = check_waveform(ecg[:21600], declared_hz, stamps_s)

    assert verdict.reason == "wrong_rate"


@pytest.mark.parametrize(
    "level",
    [pytest.param(0.0, id="to zero"), pytest.param(None, id="frozen at the last value")],
)
def test_a_dropout_of_ten_seconds_is_refused_by_the_gap_rule(
    ecg: FloatArray, level: float | None
) -> None:
    minute = ecg[:21600].copy()
    minute[7200:10800] = minute[7199] if level is None else level

    verdict = check_waveform(minute, RATE_HZ)

    assert verdict.reason == "gap"


def test_the_heart_rate_of_the_record_is_that_of_the_annotations(
    found: Heartbeats, annotated: FloatArray
) -> None:
    detected = np.array(beats_of(found).rr_ms)
    true = 1000.0 * np.diff(annotated) / RATE_HZ

    assert mean_heart_rate_bpm(detected) == pytest.approx(mean_heart_rate_bpm(true), abs=0.1)
