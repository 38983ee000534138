"""A recording that a browser sent.

Contents: `UploadedFile`, `read_uploaded`.
"""

from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Protocol

from data.exchange.formats import empatica
from data.exchange.recordings import Recording, read_recording


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
