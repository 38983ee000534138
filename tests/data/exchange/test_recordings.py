"""Recordings from files: units declared, never guessed; errors that say how to mend the file."""

from pathlib import Path

import numpy as np
import pytest

from data.exchange.recording import (
    ChannelKind,
    Recording,
    RecordingUnreadableError,
    RRUnit,
    SampledChannel,
)
from data.exchange.recordings import read_recording
from data.records.signals import SignalKind

RR = "800\n810\n795\n"


def ecg_of(recording: Recording) -> SampledChannel:
    found = recording.sampled(ChannelKind.ECG)
    assert found is not None
    return found


def write(folder: Path, name: str, content: str | bytes) -> Path:
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


@pytest.mark.parametrize(
    ("name", "content"),
    [
        pytest.param("plain.txt", RR, id="no header: milliseconds"),
        pytest.param("windows.txt", RR.replace("\n", "\r\n"), id="Windows line ends"),
        pytest.param("marked.txt", b"\xef\xbb\xbf" + RR.encode(), id="byte order mark"),
        pytest.param("named.csv", "rr_ms\n" + RR, id="header in milliseconds"),
        pytest.param("seconds.csv", "rr_s\n0.8\n0.81\n0.795\n", id="header in seconds"),
        pytest.param("kubios.ibi", "time,ibi_s\n0,0.8\n0.8,0.81\n1.6,0.795\n", id="two columns"),
        pytest.param("comma.csv", "no;rr_ms\n1;800,0\n2;810,0\n3;795,0\n", id="decimal commas"),
        pytest.param(
            "one_name.csv", "rr_ms\n800,0\n810,0\n795,0\n", id="decimal commas under one name"
        ),
        pytest.param("some.txt", "800\n810,0\n795\n", id="decimal commas on some lines"),
        pytest.param("zero.txt", "800,00\n810,00\n795,00\n", id="fractions that begin with zero"),
        pytest.param("quoted.csv", '"RR (ms)"\n"800"\n"810"\n"795"\n', id="quotation marks"),
        pytest.param("wide.txt", RR.encode("utf-16"), id="UTF-16"),
        pytest.param(
            "windows.csv", "Gr\u00f6\u00dfe\nRR [ms]\n".encode("cp1252") + RR.encode(), id="cp1252"
        ),
        pytest.param(
            "preamble.csv",
            "Subject;12\nDevice;strap\nNo;RR-interval [ms]\n1;800\n2;810\n3;795\n",
            id="lines above the header",
        ),
        pytest.param(
            "logger.csv",
            "date,rr,since start\n2026-03-02 09:00:15.123,800,0\n"
            "2026-03-02 09:00:15.946,810,800\n2026-03-02 09:00:16.700,795,1610\n",
            id="HRV Logger",
        ),
        pytest.param("remarks.txt", "# a remark\n\n" + RR, id="remarks and empty lines"),
    ],
)
def test_rr_intervals_are_read_in_milliseconds(tmp_path: Path, name: str, content: str) -> None:
    recording = read_recording(write(tmp_path, name, content))

    assert recording.rr is not None
    assert recording.rr.rr_ms == pytest.approx((800.0, 810.0, 795.0))
    assert recording.rr.times_s == pytest.approx((0.8, 1.61, 2.405))
    assert recording.rr.kind is SignalKind.RR
    assert recording.name == name
    assert recording.sampled(ChannelKind.ECG) is None


def test_a_decimal_comma_without_a_header_is_read_and_noted(tmp_path: Path) -> None:
    recording = read_recording(write(tmp_path, "comma.txt", "812,5\n798,25\n805,5\n"))

    assert recording.rr is not None
    assert recording.rr.rr_ms == (812.5, 798.25, 805.5)
    assert "The comma was read as a decimal point." in recording.notes


