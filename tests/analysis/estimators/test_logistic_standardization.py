"""Standardized risks: equal to raw shares without covariates, and no number where the model has none."""

import pytest

from analysis.estimators.design import Covariate
from analysis.estimators.logistic_standardization import (
    LogisticCovariance,
    Responders,
    StandardizedRisks,
    standardize_risks,
)
from analysis.results import NotEstimableError

RAW = Responders(
    response=(1, 1, 1, 0, 1, 0, 0, 0, 0, 0),
    arm=("X",) * 4 + ("Y",) * 6,
    first="X",
    second="Y",
)


def _standardize(sample: Responders) -> StandardizedRisks:
    return standardize_risks(sample, LogisticCovariance.MODEL, confidence_level=0.95)


def test_without_covariates_it_is_the_raw_difference_with_its_wald_error() -> None:
    found = _standardize(RAW)

    assert found.difference.estimate == pytest.approx(3 / 4 - 1 / 6)
    by_hand = (3 / 4 * 1 / 4 / 4 + 1 / 6 * 5 / 6 / 6) ** 0.5
    assert found.difference.standard_error == pytest.approx(by_hand)
    assert found.ratio.estimate == pytest.approx(4.5)
    assert found.conditional_odds_ratio.estimate == pytest.approx(15)


def test_risks_differ_by_the_difference() -> None:
    age = Covariate(name="age", values=(30.0, 41, 52, 60, 33, 44, 55, 28, 39, 61))
    found = _standardize(
        Responders(response=RAW.response, arm=RAW.arm, first="X", second="Y", covariates=(age,))
    )

    first, second = found.risk_first.estimate, found.risk_second.estimate
    assert first is not None
    assert second is not None
    assert first - second == pytest.approx(found.difference.estimate)
    assert "conditional" in found.conditional_odds_ratio.quantity


@pytest.mark.parametrize(
    ("sample", "reason"),
    [
        pytest.param(
            Responders(response=(1, 1, 1, 1, 1, 0, 0, 0, 0, 0), arm=RAW.arm, first="X", second="Y"),
            "separated by arm\\[X\\]",
            id="quasi-complete separation by the arm",
        ),
        pytest.param(
            Responders(
                response=RAW.response,
                arm=RAW.arm,
                first="X",
                second="Y",
                covariates=(Covariate(name="dose", values=(9.0, 8, 7, 1, 9.5, 2, 3, 4, 5, 6)),),
            ),
            "separated by .*dose",
            id="complete separation by a covariate",
        ),
        pytest.param(
            Responders(response=(1,) * 10, arm=RAW.arm, first="X", second="Y"),
            "same response",
            id="constant response",
        ),
        pytest.param(
            Responders(response=RAW.response, arm=("X",) * 10, first="X", second="Y"),
            "Y has no participant",
            id="empty arm",
        ),
        pytest.param(
            Responders(response=(2, *RAW.response[1:]), arm=RAW.arm, first="X", second="Y"),
            "2 found where only 0 and 1",
            id="not binary",
        ),
        pytest.param(
            Responders(
                response=RAW.response,
                arm=RAW.arm,
                first="X",
                second="Y",
                covariates=(Covariate(name="site", values=RAW.arm),),
            ),
            "singular",
            id="covariate is the arm",
        ),
    ],
)
def test_what_cannot_be_estimated_has_a_reason(sample: Responders, reason: str) -> None:
    with pytest.raises(NotEstimableError, match=reason):
        _standardize(sample)
