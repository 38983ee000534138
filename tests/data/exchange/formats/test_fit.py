"""Garmin FIT: intervals without their padding, the checksum checked, no position and no serial number."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from data.exchange.recording import ChannelKind, RecordingUnreadableError
from data.exchange.recordings import read_recording
from tests.data.exchange.formats.made_files import FIT_UNIX_S, fit_bytes


def write(folder: Path, content: bytes) -> Path:
    path = folder / "walk.fit"
    path.write_bytes(content)
    return path


def test_intervals_and_heart_rates_are_read(tmp_path: Path) -> None:
    recording = read_recording(write(tmp_path, fit_bytes([[800, 810], [795]], rates=[75, 76])))
    rate = recording.events(ChannelKind.HEART_RATE)

    assert recording.rr is not None
    assert recording.rr.rr_ms == pytest.approx((800.0, 810.0, 795.0))
    assert recording.rr.times_s == pytest.approx((0.8, 1.61, 2.405))
    assert rate is not None
    assert (rate.unit, rate.times_s.tolist(), rate.values.tolist()) == ("bpm", [0, 1], [75, 76])
    assert recording.started_at == datetime.fromtimestamp(FIT_UNIX_S, tz=UTC)


def test_a_file_without_intervals_says_so(tmp_path: Path) -> None:
    path = write(tmp_path, fit_bytes([], rates=[75]))

    assert read_recording(path).rr is None
    with pytest.raises(RecordingUnreadableError, match="There are no RR intervals in this file"):
        read_recording(path, kind=ChannelKind.RR)


@pytest.mark.parametrize("at", [20, 45, -1])
def test_a_byte_that_was_changed_is_found(tmp_path: Path, at: int) -> None:
    content = bytearray(fit_bytes([[800, 810], [795, 805]], rates=[75, 76]))
    content[at] ^= 0x10

    with pytest.raises(RecordingUnreadableError, match="FIT file"):
        read_recording(write(tmp_path, bytes(content)))


@pytest.mark.parametrize("missing", [1, 2, 10, 40])
def test_a_file_cut_off_is_refused(tmp_path: Path, missing: int) -> None:
    content = fit_bytes([[800, 810], [795, 805]], rates=[75, 76])

    with pytest.raises(RecordingUnreadableError, match="copy it from the watch again"):
        read_recording(write(tmp_path, content[:-missing]))


def test_the_walk_holds_62_intervals(reference: Path) -> None:
    recording = read_recording(reference / "signals" / "fit" / "garmin-fenix-5-walk.fit")
    rate = recording.events(ChannelKind.HEART_RATE)

    assert recording.rr is not None
    assert len(recording.rr.rr_ms) == 62
    assert recording.rr.rr_ms[:5] == pytest.approx((824.0, 834.0, 859.0, 908.0, 898.0))
    assert sum(recording.rr.rr_ms) / 62 == pytest.approx(799.87, abs=0.005)
    assert (min(recording.rr.rr_ms), max(recording.rr.rr_ms)) == pytest.approx((731.0, 935.0))
    assert rate is not None
    assert rate.values.size == 17


def test_an_activity_without_logging_has_no_intervals(reference: Path) -> None:
    recording = read_recording(reference / "signals" / "fit" / "Activity.fit")

    assert recording.rr is None
    assert recording.notes == ("There are no RR intervals in this file: logging of HRV was off.",)
