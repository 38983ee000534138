"""Plain text: intervals between beats, or sampled signals; which of the two the header, the remarks or the caller say.

Contents: `recognizes`, `read`.
"""

from pathlib import Path

from data.exchange.formats import rr_text, sampled_text
from data.exchange.formats.text_table import TextTable, decode, open_table
from data.exchange.recording import ChannelKind, Recording, RecordingUnreadableError, Stated

SUFFIXES = (".csv", ".txt", ".ibi", ".rr", ".tsv")
NAMES = "rr_ms, rr_s, ibi_ms, ibi_s, ecg, ecg_mv, ecg_uv, ppg, eda_us"


def recognizes(path: Path, head: bytes) -> bool:
    """Tell whether the file is text, by its content; a name of text keeps the reason for later."""
    if not head or path.suffix.lower() in SUFFIXES:
        return bool(head)
    try:
        decode(head, path.name)
    except RecordingUnreadableError:
        return False
    return path.suffix == ""


def read(path: Path, stated: Stated) -> Recording:
    """Read a text file.

    Raises
    ------
    RecordingUnreadableError
        If it holds no numbers, does not say its unit or rate, or a line is broken.
    """
    table = open_table(path, stated.unit)
    if _holds_samples(table, stated):
        return sampled_text.read_samples(table, stated)
    if table.header and not rr_text.has_intervals(table):
        raise RecordingUnreadableError(
            f"{table.name} has the columns {', '.join(table.header)}; one must be of {NAMES}."
        )
    return rr_text.read_intervals(table, stated.unit)


def _holds_samples(table: TextTable, stated: Stated) -> bool:
    if stated.kind is ChannelKind.RR:
        return False
    if sampled_text.has_samples(table):
        return True
    is_sampled = stated.kind in sampled_text.SAMPLED
    if table.header:
        return is_sampled and not rr_text.has_intervals(table) and len(table.header) == 1
    rate_hz = stated.rate_hz or sampled_text.declared_rate_hz(table)
    return is_sampled or rate_hz is not None
