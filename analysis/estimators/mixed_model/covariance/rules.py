"""Rules for the correlations of visits, with their first and second derivatives."""

from dataclasses import dataclass
from typing import Protocol

import numpy as np

from analysis.estimators.mixed_model.covariance.structure import FloatArray

LARGEST_START = 0.95
"""Correlations to start from are kept away from 1."""


class CorrelationRule(Protocol):
    """Parameters to a correlation matrix."""

    @property
    def name(self) -> str:
        """Short name."""

    @property
    def label(self) -> str:
        """Name in words."""

    def n_parameters(self, n_visits: int) -> int:
        """Return the number of parameters."""

    def correlation(self, theta: FloatArray, n_visits: int) -> FloatArray:
        """Return the matrix, shape (m, m)."""

    def derivatives(self, theta: FloatArray, n_visits: int) -> tuple[FloatArray, FloatArray]:
        """Return first and second derivatives, shapes (k, m, m) and (k, k, m, m)."""

    def start(self, correlation: FloatArray) -> FloatArray:
        """Return parameters near a correlation matrix."""


@dataclass(frozen=True, slots=True)
class CompoundSymmetry:
    """One correlation between -1 / (m - 1) and 1; its parameter is the logit of its place in that range."""

    @property
    def name(self) -> str:
        """Short name."""
        return "cs"

    @property
    def label(self) -> str:
        """Name in words."""
        return "compound symmetry"

    def n_parameters(self, n_visits: int) -> int:
        """Return 1; 0 for one visit."""
        return int(n_visits > 1)

    def correlation(self, theta: FloatArray, n_visits: int) -> FloatArray:
        """Return the matrix."""
        matrix = np.eye(n_visits)
        if len(theta):
            low = -1 / (n_visits - 1)
            matrix[~np.eye(n_visits, dtype=bool)] = low + (1 - low) * _expit(theta[0])
        return matrix

    def derivatives(self, theta: FloatArray, n_visits: int) -> tuple[FloatArray, FloatArray]:
        """Return the derivatives."""
        others = 1 - np.eye(n_visits)
        if not len(theta):
            return np.zeros((0, n_visits, n_visits)), np.zeros((0, 0, n_visits, n_visits))
        place = _expit(theta[0])
        slope = (1 + 1 / (n_visits - 1)) * place * (1 - place)
        return slope * others[None], slope * (1 - 2 * place) * others[None, None]

    def start(self, correlation: FloatArray) -> FloatArray:
        """Return the parameter of the mean correlation."""
        m = len(correlation)
        if m == 1:
            return np.zeros(0)
        low = -1 / (m - 1)
        mean = float(correlation[np.triu_indices(m, 1)].mean())
        place = np.clip((mean - low) / (1 - low), 1 - LARGEST_START, LARGEST_START)
        return np.asarray([np.log(place / (1 - place))])


@dataclass(frozen=True, slots=True)
class Autoregressive:
    """rho to the power of the number of steps between two visits; the parameter is rho / sqrt(1 - rho^2)."""

    @property
    def name(self) -> str:
        """Short name."""
        return "ar1"

    @property
    def label(self) -> str:
        """Name in words."""
        return "first-order autoregressive"

    def n_parameters(self, n_visits: int) -> int:
        """Return 1; 0 for one visit."""
        return int(n_visits > 1)

    def correlation(self, theta: FloatArray, n_visits: int) -> FloatArray:
        """Return the matrix."""
        if not len(theta):
            return np.eye(n_visits)
        return np.asarray(_squash(theta)[0] ** _steps(n_visits))

    def derivatives(self, theta: FloatArray, n_visits: int) -> tuple[FloatArray, FloatArray]:
        """Return the derivatives."""
        if not len(theta):
            return np.zeros((0, n_visits, n_visits)), np.zeros((0, 0, n_visits, n_visits))
        rho, slope, bend = _squash(theta)[0], _squash_slope(theta)[0], _squash_bend(theta)[0]
        steps = _steps(n_visits)
        by_rho = steps * rho ** np.maximum(steps - 1, 0)
        twice = steps * (steps - 1) * rho ** np.maximum(steps - 2, 0)
        return slope * by_rho[None], (slope**2 * twice + bend * by_rho)[None, None]

    def start(self, correlation: FloatArray) -> FloatArray:
        """Return the parameter of the mean correlation of neighbours."""
        if len(correlation) == 1:
            return np.zeros(0)
        return _unsquash(np.asarray([np.diag(correlation, 1).mean()]))


