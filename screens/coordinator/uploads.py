"""A recording that a browser sent.

Contents: `UploadedFile`, `read_uploaded`, `beats_in`.
"""

from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Protocol

from data.exchange.formats import empatica
from data.exchange.recording import ChannelKind
from data.exchange.recordings import Recording, RecordingUnreadableError, read_recording
from data.measures.heart_recordings import (
    HeartRecording,
    heart_recording_of_beats,
    heart_recording_of_ecg,
    heart_recording_of_ppg,
)


class UploadedFile(Protocol):
    """A file as the browser sent it."""

    @property
    def name(self) -> str:
        """Name without its folder."""

    def getvalue(self) -> bytes:
        """Return its content."""


def read_uploaded(files: Sequence[UploadedFile], rate_hz: float | None) -> Recording:
    """Read the files that a browser sent; they are not kept.

    Parameters
    ----------
    files : sequence of UploadedFile
        One file, the two of a WFDB record, or those of a wristband's folder.
    rate_hz : float or None
        Samples a second of an ECG as text that does not say it.
    """
    with TemporaryDirectory() as folder:
        paths = [Path(folder) / Path(file.name).name for file in files]
        for path, file in zip(paths, files, strict=True):
            path.write_bytes(file.getvalue())
        is_folder = len(paths) > 1 and empatica.recognizes(Path(folder), b"")
        return read_recording(Path(folder) if is_folder else paths[0], rate_hz=rate_hz)


def beats_in(recording: Recording) -> HeartRecording:
    """Return the heart of a recording: its intervals, or the beats found in its ECG or pulse wave.

    Raises
    ------
    RecordingUnreadableError
        If it holds neither, or no beat can be found in it.
    """
    if recording.rr is not None:
        return heart_recording_of_beats(recording.rr)
    for kind, search in (
        (ChannelKind.ECG, heart_recording_of_ecg),
        (ChannelKind.PPG, heart_recording_of_ppg),
    ):
        channel = recording.sampled(kind)
        if channel is not None:
            found = search(channel.samples, channel.sampling_rate_hz)
            if found.refusal is None:
                return found
            reason = found.refusal.value.replace("_", " ")
            raise RecordingUnreadableError(
                f"No beat can be found in the {kind.value.upper()} of {recording.name}: {reason}."
            )
    raise RecordingUnreadableError(
        f"{recording.name} holds neither RR intervals nor an ECG nor a pulse wave."
    )
