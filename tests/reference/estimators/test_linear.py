"""Analysis of covariance with robust errors, interaction, joint tests and Dunnett against emmeans and sandwich."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pytest

from analysis.estimators.ancova import (
    AncovaFit,
    CovarianceKind,
    covariance_of,
    estimate_ancova,
    fit_ancova,
)
from analysis.estimators.ancova_frame import AncovaColumns, ancova_data
from analysis.estimators.ancova_tests import (
    compare_all_arms,
    compare_slope_with_zero,
    compare_slopes_between_arms,
)
from analysis.estimators.dunnett import adjusted_p, compare_with_control
from analysis.results import Contrast

pytestmark = pytest.mark.reference

MODELS = {"main": (), "interaction": ("pre",)}
EXACT_DUNNETT_P = {"D": 0.99731, "F": 0.13970}
"""Exact multivariate t, printed in the README of the reference folder; emmeans' own are approximations."""


@pytest.fixture(params=MODELS)
def model(
    request: pytest.FixtureRequest,
    theirs: Callable[[str], Any],
    frame: Callable[[str], pd.DataFrame],
) -> tuple[AncovaFit, Any]:
    """Return our fit of the leprosy data and R's numbers for the same model."""
    columns = AncovaColumns(
        outcome="post",
        arm="drug",
        arms=("A", "D", "F"),
        covariates=("pre",),
        interactions=MODELS[request.param],
    )
    data = ancova_data(frame("leprosy_ancova"), columns)
    return fit_ancova(data.sample, data.arms), theirs("ancova")[request.param]


def test_coefficients_and_classical_errors_agree(model: tuple[AncovaFit, Any]) -> None:
    fit, r = model

    assert fit.coefficients == pytest.approx(list(r["coef"].values()), abs=1e-12)
    assert np.sqrt(np.diag(fit.covariance)) == pytest.approx(r["se"], rel=1e-10)
    assert fit.df == r["df"]
    assert np.sqrt(np.sum(fit.residuals**2) / fit.df) == pytest.approx(r["sigma"], rel=1e-12)
    total = np.var(fit.sample.outcome) * len(fit.sample.outcome)
    assert 1 - np.sum(fit.residuals**2) / total == pytest.approx(r["r2"], rel=1e-12)


@pytest.mark.parametrize("kind", [CovarianceKind.HC0, CovarianceKind.HC2, CovarianceKind.HC3])
def test_robust_errors_agree(model: tuple[AncovaFit, Any], kind: CovarianceKind) -> None:
    fit, r = model

    errors = np.sqrt(np.diag(covariance_of(fit, kind)))

    assert errors == pytest.approx(r[f"se_{kind.value}"], rel=1e-10)


@pytest.mark.parametrize(("drug", "row"), [("D", 0), ("F", 1)])
def test_contrasts_agree(model: tuple[AncovaFit, Any], drug: str, row: int) -> None:
    fit, r = model

    ours = estimate_ancova(
        fit,
        Contrast(first=drug, second="A", label=f"{drug} − A"),
        CovarianceKind.CLASSICAL,
        confidence_level=0.95,
    )

    expected = r["contrasts"][row]
    assert ours.estimate == pytest.approx(expected["estimate"], abs=1e-12)
    assert ours.standard_error == pytest.approx(expected["SE"], rel=1e-10)
    assert ours.p == pytest.approx(expected["p.value"], abs=1e-10)
    assert ours.interval is not None
    assert [ours.interval.lower, ours.interval.upper] == pytest.approx(
        [expected["lower.CL"], expected["upper.CL"]], abs=1e-10
    )


def test_adjusted_means_agree(model: tuple[AncovaFit, Any]) -> None:
    fit, r = model

    arms = estimate_ancova(
        fit,
        Contrast(first="D", second="A", label="D − A"),
        CovarianceKind.CLASSICAL,
        confidence_level=0.95,
    ).arms

    for arm, expected in zip(arms, r["emmeans"], strict=True):
        assert arm.interval is not None
        assert arm.adjusted_mean == pytest.approx(expected["emmean"], abs=1e-11)
        assert arm.adjusted_standard_error == pytest.approx(expected["SE"], rel=1e-10)
        assert [arm.interval.lower, arm.interval.upper] == pytest.approx(
            [expected["lower.CL"], expected["upper.CL"]], abs=1e-10
        )


def test_joint_tests_agree(model: tuple[AncovaFit, Any]) -> None:
    fit, r = model
    expected = {row["model term"]: row for row in r["joint_tests"]}
    ours = {
        "drug": compare_all_arms(fit, CovarianceKind.CLASSICAL),
        "pre": compare_slope_with_zero(fit, "pre", CovarianceKind.CLASSICAL),
    }
    if "drug:pre" in expected:
        ours["drug:pre"] = compare_slopes_between_arms(fit, "pre", CovarianceKind.CLASSICAL)

    assert ours.keys() == expected.keys()
    for term, test in ours.items():
        assert test.p == pytest.approx(expected[term]["p.value"], abs=1e-12)
        assert test.statistic == pytest.approx(expected[term]["F.ratio"], abs=6e-4)
        assert (test.numerator_df, test.denominator_df) == (
            expected[term]["df1"],
            expected[term]["df2"],
        )


def test_dunnett_is_near_the_approximation_of_emmeans(model: tuple[AncovaFit, Any]) -> None:
    fit, r = model

    ours = compare_with_control(fit, "A", CovarianceKind.CLASSICAL, confidence_level=0.95)

    for effect, expected in zip(ours.effects, r["dunnettx"], strict=True):
        assert effect.interval is not None
        assert effect.estimate == pytest.approx(expected["estimate"], abs=1e-12)
        assert effect.standard_error == pytest.approx(expected["SE"], rel=1e-10)
        assert effect.statistic == pytest.approx(expected["t.ratio"], rel=1e-10)
        assert effect.p == pytest.approx(expected["p.value"], abs=0.013)
        assert effect.interval.lower == pytest.approx(expected["lower.CL"], abs=0.1)
        assert effect.interval.upper == pytest.approx(expected["upper.CL"], abs=0.1)


@pytest.mark.parametrize("model", ["main"], indirect=True)
def test_dunnett_is_exact(model: tuple[AncovaFit, Any]) -> None:
    ours = compare_with_control(model[0], "A", CovarianceKind.CLASSICAL, confidence_level=0.95)

    found = [round(effect.p or 0.0, 5) for effect in ours.effects]

    assert found == pytest.approx(list(EXACT_DUNNETT_P.values()), abs=2e-5)


@pytest.mark.parametrize(("comparisons", "point"), [(2, 2.38), (3, 2.54), (4, 2.65)])
def test_dunnett_points_are_those_of_the_table(comparisons: int, point: float) -> None:
    equal_arms = np.full((comparisons, comparisons), 0.5) + np.eye(comparisons) / 2

    below, above = (adjusted_p(point + half, equal_arms, 20.0) for half in (-0.005, 0.005))

    assert above < 0.05 < below
