"""Analysis of covariance: what it estimates, and what it refuses with a reason."""

from dataclasses import replace

import pytest

from analysis.estimators.ancova import (
    ArmCount,
    CovarianceKind,
    Covariate,
    Sample,
    estimate_ancova,
    fit_ancova,
)
from analysis.results import Contrast, Estimate, NotEstimableError

ARMS = (
    ArmCount(arm="Y", label="Arm Y", n_available=4),
    ArmCount(arm="X", label="Arm X", n_available=4),
)
X_MINUS_Y = Contrast(first="X", second="Y", label="Arm X − Arm Y")
BASELINE = Covariate(name="baseline", values=(10.0, 12.0, 14.0, 17.0, 11.0, 13.0, 15.0, 16.0))
SAMPLE = Sample(
    outcome_name="gad7",
    outcome=(8.0, 9.0, 13.0, 14.0, 7.0, 8.0, 11.0, 11.0),
    arm=("Y", "Y", "Y", "Y", "X", "X", "X", "X"),
    covariates=(BASELINE,),
)


def _estimate(sample: Sample, kind: CovarianceKind = CovarianceKind.CLASSICAL) -> Estimate:
    return estimate_ancova(fit_ancova(sample, ARMS), X_MINUS_Y, kind, confidence_level=0.95)


def test_the_difference_is_that_of_the_normal_equations() -> None:
    # pooled within-arm slope b = Sxy / Sxx; difference = (7.. means) - b x difference of baseline means
    within = [(x, y, [(10, 8), (12, 9), (14, 13), (17, 14)]) for x, y in [(13.25, 11.0)]] + [
        (13.75, 9.25, [(11, 7), (13, 8), (15, 11), (16, 11)])
    ]
    sxy = sum((b - x) * (o - y) for x, y, pairs in within for b, o in pairs)
    sxx = sum((b - x) ** 2 for x, _, pairs in within for b, _ in pairs)
    by_hand = (9.25 - 11.0) - sxy / sxx * (13.75 - 13.25)

    estimate = _estimate(SAMPLE)

    assert estimate.estimate == pytest.approx(by_hand, abs=1e-12)


def test_adjusted_means_differ_by_the_estimate() -> None:
    estimate = _estimate(SAMPLE)

    adjusted = {arm.arm: arm.adjusted_mean or 0.0 for arm in estimate.arms}
    assert adjusted["X"] - adjusted["Y"] == pytest.approx(estimate.estimate, abs=1e-12)


def test_degrees_of_freedom_are_participants_minus_coefficients() -> None:
    assert _estimate(SAMPLE).df == 8 - 3


def test_robust_errors_change_the_interval_and_not_the_estimate() -> None:
    classical, robust = _estimate(SAMPLE), _estimate(SAMPLE, CovarianceKind.HC3)

    assert robust.estimate == classical.estimate
    assert robust.standard_error != classical.standard_error
    assert "HC3" in robust.model


def test_each_arm_tells_how_many_were_available_and_analysed() -> None:
    estimate = _estimate(SAMPLE)

    assert [(arm.n_available, arm.n_analysed) for arm in estimate.arms] == [(4, 4), (4, 4)]


def test_a_covariate_that_does_not_vary_is_left_out_and_named() -> None:
    site = Covariate(name="site", values=("LEI",) * 8)

    estimate = _estimate(replace(SAMPLE, covariates=(BASELINE, site)))

    assert estimate.estimate == _estimate(SAMPLE).estimate
    assert "site" in estimate.comment


@pytest.mark.parametrize(
    ("sample", "reason"),
    [
        pytest.param(
            replace(SAMPLE, arm=("Y",) * 7 + ("X",)), "Arm X has 1 participants", id="one in an arm"
        ),
        pytest.param(replace(SAMPLE, arm=("Y",) * 8), "Arm X has 0 participants", id="empty arm"),
        pytest.param(replace(SAMPLE, outcome=(9.0,) * 8), "same value", id="constant outcome"),
        pytest.param(
            replace(SAMPLE, outcome=BASELINE.values, covariates=(BASELINE,)),  # type: ignore[arg-type]
            "fits every value exactly",
            id="no residual variance",
        ),
        pytest.param(
            replace(SAMPLE, covariates=(Covariate(name="site", values=SAMPLE.arm),)),
            "singular",
            id="covariate is the arm",
        ),
        pytest.param(
            replace(SAMPLE, covariates=(Covariate(name="id", values=tuple("abcdefgh")),)),
            "too few",
            id="more coefficients than participants",
        ),
    ],
)
def test_what_cannot_be_estimated_has_a_reason(sample: Sample, reason: str) -> None:
    with pytest.raises(NotEstimableError, match=reason):
        _estimate(sample)


def test_robust_errors_are_refused_when_one_participant_alone_sets_a_coefficient() -> None:
    alone = Covariate(name="site", values=("A", "A", "A", "A", "A", "A", "A", "B"))
    sample = replace(SAMPLE, covariates=(BASELINE, alone))

    with pytest.raises(NotEstimableError, match="one participant alone"):
        _estimate(sample, CovarianceKind.HC3)
