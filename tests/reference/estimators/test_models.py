"""Complier effect, mediation, counts and survival against R and published numbers."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pytest

from analysis.estimators.complier_effect import (
    ComplierCovariance,
    UptakeColumns,
    estimate_complier_effect_of_frame,
)
from analysis.estimators.counts import (
    CountColumns,
    CountModel,
    RateModel,
    estimate_rate_ratio_of_frame,
)
from analysis.estimators.frame import Comparison
from analysis.estimators.mediation import (
    MediationColumns,
    MediationData,
    PathVariance,
    ProductError,
    estimate_mediation,
    mediation_data,
)
from analysis.estimators.time_to_event import (
    EventTimes,
    compare_survival,
    estimate_hazard_ratio,
    survival_curve,
)

pytestmark = pytest.mark.reference

EARLY_STOP = 1e-6
"""R's glm.nb stops at 1e-8 of the deviance: coefficients are 3e-7 standard errors away from the optimum (score 0 to 1e-8 in ours)."""


@pytest.mark.parametrize(
    ("kind", "key"),
    [(ComplierCovariance.MODEL, "se_2sls"), (ComplierCovariance.HC1, "se_2sls_HC1")],
)
def test_the_complier_effect_agrees(
    theirs: Callable[[str], Any],
    frame: Callable[[str], pd.DataFrame],
    kind: ComplierCovariance,
    key: str,
) -> None:
    expected = theirs("cace")

    ours = estimate_complier_effect_of_frame(
        frame("cace_sim"),
        UptakeColumns(outcome="y", assigned="z", received="d"),
        kind,
        confidence_level=0.95,
    )

    assert ours.intention_to_treat.estimate == pytest.approx(expected["itt"], rel=1e-12)
    assert ours.first_stage.estimate == pytest.approx(expected["first_stage"], rel=1e-12)
    assert ours.effect.estimate == pytest.approx(expected["cace_wald"], rel=1e-12)
    assert ours.effect.estimate == pytest.approx(expected["cace_2sls"], rel=1e-12)
    assert ours.effect.standard_error == pytest.approx(expected[key], rel=1e-12)
    assert ours.first_stage_f == pytest.approx(expected["first_stage_F"], rel=1e-12)


@pytest.fixture
def mediators(frame: Callable[[str], pd.DataFrame]) -> MediationData:
    """Return the simulated mediation data."""
    rows = frame("mediation_sim")
    rows["arm"] = np.where(rows["X"] == 1, "music", "control")
    columns = MediationColumns(
        outcome="Y",
        mediator="M",
        comparison=Comparison(column="arm", first="music", second="control"),
        covariates=("C",),
    )
    return mediation_data(rows, columns)


def test_mediation_by_maximum_likelihood_agrees_with_lavaan(
    theirs: Callable[[str], Any], mediators: MediationData
) -> None:
    expected = theirs("mediation")["lavaan_ml"]

    ours = estimate_mediation(
        mediators,
        PathVariance.MAXIMUM_LIKELIHOOD,
        ProductError.SOBEL,
        generator=np.random.default_rng(1),
        confidence_level=0.95,
        draws=100,
    )

    effects = {
        "a": ours.path_a,
        "b": ours.path_b,
        "cprime": ours.direct,
        "indirect": ours.indirect,
        "total": ours.total,
    }
    assert effects.keys() == expected.keys()
    for key, effect in effects.items():
        assert effect.interval is not None
        assert effect.estimate == pytest.approx(expected[key]["est"], abs=1e-12)
        assert effect.standard_error == pytest.approx(expected[key]["se"], rel=1e-12)
        assert effect.statistic == pytest.approx(expected[key]["z"], rel=1e-11)
        assert [effect.interval.lower, effect.interval.upper] == pytest.approx(
            [expected[key]["lower"], expected[key]["upper"]], abs=1e-12
        )
        if key != "b":  # lavaan floors p at 2.2e-16
            assert effect.p == pytest.approx(expected[key]["p"], abs=1e-12)


