"""Design columns of the terms of a formula, coded and named as R does.

A category of a term is coded by contrasts with its reference where the term without it is in the model, else by one column for
each level. In an interaction the first factor's columns run fastest.

References
----------
Chambers & Hastie (1992), Statistical Models in S, section 2.4 (which factors are coded by contrasts).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum, auto

import numpy as np

from analysis.estimators.mixed_model.data import FloatArray
from analysis.estimators.mixed_model.formulas.terms import Terms
from analysis.estimators.mixed_model.formulas.variables import Category, Numeric, Variable

INTERCEPT = "(Intercept)"


class Contrasts(Enum):
    """Coding of a category that needs one column fewer than it has levels."""

    TREATMENT = auto()
    """Each level against the first."""
    SUM = auto()
    """Each level but the last against the mean of all."""


@dataclass(frozen=True, kw_only=True, slots=True)
class CodedTerm:
    """One term and how each of its factors is coded.

    Attributes
    ----------
    factors : tuple of str
    full : tuple of bool
        For each factor whether every level has a column; False for numbers.
    """

    factors: tuple[str, ...]
    full: tuple[bool, ...]

    @property
    def name(self) -> str:
        """Factors joined by colons, as in an analysis of variance table."""
        return ":".join(self.factors) or INTERCEPT


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Coding:
    """The rule that makes design rows of values.

    Attributes
    ----------
    terms : tuple of CodedTerm
        The intercept first where there is one.
    variables : mapping
        Every factor of the formula with its values.
    """

    terms: tuple[CodedTerm, ...]
    variables: Mapping[str, Variable]

    @property
    def columns(self) -> tuple[str, ...]:
        """Names of the design columns."""
        return tuple(name for term in self.terms for name in self._names(term))

    @property
    def term_of_column(self) -> tuple[int, ...]:
        """For each design column the position of its term."""
        return tuple(
            position for position, term in enumerate(self.terms) for _ in self._names(term)
        )

    def matrix(
        self,
        values: Mapping[str, FloatArray],
        rows: int,
        contrasts: Contrasts = Contrasts.TREATMENT,
    ) -> FloatArray:
        """Return design rows, shape (rows, columns).

        Parameters
        ----------
        values : mapping
            For each factor: numbers of shape (rows, columns), or level positions of shape (rows,).
        rows : int
        contrasts : Contrasts
        """
        blocks = [np.ones((rows, 0))]
        for term in self.terms:
            block = np.ones((rows, 1))
            for factor, full in zip(term.factors, term.full, strict=True):
                part = self._code(factor, values[factor], full=full, contrasts=contrasts)
                block = (part[:, :, None] * block[:, None, :]).reshape(rows, -1)
            blocks.append(block)
        return np.concatenate(blocks, axis=1)

    def _code(
        self, factor: str, values: FloatArray, *, full: bool, contrasts: Contrasts
    ) -> FloatArray:
        variable = self.variables[factor]
        if isinstance(variable, Numeric):
            return values
        return _code_levels(len(variable.levels), full=full, contrasts=contrasts)[
            values.astype(np.intp)
        ]

    def _names(self, term: CodedTerm) -> list[str]:
        names = [""]
        for factor, full in zip(term.factors, term.full, strict=True):
            variable = self.variables[factor]
            if isinstance(variable, Numeric):
                own = list(variable.labels)
            else:
                own = [f"{factor}{level}" for level in variable.levels[0 if full else 1 :]]
            names = [f"{name}:{part}" if name else part for part in own for name in names]
        return [name or INTERCEPT for name in names]


def make_coding(terms: Terms, variables: Mapping[str, Variable]) -> Coding:
    """Decide how every factor of every term is coded.

    Without an intercept the first category among the main effects takes its place.
    """
    known = {frozenset(term) for term in terms.terms}
    coded = []
    if terms.has_intercept:
        known.add(frozenset())
        coded.append(CodedTerm(factors=(), full=()))
    for term in terms.terms:
        full = tuple(
            isinstance(variables[factor], Category) and frozenset(term) - {factor} not in known
            for factor in term
        )
        coded.append(CodedTerm(factors=term, full=full))
        if len(term) == 1 and full[0]:
            known.add(frozenset())
    return Coding(terms=tuple(coded), variables=variables)


def values_of(variable: Variable) -> FloatArray:
    """Return the values of a variable as `Coding.matrix` takes them."""
    return variable.numbers if isinstance(variable, Numeric) else variable.codes.astype(np.float64)


def _code_levels(levels: int, *, full: bool, contrasts: Contrasts) -> FloatArray:
    if full:
        return np.eye(levels)
    if contrasts is Contrasts.TREATMENT:
        return np.eye(levels)[:, 1:]
    coded = np.eye(levels)[:, :-1]
    coded[-1] = -1.0
    return coded
