"""Formulas taken apart as R takes them apart, and nothing else run."""

import pytest

from analysis.estimators.mixed_model.formulas.terms import FormulaError, find_column, read_formula


@pytest.mark.parametrize(
    ("formula", "terms", "has_intercept"),
    [
        ("y ~ a * b", [("a",), ("b",), ("a", "b")], True),
        ("y ~ b + a:b + a", [("b",), ("a",), ("b", "a")], True),
        ("y ~ x * v + r + a * v", [("x",), ("v",), ("r",), ("a",), ("x", "v"), ("v", "a")], True),
        ("y ~ 0 + a:b", [("a", "b")], False),
        ("y ~ a - 1", [("a",)], False),
        ("y ~ (a + b + c)^2 - b:c", [("a",), ("b",), ("c",), ("a", "b"), ("a", "c")], True),
        ("y ~ a / b", [("a",), ("a", "b")], True),
        ("y ~ 1", [], True),
    ],
)
def test_terms_are_those_of_r_in_the_order_of_r(
    formula: str,
    terms: list[tuple[str, ...]],
    has_intercept: bool,  # noqa: FBT001 - a column of the table above
) -> None:
    found = read_formula(formula)

    assert found.outcome.text == "y"
    assert list(found.terms) == terms
    assert found.has_intercept is has_intercept


def test_columns_of_an_expression_are_found() -> None:
    found = {
        factor.text: factor for factor in read_formula("log(y) ~ log(x + z) + factor(v)").factors
    }

    assert found["log(x + z)"].columns == ("x", "z")
    assert found["factor(v)"].columns == ("v",)
    assert found["factor(v)"].is_category


def test_a_name_that_is_no_python_name_stands_in_backticks() -> None:
    (factor,) = read_formula("y ~ `FEV1 at start`").factors

    assert factor.columns == ("FEV1 at start",)
    assert factor.is_plain


@pytest.mark.parametrize(
    "formula",
    [
        "y ~ __import__('os').system('true')",
        "y ~ x.mean()",
        "y ~ open(x)",
        "y ~ [v for v in x]",
        "y ~ log(x).real",
    ],
)
def test_a_formula_runs_no_code_of_its_own(formula: str) -> None:
    with pytest.raises(FormulaError, match=r"not allowed|cannot be read"):
        read_formula(formula)


@pytest.mark.parametrize("formula", ["~ a", "a + b", "y ~ a +", "y + z ~ a", "y ~ (a"])
def test_what_is_no_formula_is_said_to_be_none(formula: str) -> None:
    with pytest.raises(FormulaError, match="formula"):
        read_formula(formula)


def test_a_misspelt_column_is_named_with_the_one_that_looks_like_it() -> None:
    with pytest.raises(FormulaError, match=r"no column ARMC: did you mean ARMCD\?"):
        find_column("ARMC", ["USUBJID", "ARMCD", "FEV1"])
    with pytest.raises(FormulaError, match="no column qqq: there are one, two"):
        find_column("qqq", ["one", "two"])
