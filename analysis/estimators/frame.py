"""Columns of a plain data frame, read for an estimator: found by name, checked, without gaps.

A misspelt column, text where numbers belong, an infinite value, and an arm that does not occur are told in one sentence. Rows with a
missing value in a column that takes part are left out and counted.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import TYPE_CHECKING

import numpy as np

from analysis.estimators.arrays import FloatArray
from analysis.estimators.design import Covariate

if TYPE_CHECKING:
    import pandas as pd


class ColumnError(ValueError):
    """A column of the data cannot play its part; the text says which, why, and what to do."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Comparison:
    """Which column holds the arm, and which two arms are compared: first minus second."""

    column: str
    first: str
    second: str

    @property
    def label(self) -> str:
        """The contrast in words."""
        return f"{self.first} − {self.second}"


@dataclass(frozen=True, kw_only=True, slots=True)
class CompleteRows:
    """Rows without a gap in the columns that take part."""

    frame: "pd.DataFrame"
    n_left_out: int

    @property
    def comment(self) -> str:
        """How many rows were left out; empty when none was."""
        if not self.n_left_out:
            return ""
        rows = "row" if self.n_left_out == 1 else "rows"
        return f"{self.n_left_out} {rows} with a missing value left out."


def complete_rows(frame: "pd.DataFrame", columns: Sequence[str]) -> CompleteRows:
    """Return the rows in which none of these columns is missing.

    Raises
    ------
    ColumnError
        If a column does not exist or no row is complete.
    """
    for column in columns:
        require_column(frame, column)
    chosen = list(dict.fromkeys(columns))
    complete = frame.loc[frame[chosen].notna().all(axis=1)]
    if complete.empty:
        raise ColumnError(f"no row has a value in all of {', '.join(chosen)}")
    return CompleteRows(frame=complete, n_left_out=len(frame) - len(complete))


def compared_rows(
    frame: "pd.DataFrame", comparison: Comparison, columns: Sequence[str]
) -> CompleteRows:
    """Return the complete rows of the two arms that are compared.

    Raises
    ------
    ColumnError
        If a column does not exist, an arm does not occur, or no row is complete.
    """
    require_column(frame, comparison.column)
    arms = frame[comparison.column].astype(str)
    present = sorted(set(arms[frame[comparison.column].notna()]))
    for arm in (comparison.first, comparison.second):
        if arm not in present:
            raise ColumnError(
                f"no row has {arm!r} in column {comparison.column!r}; there is {', '.join(present)}"
            )
    both = frame.loc[arms.isin([comparison.first, comparison.second])]
    return complete_rows(both, (comparison.column, *columns))


def numbers(frame: "pd.DataFrame", column: str) -> FloatArray:
    """Return a column as numbers; a missing value is NaN.

    Raises
    ------
    ColumnError
        If the column does not exist, is text, or holds an infinite value.
    """
    require_column(frame, column)
    try:
        values = frame[column].to_numpy(dtype=np.float64, na_value=np.nan)
    except (ValueError, TypeError) as error:
        raise ColumnError(f"column {column!r} holds text; numbers are needed") from error
    if np.isinf(values).any():
        row = int(np.flatnonzero(np.isinf(values))[0]) + 1
        raise ColumnError(f"column {column!r} has an infinite value in row {row}; correct the data")
    return values


def labels(frame: "pd.DataFrame", column: str) -> tuple[str, ...]:
    """Return a column as text, whole numbers without decimals.

    `ColumnError` if the column does not exist.
    """
    require_column(frame, column)
    return tuple(
        str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)
        for value in frame[column]
    )


def covariates(frame: "pd.DataFrame", columns: Sequence[str]) -> tuple[Covariate, ...]:
    """Return columns as covariates: numbers stay numbers, anything else becomes a factor."""
    return tuple(_covariate(frame, column) for column in columns)


def _covariate(frame: "pd.DataFrame", column: str) -> Covariate:
    from pandas.api.types import is_bool_dtype, is_numeric_dtype  # noqa: PLC0415 - slow to import

    require_column(frame, column)
    if is_numeric_dtype(frame[column]) and not is_bool_dtype(frame[column]):
        return Covariate(name=column, values=tuple(numbers(frame, column).tolist()))
    return Covariate(name=column, values=labels(frame, column))


def require_column(frame: "pd.DataFrame", column: str) -> None:
    """Check that a column exists.

    Raises
    ------
    ColumnError
        If it does not; the text names the nearest one.
    """
    if column in frame.columns:
        return
    names = [str(name) for name in frame.columns]
    near = get_close_matches(column, names, n=1)
    meant = f"; did you mean {near[0]!r}?" if near else f"; there is {', '.join(names)}"
    raise ColumnError(f"there is no column {column!r}{meant}")
