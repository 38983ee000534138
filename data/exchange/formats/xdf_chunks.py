"""Where the whole chunks of an XDF file end: a recorder that stopped in the middle leaves the last one cut off.

Source: the XDF specification: each chunk is a length of 1, 4 or 8 bytes, preceded by how many these are, a tag of two bytes, and its
content; boundary chunks hold a fixed identifier, so that one behind a chunk that reaches too far tells that its length is wrong.

Contents: `whole_bytes`.
"""

import mmap
from pathlib import Path

START = 4
SIZES = (1, 4, 8)
BOUNDARY = bytes.fromhex("43a546dccbf5410fb30ed5467383cbe4")


def whole_bytes(path: Path) -> int:
    """Return how many bytes from the start of a file hold whole chunks.

    Returns
    -------
    int
        The size of the file when nothing is cut off, and when a length is wrong: that is for the
        reader to refuse.
    """
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
        at = START
        while at < len(data):
            after = _after(data, at)
            if after is None or after > len(data):
                is_cut = data[at] in SIZES and data.find(BOUNDARY, at) < 0
                return at if is_cut else len(data)
            at = after
        return len(data)


def _after(data: mmap.mmap, at: int) -> int | None:
    """Return where the chunk ends that begins here; None when its length is cut off or wrong."""
    size = data[at]
    if size not in SIZES or at + 1 + size > len(data):
        return None
    return at + 1 + size + int.from_bytes(data[at + 1 : at + 1 + size], "little")