@pytest.mark.parametrize(
    "content",
    [
        pytest.param("800,75\n810,74\n", id="interval and heart rate"),
        pytest.param("800,0\n810,1\n", id="interval and flag"),
        pytest.param("800,5\n1610,3\n2405,9\n", id="a time that goes on"),
    ],
)
def test_a_comma_that_may_separate_is_not_taken_as_decimal(tmp_path: Path, content: str) -> None:
    with pytest.raises(RecordingUnreadableError, match="2 columns"):
        read_recording(write(tmp_path, "comma.txt", content))


def test_a_unit_that_is_inferred_is_noted(tmp_path: Path) -> None:
    recording = read_recording(write(tmp_path, "plain.txt", RR))

    assert recording.notes == (
        "The file does not say its unit; a median of 800 can only be milliseconds.",
    )


def test_the_caller_may_state_the_unit(tmp_path: Path) -> None:
    path = write(tmp_path, "plain.txt", "0,800\n0,810\n0,795\n")

    rr = read_recording(path, kind=ChannelKind.RR, unit=RRUnit.SECONDS).rr

    assert rr is not None
    assert rr.rr_ms == pytest.approx((800.0, 810.0, 795.0))


@pytest.mark.parametrize(
    ("content", "unit", "message"),
    [
        pytest.param("rr_ms\n0.8\n0.81\n", None, "unit is not ms", id="the header is wrong"),
        pytest.param("800\n810\n", RRUnit.SECONDS, "unit is not s", id="the caller is wrong"),
        pytest.param("rr_ms\n800\n", RRUnit.SECONDS, "says ms .* and s was stated", id="they differ"),
        pytest.param("72\n73\n71\n", None, "unit is not guessed", id="heart rates"),
    ],
)  # fmt: skip
def test_a_unit_that_cannot_be_is_refused(
    tmp_path: Path, content: str, unit: RRUnit | None, message: str
) -> None:
    with pytest.raises(RecordingUnreadableError, match=message):
        read_recording(write(tmp_path, "rr.csv", content), unit=unit)


def test_a_waveform_without_a_header_is_not_taken_for_intervals(tmp_path: Path) -> None:
    wave = "\n".join(f"{600 + 200 * np.sin(i / 16):.1f}" for i in range(500))
    path = write(tmp_path, "pulse.txt", wave)

    with pytest.raises(RecordingUnreadableError, match="smoothly as a sampled signal"):
        read_recording(path)

    pulse = read_recording(path, kind=ChannelKind.PPG, rate_hz=100.0).sampled(ChannelKind.PPG)
    assert pulse is not None
    assert pulse.samples.size == 500


def test_a_channel_whose_kind_nothing_says_is_what_the_caller_states(tmp_path: Path) -> None:
    path = write(tmp_path, "x.csv", "Ch1\n1\n2\n3\n")

    recording = read_recording(path, kind=ChannelKind.ELECTRODERMAL, rate_hz=4.0)

    assert recording.sampled(ChannelKind.ELECTRODERMAL) is not None


def test_columns_of_several_signals_keep_their_units(tmp_path: Path) -> None:
    content = "time_s;ecg_mv;eda [\u00b5S];note\n0;1,5;0,25;a\n0,25;1,6;;b\n0,5;1,7;0,5;c\n"

    recording = read_recording(write(tmp_path, "lab.csv", content))
    ecg, eda = ecg_of(recording), recording.sampled(ChannelKind.ELECTRODERMAL)

    assert eda is not None
    assert (ecg.unit, ecg.sampling_rate_hz, ecg.samples.tolist()) == ("mV", 4.0, [1.5, 1.6, 1.7])
    assert (eda.unit, np.isnan(eda.samples).tolist()) == ("uS", [False, True, False])
    assert recording.notes == ("The sampling rate of 4 Hz follows from the column of times.",)


