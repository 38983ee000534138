"""Lines of R that the calls of several commands share: reading the file as we read it, and the order of levels."""

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from data.exchange.tables import Column, Table

_READ_AS_OTHERS = re.compile(r"[+-]?\d[\d.eE+-]*|T|F|TRUE|FALSE|true|false")
"""Text that R's `read.csv` takes for numbers or for true and false."""


def reading_in_r(table: "Table") -> list[str]:
    """Return the lines that read the file into `d`: empty fields are missing, codes such as 006 stay text."""
    options = [f'"{table.name}"', 'na.strings = ""']
    if table.separator != ",":
        mark = "\\t" if table.separator == "\t" else table.separator
        options.append(f'sep = "{mark}"')
    text = [f'{column.name} = "character"' for column in table.columns if _stays_text(column)]
    if text:
        options.append(f"colClasses = c({', '.join(text)})")
    chosen = [
        f"d <- subset(d, {column} %in% c({quoted(values)}))" for column, values in table.chosen
    ]
    return [f"d <- read.csv({', '.join(options)})", *chosen]


def as_factor(column: str, levels: Sequence[str]) -> str:
    """Return the line that makes a column a factor with these levels in this order; other values become missing."""
    return f"d${column} <- factor(d${column}, levels = c({quoted(levels)}))"


def quoted(values: Sequence[str]) -> str:
    """Return texts between quotation marks, apart by commas."""
    return ", ".join(f'"{value}"' for value in values)


def _stays_text(column: "Column") -> bool:
    texts = [str(field) for field in column.fields if field is not None]
    return not column.is_numeric and all(_READ_AS_OTHERS.fullmatch(text) for text in texts)
