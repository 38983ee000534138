"""Columns of a table by the part they play, each checked: what is wrong is said with its row, level or participant."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from analysis.estimators.mixed_model.data import FloatArray, IntArray
from analysis.estimators.mixed_model.formulas.roles import Roles
from analysis.estimators.mixed_model.formulas.terms import FormulaError, Terms, find_column
from analysis.estimators.mixed_model.formulas.variables import (
    Category,
    Numeric,
    Variable,
    read_category,
    read_numbers,
    read_variable,
)
from analysis.results import NotEstimableError


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Participants:
    """Who each row of a table is about.

    Attributes
    ----------
    numbers : array of int, shape (rows,)
        From 0, in the order of the table.
    labels : tuple of str
    """

    numbers: IntArray
    labels: tuple[str, ...]


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Extras:
    """What a table may have besides outcome and factors."""

    group: Category | None = None
    weight: Numeric | None = None
    coordinates: Numeric | None = None

    @property
    def present(self) -> tuple[Variable, ...]:
        """Those that are there."""
        return tuple(v for v in (self.group, self.weight, self.coordinates) if v is not None)


def read_outcome(table: pd.DataFrame, terms: Terms) -> FloatArray:
    """Read the outcome, NaN where missing.

    Raises
    ------
    FormulaError
        When it is text.
    """
    variable = read_variable(table, terms.outcome, {})
    if isinstance(variable, Category):
        example = variable.levels[0] if variable.levels else ""
        message = (
            f"the outcome {terms.outcome.text} must have numbers, and has text such as {example!r}"
        )
        raise FormulaError(message)
    return variable.numbers[:, 0]


def read_participants(table: pd.DataFrame, name: str) -> Participants:
    """Read the column that says who each row is about.

    Raises
    ------
    FormulaError
        When a row has nobody.
    """
    codes, labels = pd.factorize(table[name])
    if (codes < 0).any():
        message = f"{name} is empty in row {int(np.argmax(codes < 0)) + 1}"
        raise FormulaError(message)
    return Participants(
        numbers=np.asarray(codes, dtype=np.intp), labels=tuple(str(label) for label in labels)
    )


def check_places(participants: Participants, visit: Category) -> None:
    """See that no participant has two rows at a visit.

    Raises
    ------
    FormulaError
        When a row has no visit.
    NotEstimableError
        When a participant has two rows at a visit.
    """
    if visit.is_missing.any():
        message = f"{visit.name} is empty in row {int(np.argmax(visit.is_missing)) + 1}"
        raise FormulaError(message)
    count = np.bincount(participants.numbers * len(visit.levels) + visit.codes)
    if count.max() > 1:
        person, place = divmod(int(np.argmax(count > 1)), len(visit.levels))
        message = f"participant {participants.labels[person]} has {count.max()} rows at {visit.name} {visit.levels[place]}; one is allowed"
        raise NotEstimableError(message)


def read_extras(table: pd.DataFrame, roles: Roles) -> Extras:
    """Read covariance group, weights and coordinates, where the roles name them.

    Raises
    ------
    NotEstimableError
        When a weight is not positive.
    """
    names = [str(name) for name in table.columns]
    group = weight = coordinates = None
    if roles.group is not None:
        column = table[find_column(roles.group, names)]
        group = read_category(column, roles.group, roles.levels.get(roles.group))
    if roles.weight is not None:
        values = read_numbers(table[find_column(roles.weight, names)])
        if (values <= 0).any():
            message = f"{roles.weight} has the weight {values[values <= 0][0]:g}; weights must be positive"
            raise NotEstimableError(message)
        weight = Numeric(name=roles.weight, labels=(roles.weight,), numbers=values[:, None])
    if roles.coordinates:
        columns = [read_numbers(table[find_column(name, names)]) for name in roles.coordinates]
        coordinates = Numeric(
            name="coordinates", labels=roles.coordinates, numbers=np.column_stack(columns)
        )
    return Extras(group=group, weight=weight, coordinates=coordinates)


def check_categories(variables: Mapping[str, Variable], analysed: IntArray, outcome: str) -> None:
    """See that every category of the formula has at least two levels among the analysed rows.

    Raises
    ------
    NotEstimableError
        When one has not: the text names the column, its level, and the levels without a row.
    """
    for variable in variables.values():
        if not isinstance(variable, Category):
            continue
        seen = np.unique(variable.codes[analysed])
        if len(seen) > 1:
            continue
        only = variable.levels[seen[0]]
        empty = ", ".join(level for level in variable.levels if level != only)
        lacking = f" ({empty}: no row with {outcome} and every covariate observed)" if empty else ""
        message = f"every analysed row has {only} in {variable.name}{lacking}: there is nothing to compare"
        raise NotEstimableError(message)


def keep_used_groups(group: Category, participant: IntArray, labels: Sequence[str]) -> Category:
    """Return the covariance groups that have rows, numbered without gaps.

    Raises
    ------
    NotEstimableError
        When a participant has two.
    """
    first = np.zeros(len(labels), dtype=np.intp)
    first[participant] = group.codes
    changed = group.codes != first[participant]
    if changed.any():
        person = labels[int(participant[np.argmax(changed)])]
        message = f"participant {person} changes {group.name} between visits; a covariance group must not change"
        raise NotEstimableError(message)
    used, codes = np.unique(group.codes, return_inverse=True)
    return Category(
        name=group.name,
        levels=tuple(group.levels[code] for code in used),
        codes=codes.astype(np.intp),
    )
