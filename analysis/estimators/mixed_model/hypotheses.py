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

from analysis.estimators.mixed_model.data import FloatArray
from analysis.estimators.mixed_model.estimability import check_rows
from analysis.estimators.mixed_model.formulas.coding import INTERCEPT, Coding, Contrasts, values_of
from analysis.estimators.mixed_model.formulas.roles import constrain
from analysis.estimators.mixed_model.formulas.table import ModelTable
from analysis.estimators.mixed_model.formulas.variables import Category
from analysis.estimators.mixed_model.inference import FTest, Inference


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
    rows_of = _type_three(table) if kind is HypothesisType.III else None
    results = []
    for position, term in enumerate(coding.terms):
        if term.name == INTERCEPT:
            continue
        own = np.asarray(coding.term_of_column) == position
        rows = rows_of[own] if rows_of is not None else _type_two(table, position)
        results.append(_test(inference, term.name, rows))
    return tuple(results)


def _test(inference: Inference, term: str, rows: FloatArray) -> TermTest:
    checked = check_rows(inference.fit, rows)
    if not len(checked.rows):
        return TermTest(term=term, test=None, reason="not estimable: the data lack combinations")
    lost = len(rows) - len(checked.rows)
    reason = f"{lost} of {len(rows)} comparisons are not estimable" if lost else ""
    return TermTest(term=term, test=inference.test(checked.rows), reason=reason)


def _type_three(table: ModelTable) -> FloatArray:
    """Return C with beta_c = C beta: the sum-coded coefficients of the fitted ones, shape (columns, columns)."""
    coding, rows = table.coding, table.analysed
    values = {name: values_of(variable)[rows] for name, variable in coding.variables.items()}
    summed = coding.matrix(constrain(coding, table.roles, values), len(rows), Contrasts.SUM)
    return np.asarray(np.linalg.lstsq(summed, table.data.design, rcond=None)[0])


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
