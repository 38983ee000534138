"""A recording that a browser sent, as a source of signals.

Contents: `UploadedFile`, `read_uploaded`, `source_of`.
"""

from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Protocol

from data.exchange.recordings import Recording, read_recording
from interventions.sensing.recording import RecordedSource
from interventions.sensing.source import NoSourceError


class UploadedFile(Protocol):
    """A file as the browser sent it."""

    @property
    def name(self) -> str:
        """Name without its folder."""

    def getvalue(self) -> bytes:
        """Return its content."""


def read_uploaded(files: Sequence[UploadedFile], rate_hz: float | None) -> Recording:
    """Read the files that a browser sent; they are not kept."""
    with TemporaryDirectory() as folder:
        paths = [Path(folder) / Path(file.name).name for file in files]
        for path, file in zip(paths, files, strict=True):
            path.write_bytes(file.getvalue())
        return read_recording(paths[0], rate_hz)


def source_of(recording: Recording, rest_s: float) -> RecordedSource:
    """Return a recording as a source; its name says nothing about whose file it was.

    Raises
    ------
    NoSourceError
        If the recording holds nothing to sense.
    """
    if recording.rr is not None:
        return RecordedSource.of_beats("recorded RR intervals", recording.rr, music_starts_s=rest_s)
    if recording.ecg is None or recording.sampling_rate_hz is None:
        raise NoSourceError("The file holds neither RR intervals nor an ECG.")
    return RecordedSource.of_ecg(
        "recorded ECG", recording.ecg, recording.sampling_rate_hz, music_starts_s=rest_s
    )
