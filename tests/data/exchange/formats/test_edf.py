"""EDF, EDF+ and BDF: every signal at its own rate and in its own unit; gaps stay gaps."""

from pathlib import Path

import numpy as np
import pytest

from data.exchange.formats import edf as edf_format
from data.exchange.recording import ChannelKind, Mark, RecordingUnreadableError, SampledChannel
from data.exchange.recordings import read_recording
from tests.data.exchange.formats.made_files import edf_plus_d_bytes, write_bdf, write_edf


def test_signals_keep_their_rates_units_and_values(tmp_path: Path) -> None:
    ecg = write_edf(tmp_path / "night.edf")

    recording = read_recording(tmp_path / "night.edf")
    heart, belt = recording.channels

    assert isinstance(heart, SampledChannel)
    assert isinstance(belt, SampledChannel)
    assert (heart.name, heart.kind, heart.unit) == ("ECG II", ChannelKind.ECG, "uV")
    assert (belt.name, belt.kind, belt.unit) == ("Resp thorax", ChannelKind.RESPIRATION, "V")
    assert (heart.sampling_rate_hz, belt.sampling_rate_hz) == (256.0, 32.0)
    assert heart.samples == pytest.approx(ecg, abs=1000.0 / 65535)
    assert recording.source_format == "EDF+"
    assert str(recording.started_at) == "2026-03-02 10:20:30"
    assert recording.marks == (Mark(at_s=1.5, text="music"),)
    assert "Vermeer" not in repr((recording.name, recording.notes, recording.marks))


def test_the_content_and_not_the_name_says_what_a_file_is(tmp_path: Path) -> None:
    write_edf(tmp_path / "night.txt")

    assert read_recording(tmp_path / "night.txt").source_format == "EDF+"


def test_bdf_is_read_in_parts_without_a_seam(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ecg = write_bdf(tmp_path / "session.bdf", seconds=7)
    monkeypatch.setattr(edf_format, "PART_BYTES", 2 * 3 * 300)

    recording = read_recording(tmp_path / "session.bdf")
    heart = recording.sampled(ChannelKind.ECG)

    assert heart is not None
    assert (heart.unit, heart.sampling_rate_hz, recording.source_format) == ("uV", 256.0, "BDF+")
    assert heart.samples == pytest.approx(ecg, abs=2000.0 / 2**24)
    assert recording.marks == (Mark(at_s=6.5, text="end of music"),)


def test_between_the_records_of_edf_plus_d_samples_are_missing(tmp_path: Path) -> None:
    counts = np.array([0, 500, 1000, 2000, -2000, -1000, -500, 0], dtype=np.int16)
    (tmp_path / "gap.edf").write_bytes(edf_plus_d_bytes([0.0, 2.5], counts))

    recording = read_recording(tmp_path / "gap.edf")
    ecg = recording.sampled(ChannelKind.ECG)

    assert ecg is not None
    assert ecg.sampling_rate_hz == 4.0
    assert ecg.samples[:4].tolist() == [0.0, 0.5, 1.0, 2.0]
    assert np.isnan(ecg.samples[4:10]).all()
    assert ecg.samples[10:].tolist() == [-2.0, -1.0, -0.5, 0.0]
    assert any("gaps" in note for note in recording.notes)


def test_records_that_go_back_in_time_are_refused(tmp_path: Path) -> None:
    counts = np.zeros(8, dtype=np.int16)
    (tmp_path / "back.edf").write_bytes(edf_plus_d_bytes([5.0, 2.0], counts))

    with pytest.raises(RecordingUnreadableError, match="overlap or go back"):
        read_recording(tmp_path / "back.edf")


def test_a_file_cut_off_is_read_as_far_as_it_goes_and_says_so(tmp_path: Path) -> None:
    write_edf(tmp_path / "whole.edf")
    (tmp_path / "cut.edf").write_bytes((tmp_path / "whole.edf").read_bytes()[:-100])

    recording = read_recording(tmp_path / "cut.edf")
    ecg = recording.sampled(ChannelKind.ECG)

    assert ecg is not None
    assert ecg.duration_s == 4.0
    assert any("cut off" in note for note in recording.notes)
    assert any("declares 5 data records; 4 are there" in note for note in recording.notes)


@pytest.mark.parametrize(
    ("kept", "message"),
    [
        pytest.param(200, "header of this EDF or BDF file is broken", id="in the header"),
        pytest.param(600, "header of this EDF or BDF file is broken", id="in a signal's header"),
        pytest.param(1200, "no whole data record", id="before the first record"),
    ],
)
def test_a_file_without_a_whole_record_is_refused(tmp_path: Path, kept: int, message: str) -> None:
    write_edf(tmp_path / "whole.edf")
    (tmp_path / "cut.edf").write_bytes((tmp_path / "whole.edf").read_bytes()[:kept])

    with pytest.raises(RecordingUnreadableError, match=message):
        read_recording(tmp_path / "cut.edf")


def test_with_a_kind_stated_only_its_signals_are_read(tmp_path: Path) -> None:
    write_edf(tmp_path / "night.edf")

    recording = read_recording(tmp_path / "night.edf", kind=ChannelKind.RESPIRATION)

    assert [one.name for one in recording.channels] == ["Resp thorax"]


def test_a_kind_that_is_not_there_is_refused_with_what_is(tmp_path: Path) -> None:
    write_edf(tmp_path / "night.edf")

    with pytest.raises(RecordingUnreadableError, match=r"no rr, only .*"):
        read_recording(tmp_path / "night.edf", kind=ChannelKind.RR)


def test_more_values_than_can_be_held_are_refused_before_they_are_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_edf(tmp_path / "night.edf")
    monkeypatch.setattr(edf_format, "MOST_VALUES", 1000)

    with pytest.raises(RecordingUnreadableError, match="1440 values, more than 1000 at once"):
        read_recording(tmp_path / "night.edf")

    belt = read_recording(tmp_path / "night.edf", kind=ChannelKind.RESPIRATION)
    assert len(belt.channels) == 1


def test_a_stated_rate_that_the_file_contradicts_is_refused(tmp_path: Path) -> None:
    write_edf(tmp_path / "night.edf")

    with pytest.raises(RecordingUnreadableError, match="declares 256 Hz, and 250 Hz was stated"):
        read_recording(tmp_path / "night.edf", kind=ChannelKind.ECG, rate_hz=250.0)
