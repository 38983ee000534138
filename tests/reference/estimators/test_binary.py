"""Two proportions, single and stratified, and standardized risks against ratesci, R and sandwich."""

from collections.abc import Callable
from math import isinf
from typing import Any

import pandas as pd
import pytest

from analysis.estimators.frame import Comparison
from analysis.estimators.logistic_standardization import (
    LogisticCovariance,
    ResponderColumns,
    standardize_risks_of_frame,
)
from analysis.estimators.proportions import Share, exact_interval, wilson_interval
from analysis.estimators.score_difference import ScoreVariance, Stratum, central_difference
from analysis.estimators.score_ratio import OddsRatioScore, RatioScore, central_odds_ratio
from analysis.estimators.stratified_proportions import (
    ContinuityCorrection,
    PooledVariance,
    compare_stratified,
    estimate_common_odds_ratio,
    estimate_pooled_difference,
    estimate_stratified_difference,
)
from analysis.estimators.two_proportions import (
    DifferenceInterval,
    compare_shares,
    compare_shares_exactly,
    estimate_difference,
    estimate_odds_ratio,
    estimate_ratio,
)
from analysis.results import Interval

pytestmark = pytest.mark.reference

BISECTION = 1e-8
"""ratesci bisects to 12 decimals on a transformed scale: up to 2e-9 away for ratios."""
DIFFERENCES = {
    "rd_wald": DifferenceInterval.WALD,
    "rd_agresti_caffo": DifferenceInterval.AGRESTI_CAFFO,
    "rd_newcombe": DifferenceInterval.NEWCOMBE,
    "rd_newcombe_cc": DifferenceInterval.NEWCOMBE_CONTINUITY,
    "rd_miettinen_nurminen": DifferenceInterval.MIETTINEN_NURMINEN,
    "rd_mee": DifferenceInterval.MEE,
    "rd_scas": DifferenceInterval.SKEWNESS_CORRECTED,
}
RATIOS = {
    "rr_miettinen_nurminen": RatioScore.MIETTINEN_NURMINEN,
    "rr_koopman": RatioScore.KOOPMAN,
}
STANDARD_ERRORS = {
    LogisticCovariance.MODEL: "se_delta_model",
    LogisticCovariance.HC0: "se_delta_HC0",
    LogisticCovariance.HC3: "se_delta_HC3",
}


@pytest.fixture(params=range(9))
def table(request: pytest.FixtureRequest, theirs: Callable[[str], Any]) -> tuple[Share, Share, Any]:
    """Return two arms and R's numbers for them."""
    numbers = theirs("binary_ci")["two_proportions"][request.param]
    return (
        Share(arm="x", label="x", events=numbers["x1"], n=numbers["n1"]),
        Share(arm="y", label="y", events=numbers["x2"], n=numbers["n2"]),
        numbers,
    )


def _assert_same(ours: Interval | None, lower: float, upper: float | None) -> None:
    assert ours is not None
    assert ours.lower == pytest.approx(lower, abs=BISECTION)
    if upper is None:
        assert isinf(ours.upper)
    else:
        assert ours.upper == pytest.approx(upper, abs=BISECTION)


@pytest.mark.parametrize("key", DIFFERENCES)
def test_risk_differences_agree(table: tuple[Share, Share, Any], key: str) -> None:
    first, second, numbers = table

    ours = estimate_difference(first, second, DIFFERENCES[key], confidence_level=0.95)

    expected = numbers[key]
    _assert_same(ours.interval, expected["lower"], expected["upper"])
    if key == "rd_scas":
        strata = [Stratum(first=first, second=second)]
        found = central_difference(strata, ScoreVariance.SKEWNESS_CORRECTED)
        assert found == pytest.approx(expected["estimate"], abs=BISECTION)
    else:
        assert ours.estimate == pytest.approx(expected["estimate"], abs=1e-12)
    if "p_two_sided_zero" in expected:
        assert ours.p == pytest.approx(expected["p_two_sided_zero"], abs=1e-9)


@pytest.mark.parametrize("key", RATIOS)
def test_risk_ratios_agree(table: tuple[Share, Share, Any], key: str) -> None:
    first, second, numbers = table

    ours = estimate_ratio(first, second, RATIOS[key], confidence_level=0.95)

    expected = numbers[key]
    _assert_same(ours.interval, expected["lower"], expected["upper"])
    assert ours.estimate == (
        None if expected["estimate"] is None else pytest.approx(expected["estimate"], abs=1e-10)
    )


def test_odds_ratios_with_bias_correction_agree(table: tuple[Share, Share, Any]) -> None:
    first, second, numbers = table
    kind = OddsRatioScore.GART_CORRECTED

    ours = estimate_odds_ratio(first, second, kind, confidence_level=0.95)

    expected = numbers["or_miettinen_nurminen"]
    _assert_same(ours.interval, expected["lower"], expected["upper"])
    if expected["estimate"] is not None:
        centre = central_odds_ratio(first, second, kind)
        assert centre == pytest.approx(expected["estimate"], rel=1e-10)


@pytest.mark.parametrize("table", [0], indirect=True)
def test_plain_odds_ratio_is_that_without_bias_correction(table: tuple[Share, Share, Any]) -> None:
    ours = estimate_odds_ratio(
        table[0], table[1], OddsRatioScore.MIETTINEN_NURMINEN, confidence_level=0.95
    )

    _assert_same(ours.interval, 1.28157319, 5.54020222)


