"""The arrays that estimators take: finite numbers, none missing, one value a participant or a row."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from analysis.results import NotEstimableError

FloatArray = NDArray[np.float64]
Numbers = Sequence[float] | FloatArray
"""What callers may hand in as numbers."""
Labels = Sequence[str] | NDArray[np.str_]
"""What callers may hand in as names of arms, sites or participants."""


def require_finite(values: Numbers, what: str) -> FloatArray:
    """Return the values as an array; ``what`` names them in the reason.

    Raises
    ------
    NotEstimableError
        If a value is missing or infinite.

    Examples
    --------
    >>> require_finite([1.0, 2.5], "the outcome")
    array([1. , 2.5])
    """
    array = np.asarray(values, dtype=np.float64)
    missing, infinite = int(np.isnan(array).sum()), int(np.isinf(array).sum())
    if missing:
        raise NotEstimableError(
            f"{what}: {missing} of {array.size} values missing; leave them out or impute them"
        )
    if infinite:
        raise NotEstimableError(f"{what}: {infinite} of {array.size} values infinite")
    return array


def require_some(values: Numbers, minimum: int, what: str) -> FloatArray:
    """Return the values as an array of at least ``minimum`` finite numbers.

    Raises
    ------
    NotEstimableError
        If there are fewer.
    """
    array = require_finite(values, what)
    if array.size < minimum:
        raise NotEstimableError(f"{what}: {array.size} values, at least {minimum} are needed")
    return array


def require_binary(values: Numbers, what: str) -> FloatArray:
    """Return the values as an array of zeros and ones.

    Raises
    ------
    NotEstimableError
        If there is any other value.
    """
    array = require_finite(values, what)
    others = sorted({float(value) for value in array} - {0.0, 1.0})
    if others:
        raise NotEstimableError(f"{what}: {others[0]:g} found where only 0 and 1 may be")
    return array


def require_equal_lengths(**columns: Numbers | Labels) -> None:
    """Check that columns describe the same participants.

    Raises
    ------
    ValueError
        If their lengths differ: the columns do not belong together.
    """
    lengths = {name: len(values) for name, values in columns.items()}
    if len(set(lengths.values())) > 1:
        listed = ", ".join(f"{name} {length}" for name, length in lengths.items())
        raise ValueError(f"columns of different length: {listed}")
