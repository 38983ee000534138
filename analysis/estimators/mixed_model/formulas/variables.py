"""Columns of a table as variables: numbers, or categories with the order of their levels."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analysis.estimators.mixed_model.data import FloatArray, IntArray
from analysis.estimators.mixed_model.formulas.terms import Factor, FormulaError, find_column
from analysis.results import NotEstimableError

BoolArray = NDArray[np.bool_]
MISSING = -1


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Category:
    """A categorical variable.

    Attributes
    ----------
    name : str
    levels : tuple of str
        The first is the reference.
    codes : array of int, shape (rows,)
        Position of the level; -1 where missing.
    """

    name: str
    levels: tuple[str, ...]
    codes: IntArray

    @property
    def is_missing(self) -> BoolArray:
        """Rows without a value."""
        return np.asarray(self.codes == MISSING)

    def take(self, rows: IntArray) -> "Category":
        """Return some rows."""
        return Category(name=self.name, levels=self.levels, codes=self.codes[rows])


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Numeric:
    """A numeric variable; one that a function like poly makes has several columns.

    Attributes
    ----------
    name : str
    labels : tuple of str
        Names of the columns in the design.
    numbers : array, shape (rows, columns)
        NaN where missing.
    again : Transform or None
        Computes the columns for other values of the table's columns; None for a plain column.
    """

    name: str
    labels: tuple[str, ...]
    numbers: FloatArray
    again: "Transform | None" = None

    @property
    def is_missing(self) -> BoolArray:
        """Rows without a value."""
        return np.asarray(np.isnan(self.numbers).any(axis=1))

    def take(self, rows: IntArray) -> "Numeric":
        """Return some rows."""
        return Numeric(
            name=self.name, labels=self.labels, numbers=self.numbers[rows], again=self.again
        )

    def at_mean(self, rows: IntArray) -> FloatArray:
        """Return the columns at the mean of the table's columns over some rows, shape (columns,)."""
        if self.again is None:
            return np.asarray(self.numbers[rows].mean(axis=0))
        return self.again.at_mean(rows)


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Transform:
    """An expression that formulaic evaluated, to be evaluated again with what it remembers (e.g. the knots of a spline)."""

    specification: Any
    columns: Mapping[str, FloatArray]

    def at_mean(self, rows: IntArray) -> FloatArray:
        """Return the expression at the mean of its columns over some rows."""
        one = pd.DataFrame({name: [values[rows].mean()] for name, values in self.columns.items()})
        row = np.asarray(self.specification.get_model_matrix(one), dtype=np.float64)
        return np.asarray(row[0])


Variable = Category | Numeric


def read_variable(
    table: pd.DataFrame, factor: Factor, levels: Mapping[str, Sequence[str]]
) -> Variable:
    """Read one factor of a formula from a table.

    Parameters
    ----------
    table : DataFrame
    factor : Factor
    levels : mapping
        Levels of columns, reference first; their columns are categories whatever their type.
    """
    for name in factor.columns:
        find_column(name, list(table.columns))
    if factor.is_plain or factor.is_category:
        column = table[factor.columns[0]]
        named = levels.get(factor.columns[0])
        if named is not None or factor.is_category or not _is_number(column):
            return read_category(column, factor.text, named)
        return Numeric(
            name=factor.text, labels=(factor.text,), numbers=read_numbers(column)[:, None]
        )
    return _evaluate(table, factor)


def read_category(
    column: "pd.Series[Any]", name: str, levels: Sequence[str] | None = None
) -> Category:
    """Read a column as categories: in the order given, else that of a pandas Categorical, else ascending.

    Raises
    ------
    FormulaError
        When the column has a value that is not among the levels given.
    """
    if levels is None:
        if isinstance(column.dtype, pd.CategoricalDtype):
            codes = np.asarray(column.cat.codes, dtype=np.intp)
            return Category(
                name=name, levels=tuple(_text(v) for v in column.cat.categories), codes=codes
            )
        codes, values = pd.factorize(column, sort=True)
        return Category(
            name=name,
            levels=tuple(_text(value) for value in values),
            codes=np.asarray(codes, dtype=np.intp),
        )
    codes, values = pd.factorize(column)
    place = {level: position for position, level in enumerate(levels)}
    texts = [_text(value) for value in values]
    foreign = [text for text in texts if text not in place]
    if foreign:
        message = f"{column.name} has the value {foreign[0]!r}, which is not among its levels {', '.join(levels)}"
        raise FormulaError(message)
    lookup = np.asarray([*(place[text] for text in texts), MISSING], dtype=np.intp)
    return Category(name=name, levels=tuple(levels), codes=lookup[codes])


def read_numbers(column: "pd.Series[Any]") -> FloatArray:
    """Read a numeric column, NaN where missing.

    Raises
    ------
    FormulaError
        When the column has text.
    NotEstimableError
        When it has infinite values.
    """
    if not _is_number(column):
        message = (
            f"{column.name} must have numbers, and has text such as {column.dropna().iloc[0]!r}"
        )
        raise FormulaError(message)
    values = column.to_numpy(dtype=np.float64, na_value=np.nan)
    if np.isinf(values).any():
        row = int(np.argmax(np.isinf(values)))
        message = f"{column.name} has an infinite value in row {row + 1}"
        raise NotEstimableError(message)
    return np.asarray(values)


def _is_number(column: "pd.Series[Any]") -> bool:
    return column.dtype.kind in "iuf" or (column.dtype.kind == "O" and not column.notna().any())


def _text(value: object) -> str:
    if isinstance(value, (float, np.floating)) and float(value).is_integer():
        return str(int(value))
    return str(value)


def _evaluate(table: pd.DataFrame, factor: Factor) -> Numeric:
    from formulaic import Formula
    from formulaic.errors import FormulaicError

    columns = {name: read_numbers(table[name]) for name in factor.columns}
    complete = ~np.isnan(np.column_stack(list(columns.values()))).any(axis=1)
    observed = pd.DataFrame({name: values[complete] for name, values in columns.items()})
    try:
        with np.errstate(all="ignore"):
            matrix = Formula(f"0 + {factor.text}").get_model_matrix(observed, na_action="ignore")
    except FormulaicError as error:
        message = f"{factor.text} in the formula cannot be computed: {error}"
        raise FormulaError(message) from error
    values = np.full((len(table), matrix.shape[1]), np.nan)
    values[complete] = np.asarray(matrix, dtype=np.float64)
    if not np.isfinite(values[complete]).all():
        message = f"{factor.text} in the formula is not a finite number in every row"
        raise NotEstimableError(message)
    many = matrix.shape[1] > 1
    return Numeric(
        name=factor.text,
        labels=tuple(
            f"{factor.text}{i + 1}" if many else factor.text for i in range(values.shape[1])
        ),
        numbers=values,
        again=Transform(specification=matrix.model_spec, columns=columns),
    )
