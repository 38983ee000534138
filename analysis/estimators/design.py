"""Covariates, and the design matrix of arm and covariates that linear and logistic models share.

Treatment coding: the first arm and the first level of a factor (in alphabetical order) are the reference. A covariate that does not vary
is left out and named.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from analysis.estimators.arrays import FloatArray, require_finite
from analysis.results import NotEstimableError


@dataclass(frozen=True, kw_only=True, slots=True)
class Covariate:
    """One covariate: numbers, or the levels of a factor (text), one for each participant."""

    name: str
    values: tuple[float, ...] | tuple[str, ...]

    @property
    def is_factor(self) -> bool:
        """Whether the values are levels of a factor."""
        return all(isinstance(value, str) for value in self.values)


@dataclass(frozen=True, kw_only=True, slots=True)
class Design:
    """A design matrix, one row a participant: intercept, arms, covariates, products of both."""

    columns: tuple[str, ...]
    matrix: FloatArray
    arms: tuple[str, ...]
    """Arms with an indicator column; the first arm of the analysis is the intercept."""
    dropped: tuple[str, ...]
    """Covariates that do not vary."""


def build_design(
    arm: Sequence[str],
    arms: Sequence[str],
    covariates: Sequence[Covariate],
    interactions: Sequence[str] = (),
) -> Design:
    """Return the design of arm and covariates.

    Parameters
    ----------
    arm
        Arm of each participant.
    arms
        The arms in order, the reference first.
    covariates
        Each with one value a participant.
    interactions
        Names of covariates whose effect may differ between arms.

    Raises
    ------
    NotEstimableError
        If an interaction names no covariate, or a covariate has missing or infinite values.
    """
    unknown = sorted(set(interactions) - {covariate.name for covariate in covariates})
    if unknown:
        raise NotEstimableError(f"the interaction with {unknown[0]} names no covariate")
    allocated = np.asarray(arm)
    indicators = [(f"arm[{name}]", (allocated == name).astype(np.float64)) for name in arms[1:]]
    columns: list[tuple[str, FloatArray]] = [("Intercept", np.ones(len(arm))), *indicators]
    products: list[tuple[str, FloatArray]] = []
    dropped = []
    for covariate in covariates:
        if len(set(covariate.values)) < 2:
            dropped.append(covariate.name)
            continue
        own = covariate_columns(covariate)
        columns += own
        if covariate.name in interactions:
            products += [(f"{a}:{c}", x * y) for c, y in own for a, x in indicators]
    columns += products
    return Design(
        columns=tuple(name for name, _ in columns),
        matrix=np.column_stack([values for _, values in columns]),
        arms=tuple(arms[1:]),
        dropped=tuple(dropped),
    )


def require_full_rank(design: Design) -> None:
    """Check that every coefficient can be told from the others.

    Raises
    ------
    NotEstimableError
        If there are too few participants or columns depend on each other.
    """
    rows, columns = design.matrix.shape
    if rows <= columns:
        message = f"{rows} participants are too few for {columns} coefficients"
        raise NotEstimableError(message)
    scaled = design.matrix / np.maximum(np.linalg.norm(design.matrix, axis=0), 1e-300)
    if np.linalg.matrix_rank(scaled) < columns:
        message = "arm and covariates cannot be told apart (singular design)"
        raise NotEstimableError(message)


def covariate_columns(covariate: Covariate) -> list[tuple[str, FloatArray]]:
    """Return the design columns of a covariate: its numbers, or an indicator of every level but the first."""
    if covariate.is_factor:
        values = np.asarray(covariate.values)
        levels = sorted(set(covariate.values), key=str)[1:]
        return [
            (f"{covariate.name}[{level}]", (values == level).astype(np.float64)) for level in levels
        ]
    finite = require_finite(np.asarray(covariate.values, dtype=np.float64), covariate.name)
    return [(covariate.name, finite)]