@pytest.mark.parametrize(
    "content",
    [
        pytest.param("# Sampling Rate (Hz):= 4.00\n1\n2\n3\n4\n5\n", id="declared, no header"),
        pytest.param("# sampling_rate_hz: 4\necg_mv\n1\n2\n3\n4\n5\n", id="declared, header"),
        pytest.param(
            "# sampling_rate_hz: 4\ntime_s,ecg\n0,1\n0.25,2\n0.5,3\n0.75,4\n1,5\n", id="with times"
        ),
    ],
)
def test_an_ecg_declares_its_rate(tmp_path: Path, content: str) -> None:
    recording = read_recording(write(tmp_path, "ecg.csv", content))
    ecg = ecg_of(recording)

    assert recording.rr is None
    assert ecg.sampling_rate_hz == 4.0
    assert ecg.samples.tolist() == [1.0, 2.0, 3.0, 4.0, 5.0]


def test_the_caller_may_declare_the_rate(tmp_path: Path) -> None:
    recording = read_recording(write(tmp_path, "ecg.txt", RR), rate_hz=250.0)

    assert ecg_of(recording).sampling_rate_hz == 250.0


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        pytest.param("a.txt", "0.8\n0.81\n0.79\n", r"no milliseconds.*`rr_s`", id="seconds"),
        pytest.param("b.txt", "", "holds no values", id="empty"),
        pytest.param("c.csv", "rr_ms\n", "header and no values", id="header only"),
        pytest.param(
            "z.csv",
            "# sampling_rate_hz: 0\ntime_s,ecg_mv\n0,1\n1,2\n",
            "a sampling rate of 0 Hz",
            id="no rate at all",
        ),
        pytest.param(
            "s.csv", "time_s,rr_ms\n0,800\n810\n", "some rows have 1 columns", id="a short row"
        ),
        pytest.param("d.csv", "pulse\n72\n", r"columns pulse; one must be of rr_ms", id="unknown"),
        pytest.param("e.csv", "rr_ms\n800\nx\n", r"line 3: 'x' is no number", id="no number"),
        pytest.param("f.txt", "800,75\n810,74\n", "decimal point", id="interval and heart rate"),
        pytest.param("g.csv", "rr_ms\n800\n-10\n", "negative", id="negative"),
        pytest.param("h.csv", "rr_ms\n800\nnan\n", "not a number", id="not a number"),
        pytest.param("i.csv", "ecg\n1\n2\n", r"does not say its sampling rate", id="no rate"),
        pytest.param(
            "j.csv",
            "# sampling_rate_hz: 8\ntime_s,ecg\n0,1\n0.25,2\n0.5,3\n",
            "declares 8 Hz, but its column time_s says otherwise",
            id="wrong rate",
        ),
        pytest.param("k.doc", "x", r"none of the recordings .*\.hea", id="another kind"),
        pytest.param("k.fit", b"abc", r"does not begin like a \.fit file", id="another content"),
        pytest.param("l.txt", b"\x00\x01\x02\x81", "no text", id="binary"),
        pytest.param("m.dat", b"123", "has no header m.hea", id="WFDB without a header"),
        pytest.param("n.hea", "nonsense\n", "no WFDB record", id="WFDB with a broken header"),
    ],
)
def test_a_file_that_cannot_be_used_says_why(
    tmp_path: Path, name: str, content: str | bytes, message: str
) -> None:
    path = write(tmp_path, name, content)

    with pytest.raises(RecordingUnreadableError, match=message):
        read_recording(path)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(RecordingUnreadableError, match=r"no file .*nowhere\.csv"):
        read_recording(tmp_path / "nowhere.csv")


def test_a_wfdb_record_that_was_written_is_read(tmp_path: Path) -> None:
    import wfdb  # noqa: PLC0415 - slow to import

    signal = np.sin(np.arange(500) / 20.0).reshape(-1, 1)
    wfdb.wrsamp(
        "lead", fs=100, units=["mV"], sig_name=["II"], p_signal=signal, fmt=["16"],
        write_dir=str(tmp_path),
    )  # fmt: skip

    ecg = ecg_of(read_recording(tmp_path / "lead.dat"))

    assert (ecg.name, ecg.unit, ecg.sampling_rate_hz) == ("II", "mV", 100.0)
    assert ecg.samples == pytest.approx(signal[:, 0], abs=1e-3)


