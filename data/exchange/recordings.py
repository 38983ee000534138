"""The one door for recordings of physiological signals, whatever their format.

A format is recognized by what the file holds; its name only decides where the content cannot. What the caller says of a file (kind,
unit, rate) is used where the file is silent and contradicted where it is not. See docs/reference/recordings.md for the formats.

Contents: `read_recording`; from `data.exchange.recording`: `Recording`, `RecordingUnreadableError`, `ChannelKind`, `RRUnit`.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from data.exchange.formats import (
    edf,
    empatica,
    fit,
    kubios,
    opensignals,
    polar,
    text,
    wfdb_record,
    xdf,
)
from data.exchange.recording import (
    Channel,
    ChannelKind,
    Recording,
    RecordingUnreadableError,
    RRUnit,
    Stated,
)

__all__ = ["ChannelKind", "RRUnit", "Recording", "RecordingUnreadableError", "read_recording"]

HEAD_BYTES = 4096


@dataclass(frozen=True, kw_only=True, slots=True)
class Format:
    """A format that the door knows."""

    suffixes: tuple[str, ...]
    recognizes: Callable[[Path, bytes], bool]
    """Of a path and the first bytes of the file (none of a folder)."""
    read: Callable[[Path, Stated], Recording]


FORMATS: tuple[Format, ...] = tuple(
    Format(suffixes=one.SUFFIXES, recognizes=one.recognizes, read=one.read)
    for one in (edf, xdf, fit, empatica, opensignals, polar, kubios, wfdb_record, text)
)
"""The first that recognizes a file reads it."""


def read_recording(
    path: Path,
    kind: ChannelKind | None = None,
    unit: RRUnit | None = None,
    rate_hz: float | None = None,
) -> Recording:
    """Read a recording.

    Parameters
    ----------
    path : Path
        A file, or the folder of a wristband.
    kind : ChannelKind, optional
        Keep only the channels of this kind; says what the one channel of a silent file is.
    unit : RRUnit, optional
        Unit of RR intervals in a text file that does not say it.
    rate_hz : float, optional
        Samples a second of a text file that does not say it.

    Returns
    -------
    Recording
        Its channels, marks, start and notes; the file is closed.

    Raises
    ------
    RecordingUnreadableError
        If the path is missing, no format fits, the file is broken, it says otherwise than the
        caller, or it holds nothing of the kind.
    """
    if not path.exists():
        raise RecordingUnreadableError(f"There is no file {path}.")
    if rate_hz is not None and not 0.0 < rate_hz < math.inf:
        raise RecordingUnreadableError(
            f"{path.name}: a sampling rate of {rate_hz:g} Hz was stated; write the samples a second."
        )
    chosen = _format_of(path)
    return _only(chosen.read(path, Stated(kind=kind, unit=unit, rate_hz=rate_hz)), kind)


def _format_of(path: Path) -> Format:
    head = b"" if path.is_dir() else _head(path)
    if path.is_file() and not head:
        raise RecordingUnreadableError(f"{path.name} is empty: it holds no values.")
    found = next((one for one in FORMATS if one.recognizes(path, head)), None)
    named = any(path.suffix.lower() in one.suffixes for one in FORMATS)
    if found is None and named and path.is_file():
        raise RecordingUnreadableError(
            f"{path.name} does not begin like a {path.suffix.lower()} file that is read: it was cut off, "
            "changed or renamed, so copy or export it again."
        )
    if found is None:
        known = ", ".join(sorted({suffix for one in FORMATS for suffix in one.suffixes}))
        raise RecordingUnreadableError(
            f"{path.name} is none of the recordings that are read ({known}), or its beginning is "
            "broken: export it again as one of them."
        )
    return found


def _head(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(HEAD_BYTES)
    except OSError as error:
        raise RecordingUnreadableError(
            f"{path.name} cannot be opened: {error.strerror}."
        ) from error


def _only(recording: Recording, kind: ChannelKind | None) -> Recording:
    if kind is None:
        return recording
    kept = tuple(one for one in recording.channels if one.kind is kind)
    if kept:
        return replace(recording, channels=kept)
    silent = [one for one in recording.channels if one.kind is ChannelKind.OTHER]
    if len(silent) == 1 and kind is not ChannelKind.RR:
        said = f"Channel {silent[0].name!r} is taken as {kind.value}, as stated."
        channel: Channel = replace(silent[0], kind=kind)
        return replace(recording, channels=(channel,), notes=(*recording.notes, said))
    held = ", ".join(sorted({one.kind.value for one in recording.channels})) or "nothing"
    raise RecordingUnreadableError(
        " ".join((f"{recording.name} holds no {kind.value}, only {held}.", *recording.notes))
    )
