"""Measurements and the one table that shows them.

Contents: `Measurement`, `cpu_seconds`, `wall_seconds`, `print_table`.
"""

import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

COLUMNS = ("what", "unit", "min", "median", "max", "runs", "remark")


@dataclass(frozen=True, kw_only=True, slots=True)
class Measurement:
    """One line of the table: the same thing measured several times."""

    what: str
    unit: str
    values: tuple[float, ...]
    remark: str = ""

    @property
    def median(self) -> float:
        """The value in the middle."""
        return statistics.median(self.values)

    @property
    def cells(self) -> tuple[str, ...]:
        """The line, column by column."""
        numbers = (min(self.values), self.median, max(self.values))
        return (
            self.what,
            self.unit,
            *(f"{number:.3g}" if number < 1000 else f"{number:.0f}" for number in numbers),
            str(len(self.values)),
            self.remark,
        )


def cpu_seconds(act: Callable[[], object]) -> float:
    """Return the processor time that an act takes in this process, all its threads together."""
    begun = time.process_time()
    act()
    return time.process_time() - begun


def wall_seconds(act: Callable[[], object]) -> float:
    """Return the time that passes during an act."""
    begun = time.perf_counter()
    act()
    return time.perf_counter() - begun


def times_as_fast(ours: Measurement, peers: Measurement) -> str:
    """Return how many times the peer's median our median is, in words."""
    return f"{ours.median / peers.median:.2g} times {peers.what}"


def print_table(rows: Sequence[Measurement]) -> None:
    """Print the table in Markdown."""
    cells = [COLUMNS, *(row.cells for row in rows)]
    widths = [max(len(line[column]) for line in cells) for column in range(len(COLUMNS))]
    lines = [
        "| "
        + " | ".join(text.ljust(width) for text, width in zip(line, widths, strict=True))
        + " |"
        for line in cells
    ]
    lines.insert(1, "| " + " | ".join("-" * width for width in widths) + " |")
    print("\n".join(lines))
