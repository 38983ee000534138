"""Separation: a combination of columns that tells events from non-events, so that a logistic or count model has no finite estimate.

Found exactly by a linear program: maximize the sum of s_i x_i'b subject to 0 <= s_i x_i'b <= 1, s = +1 for an event and −1 for none. The
optimum is 0 when the data overlap and positive when they are separated, completely or in part. statsmodels warns of complete separation only. Counts: a
combination that is 0 wherever there is an event and negative for some without.

References
----------
Albert & Anderson (1984), Biometrika 71, 1-10. Correia, Guimarães & Zylkin (2019), arXiv 1903.01633 (counts). Konis (2007), Linear programming algorithms for detecting separated data, Oxford.
"""

import numpy as np

from analysis.estimators.arrays import FloatArray

SMALLEST_SIZE = 1e-6


def find_separating_columns(
    matrix: FloatArray, response: FloatArray, names: tuple[str, ...]
) -> tuple[str, ...]:
    """Return the columns of a combination that separates the outcomes; empty when they overlap.

    Examples
    --------
    >>> design = np.array([[1.0, 0.0], [1.0, 0.0], [1.0, 1.0], [1.0, 1.0]])
    >>> find_separating_columns(design, np.array([0.0, 1.0, 1.0, 1.0]), ("Intercept", "arm"))
    ('arm',)
    """
    from scipy.optimize import linprog  # noqa: PLC0415 - slow to import

    scale = np.maximum(np.abs(matrix).max(axis=0), 1e-300)
    signed = matrix / scale * np.where(response > 0, 1.0, -1.0)[:, None]
    found = linprog(
        -signed.sum(axis=0),
        A_ub=np.vstack([signed, -signed]),
        b_ub=np.concatenate([np.ones(len(signed)), np.zeros(len(signed))]),
        bounds=[(None, None)] * matrix.shape[1],
        method="highs",
    )
    if not found.success or -found.fun < SMALLEST_SIZE:
        return ()
    return _guilty(names, found.x)


def find_columns_without_events(
    matrix: FloatArray, count: FloatArray, names: tuple[str, ...]
) -> tuple[str, ...]:
    """Return the columns of a combination that marks only participants without events; empty when there is none.

    Examples
    --------
    >>> design = np.array([[1.0, 0.0], [1.0, 0.0], [1.0, 1.0], [1.0, 1.0]])
    >>> find_columns_without_events(design, np.array([2.0, 1.0, 0.0, 0.0]), ("Intercept", "site"))
    ('site',)
    """
    from scipy.optimize import linprog  # noqa: PLC0415 - slow to import

    without = count == 0
    if not without.any():
        return ()
    scaled = matrix / np.maximum(np.abs(matrix).max(axis=0), 1e-300)
    empty = scaled[without]
    found = linprog(
        empty.sum(axis=0),
        A_ub=np.vstack([empty, -empty]),
        b_ub=np.concatenate([np.zeros(len(empty)), np.ones(len(empty))]),
        A_eq=scaled[~without],
        b_eq=np.zeros(int((~without).sum())),
        bounds=[(None, None)] * matrix.shape[1],
        method="highs",
    )
    if not found.success or -found.fun < SMALLEST_SIZE:
        return ()
    return _guilty(names, found.x)


def _guilty(names: tuple[str, ...], sizes: FloatArray) -> tuple[str, ...]:
    chosen = tuple(
        name
        for name, size in zip(names, sizes, strict=True)
        if abs(size) > SMALLEST_SIZE and name != "Intercept"
    )
    return chosen or names
