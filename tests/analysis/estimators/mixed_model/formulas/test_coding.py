"""Design columns with the coding and the names of R's model.matrix."""

import numpy as np
import pandas as pd
import pytest

from analysis.estimators.mixed_model.formulas.coding import (
    Coding,
    Contrasts,
    make_coding,
    values_of,
)
from analysis.estimators.mixed_model.formulas.terms import read_formula
from analysis.estimators.mixed_model.formulas.variables import read_variable

TABLE = pd.DataFrame(
    {
        "y": [1.0, 2, 3, 4, 5, 6],
        "a": ["p", "q", "p", "q", "p", "q"],
        "b": ["k", "k", "l", "l", "m", "m"],
        "x": [1.0, 4, 9, 16, 25, 36],
        "yes": [True, False, True, False, True, False],
        "dose": [10, 20, 10, 20, 10, 20],
    }
)


def _coding(formula: str) -> Coding:
    terms = read_formula(formula)
    return make_coding(
        terms, {factor.text: read_variable(TABLE, factor, {}) for factor in terms.factors}
    )


def _matrix(coding: Coding, contrasts: Contrasts = Contrasts.TREATMENT) -> np.ndarray:
    values = {name: values_of(variable) for name, variable in coding.variables.items()}
    return coding.matrix(values, len(TABLE), contrasts)


@pytest.mark.parametrize(
    ("formula", "columns"),
    [
        ("y ~ a * b", "(Intercept) aq bl bm aq:bl aq:bm"),
        ("y ~ b * a", "(Intercept) bl bm aq bl:aq bm:aq"),
        ("y ~ 0 + a + b", "ap aq bl bm"),
        ("y ~ 0 + x + a + b", "x ap aq bl bm"),
        ("y ~ a + a:b", "(Intercept) aq ap:bl aq:bl ap:bm aq:bm"),
        ("y ~ 0 + a:b", "ap:bk aq:bk ap:bl aq:bl ap:bm aq:bm"),
        ("y ~ a:x", "(Intercept) ap:x aq:x"),
        ("y ~ x + a:x", "(Intercept) x x:aq"),
        ("y ~ yes", "(Intercept) yesTrue"),
        ("y ~ factor(dose)", "(Intercept) factor(dose)20"),
        ("y ~ log(x)", "(Intercept) log(x)"),
        ("y ~ 1", "(Intercept)"),
    ],
)
def test_columns_are_named_as_in_r(formula: str, columns: str) -> None:
    coding = _coding(formula)

    assert " ".join(coding.columns) == columns
    assert _matrix(coding).shape == (6, len(coding.columns))


def test_interactions_are_products() -> None:
    coding = _coding("y ~ a * x")
    matrix = dict(zip(coding.columns, _matrix(coding).T, strict=True))

    assert list(matrix["aq:x"]) == [0, 4, 0, 16, 0, 36]


def test_several_columns_of_one_function_are_numbered() -> None:
    coding = _coding("y ~ poly(x, 2)")

    assert coding.columns == ("(Intercept)", "poly(x, 2)1", "poly(x, 2)2")
    assert _matrix(coding).sum(axis=0)[1:] == pytest.approx([0, 0])


def test_sum_contrasts_compare_with_the_mean_of_all_levels() -> None:
    found = _matrix(_coding("y ~ b"), Contrasts.SUM)

    assert found.tolist() == [[1, 1, 0], [1, 1, 0], [1, 0, 1], [1, 0, 1], [1, -1, -1], [1, -1, -1]]


def test_each_column_knows_its_term() -> None:
    coding = _coding("y ~ a * b")

    assert coding.term_of_column == (0, 1, 2, 2, 3, 3)
    assert [term.name for term in coding.terms] == ["(Intercept)", "a", "b", "a:b"]
