"""Empatica E4: every sensor with its own start and rate, gaps between intervals kept, no serial number."""

from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest

from data.exchange.recording import ChannelKind, Mark, RecordingUnreadableError
from data.exchange.recordings import read_recording
from data.records.signals import SignalKind
from tests.data.exchange.formats.made_files import E4, write_e4, write_e4_zip


@pytest.mark.parametrize("packed", [False, True], ids=["folder", "zip"])
def test_each_sensor_keeps_its_start_rate_and_unit(tmp_path: Path, packed: bool) -> None:  # noqa: FBT001
    name = "1560279825_A00123"
    path = write_e4_zip(tmp_path / f"{name}.zip") if packed else write_e4(tmp_path / name)

    recording = read_recording(path)
    told = {
        one.name: (one.kind, one.unit, one.sampling_rate_hz, one.start_s, one.samples.tolist())
        for kind in ChannelKind
        for one in [recording.sampled(kind)]
        if one is not None
    }

    assert told == {
        "BVP": (ChannelKind.PPG, "", 64.0, 0.0, [-0.5, 1.25]),
        "EDA": (ChannelKind.ELECTRODERMAL, "uS", 4.0, 0.0, [0.0, 0.25, 0.5]),
        "TEMP": (ChannelKind.TEMPERATURE, "degC", 4.0, 0.0, [32.13]),
        "ACC x": (ChannelKind.ACCELERATION, "g", 32.0, 0.0, [-1.0]),
        "HR": (ChannelKind.HEART_RATE, "bpm", 1.0, 10.0, [93.0]),
    }
    assert recording.started_at == datetime.fromtimestamp(1560279825, tz=UTC)
    assert recording.marks == (Mark(at_s=2.5, text="tag"),)
    assert "A00123" not in recording.name


def test_intervals_keep_the_times_that_the_wristband_gave(tmp_path: Path) -> None:
    rr = read_recording(write_e4(tmp_path / "session")).rr

    assert rr is not None
    assert rr.rr_ms == (750.0, 800.0, 900.0)
    assert rr.times_s == (2.5, 3.3, 9.0)
    assert rr.kind is SignalKind.PPG


def test_one_file_of_the_folder_is_enough(tmp_path: Path) -> None:
    folder = write_e4(tmp_path / "session")

    assert read_recording(folder / "EDA.csv").sampled(ChannelKind.ELECTRODERMAL) is not None


def test_a_wristband_that_found_no_beats_is_no_error(tmp_path: Path) -> None:
    folder = write_e4(tmp_path / "session", {**E4, "IBI.csv": "1560279825.000000, IBI\n"})

    recording = read_recording(folder)

    assert recording.rr is None
    assert any("no reliable beats" in note for note in recording.notes)


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        pytest.param("EDA.csv", "1560279825.0\n4.0\n0.1\nx\n", "EDA.CSV, line 4: 'x'", id="word"),
        pytest.param("EDA.csv", "hello\n4.0\n0.1\n", "line 1: a start in Unix", id="no start"),
        pytest.param("EDA.csv", "1560279825.0\n0\n0.1\n", "line 2: samples a second", id="no rate"),
        pytest.param("ACC.csv", "1560279825.0\n32,32,32\n1,2\n", "line 3", id="a short line"),
    ],
)
def test_a_broken_line_is_named(tmp_path: Path, name: str, text: str, message: str) -> None:
    folder = write_e4(tmp_path / "session", {**E4, name: text})

    with pytest.raises(RecordingUnreadableError, match=message):
        read_recording(folder)


def test_a_broken_zip_is_refused(tmp_path: Path) -> None:
    path = write_e4_zip(tmp_path / "session.zip")
    path.write_bytes(path.read_bytes()[:-40])

    with pytest.raises(RecordingUnreadableError, match="broken zip file"):
        read_recording(path)


def test_a_real_session_has_its_gaps(reference: Path) -> None:
    recording = read_recording(reference / "signals" / "empatica_e4")
    rr, rate = recording.rr, recording.sampled(ChannelKind.HEART_RATE)

    assert rr is not None
    assert len(rr.rr_ms) == 4999
    assert (min(rr.rr_ms), max(rr.rr_ms)) == pytest.approx((500.0, 1531.0), abs=0.5)
    steps_ms = 1000.0 * np.diff(rr.times_s)
    assert int((np.abs(steps_ms - np.array(rr.rr_ms[1:])) > 20.0).sum()) == 202
    assert rate is not None
    assert rate.start_s == 10.0
