"""A recording that is cut or changed is read, or refused in one sentence; nothing else happens."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from scipy.io import savemat

from data.exchange.recording import RecordingUnreadableError
from data.exchange.recordings import read_recording
from tests.data.exchange.formats.made_files import (
    KUBIOS_REPORT,
    edf_plus_d_bytes,
    fit_bytes,
    opensignals_text,
    write_bdf,
    write_e4_zip,
    write_edf,
    xdf_bytes,
    xdf_stream,
)

LONGEST_SENTENCE = 600


def write_mat(path: Path) -> None:
    data = {"RR": np.array([0.8, 0.81]), "T_RR": np.array([0.8, 1.61])}
    savemat(path, {"Res": {"HRV": {"Data": data}}})


def write_xdf(path: Path) -> None:
    beats = xdf_stream(
        1,
        name="Beats",
        kind="RR",
        rate_hz=0.0,
        times_s=[0.0, 0.8],
        values=[800.0, 810.0],
        unit="ms",
    )
    marks = xdf_stream(2, name="M", kind="Markers", rate_hz=0.0, times_s=[0.5], values=["music"])
    path.write_bytes(xdf_bytes(beats, marks))


def write_wfdb(path: Path) -> None:
    path.with_name("lead.dat").write_bytes(bytes(2000))
    path.write_text("lead 1 100 1000\nlead.dat 16 200 16 0 0 0 0 II\n")


WRITERS: dict[str, Callable[[Path], object]] = {
    "night.edf": lambda path: write_edf(path, seconds=1),
    "gap.edf": lambda path: path.write_bytes(edf_plus_d_bytes([0.0, 2.5], np.arange(8, dtype=np.int16))),
    "session.bdf": lambda path: write_bdf(path, seconds=1),
    "session.xdf": write_xdf,
    "walk.fit": lambda path: path.write_bytes(fit_bytes([[800, 810], [795]], rates=[70, 71])),
    "session.zip": write_e4_zip,
    "open.txt": lambda path: path.write_text(opensignals_text("0\t1\t512\t\n1\t1\t1023\t\n")),
    "report.txt": lambda path: path.write_text(KUBIOS_REPORT),
    "result.mat": write_mat,
    "lead.hea": write_wfdb,
    "polar.txt": lambda path: path.write_text(
        "Phone timestamp;RR-interval [ms]\n2026-03-02T10:20:01.000;800\n2026-03-02T10:20:02.000;810\n"
    ),
    "rr.csv": lambda path: path.write_text("rr_ms\n800,5\n810\n"),
}  # fmt: skip

damages = st.tuples(
    st.floats(0.0, 1.0),
    st.lists(st.tuples(st.floats(0.0, 1.0, exclude_max=True), st.integers(0, 255)), max_size=6),
)


@pytest.mark.parametrize("name", WRITERS)
@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(damage=damages)
def test_a_damaged_recording_is_read_or_refused_in_one_sentence(
    tmp_path: Path, name: str, damage: tuple[float, list[tuple[float, int]]]
) -> None:
    path = tmp_path / name
    if not path.exists():
        WRITERS[name](path)
        path.with_suffix(".whole").write_bytes(path.read_bytes())
    whole = bytearray(path.with_suffix(".whole").read_bytes())
    share, changes = damage
    for where, byte in changes:
        whole[int(where * len(whole))] = byte
    path.write_bytes(whole[: round(len(whole) * (share if not changes else 1.0))])

    try:
        recording = read_recording(path)
    except RecordingUnreadableError as refusal:
        sentence = str(refusal)
        assert "\n" not in sentence
        assert len(sentence) <= LONGEST_SENTENCE
    else:
        assert recording.source_format
        assert recording.rr is None or len(recording.rr.rr_ms) == len(recording.rr.times_s)


def test_a_file_that_declares_more_than_it_holds_costs_no_memory(tmp_path: Path) -> None:
    (tmp_path / "huge.hea").write_text("huge 1 100 9000000000\nhuge.dat 16 200 16 0 0 0 0 II\n")
    (tmp_path / "huge.dat").write_bytes(bytes(100))

    with pytest.raises(RecordingUnreadableError, match="9000000000 samples, more than"):
        read_recording(tmp_path / "huge.hea")
