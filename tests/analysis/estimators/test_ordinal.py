"""Ordered categories: two of them are a logistic model, more share one odds ratio."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from statsmodels.miscmodels.ordinal_model import OrderedModel

from analysis.estimators.design import Covariate
from analysis.estimators.frame import ColumnError, Comparison
from analysis.estimators.ordinal import (
    OrderedColumns,
    OrderedOutcomes,
    ProportionalOdds,
    estimate_proportional_odds,
    ordered_outcomes,
)
from analysis.results import NotEstimableError

LEVELS = ("worse", "same", "better")
DATA = OrderedOutcomes(
    category=("better",) * 6
    + ("same",) * 3
    + ("worse",)
    + ("better",) * 2
    + ("same",) * 4
    + ("worse",) * 4,
    categories=LEVELS,
    arm=("X",) * 10 + ("Y",) * 10,
    first="X",
    second="Y",
)


def _estimate(data: OrderedOutcomes) -> ProportionalOdds:
    return estimate_proportional_odds(data, confidence_level=0.95)


def test_with_two_categories_it_is_the_odds_ratio_of_the_table() -> None:
    data = replace(
        DATA, category=tuple("better" if c == "better" else "same" for c in DATA.category)
    )

    found = _estimate(data)

    assert found.odds_ratio.estimate == pytest.approx((6 / 4) / (2 / 8))
    assert found.odds_ratio.standard_error == pytest.approx((1 / 6 + 1 / 4 + 1 / 2 + 1 / 8) ** 0.5)
    assert found.odds_ratio.comment == "Nobody is in category worse."
    assert found.p_proportional is None


def test_the_common_odds_ratio_is_that_of_statsmodels() -> None:
    age = tuple(float(20 + (7 * number) % 23) for number in range(20))
    found = _estimate(replace(DATA, covariates=(Covariate(name="age", values=age),)))

    code = np.array([LEVELS.index(category) for category in DATA.category])
    matrix = np.column_stack([np.array(DATA.arm) == "X", np.array(age) / 10]).astype(float)
    theirs = OrderedModel(code, matrix, distr="logit").fit(method="bfgs", disp=0, gtol=1e-8)
    assert found.coefficients[0] == pytest.approx(theirs.params[0], abs=1e-5)
    assert found.coefficients[1] == pytest.approx(theirs.params[1] / 10, abs=1e-5)
    assert found.standard_errors[0] == pytest.approx(theirs.bse[0], rel=1e-4)
    assert found.log_likelihood == pytest.approx(theirs.llf, abs=1e-8)


def test_each_cut_has_the_odds_ratio_of_its_table() -> None:
    found = _estimate(DATA)

    above_worse, above_same = (effect.estimate for effect in found.by_cut)
    assert above_worse == pytest.approx((9 / 1) / (6 / 4))
    assert above_same == pytest.approx((6 / 4) / (2 / 8))
    assert found.p_proportional is not None
    assert found.p_proportional > 0.5


def test_cuts_that_pull_apart_are_found() -> None:
    category = ("better",) * 30 + ("same",) * 5 + ("worse",) * 25
    other = ("better",) * 10 + ("same",) * 40 + ("worse",) * 10

    found = _estimate(replace(DATA, category=category + other, arm=("X",) * 60 + ("Y",) * 60))

    assert found.p_proportional is not None
    assert found.p_proportional < 1e-4


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        pytest.param(replace(DATA, category=("same",) * 20), "same category", id="one category"),
        pytest.param(replace(DATA, arm=("X",) * 20), "Y has no participant", id="empty arm"),
        pytest.param(
            replace(DATA, category=("great", *DATA.category[1:])), "great is not in", id="unknown"
        ),
        pytest.param(
            replace(DATA, category=("better",) * 10 + ("worse",) * 10),
            "separated by arm",
            id="two categories separated",
        ),
        pytest.param(
            replace(DATA, category=("better",) * 10 + ("same",) * 5 + ("worse",) * 5),
            "separated by arm",
            id="three categories separated",
        ),
    ],
)
def test_what_cannot_be_estimated_has_a_reason(data: OrderedOutcomes, reason: str) -> None:
    with pytest.raises(NotEstimableError, match=reason):
        _estimate(data)


def test_a_data_frame_gives_the_categories() -> None:
    frame = pd.DataFrame({"ARM": ["A", "B", "A"], "CGI": ["same", "worse", None]})
    columns = OrderedColumns(
        category="CGI",
        categories=LEVELS,
        comparison=Comparison(column="ARM", first="A", second="B"),
    )

    assert ordered_outcomes(frame, columns).category == ("same", "worse")
    with pytest.raises(ColumnError, match="'CGI' has 'awful', not one of worse, same, better"):
        ordered_outcomes(frame.assign(CGI=["same", "awful", "same"]), columns)
