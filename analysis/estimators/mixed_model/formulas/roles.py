"""Which column of a table plays which part in a mixed model, and which mean the randomization fixes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from analysis.estimators.mixed_model.data import FloatArray
from analysis.estimators.mixed_model.formulas.coding import Coding
from analysis.estimators.mixed_model.formulas.terms import FormulaError
from analysis.estimators.mixed_model.formulas.variables import Category


@dataclass(frozen=True, kw_only=True, slots=True)
class ConstrainedBaseline:
    """Baseline as one of the outcomes, with the same mean in every arm (constrained longitudinal data analysis, cLDA).

    Randomization makes the arms alike at baseline; the model says so. Write the formula as `Y ~ VISIT + VISIT:ARM`.

    References
    ----------
    Liang & Zeger (2000), Sankhya B 62, 134-148.
    Lu (2010), Statistics in Medicine 29, 2585-2594.

    Attributes
    ----------
    arm : str
        Factor of the arms.
    visit : str
        Level of the visit that is the baseline.
    """

    arm: str
    visit: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Roles:
    """Which column of the table plays which part.

    Attributes
    ----------
    participant : str
    visit : str
        Always read as categories; their order is the order of the visits.
    group : str or None
        Covariance group: each has a covariance of its own.
    weight : str or None
    coordinates : tuple of str
        Numeric columns that place each row, for spatial covariances.
    levels : mapping
        Levels of columns, reference first; the others are in ascending order.
    baseline : ConstrainedBaseline or None
    """

    participant: str
    visit: str
    group: str | None = None
    weight: str | None = None
    coordinates: tuple[str, ...] = ()
    levels: Mapping[str, Sequence[str]] = field(default_factory=dict)
    baseline: ConstrainedBaseline | None = None


def constrain(
    coding: Coding, roles: Roles, values: Mapping[str, FloatArray]
) -> Mapping[str, FloatArray]:
    """Return the values with every arm coded as the reference at the constrained baseline.

    Raises
    ------
    FormulaError
        When arm or baseline visit are not in the formula.
    """
    baseline = roles.baseline
    if baseline is None:
        return values
    visit = coding.variables.get(roles.visit)
    if baseline.arm not in values or not isinstance(visit, Category):
        message = f"a constrained baseline needs {baseline.arm} and {roles.visit} in the formula"
        raise FormulaError(message)
    if baseline.visit not in visit.levels:
        message = f"{roles.visit} has no level {baseline.visit}; it has {', '.join(visit.levels)}"
        raise FormulaError(message)
    at_baseline = values[roles.visit] == visit.levels.index(baseline.visit)
    return {**values, baseline.arm: np.where(at_baseline, 0.0, values[baseline.arm])}
