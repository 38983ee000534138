"""Cells of a plain table as text and numbers, and columns that hold one value a participant."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analysis.estimators.frame import ColumnError

FloatArray = NDArray[np.float64]


@dataclass(frozen=True, kw_only=True, slots=True)
class RowKeys:
    """Participant, visit and arm of every row, as text; empty where missing."""

    participant: tuple[str, ...]
    visit: tuple[str, ...]
    arm: tuple[str, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class OnceEach:
    """Reads columns that hold one value a participant."""

    rows: RowKeys
    people: Sequence[str]
    """Participants in the order of what is read."""

    def texts(self, values: Sequence[str], name: str) -> tuple[str, ...]:
        """Return the value of each participant.

        Raises
        ------
        ColumnError
            If a participant has two different values.
        """
        found: dict[str, str] = {}
        for person, value in zip(self.rows.participant, values, strict=True):
            if found.setdefault(person, value) != value:
                raise ColumnError(
                    f"participant {person} has two values of {name}, {found[person] or 'none'} and "
                    f"{value or 'none'}; it must be the same in all rows of a participant"
                )
        return tuple(found[person] for person in self.people)


def read_texts(column: "pd.Series[Any]") -> tuple[str, ...]:
    """Return cells as text; whole numbers without a decimal point, missing ones empty.

    Examples
    --------
    >>> read_texts(pd.Series([4.0, None, 4.5]))
    ('4', '', '4.5')
    """
    return tuple(_text(value) for value in column.tolist())


def _text(value: object) -> str:
    if value is None or value != value:  # noqa: PLR0124 - NaN and NaT differ from themselves
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    text = str(value)
    return "" if text == "<NA>" else text.strip()


def read_numbers(column: "pd.Series[Any]", name: str) -> FloatArray:
    """Return cells as numbers, NaN where missing.

    Raises
    ------
    ColumnError
        If a cell is neither a number nor empty.
    """
    numbers = pd.to_numeric(column, errors="coerce").to_numpy(dtype=np.float64, na_value=np.nan)
    wrong = np.isnan(numbers) & np.array([_text(value) != "" for value in column.tolist()])
    if wrong.any():
        row = int(np.argmax(wrong))
        raise ColumnError(f"row {row + 1} of {name} is not a number: {column.iloc[row]}")
    return np.asarray(numbers)


def natural_order(text: str) -> list[tuple[int, str]]:
    """Return a sort key in which numbers inside a name count as numbers.

    Examples
    --------
    >>> sorted(["Week 10", "Week 2"], key=natural_order)
    ['Week 2', 'Week 10']
    """
    parts = re.split(r"(\d+)", text)
    key = [(int(part), "") if part.isdecimal() else (-1, part) for part in parts]
    return [*key, (0, text)]