@pytest.mark.parametrize(
    ("product", "key"),
    [
        (ProductError.SOBEL, "se_sobel"),
        (ProductError.AROIAN, "se_aroian"),
        (ProductError.GOODMAN, "se_goodman"),
    ],
)
def test_mediation_by_least_squares_agrees(
    theirs: Callable[[str], Any], mediators: MediationData, product: ProductError, key: str
) -> None:
    expected = theirs("mediation")["ols"]

    ours = estimate_mediation(
        mediators,
        PathVariance.LEAST_SQUARES,
        product,
        generator=np.random.default_rng(1),
        confidence_level=0.95,
        draws=100,
    )

    assert ours.indirect.estimate == pytest.approx(expected["indirect"], abs=1e-12)
    assert ours.indirect.standard_error == pytest.approx(expected[key], rel=1e-12)
    for effect, name in ((ours.path_a, "a"), (ours.path_b, "b"), (ours.direct, "cprime")):
        assert effect.estimate == pytest.approx(expected[name], abs=1e-12)
        assert effect.standard_error == pytest.approx(expected[f"se_{name}"], rel=1e-12)


def _quine(rows: pd.DataFrame, model: CountModel) -> RateModel:
    columns = CountColumns(
        count="Days",
        comparison=Comparison(column="Sex", first="M", second="F"),
        covariates=("Age", "Lrn"),
    )
    return estimate_rate_ratio_of_frame(rows, columns, model, confidence_level=0.95)


def test_negative_binomial_agrees(
    theirs: Callable[[str], Any], frame: Callable[[str], pd.DataFrame]
) -> None:
    expected = theirs("negative_binomial")["quine"]

    ours = _quine(frame("quine"), CountModel.NEGATIVE_BINOMIAL)

    gaps = np.array(ours.coefficients) - list(expected["coef"].values())
    assert np.abs(gaps / expected["se"]).max() < EARLY_STOP
    assert ours.standard_errors == pytest.approx(expected["se"], rel=1e-8)
    assert ours.theta == pytest.approx(expected["theta"], rel=1e-8)
    assert ours.theta_standard_error == pytest.approx(expected["se_theta"], rel=EARLY_STOP)
    assert ours.log_likelihood == pytest.approx(expected["logLik"], abs=1e-10)
    assert ours.aic == pytest.approx(expected["aic"], abs=1e-10)
    ratio = expected["rate_ratio"]
    assert ours.rate_ratio.interval is not None
    assert ours.rate_ratio.estimate == pytest.approx(ratio["rr"], rel=1e-7)
    assert [ours.rate_ratio.interval.lower, ours.rate_ratio.interval.upper] == pytest.approx(
        [ratio["lower"], ratio["upper"]], rel=1e-7
    )
    assert ours.rate_ratio.p == pytest.approx(ratio["p"], abs=1e-7)


def test_robust_poisson_agrees(
    theirs: Callable[[str], Any], frame: Callable[[str], pd.DataFrame]
) -> None:
    expected = theirs("negative_binomial")["quine"]

    ours = _quine(frame("quine"), CountModel.POISSON_ROBUST)

    assert ours.coefficients == pytest.approx(expected["poisson_coef"], abs=1e-9)
    assert ours.standard_errors == pytest.approx(expected["poisson_robust_se"], rel=2e-6)


TREATED_WEEKS = (6, 6, 6, 6, 7, 9, 10, 10, 11, 13, 16, 17, 19, 20, 22, 23, 25, 32, 32, 34, 35)
TREATED_RELAPSE = (1, 1, 1, 0, 1, 0, 1, 0, 0, 1, 1, 0, 0, 0, 1, 1, 0, 0, 0, 0, 0)
CONTROL_WEEKS = (1, 1, 2, 2, 3, 4, 4, 5, 5, 8, 8, 8, 8, 11, 11, 12, 12, 15, 17, 22, 23)
LEUKAEMIA = EventTimes(
    time=tuple(map(float, TREATED_WEEKS + CONTROL_WEEKS)),
    event=tuple(map(float, TREATED_RELAPSE)) + (1.0,) * len(CONTROL_WEEKS),
    arm=("6-MP",) * len(TREATED_WEEKS) + ("placebo",) * len(CONTROL_WEEKS),
    first="placebo",
    second="6-MP",
)


def test_survival_of_the_leukaemia_trial_is_as_published() -> None:
    treated, control = (
        survival_curve(LEUKAEMIA, arm, confidence_level=0.95) for arm in ("6-MP", "placebo")
    )
    log_rank = compare_survival(LEUKAEMIA)
    cox = estimate_hazard_ratio(LEUKAEMIA, confidence_level=0.95)

    assert (treated.median, control.median) == (23.0, 8.0)
    assert round(treated.steps[0].survival, 3) == 0.857
    assert round(log_rank.statistic, 2) == 16.79
    assert (round(cox.coefficients[0], 3), round(cox.standard_errors[0], 3)) == (1.572, 0.412)
