"""XDF: streams on one clock; strings are marks, streams without a rate are events, gaps stay gaps."""

import struct
from pathlib import Path

import numpy as np
import pytest

from data.exchange.formats.xdf_chunks import whole_bytes
from data.exchange.recording import (
    ChannelKind,
    EventChannel,
    RecordingUnreadableError,
    RRUnit,
    SampledChannel,
)
from data.exchange.recordings import read_recording
from tests.data.exchange.formats.made_files import xdf_bytes, xdf_chunk, xdf_stream


def write(folder: Path, *streams: bytes) -> Path:
    path = folder / "session.xdf"
    path.write_bytes(xdf_bytes(*streams))
    return path


def ecg_stream(times_s: list[float], rate_hz: float = 10.0, offset_s: float = 0.0) -> bytes:
    values = [float(i) for i in range(len(times_s))]
    return xdf_stream(
        1, name="Strap", kind="ECG", rate_hz=rate_hz, times_s=times_s, values=values, unit="microvolts",
        clock_offset_s=offset_s,
    )  # fmt: skip


def test_streams_are_put_on_one_clock(tmp_path: Path) -> None:
    ecg = ecg_stream([100.0 + i / 10.0 for i in range(40)], offset_s=-90.0)
    marks = xdf_stream(
        2, name="Music", kind="Markers", rate_hz=0.0, times_s=[11.0], values=["music"]
    )

    recording = read_recording(write(tmp_path, ecg, marks))
    channel = recording.sampled(ChannelKind.ECG)

    assert channel is not None
    assert (channel.unit, channel.start_s) == ("uV", 0.0)
    assert channel.sampling_rate_hz == pytest.approx(10.0)
    assert channel.samples.tolist() == [float(i) for i in range(40)]
    assert [mark.text for mark in recording.marks] == ["music"]
    assert recording.marks[0].at_s == pytest.approx(1.0)


def test_a_gap_in_a_regular_stream_stays_a_gap(tmp_path: Path) -> None:
    times_s = [i / 1000.0 for i in range(1000)] + [3.0 + i / 1000.0 for i in range(1000)]

    recording = read_recording(write(tmp_path, ecg_stream(times_s, rate_hz=1000.0)))
    channel = recording.sampled(ChannelKind.ECG)

    assert channel is not None
    assert channel.samples.size == 4000
    assert np.isnan(channel.samples[1000:3000]).all()
    assert channel.samples[3000] == 1000.0
    assert any("gaps" in note for note in recording.notes)


def test_stamps_that_contradict_the_rate_are_believed(tmp_path: Path) -> None:
    recording = read_recording(write(tmp_path, ecg_stream([i / 8.0 for i in range(80)])))

    assert recording.sampled(ChannelKind.ECG) is None
    assert isinstance(recording.channels[0], EventChannel)
    assert any("declares 10 Hz, and its stamps say 8 Hz" in note for note in recording.notes)


@pytest.mark.parametrize(
    ("unit", "values"),
    [
        pytest.param("ms", [800.0, 810.0, 790.0], id="milliseconds"),
        pytest.param("s", [0.8, 0.81, 0.79], id="seconds"),
        pytest.param("", [800.0, 810.0, 790.0], id="not told, milliseconds"),
    ],
)
def test_intervals_of_a_stream_are_milliseconds(
    tmp_path: Path, unit: str, values: list[float]
) -> None:
    stream = xdf_stream(
        3, name="Beats", kind="RR", rate_hz=0.0, times_s=[1.0, 1.8, 2.6], values=values, unit=unit
    )

    rr = read_recording(write(tmp_path, stream)).rr

    assert rr is not None
    assert rr.rr_ms == pytest.approx((800.0, 810.0, 790.0))
    assert rr.times_s == pytest.approx((0.0, 0.8, 1.6))


