"""Marginal means: which combination of coefficients they are, and when there is none."""

import numpy as np
import pandas as pd
import pytest

from analysis.estimators.mixed_model.fit import fit_mixed_model
from analysis.estimators.mixed_model.formulas.table import read_table
from analysis.estimators.mixed_model.inference import infer
from analysis.estimators.mixed_model.marginal_means import (
    GridRows,
    MarginalEstimate,
    MarginalRows,
    Weights,
    estimate_rows,
    marginal_rows,
)
from analysis.results import NotEstimableError
from tests.analysis.estimators.mixed_model.trials import FORMULA, ROLES, make_trial

UNEVEN = pd.DataFrame(
    {
        "id": list("abcdefgh"),
        "visit": "V1",
        "arm": list("AAAABBBB"),
        "site": ["n", "n", "n", "s", "n", "s", "s", "s"],
        "y": [1.0, 2, 3, 10, 5, 12, 13, 15],
    }
)
"""Cell means: A n 2, A s 10, B n 5, B s 40/3."""


def _estimates(
    table: pd.DataFrame, formula: str, factors: tuple[str, ...], weights: Weights = Weights.EQUAL
) -> dict[tuple[str, ...], MarginalEstimate]:
    read = read_table(table, formula, ROLES)
    inference = infer(fit_mixed_model(read.data))
    found = estimate_rows(inference, marginal_rows(read, factors, weights))
    return {one.levels: one for one in found}


@pytest.mark.parametrize(
    ("weights", "a", "b"),
    [
        (Weights.EQUAL, (2 + 10) / 2, (5 + 40 / 3) / 2),
        (Weights.PROPORTIONAL, (2 + 10) / 2, (5 + 40 / 3) / 2),
        (Weights.OBSERVED, 16 / 4, 45 / 4),
    ],
)
def test_other_factors_are_averaged_with_the_weights_that_were_asked(
    weights: Weights, a: float, b: float
) -> None:
    found = _estimates(UNEVEN, "y ~ arm * site", ("arm",), weights)

    assert found["A",].estimate == pytest.approx(a)
    assert found["B",].estimate == pytest.approx(b)


def test_proportional_weights_are_the_shares_among_all_rows() -> None:
    table = pd.concat([UNEVEN, UNEVEN.iloc[[0]].assign(id="i", y=2.0)])
    found = _estimates(table, "y ~ arm * site", ("arm",), Weights.PROPORTIONAL)

    assert found["A",].estimate == pytest.approx((5 * 2 + 4 * 10) / 9)


def test_covariates_are_held_at_the_mean_of_the_grid_rows() -> None:
    table = make_trial(1)
    read = read_table(table, FORMULA, ROLES)
    place = read.data.columns.index("baseline")
    analysed, every = (
        marginal_rows(read, ("arm",), grid_rows=rows).rows[0, place]
        for rows in (GridRows.ANALYSED, GridRows.ALL)
    )

    assert analysed == pytest.approx(table.loc[table["y"].notna(), "baseline"].mean())
    assert every == pytest.approx(table["baseline"].mean())
    assert analysed != pytest.approx(every, abs=1e-6)


def test_a_combination_that_the_data_lack_has_a_reason_and_no_number() -> None:
    table = make_trial(1)
    table.loc[(table["arm"] == "B") & (table["visit"] == "V3"), "y"] = np.nan

    found = _estimates(table, "y ~ arm * visit", ("visit", "arm"))

    lost = found["V3", "B"]
    assert (lost.estimate, lost.standard_error, lost.p) == (None, None, None)
    assert "not estimable" in lost.reason
    assert found["V2", "B"].estimate is not None
    assert found["V2", "B"].reason == ""


def test_contrasts_are_differences_within_the_other_factors() -> None:
    read = read_table(make_trial(1), FORMULA, ROLES)
    rows = marginal_rows(read, ("visit", "arm"))

    contrasts = rows.minus("arm")

    assert contrasts.levels == (("V1", "B - A"), ("V2", "B - A"), ("V3", "B - A"))
    assert contrasts.rows[1] == pytest.approx(rows.rows[3] - rows.rows[2])
    assert rows.minus("arm", "B").rows[1] == pytest.approx(-contrasts.rows[1])


def test_change_between_visits_and_the_mean_of_a_window_are_combinations() -> None:
    read = read_table(make_trial(1), FORMULA, ROLES)
    rows = marginal_rows(read, ("visit", "arm"))

    change = rows.minus("visit", "V1").minus("arm")
    window = rows.average("visit", ["V2", "V3"]).minus("arm")

    assert change.levels == (("V2 - V1", "B - A"), ("V3 - V1", "B - A"))
    assert window.levels == (("mean of V2, V3", "B - A"),)
    by_visit = rows.minus("arm").rows
    assert window.rows[0] == pytest.approx((by_visit[1] + by_visit[2]) / 2)
    assert change.rows[0] == pytest.approx(by_visit[1] - by_visit[0])


def test_a_numeric_factor_or_an_unknown_level_is_refused() -> None:
    read = read_table(make_trial(1), FORMULA, ROLES)
    with pytest.raises(NotEstimableError, match="baseline is numeric"):
        marginal_rows(read, ("baseline",))
    with pytest.raises(NotEstimableError, match="arm has no level C"):
        marginal_rows(read, ("visit", "arm")).minus("arm", "C")


def test_a_grid_too_large_for_equal_weights_is_refused() -> None:
    table = make_trial(1, participants=60, visits=2)
    for number in range(4):
        table[f"f{number}"] = table["id"] + str(number)
    read = read_table(table, "y ~ f0 + f1 + f2 + f3 + visit", ROLES)
    with pytest.raises(NotEstimableError, match="combinations; weight them as they occur"):
        marginal_rows(read, ("visit",))


def test_no_rows_give_no_estimates() -> None:
    read = read_table(make_trial(1), FORMULA, ROLES)
    empty = MarginalRows(factors=("arm",), levels=(), rows=np.zeros((0, len(read.data.columns))))

    assert estimate_rows(infer(fit_mixed_model(read.data)), empty) == ()
