"""Tables read by a formula: what enters, and a sentence for everything that cannot."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from analysis.estimators.mixed_model.fit import fit_mixed_model
from analysis.estimators.mixed_model.formulas.roles import ConstrainedBaseline
from analysis.estimators.mixed_model.formulas.table import ModelTable, read_table
from analysis.estimators.mixed_model.formulas.terms import FormulaError
from analysis.estimators.mixed_model.inference import infer
from analysis.estimators.mixed_model.marginal_means import estimate_rows, marginal_rows
from analysis.results import NotEstimableError
from tests.analysis.estimators.mixed_model.trials import FORMULA, ROLES, make_trial


def _read(change: Callable[[pd.DataFrame], object] = lambda _: None, **roles: object) -> ModelTable:
    table = make_trial(1)
    change(table)
    return read_table(table, FORMULA, replace(ROLES, **roles))  # type: ignore[arg-type]


def test_rows_without_outcome_or_covariate_are_left_out_and_counted() -> None:
    def change(table: pd.DataFrame) -> None:
        table.loc[table["id"] == "P003", "y"] = np.nan
        table.loc[table["id"] == "P004", "baseline"] = np.nan

    read, full = _read(change), _read()

    assert read.n_rows == full.n_rows == 72
    assert read.n_without_covariate == 3
    assert read.n_participants == 24
    assert read.n_participants_without_rows == 2
    assert "P003" not in read.participants
    assert read.data.n_observations == len(read.analysed)
    assert read.n_rows == len(read.analysed) + read.n_without_outcome + read.n_without_covariate


def test_a_missing_row_and_an_empty_outcome_are_the_same() -> None:
    table = make_trial(1)
    short = table[table["y"].notna()].sample(frac=1.0, random_state=3)

    found, expected = (fit_mixed_model(read_table(t, FORMULA, ROLES).data) for t in (short, table))

    assert found.beta == pytest.approx(expected.beta, rel=1e-9)


def test_the_first_level_listed_is_the_reference() -> None:
    assert "armA" in _read(levels={"arm": ("B", "A")}).data.columns
    assert "visitV1" in _read(levels={"visit": ("V2", "V1", "V3")}).data.columns


def test_visits_are_categories_even_as_numbers() -> None:
    read = _read(lambda table: table.__setitem__("visit", table["visit"].str[1:].astype(float)))

    assert read.visits == ("1", "2", "3")
    assert read.data.columns[3:5] == ("visit2", "visit3")


def test_a_level_without_rows_is_reported_as_not_estimable() -> None:
    read = read_table(
        make_trial(1),
        "y ~ site + visit",
        replace(ROLES, levels={"site": ("north", "south", "west", "east")}),
    )

    assert fit_mixed_model(read.data).aliased == ("siteeast",)


def test_covariance_groups_are_those_with_rows() -> None:
    read = _read(group="arm", levels={"arm": ("C", "B", "A")})

    assert read.groups == ("B", "A")
    assert set(read.data.group if read.data.group is not None else []) == {0, 1}


def _set(column: str, value: str | float | None, row: int = 4) -> Callable[[pd.DataFrame], None]:
    def change(table: pd.DataFrame) -> None:
        if isinstance(value, str):
            table[column] = table[column].astype(object)
        table.loc[row, column] = value

    return change


@pytest.mark.parametrize(
    ("change", "roles", "sentence"),
    [
        (_set("y", np.inf), {}, "y has an infinite value in row 5"),
        (_set("baseline", -np.inf), {}, "baseline has an infinite value in row 5"),
        (_set("y", "high"), {}, "the outcome y must have numbers, and has text"),
        (_set("visit", "V1"), {}, "participant P001 has 2 rows at visit V1; one is allowed"),
        (_set("visit", None), {}, "visit is empty in row 5"),
        (_set("id", None), {}, "id is empty in row 5"),
        (_set("arm", "X"), {"levels": {"arm": ("A", "B")}}, "arm has the value 'X', which is not among its levels A, B"),
        (_set("weight", 0.0), {"weight": "weight"}, "weight has the weight 0; weights must be positive"),
        (_set("site", "north"), {"group": "site"}, "participant P001 changes site between visits"),
        (lambda _: None, {"weight": "weigth"}, "no column weigth: did you mean weight?"),
        (lambda _: None, {"visit": "week"}, "no column week"),
        (lambda table: table.__setitem__("y", 7.0), {}, "the outcome has the same value in every row"),
        (lambda table: table.__setitem__("y", np.nan), {}, "no row has y and every covariate observed"),
    ],
)  # fmt: skip
def test_bad_input_is_named_in_one_sentence(
    change: Callable[[pd.DataFrame], None], roles: dict[str, object], sentence: str
) -> None:
    with pytest.raises((FormulaError, NotEstimableError), match=sentence.replace("?", r"\?")):
        _read(change, **roles)


def test_an_empty_arm_is_named() -> None:
    def change(table: pd.DataFrame) -> None:
        table.loc[table["arm"] == "B", "y"] = np.nan

    with pytest.raises(NotEstimableError, match=r"has A in arm \(B: no row with y"):
        _read(change)


def test_a_single_visit_is_named_and_the_formula_without_visit_works() -> None:
    one = make_trial(1, visits=1)
    with pytest.raises(NotEstimableError, match="every analysed row has V1 in visit"):
        read_table(one, FORMULA, ROLES)

    assert fit_mixed_model(read_table(one, "y ~ baseline + arm", ROLES).data).is_trustworthy


def test_more_coefficients_than_rows_are_named() -> None:
    few = make_trial(1, participants=4, visits=2, missing=0.0)
    with pytest.raises(NotEstimableError, match="8 observations are too few for"):
        fit_mixed_model(read_table(few, "y ~ factor(baseline) * visit", ROLES).data)


def test_expressions_are_evaluated_at_the_mean_of_their_columns() -> None:
    read = read_table(make_trial(1), "y ~ log(baseline) + arm * visit", ROLES)
    place = read.data.columns.index("log(baseline)")
    baseline = make_trial(1)["baseline"].to_numpy()[read.analysed]

    row = marginal_rows(read, ("arm",)).rows[0]

    assert row[place] == pytest.approx(np.log(baseline.mean()))


@pytest.mark.parametrize("formula", ["y ~ log(baseline - 60)", "y ~ log(arm)", "y ~ sqrt(no)"])
def test_an_expression_that_cannot_be_computed_is_named(formula: str) -> None:
    with pytest.raises((FormulaError, NotEstimableError), match=r"log|arm|no"):
        read_table(make_trial(1), formula, ROLES)


def test_a_constrained_baseline_has_one_mean_for_all_arms() -> None:
    roles = replace(ROLES, baseline=ConstrainedBaseline(arm="arm", visit="V1"))
    read = read_table(make_trial(1), "y ~ visit + visit:arm", roles)
    fit = fit_mixed_model(read.data)
    means = {m.levels: m for m in estimate_rows(infer(fit), marginal_rows(read, ("visit", "arm")))}

    assert fit.aliased == ("visitV1:armB",)
    assert means["V1", "A"].estimate == pytest.approx(means["V1", "B"].estimate, abs=1e-12)
    assert means["V3", "A"].estimate != pytest.approx(means["V3", "B"].estimate, abs=0.1)


def test_a_constrained_baseline_must_be_in_the_formula() -> None:
    with pytest.raises(FormulaError, match="V9; it has V1, V2, V3"):
        _read(baseline=ConstrainedBaseline(arm="arm", visit="V9"))
    with pytest.raises(FormulaError, match="needs site and visit in the formula"):
        _read(baseline=ConstrainedBaseline(arm="site", visit="V1"))
