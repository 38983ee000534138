"""Lines of numbers apart by one mark, read at once, with the number of the first bad line when one is bad.

Contents: `numbers_in_lines`.
"""

from collections.abc import Sequence

import numpy as np

from data.exchange.recording import FloatArray, RecordingUnreadableError


def numbers_in_lines(
    lines: Sequence[str],
    *,
    name: str,
    width: int,
    first_line: int = 1,
    separator: str | None = ",",
) -> FloatArray:
    """Read the first fields of lines; empty lines are passed over.

    Parameters
    ----------
    lines : sequence of str
        The lines.
    name : str
        Of the file, for messages.
    width : int
        Fields to read; further ones are passed over.
    first_line : int
        Number of the first line, for messages.
    separator : str or None
        Between fields; None for white space.

    Returns
    -------
    ndarray of float, shape (lines that are not empty, width)

    Raises
    ------
    RecordingUnreadableError
        If a line has too few fields or one of them is no number.
    """
    filled = [line for line in lines if line.strip()]
    if not filled:
        return np.empty((0, width))
    try:
        return np.loadtxt(filled, delimiter=separator, usecols=range(width), ndmin=2, comments=None)
    except ValueError as error:
        at = next((n for n, line in enumerate(lines) if not _is_read(line, width, separator)), 0)
        raise RecordingUnreadableError(
            f"{name}, line {first_line + at}: {lines[at].strip()[:60]!r} is not {width} numbers; mend "
            "the line or export the file again."
        ) from error


def _is_read(line: str, width: int, separator: str | None) -> bool:
    cells = line.split(separator)[:width]
    try:
        return not line.strip() or len([float(cell) for cell in cells]) == width
    except ValueError:
        return False
