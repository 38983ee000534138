"""Polar: the exports of Polar Sensor Logger, Polar Flow and the older monitors; lost contact stays a gap."""

from pathlib import Path

import numpy as np
import pytest

from data.exchange.recording import ChannelKind, RecordingUnreadableError, SampledChannel
from data.exchange.recordings import read_recording
from data.records.signals import SignalKind

LOGGER = "Phone timestamp;"
STAMPS = "Phone timestamp;sensor timestamp [ns];"


def write(folder: Path, text: str, name: str = "Polar_H10_16E0A933_RR.txt") -> Path:
    path = folder / name
    path.write_text(text)
    return path


def at(second: float) -> str:
    return f"2026-03-02T10:20:{second:06.3f}"


def test_intervals_of_the_logger_are_read(tmp_path: Path) -> None:
    text = f"{LOGGER}RR-interval [ms]\n{at(1)};800\n{at(2)};810\n{at(3)};795\n"

    recording = read_recording(write(tmp_path, text))

    assert recording.rr is not None
    assert recording.rr.rr_ms == (800.0, 810.0, 795.0)
    assert recording.rr.times_s == (0.8, 1.61, 2.405)
    assert recording.rr.kind is SignalKind.ECG
    assert str(recording.started_at) == "2026-03-02 10:20:01"
    assert "16E0A933" not in recording.name
    assert recording.notes == ()


def test_where_the_phone_runs_ahead_beats_were_lost(tmp_path: Path) -> None:
    text = f"{LOGGER}RR-interval [ms]\n{at(1)};800\n{at(2)};800\n{at(12)};800\n{at(13)};800\n"

    recording = read_recording(write(tmp_path, text))

    assert recording.rr is not None
    assert np.diff(recording.rr.times_s) == pytest.approx([0.8, 10.2, 0.8])
    assert any("lost in 1 places" in note for note in recording.notes)


def test_the_ecg_of_the_logger_takes_its_rate_from_the_sensor(tmp_path: Path) -> None:
    begun_ns, step_ns = 599_616_050_941_733_632, 7_692_307
    rows = "".join(
        f"{at(1 + i / 130)};{begun_ns + i * step_ns};{1000 * i / 130:.1f};{100 * i}\n"
        for i in range(40)
        if i not in {20, 21}
    )

    recording = read_recording(write(tmp_path, f"{STAMPS}timestamp [ms];ecg [uV]\n{rows}"))
    ecg = recording.sampled(ChannelKind.ECG)

    assert ecg is not None
    assert ecg.unit == "uV"
    assert ecg.sampling_rate_hz == pytest.approx(130.0, rel=1e-6)
    assert np.flatnonzero(np.isnan(ecg.samples)).tolist() == [20, 21]
    assert ecg.samples[22] == 2200.0


def test_acceleration_of_the_logger_is_in_mg(tmp_path: Path) -> None:
    rows = "".join(f"{at(1)};{i * 5_000_000};{i};{-i};1000\n" for i in range(10))

    recording = read_recording(write(tmp_path, f"{STAMPS}X [mg];Y [mg];Z [mg]\n{rows}"))
    axes = [one for one in recording.channels if isinstance(one, SampledChannel)]

    assert [(one.name, one.unit) for one in axes] == [
        ("ACC x", "mg"),
        ("ACC y", "mg"),
        ("ACC z", "mg"),
    ]
    assert [one.sampling_rate_hz for one in axes] == pytest.approx([200.0] * 3)
    assert axes[1].samples[3] == -3.0


def test_heart_rates_of_the_logger_are_read(tmp_path: Path) -> None:
    text = (
        f"{LOGGER}HR [bpm];HRV [ms];Breathing interval [rpm];\n{at(1)};64;42.5;;\n{at(2)};65;;;\n"
    )

    rate = read_recording(write(tmp_path, text)).events(ChannelKind.HEART_RATE)

    assert rate is not None
    assert (rate.unit, rate.values.tolist(), rate.times_s.tolist()) == ("bpm", [64, 65], [0, 1])


def test_what_polar_flow_recorded_without_contact_is_a_gap(tmp_path: Path) -> None:
    path = write(tmp_path, "duration,offline\n800,0\n5000,1\n810.5,0\n", "flow.csv")

    recording = read_recording(path)

    assert recording.rr is not None
    assert recording.rr.rr_ms == (800.0, 810.5)
    assert recording.rr.times_s == (0.8, 6.6105)
    assert any("1 intervals without contact" in note for note in recording.notes)


MONITOR = "[Params]\nVersion=107\nDate=20260302\nStartTime=10:20:30.0\nInterval={0}\n\n[HRData]\n800\n810\n"


def test_the_older_monitors_hold_intervals(tmp_path: Path) -> None:
    recording = read_recording(write(tmp_path, MONITOR.format(238), "old.hrm"))

    assert recording.rr is not None
    assert recording.rr.rr_ms == (800.0, 810.0)
    assert str(recording.started_at) == "2026-03-02 10:20:30"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        pytest.param(MONITOR.format(5), "Interval is not 238", id="a monitor without RR"),
        pytest.param("duration,offline\n", "no rows", id="no rows"),
        pytest.param("duration,offline\n800,0\nx,0\n", "line 3", id="no number"),
        pytest.param(f"{LOGGER}RR-interval [ms]\nnow;800\n", "line 2: .*begin with a time", id="no time"),
        pytest.param(f"{STAMPS}X [dps];Y [dps]\n{at(1)};1;2;3\n", "RR, HR, ECG, PPG and ACC", id="gyro"),
    ],
)  # fmt: skip
def test_what_cannot_be_read_says_why(tmp_path: Path, text: str, message: str) -> None:
    with pytest.raises(RecordingUnreadableError, match=message):
        read_recording(write(tmp_path, text))
