"""Symmetric matrices as upper triangles: half the memory and half the arithmetic."""

from functools import lru_cache

import numpy as np

from analysis.estimators.mixed_model.data import FloatArray, IntArray


@lru_cache(maxsize=64)
def upper_triangle(width: int) -> tuple[IntArray, IntArray]:
    """Return rows and columns of the upper triangle, diagonal included."""
    row, column = np.triu_indices(width)
    return row, column


@lru_cache(maxsize=64)
def _places(width: int) -> IntArray:
    row, column = upper_triangle(width)
    place = np.empty((width, width), dtype=np.intp)
    place[row, column] = place[column, row] = np.arange(len(row))
    return place


def pack(matrices: FloatArray) -> FloatArray:
    """Return upper triangles, shape (..., width (width + 1) / 2)."""
    row, column = upper_triangle(matrices.shape[-1])
    return matrices[..., row, column]


def unpack(packed: FloatArray, width: int) -> FloatArray:
    """Return symmetric matrices from their upper triangles, shape (..., width, width)."""
    return np.asarray(packed[..., _places(width)])


def off_diagonal_share(width: int, share: float) -> FloatArray:
    """Return 1 for every element of the upper triangle on the diagonal, the share for every other."""
    row, column = upper_triangle(width)
    return np.where(row == column, 1.0, share)