def test_tests_agree(table: tuple[Share, Share, Any]) -> None:
    first, second, numbers = table

    chi_squared = compare_shares(first, second)

    expected = numbers["chisq_uncorrected"]
    assert (chi_squared.statistic is None) == (expected["stat"] is None)
    if expected["stat"] is not None:
        assert chi_squared.statistic == pytest.approx(expected["stat"], rel=1e-12)
        assert chi_squared.p == pytest.approx(expected["p"], abs=1e-12)
    assert compare_shares_exactly(first, second).p == pytest.approx(numbers["fisher_p"], abs=1e-12)


def test_intervals_of_one_share_agree(table: tuple[Share, Share, Any]) -> None:
    first, second, numbers = table

    for share, key in ((first, "wilson1"), (second, "wilson2")):
        ours = wilson_interval(share.events, share.n, 0.95)
        assert [ours.lower, ours.upper] == pytest.approx(numbers[key], abs=1e-12)
    exact = exact_interval(first.events, first.n, 0.95)
    assert [exact.lower, exact.upper] == pytest.approx(numbers["clopper_pearson1"], abs=1e-12)


@pytest.fixture(params=range(2))
def stratified(
    request: pytest.FixtureRequest, theirs: Callable[[str], Any]
) -> tuple[list[Stratum], Any]:
    """Return strata and R's numbers for them."""
    numbers = theirs("binary_ci")["stratified"][request.param]
    columns = zip(*(numbers[key] for key in ("x1", "n1", "x2", "n2")), strict=True)
    return [
        Stratum(
            first=Share(arm="x", label="x", events=x1, n=n1),
            second=Share(arm="y", label="y", events=x2, n=n2),
        )
        for x1, n1, x2, n2 in columns
    ], numbers


@pytest.mark.parametrize(
    ("key", "correction"),
    [("cmh", ContinuityCorrection.NONE), ("cmh_cc", ContinuityCorrection.HALF)],
)
def test_mantel_haenszel_agrees(
    stratified: tuple[list[Stratum], Any], key: str, correction: ContinuityCorrection
) -> None:
    strata, numbers = stratified
    expected = numbers[key]

    test = compare_stratified(strata, correction)
    odds = estimate_common_odds_ratio(strata, confidence_level=0.95)

    assert test.statistic == pytest.approx(expected["chisq"], rel=1e-12)
    assert test.df == expected["df"]
    assert test.p == pytest.approx(expected["p"], abs=1e-12)
    assert odds.estimate == pytest.approx(expected["or_mh"], rel=1e-12)
    _assert_same(odds.interval, expected["or_lower"], expected["or_upper"])


@pytest.mark.parametrize(
    ("variance", "key"),
    [
        (PooledVariance.GREENLAND_ROBINS, "se_greenland_robins"),
        (PooledVariance.SATO, "se_sato"),
    ],
)
def test_pooled_differences_agree(
    stratified: tuple[list[Stratum], Any], variance: PooledVariance, key: str
) -> None:
    strata, numbers = stratified
    expected = numbers["mh_rd"]

    ours = estimate_pooled_difference(strata, variance, confidence_level=0.95)

    weights = [stratum.weight for stratum in strata]
    assert ours.estimate == pytest.approx(expected["estimate"], rel=1e-12)
    assert ours.standard_error == pytest.approx(expected[key], rel=1e-12)
    assert [w / sum(weights) for w in weights] == pytest.approx(expected["weights"], rel=1e-12)


@pytest.mark.parametrize(
    ("kind", "key"),
    [
        (ScoreVariance.MIETTINEN_NURMINEN, "rd_stratified_mn_mh_weights_ratesci"),
        (ScoreVariance.SKEWNESS_CORRECTED, "rd_stratified_scas_mh_ratesci"),
    ],
)
def test_stratified_scores_agree(
    stratified: tuple[list[Stratum], Any], kind: ScoreVariance, key: str
) -> None:
    strata, numbers = stratified

    ours = estimate_stratified_difference(strata, kind, confidence_level=0.95)

    _assert_same(ours.interval, numbers[key]["lower"], numbers[key]["upper"])
    assert ours.estimate == pytest.approx(numbers[key]["estimate"], abs=1e-10)


@pytest.mark.parametrize("kind", list(LogisticCovariance))
@pytest.mark.parametrize(("key", "covariates"), [("adj", ("base", "site")), ("unadj", ())])
def test_standardized_risks_agree(
    theirs: Callable[[str], Any],
    frame: Callable[[str], pd.DataFrame],
    key: str,
    covariates: tuple[str, ...],
    kind: LogisticCovariance,
) -> None:
    columns = ResponderColumns(
        response="resp",
        comparison=Comparison(column="arm", first="MUSIC", second="CTRL"),
        covariates=covariates,
    )

    ours = standardize_risks_of_frame(frame("responder_sim"), columns, kind, confidence_level=0.95)

    expected = theirs("responder_gcomp")[key]
    early_stop = 2e-7 if key == "unadj" else 1e-8  # R's glm stops early
    assert ours.risk_first.estimate == pytest.approx(expected["p1"], abs=1e-9)
    assert ours.risk_second.estimate == pytest.approx(expected["p0"], abs=1e-9)
    assert ours.difference.estimate == pytest.approx(expected["rd"], abs=1e-9)
    assert ours.difference.standard_error == pytest.approx(
        expected[STANDARD_ERRORS[kind]], abs=early_stop
    )
    assert ours.conditional_odds_ratio.estimate == pytest.approx(
        expected["or_conditional"], abs=1e-8
    )
    assert ours.coefficients == pytest.approx(expected["coef"], abs=1e-8)
    if kind is LogisticCovariance.MODEL:
        assert ours.standard_errors == pytest.approx(expected["se"], rel=5e-6)
