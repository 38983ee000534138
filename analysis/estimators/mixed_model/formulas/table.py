"""A table with one row for each participant and visit, read by a formula."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from analysis.estimators.mixed_model.data import FloatArray, IntArray, MixedModelData
from analysis.estimators.mixed_model.formulas.coding import Coding, make_coding, values_of
from analysis.estimators.mixed_model.formulas.columns import (
    Extras,
    Participants,
    check_categories,
    check_places,
    keep_used_groups,
    read_extras,
    read_outcome,
    read_participants,
)
from analysis.estimators.mixed_model.formulas.roles import Roles, constrain
from analysis.estimators.mixed_model.formulas.terms import find_column, read_formula
from analysis.estimators.mixed_model.formulas.variables import (
    Category,
    read_category,
    read_variable,
)
from analysis.results import NotEstimableError


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class ModelTable:
    """What a formula made of a table.

    Attributes
    ----------
    formula : str
    outcome : str
        As the formula writes it.
    roles : Roles
    data : MixedModelData
        The rows that enter the fit.
    coding : Coding
        Makes design rows of values; `data.design` is its matrix.
    covariates_observed : array of int
        Rows of the table with every covariate observed.
    analysed : array of int
        Rows of the table that enter: outcome observed too.
    participants : tuple of str
        In the order of their numbers in `data`.
    visits : tuple of str
    groups : tuple of str
        Covariance groups; one without a name when there is one covariance.
    n_rows, n_participants : int
        Of the table, whether they enter or not.
    """

    formula: str
    outcome: str
    roles: Roles
    data: MixedModelData
    coding: Coding
    covariates_observed: IntArray
    analysed: IntArray
    participants: tuple[str, ...]
    visits: tuple[str, ...]
    groups: tuple[str, ...]
    n_rows: int
    n_participants: int

    @property
    def n_without_outcome(self) -> int:
        """Rows with every covariate and no outcome."""
        return len(self.covariates_observed) - len(self.analysed)

    @property
    def n_without_covariate(self) -> int:
        """Rows that lack a covariate."""
        return self.n_rows - len(self.covariates_observed)

    @property
    def n_participants_without_rows(self) -> int:
        """Participants of whom no row enters."""
        return self.n_participants - len(self.participants)

    def design_rows(self, values: Mapping[str, FloatArray], rows: int) -> FloatArray:
        """Return design rows for values of the factors (`Coding.matrix`), a constrained baseline included."""
        return self.coding.matrix(constrain(self.coding, self.roles, values), rows)


def read_table(table: pd.DataFrame, formula: str, roles: Roles) -> ModelTable:
    """Read a table by a formula.

    Parameters
    ----------
    table : DataFrame
        One row for each participant and visit; a missing outcome may be an empty cell or a missing row.
    formula : str
        Outcome and fixed effects, e.g. ``FEV1 ~ RACE + SEX + ARMCD * AVISIT``.
    roles : Roles

    Raises
    ------
    NotEstimableError
        When no row is complete or the numbers cannot carry the model; the text names column, level or participant. A formula
        that does not fit the table raises `FormulaError` in the same way.
    """
    terms = read_formula(formula)
    for name in (roles.participant, roles.visit):
        find_column(name, [str(column) for column in table.columns])
    visit = read_category(table[roles.visit], roles.visit, roles.levels.get(roles.visit))
    levels = {**roles.levels, roles.visit: visit.levels}
    variables = {factor.text: read_variable(table, factor, levels) for factor in terms.factors}
    outcome = read_outcome(table, terms)
    participants = read_participants(table, roles.participant)
    check_places(participants, visit)
    extras = read_extras(table, roles)
    incomplete = np.zeros(len(table), dtype=bool)
    for variable in (*variables.values(), *extras.present):
        incomplete |= variable.is_missing
    analysed = np.flatnonzero(~incomplete & ~np.isnan(outcome))
    if not len(analysed):
        message = f"no row has {terms.outcome.text} and every covariate observed"
        raise NotEstimableError(message)
    check_categories(variables, analysed, terms.outcome.text)
    return _assemble(
        _Columns(
            coding=make_coding(terms, variables),
            outcome_name=terms.outcome.text,
            outcome=outcome,
            participants=participants,
            visit=visit,
            extras=extras,
        ),
        formula,
        roles,
        np.flatnonzero(~incomplete),
        analysed,
    )


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class _Columns:
    coding: Coding
    outcome_name: str
    outcome: FloatArray
    participants: Participants
    visit: Category
    extras: Extras


def _assemble(
    columns: _Columns, formula: str, roles: Roles, covariates_observed: IntArray, rows: IntArray
) -> ModelTable:
    coding, people = columns.coding, columns.participants
    values = {name: values_of(v)[rows] for name, v in coding.variables.items()}
    used, participant = np.unique(people.numbers[rows], return_inverse=True)
    labels = tuple(people.labels[number] for number in used)
    group = columns.extras.group
    if group is not None:
        group = keep_used_groups(group.take(rows), participant, labels)
    weight, coordinates = columns.extras.weight, columns.extras.coordinates
    data = MixedModelData(
        outcome=columns.outcome[rows],
        design=coding.matrix(constrain(coding, roles, values), len(rows)),
        columns=coding.columns,
        participant=participant.astype(np.intp),
        visit=columns.visit.codes[rows],
        n_visits=len(columns.visit.levels),
        group=None if group is None else group.codes,
        weight=None if weight is None else weight.numbers[rows, 0],
        coordinates=None if coordinates is None else coordinates.numbers[rows],
    )
    return ModelTable(
        formula=formula,
        outcome=columns.outcome_name,
        roles=roles,
        data=data,
        coding=coding,
        covariates_observed=covariates_observed,
        analysed=rows,
        participants=labels,
        visits=columns.visit.levels,
        groups=("",) if group is None else group.levels,
        n_rows=len(columns.outcome),
        n_participants=len(people.labels),
    )