def test_intervals_whose_unit_nothing_says_are_no_intervals(tmp_path: Path) -> None:
    stream = xdf_stream(
        3, name="Beats", kind="RR", rate_hz=0.0, times_s=[1.0, 1.8], values=[0.8, 0.81]
    )
    path = write(tmp_path, stream)

    assert read_recording(path).rr is None
    assert any("unit is not guessed" in note for note in read_recording(path).notes)
    stated = read_recording(path, unit=RRUnit.SECONDS).rr
    assert stated is not None
    assert stated.rr_ms == (800.0, 810.0)


def test_an_empty_stream_is_no_error(tmp_path: Path) -> None:
    empty = xdf_stream(4, name="Nothing", kind="EEG", rate_hz=250.0, times_s=[], values=[])

    recording = read_recording(write(tmp_path, empty))

    assert (recording.channels, recording.marks) == ((), ())
    assert recording.notes == ("Stream 'Nothing' is empty.",)


def test_a_file_without_streams_is_refused(tmp_path: Path) -> None:
    with pytest.raises(RecordingUnreadableError, match="holds no stream"):
        read_recording(write(tmp_path))


def test_of_a_file_cut_off_the_whole_chunks_are_read(tmp_path: Path) -> None:
    path = write(
        tmp_path,
        ecg_stream([i / 10.0 for i in range(40)]),
        xdf_stream(2, name="M", kind="Markers", rate_hz=0.0, times_s=[1.0], values=["music"]),
    )
    path.write_bytes(path.read_bytes()[:-70])

    recording = read_recording(path)
    ecg = recording.sampled(ChannelKind.ECG)

    assert ecg is not None
    assert ecg.samples.size == 40
    assert recording.marks == ()
    assert any("cut off" in note for note in recording.notes)


def test_a_length_that_reaches_over_a_boundary_is_no_end_of_the_file(tmp_path: Path) -> None:
    ecg = ecg_stream([i / 10.0 for i in range(40)])
    at = ecg.index(struct.pack("<HI", 3, 1))
    wrong = ecg[: at - 4] + struct.pack("<I", 10**6) + ecg[at:]
    boundary = xdf_chunk(5, bytes.fromhex("43a546dccbf5410fb30ed5467383cbe4"))

    cut = write(tmp_path, wrong)
    assert whole_bytes(cut) < cut.stat().st_size
    followed = write(tmp_path, wrong, boundary)
    assert whole_bytes(followed) == followed.stat().st_size


def test_a_chunk_that_is_garbled_is_refused(tmp_path: Path) -> None:
    ecg = ecg_stream([i / 10.0 for i in range(40)])
    at = ecg.index(struct.pack("<HI", 3, 1)) + 6
    path = write(tmp_path, ecg[:at] + b"\x03" + ecg[at + 1 :])

    with pytest.raises(RecordingUnreadableError, match="broken XDF file"):
        read_recording(path)


def test_the_clocks_of_the_upstream_example_are_put_together(reference: Path) -> None:
    recording = read_recording(reference / "signals" / "xdf" / "minimal.xdf")
    channels = [one for one in recording.channels if isinstance(one, SampledChannel)]

    assert [one.samples.size for one in channels] == [9, 9, 9]
    assert channels[0].samples[:4].tolist() == [192.0, 12.0, 13.0, 14.0]
    assert channels[0].start_s == 0.0
    assert channels[0].sampling_rate_hz == pytest.approx(10.0)
    assert len(recording.marks) == 9
    assert [recording.marks[i].at_s for i in (0, 8)] == pytest.approx([0.1, 0.9])


def test_empty_streams_of_the_upstream_example_are_no_error(reference: Path) -> None:
    recording = read_recording(reference / "signals" / "xdf" / "empty_streams.xdf")
    counter = recording.channels[0]

    assert isinstance(counter, SampledChannel)
    assert counter.samples.tolist() == [float(i) for i in range(10)]
    assert counter.sampling_rate_hz == 1.0
    assert counter.start_s == pytest.approx(91725.2139 - 91725.014, abs=1e-3)
    assert len(recording.marks) == 1
    assert len(recording.notes) == 2
