"""Which combinations of design columns the data can estimate at all."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from analysis.estimators.mixed_model.data import FloatArray
from analysis.estimators.mixed_model.fit import MixedModelFit

TOLERANCE = 1e-8


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Estimable:
    """Rows that can be estimated.

    Attributes
    ----------
    is_estimable : array of bool, shape (all rows,)
    rows : array, shape (estimable rows, fitted columns)
        For the columns that were fitted.
    """

    is_estimable: NDArray[np.bool_]
    rows: FloatArray


def check_rows(fit: MixedModelFit, rows: FloatArray) -> Estimable:
    """Keep the rows that lie in the row space of the design.

    An aliased column is a fixed combination of fitted columns in the data; a row can be estimated when it is in the row too.

    Parameters
    ----------
    fit : MixedModelFit
    rows : array, shape (rows, design columns)
        For all design columns, aliased ones included.
    """
    basis = fit.patterns.basis
    fitted = rows[:, basis.kept]
    others = np.delete(rows, basis.kept, axis=1)
    expected = fitted @ basis.aliased_from
    size = (
        np.abs(others)
        + np.abs(fitted) @ np.abs(basis.aliased_from)
        + np.abs(rows).max(axis=1, keepdims=True, initial=0.0)
    )
    good = (np.abs(others - expected) <= TOLERANCE * size).all(axis=1) & np.isfinite(rows).all(
        axis=1
    )
    return Estimable(is_estimable=good, rows=fitted[good])