@dataclass(frozen=True, slots=True)
class Toeplitz:
    """A correlation for each number of steps; not every choice is a covariance."""

    @property
    def name(self) -> str:
        """Short name."""
        return "toep"

    @property
    def label(self) -> str:
        """Name in words."""
        return "Toeplitz"

    def n_parameters(self, n_visits: int) -> int:
        """Return m - 1."""
        return n_visits - 1

    def correlation(self, theta: FloatArray, n_visits: int) -> FloatArray:
        """Return the matrix."""
        return np.concatenate([[1.0], _squash(theta)])[_steps(n_visits)]

    def derivatives(self, theta: FloatArray, n_visits: int) -> tuple[FloatArray, FloatArray]:
        """Return the derivatives."""
        k = n_visits - 1
        bands = (_steps(n_visits) == np.arange(1, n_visits)[:, None, None]).astype(np.float64)
        second = np.zeros((k, k, n_visits, n_visits))
        second[np.arange(k), np.arange(k)] = _squash_bend(theta)[:, None, None] * bands
        return _squash_slope(theta)[:, None, None] * bands, second

    def start(self, correlation: FloatArray) -> FloatArray:
        """Return the parameters of the autoregressive correlation: always positive definite."""
        m = len(correlation)
        if m == 1:
            return np.zeros(0)
        rho = _squash(Autoregressive().start(correlation))[0]
        return _unsquash(rho ** np.arange(1, m))


@dataclass(frozen=True, slots=True)
class Antedependence:
    """A correlation for each two neighbours; those further apart have the product of the ones between."""

    @property
    def name(self) -> str:
        """Short name."""
        return "ad"

    @property
    def label(self) -> str:
        """Name in words."""
        return "first-order antedependence"

    def n_parameters(self, n_visits: int) -> int:
        """Return m - 1."""
        return n_visits - 1

    def correlation(self, theta: FloatArray, n_visits: int) -> FloatArray:
        """Return the matrix."""
        return _chain(_squash(theta)) if n_visits > 1 else np.eye(1)

    def derivatives(self, theta: FloatArray, n_visits: int) -> tuple[FloatArray, FloatArray]:
        """Return the derivatives."""
        k, rho = n_visits - 1, _squash(theta)
        if not k:
            return np.zeros((0, 1, 1)), np.zeros((0, 0, 1, 1))
        row, column = np.indices((n_visits, n_visits))
        link = np.arange(k)[:, None, None]
        between = (np.minimum(row, column) <= link) & (link < np.maximum(row, column))
        without_one = _chain(np.where(np.eye(k, dtype=bool), 1.0, rho))
        by_rho = between * without_one
        either = np.eye(k, dtype=bool)[:, None] | np.eye(k, dtype=bool)[None]
        twice = between[:, None] * between[None] * _chain(np.where(either, 1.0, rho))
        twice[np.arange(k), np.arange(k)] = 0.0
        slope, bend = _squash_slope(theta), _squash_bend(theta)
        second = np.multiply.outer(slope, slope)[:, :, None, None] * twice
        second[np.arange(k), np.arange(k)] += bend[:, None, None] * by_rho
        return slope[:, None, None] * by_rho, second

    def start(self, correlation: FloatArray) -> FloatArray:
        """Return the parameters of the correlations of neighbours."""
        return _unsquash(np.diag(correlation, 1))


def _steps(n_visits: int) -> np.ndarray[tuple[int, ...], np.dtype[np.intp]]:
    place = np.arange(n_visits)
    return np.asarray(np.abs(place[:, None] - place))


def _chain(rho: FloatArray) -> FloatArray:
    """Return products of neighbouring correlations, shape (..., m, m) from (..., m - 1)."""
    m = rho.shape[-1] + 1
    matrix = np.ones((*rho.shape[:-1], m, m))
    for row in range(m - 1):
        products = np.cumprod(rho[..., row:], axis=-1)
        matrix[..., row, row + 1 :] = products
        matrix[..., row + 1 :, row] = products
    return matrix


def _expit(value: float) -> float:
    return float(1 / (1 + np.exp(-value)))


def _squash(theta: FloatArray) -> FloatArray:
    """Return the correlation of a parameter: t / sqrt(1 + t^2)."""
    return np.asarray(theta / np.sqrt(1 + theta**2))


def _squash_slope(theta: FloatArray) -> FloatArray:
    return np.asarray((1 + theta**2) ** -1.5)


def _squash_bend(theta: FloatArray) -> FloatArray:
    return np.asarray(-3 * theta * (1 + theta**2) ** -2.5)


def _unsquash(rho: FloatArray) -> FloatArray:
    kept = np.clip(rho, -LARGEST_START, LARGEST_START)
    return np.asarray(kept / np.sqrt(1 - kept**2))
