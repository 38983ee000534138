"""OpenSignals: counts become units where the data sheet of the sensor says how; the MAC address is dropped."""

from pathlib import Path

import numpy as np
import pytest

from data.exchange.recording import ChannelKind, RecordingUnreadableError
from data.exchange.recordings import read_recording
from tests.data.exchange.formats.made_files import opensignals_text

ROWS = "0\t1\t512\t\n1\t1\t1023\t\n2\t1\t0\t\n"


def write(folder: Path, text: str) -> Path:
    path = folder / "session.txt"
    path.write_text(text)
    return path


@pytest.mark.parametrize(
    ("device", "sensor", "kind", "unit", "values"),
    [
        pytest.param(
            "bitalino_rev", "ECGBIT", ChannelKind.ECG, "mV", [0.0, 1.49707, -1.5], id="BITalino ECG"
        ),
        pytest.param(
            "bitalino_rev", "EDA", ChannelKind.ELECTRODERMAL, "uS", [12.5, 24.97559, 0.0], id="BITalino EDA"
        ),
        pytest.param(
            "biosignalsplux", "ECG", ChannelKind.ECG, "mV", [0.0, 1.49707, -1.5], id="plux ECG, of 10 bits"
        ),
        pytest.param(
            "biosignalsplux", "EDA", ChannelKind.ELECTRODERMAL, "uS", [12.5, 24.97559, 0.0], id="plux EDA"
        ),
        pytest.param(
            "bitalino", "EDA", ChannelKind.ELECTRODERMAL, "counts", [512.0, 1023.0, 0.0], id="first BITalino EDA"
        ),
        pytest.param(
            "bitalino_rev", "LUX", ChannelKind.OTHER, "counts", [512.0, 1023.0, 0.0], id="another sensor"
        ),
    ],
)  # fmt: skip
def test_counts_become_what_the_sensor_measured(
    tmp_path: Path, device: str, sensor: str, kind: ChannelKind, unit: str, values: list[float]
) -> None:
    path = write(tmp_path, opensignals_text(ROWS, device=device, sensor=sensor))

    recording = read_recording(path)
    channel = recording.sampled(kind)

    assert channel is not None
    assert (channel.name, channel.unit, channel.sampling_rate_hz) == ("A2", unit, 100.0)
    assert channel.samples == pytest.approx(values, abs=1e-5)
    assert str(recording.started_at) == "2026-06-11 07:03:47.290000"
    assert "20:16" not in repr((recording.name, recording.notes, channel.name))


def test_a_sample_lost_on_the_way_is_missing(tmp_path: Path) -> None:
    path = write(tmp_path, opensignals_text("14\t1\t512\t\n15\t1\t512\t\n2\t1\t512\t\n"))

    recording = read_recording(path)
    ecg = recording.sampled(ChannelKind.ECG)

    assert ecg is not None
    assert np.isnan(ecg.samples).tolist() == [False, False, True, True, False]
    assert any("2 samples were lost" in note for note in recording.notes)


def test_numbers_that_are_no_counts_are_left_as_they_are(tmp_path: Path) -> None:
    path = write(tmp_path, opensignals_text("0\t1\t-0.25\t\n1\t1\t0.5\t\n"))

    ecg = read_recording(path).sampled(ChannelKind.ECG)

    assert ecg is not None
    assert (ecg.unit, ecg.samples.tolist()) == ("", [-0.25, 0.5])


@pytest.mark.parametrize(
    ("text", "message"),
    [
        pytest.param(opensignals_text(""), "no rows", id="no rows"),
        pytest.param(opensignals_text("0\t1\n"), "line 4", id="a short row"),
        pytest.param(opensignals_text(ROWS).replace("EndOfHeader", "End"), "has no end", id="no end"),
        pytest.param(opensignals_text(ROWS).replace('["ECG"]', "["), "no JSON", id="no JSON"),
        pytest.param(opensignals_text(ROWS).replace('"label"', '"x"'), "'label'", id="no label"),
        pytest.param(opensignals_text(ROWS).replace(": 100,", ": 0,"), "contradicts", id="no rate"),
    ],
)  # fmt: skip
def test_a_broken_file_is_refused(tmp_path: Path, text: str, message: str) -> None:
    with pytest.raises(RecordingUnreadableError, match=message):
        read_recording(write(tmp_path, text))


def test_the_sample_recording_is_an_ecg_in_mv(reference: Path) -> None:
    recording = read_recording(reference / "signals" / "opensignals" / "SampleECG.txt")
    ecg = recording.sampled(ChannelKind.ECG)

    assert ecg is not None
    assert (ecg.samples.size, ecg.sampling_rate_hz, ecg.unit) == (22_350, 1000.0, "mV")
    assert ecg.samples[0] == pytest.approx((496 / 1024 - 0.5) * 3.0)
    assert np.isfinite(ecg.samples).all()
    assert recording.notes == ()