def test_a_wfdb_signal_that_is_sampled_more_often_keeps_its_rate(tmp_path: Path) -> None:
    frames = np.array([[10, 11, 12, 13, 100], [14, 15, 16, 17, 200]], dtype="<i2")
    (tmp_path / "mixed.dat").write_bytes(frames.tobytes())
    (tmp_path / "mixed.hea").write_text(
        "mixed 2 50 2 10:20:30 02/03/2026\n"
        "mixed.dat 16x4 10(0)/mV 16 0 0 0 0 ECG II\nmixed.dat 16 100(0)/NU 16 0 0 0 0 RESP\n"
    )

    recording = read_recording(tmp_path / "mixed.hea")
    ecg, belt = ecg_of(recording), recording.sampled(ChannelKind.RESPIRATION)

    assert belt is not None
    assert (ecg.sampling_rate_hz, ecg.unit) == (200.0, "mV")
    assert ecg.samples == pytest.approx([1.0, 1.1, 1.2, 1.3, 1.4, 1.5, 1.6, 1.7])
    assert (belt.sampling_rate_hz, belt.unit, belt.samples.tolist()) == (50.0, "", [1.0, 2.0])
    assert str(recording.started_at) == "2026-03-02 10:20:30"


def test_record_100_is_read_in_spite_of_its_header(reference: Path) -> None:
    recording = read_recording(reference / "signals" / "ecg_mitdb100" / "100.hea")

    leads = [one for one in recording.channels if isinstance(one, SampledChannel)]
    assert [(one.name, one.unit, one.samples.size) for one in leads] == [
        ("MLII", "mV", 650_000),
        ("V5", "mV", 650_000),
    ]
    assert {one.sampling_rate_hz for one in leads} == {360.0}
    assert {one.kind for one in leads} == {ChannelKind.ECG}


def test_intervals_of_other_programs_are_read(reference: Path) -> None:
    rest = read_recording(reference / "signals" / "rr_bartels" / "rest_rri.txt").rr
    real = read_recording(reference / "signals" / "rr_bartels" / "real_rri.csv").rr

    assert rest is not None
    assert real is not None
    assert len(rest.rr_ms) == 910
    assert real.rr_ms[-1] == 0.0


def test_seconds_without_a_header_are_not_guessed(reference: Path) -> None:
    path = reference / "signals" / "rr_hrvas" / "103.ibi"

    with pytest.raises(RecordingUnreadableError, match="no milliseconds"):
        read_recording(path)

    stated = read_recording(path, unit=RRUnit.SECONDS).rr
    assert stated is not None
    assert (len(stated.rr_ms), min(stated.rr_ms), max(stated.rr_ms)) == (354, 708.0, 952.0)


@pytest.mark.parametrize("rate_hz", [0.0, -250.0, float("nan"), float("inf")])
def test_a_stated_rate_is_above_zero_and_finite(tmp_path: Path, rate_hz: float) -> None:
    path = write(tmp_path, "ecg.txt", "1\n2\n3\n")

    with pytest.raises(RecordingUnreadableError, match="write the samples a second"):
        read_recording(path, kind=ChannelKind.ECG, rate_hz=rate_hz)


HEADER_OF_TEN_SAMPLES = "short 1 250 10\nshort.dat 16 200 16 0 0 0 0 ECG\n"


def test_a_record_whose_signal_file_is_cut_off_says_so(tmp_path: Path) -> None:
    header = write(tmp_path, "short.hea", HEADER_OF_TEN_SAMPLES)
    write(tmp_path, "short.dat", b"\x01\x00" * 7)

    with pytest.raises(RecordingUnreadableError, match=r"^short\.hea: .* it was cut off"):
        read_recording(header)


def test_a_record_without_its_signal_file_names_it_and_no_folder(tmp_path: Path) -> None:
    header = write(tmp_path, "short.hea", HEADER_OF_TEN_SAMPLES)

    with pytest.raises(
        RecordingUnreadableError, match=r"^short\.hea names the file short\.dat, which is not"
    ):
        read_recording(header)
