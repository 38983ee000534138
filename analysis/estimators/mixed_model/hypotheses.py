"""Tests of whole terms, type II and type III.

Type III tests a term after all others, in the coding where the effects of a category sum to zero, so the result does not
depend on the coding of the fit. Type II tests a term after all terms that do not contain it.

Joint tests with Satterthwaite's degrees of freedom depend on the basis of the hypothesis; the bases here are those of R mmrm.
Kenward-Roger's do not.

References
----------
Goodnight (1980), Communications in Statistics A9, 167-180 (the types of hypotheses).
Fox & Weisberg (2019), An R Companion to Applied Regression, section 6.2.
"""

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from analysis.estimators.mixed_model.data import FloatArray
from analysis.estimators.mixed_model.estimability import check_rows
from analysis.estimators.mixed_model.formulas.coding import INTERCEPT, Coding, Contrasts, values_of
from analysis.estimators.mixed_model.formulas.roles import constrain
from analysis.estimators.mixed_model.formulas.table import ModelTable
from analysis.estimators.mixed_model.formulas.variables import Category
from analysis.estimators.mixed_model.inference import FTest, Inference
from analysis.estimators.mixed_model.patterns import ALIASED_BELOW

DETERMINED_BELOW = 1e-10
"""A coefficient is determined when less than this share of its direction is outside the row space of the design."""


class HypothesisType(StrEnum):
    """Which other terms a term is tested after."""

    II = "II"
    III = "III"


@dataclass(frozen=True, kw_only=True, slots=True)
class TermTest:
    """The test of one term; without a test, `reason` says why."""

    term: str
    test: FTest | None
    reason: str = ""


def compare_terms(
    inference: Inference, table: ModelTable, kind: HypothesisType
) -> tuple[TermTest, ...]:
    """Test every term of the formula but the intercept.

    Parameters
    ----------
    inference : Inference
        Of the fit of `table.data`.
    table : ModelTable
    kind : HypothesisType
    """
    coding = table.coding
    summed = _type_three(table) if kind is HypothesisType.III else None
    results = []
    for position, term in enumerate(coding.terms):
        if term.name == INTERCEPT:
            continue
        own = np.asarray(coding.term_of_column) == position
        if summed is None:
            rows = _type_two(table, position)
        else:
            rows = summed.rows[own & summed.is_determined]
        results.append(_test(inference, term.name, rows, int(own.sum())))
    return tuple(results)


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class _SumCoded:
    """The coefficients of the sum-coded design as combinations of the fitted ones.

    Attributes
    ----------
    rows : array, shape (columns, columns)
    is_determined : array of bool, shape (columns,)
        Whether the data determine the coefficient: with an empty cell they do not determine all.
    """

    rows: FloatArray
    is_determined: NDArray[np.bool_]


def _test(inference: Inference, term: str, rows: FloatArray, planned: int) -> TermTest:
    checked = check_rows(inference.fit, rows)
    if not len(checked.rows):
        return TermTest(term=term, test=None, reason="not estimable: the data lack combinations")
    lost = planned - len(checked.rows)
    reason = f"{lost} of {planned} comparisons are not estimable" if lost else ""
    return TermTest(term=term, test=inference.test(checked.rows), reason=reason)


def _type_three(table: ModelTable) -> _SumCoded:
    coding, rows = table.coding, table.analysed
    values = {name: values_of(variable)[rows] for name, variable in coding.variables.items()}
    summed = coding.matrix(constrain(coding, table.roles, values), len(rows), Contrasts.SUM)
    length = np.linalg.norm(summed, axis=0)
    length[length == 0] = 1.0
    left, size, right = np.linalg.svd(summed / length, full_matrices=False)
    rank = int((size > ALIASED_BELOW * size[0]).sum())
    inverse = (right[:rank].T / size[:rank]) @ (left[:, :rank].T @ table.data.design)
    free = 1 - (right[:rank] ** 2).sum(axis=0)
    return _SumCoded(rows=inverse / length[:, None], is_determined=free < DETERMINED_BELOW)


def _type_two(table: ModelTable, position: int) -> FloatArray:
    """Return the rows of one term after all terms that do not contain it."""
    coding, design = table.coding, table.data.design
    term_of = np.asarray(coding.term_of_column)
    own = term_of == position
    containing = np.isin(term_of, _containing(coding, position))
    before = design[:, ~own & ~containing]
    basis = np.linalg.qr(before)[0] if before.shape[1] else before
    left = design[:, own] - basis @ (basis.T @ design[:, own])
    rows = np.zeros((int(own.sum()), design.shape[1]))
    rows[:, own] = np.eye(len(rows))
    rows[:, containing] = np.linalg.lstsq(left, design[:, containing], rcond=None)[0]
    return rows


def _containing(coding: Coding, position: int) -> list[int]:
    """Return the terms with the same numbers and more categories."""

    def parts(place: int) -> tuple[frozenset[str], frozenset[str]]:
        factors = coding.terms[place].factors
        categories = frozenset(f for f in factors if isinstance(coding.variables[f], Category))
        return categories, frozenset(factors) - categories

    own, numbers = parts(position)
    found = [(place, *parts(place)) for place in range(len(coding.terms))]
    return [place for place, other, same in found if own < other and numbers == same]
