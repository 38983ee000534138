"""A recording that a browser sent becomes a source that says nothing about whose it was."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest

from data.exchange.recording import ChannelKind, RecordingUnreadableError
from data.records.signals import SignalKind
from screens.coordinator.uploads import read_uploaded
from tests.data.exchange.formats.made_files import fit_bytes
from trials.sessions.sources import source_of_recording


@dataclass(frozen=True, kw_only=True, slots=True)
class Upload:
    """A file as the browser sends it."""

    name: str
    content: bytes

    def getvalue(self) -> bytes:
        """Return its content."""
        return self.content


INTERVALS = Upload(name="Jo Vermeer.csv", content=b"rr_ms\n" + b"800\n810\n790\n" * 200)


def test_the_rest_before_the_music_is_what_was_recorded_first() -> None:
    source = source_of_recording(read_uploaded([INTERVALS], None), music_starts_s=60.0)

    rest = source.resting_beats()

    assert source.kind is SignalKind.RR
    assert len(rest.rr_ms) == 74
    assert max(rest.times_s) < 0.0


def test_the_name_of_a_source_is_not_the_name_of_the_file() -> None:
    source = source_of_recording(read_uploaded([INTERVALS], None), music_starts_s=60.0)

    assert "Jo" not in source.name


def test_a_path_in_a_file_name_does_not_leave_the_folder(tmp_path: Path) -> None:
    outside = tmp_path / "outside.csv"
    upload = Upload(name=f"../../{outside}", content=INTERVALS.content)

    read_uploaded([upload], None)

    assert not outside.exists()


def test_the_files_of_a_wristband_are_read_together() -> None:
    files = [
        Upload(name="EDA.csv", content=b"1560279825.0\n4.0\n0.1\n0.2\n"),
        Upload(name="IBI.csv", content=b"1560279825.0, IBI\n2.5,0.75\n3.3,0.8\n"),
    ]

    recording = read_uploaded(files, None)

    assert recording.rr is not None
    assert recording.rr.rr_ms == (750.0, 800.0)
    assert recording.sampled(ChannelKind.ELECTRODERMAL) is not None


def test_a_file_of_a_watch_becomes_a_source() -> None:
    upload = Upload(name="walk.fit", content=fit_bytes([[800, 810, 790]] * 60))

    source = source_of_recording(read_uploaded([upload], None), music_starts_s=60.0)

    assert len(source.resting_beats().rr_ms) > 60


def test_an_ecg_without_its_rate_is_refused_and_read_with_it() -> None:
    ecg = "\n".join(f"{value:.4f}" for value in np.sin(np.arange(500) / 20.0))
    upload = Upload(name="ecg.csv", content=b"ecg_mv\n" + ecg.encode())

    with pytest.raises(RecordingUnreadableError, match="sampling rate"):
        read_uploaded([upload], None)

    found = read_uploaded([upload], 250.0).sampled(ChannelKind.ECG)

    assert found is not None
    assert found.sampling_rate_hz == 250.0
