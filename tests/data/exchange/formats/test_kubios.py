"""Kubios: the intervals inside its report and its MAT file, with the note that they are corrected ones."""

from pathlib import Path

import numpy as np
import pytest
from scipy.io import savemat

from data.exchange.recording import RecordingUnreadableError
from data.exchange.recordings import read_recording
from tests.data.exchange.formats.made_files import KUBIOS_REPORT

CORRECTED = "These are intervals as Kubios used them, after its corrections."


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(KUBIOS_REPORT, id="comma"),
        pytest.param(KUBIOS_REPORT.replace(",", ";").replace(".", ","), id="semicolon, decimal comma"),
        pytest.param(KUBIOS_REPORT.replace("\n", "\r\n"), id="Windows line ends"),
        pytest.param(
            KUBIOS_REPORT.replace("0.766,       0.000", "766,       0.000")
            .replace("0.766,       0.003", "766,       0.003")
            .replace("0.727,       0.007", "727,       0.007")
            .replace("(s),         (s),", "(s),         (ms),"),
            id="milliseconds",
        ),
    ],
)  # fmt: skip
def test_the_intervals_of_a_report_are_read(tmp_path: Path, text: str) -> None:
    path = tmp_path / "report.txt"
    path.write_bytes(text.encode())

    recording = read_recording(path)

    assert recording.rr is not None
    assert recording.rr.rr_ms == pytest.approx((766.0, 766.0, 727.0))
    assert recording.rr.times_s == pytest.approx((0.766, 1.532, 2.259))
    assert recording.notes == (CORRECTED, "Artifact correction: none.")


def test_a_report_without_the_data_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "report.txt"
    path.write_text(KUBIOS_REPORT.partition("RR INTERVAL DATA")[0])

    with pytest.raises(RecordingUnreadableError, match="without its section of RR interval data"):
        read_recording(path)


def test_an_interval_that_is_no_number_is_named(tmp_path: Path) -> None:
    path = tmp_path / "report.txt"
    path.write_text(KUBIOS_REPORT.replace("0.727", "error"))

    with pytest.raises(RecordingUnreadableError, match="line 15: 'error'"):
        read_recording(path)


@pytest.mark.parametrize(
    "beats_s",
    [
        pytest.param([3.0, 3.8, 4.61, 5.4], id="every beat"),
        pytest.param([3.8, 4.61, 5.4], id="the beats that end"),
        pytest.param([3.0, 3.8, 4.61], id="the beats that begin"),
    ],
)
@pytest.mark.parametrize("packed", [False, True], ids=["plain", "packed"])
def test_the_intervals_of_a_mat_file_are_read(
    tmp_path: Path, beats_s: list[float], *, packed: bool
) -> None:
    data = {"RR": np.array([0.8, 0.81, 0.79]), "T_RR": np.array(beats_s)}
    savemat(tmp_path / "result.mat", {"Res": {"HRV": {"Data": data}}}, do_compression=packed)

    rr = read_recording(tmp_path / "result.mat").rr

    assert rr is not None
    assert rr.rr_ms == pytest.approx((800.0, 810.0, 790.0))
    assert rr.times_s == pytest.approx((3.8, 4.61, 5.4))


def test_another_mat_file_is_refused(tmp_path: Path) -> None:
    savemat(tmp_path / "other.mat", {"ecg": np.zeros(3)})

    with pytest.raises(RecordingUnreadableError, match="without the RR intervals of Kubios"):
        read_recording(tmp_path / "other.mat")


def test_a_length_in_a_mat_file_that_reaches_too_far_is_refused(tmp_path: Path) -> None:
    savemat(tmp_path / "result.mat", {"Res": {"HRV": {"Data": {"RR": np.array([0.8, 0.81])}}}})
    content = bytearray((tmp_path / "result.mat").read_bytes())
    content[128 + 4 : 128 + 8] = b"\xff\xff\xff\x7f"
    (tmp_path / "result.mat").write_bytes(content)

    with pytest.raises(RecordingUnreadableError, match=r"broken MAT file \(it ends too early"):
        read_recording(tmp_path / "result.mat")


def test_a_mat_file_of_version_7_3_is_refused(tmp_path: Path) -> None:
    (tmp_path / "new.mat").write_bytes(b"MATLAB 7.3 MAT-file, Platform: PCWIN64" + bytes(200))

    with pytest.raises(RecordingUnreadableError, match="export the report as text"):
        read_recording(tmp_path / "new.mat")
