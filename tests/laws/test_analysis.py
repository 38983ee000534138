"""Laws of the analysis: what holds for all data."""

import math
from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import assume, given, reject, settings
from hypothesis import strategies as st

from analysis.estimators.ancova import (
    ArmCount,
    CovarianceKind,
    Covariate,
    Sample,
    estimate_ancova,
    fit_ancova,
)
from analysis.estimators.effect_size import estimate_effect_size
from analysis.estimators.proportions import Share, exact_interval, newcombe_interval
from analysis.participant_flow import check_conservation
from analysis.plan import run_analysis_plan
from analysis.reports.formatting import MINUS, fmt
from analysis.results import Contrast, Estimate, NotEstimableError
from tests.analysis.example_records import example_protocol, example_records

ARMS = (
    ArmCount(arm="Y", label="Arm Y", n_available=0),
    ArmCount(arm="X", label="Arm X", n_available=0),
)
X_MINUS_Y = Contrast(first="X", second="Y", label="X − Y")
KINDS = (CovarianceKind.CLASSICAL, CovarianceKind.HC3)
SCORES = st.integers(0, 21).map(float)


@st.composite
def _samples(draw: st.DrawFn) -> Sample:
    count = draw(st.integers(8, 24))
    return Sample(
        outcome_name="outcome",
        outcome=tuple(draw(st.lists(SCORES, min_size=count, max_size=count))),
        arm=tuple("XY"[index % 2] for index in range(count)),
        covariates=(
            Covariate(
                name="baseline",
                values=tuple(draw(st.lists(SCORES, min_size=count, max_size=count))),
            ),
        ),
    )


def _estimate(sample: Sample, contrast: Contrast, kind: CovarianceKind) -> Estimate:
    try:
        return estimate_ancova(fit_ancova(sample, ARMS), contrast, kind, confidence_level=0.95)
    except NotEstimableError:
        return reject()


@settings(max_examples=40, deadline=None)
@given(sample=_samples(), shift=st.integers(-50, 50), kind=st.sampled_from(KINDS))
def test_a_constant_added_to_every_outcome_changes_no_difference(
    sample: Sample, shift: int, kind: CovarianceKind
) -> None:
    moved = replace(sample, outcome=tuple(y + shift for y in sample.outcome))

    before, after = (_estimate(s, X_MINUS_Y, kind) for s in (sample, moved))

    assert after.estimate == pytest.approx(before.estimate, abs=1e-9)
    assert after.standard_error == pytest.approx(before.standard_error, rel=1e-7, abs=1e-9)


@settings(max_examples=40, deadline=None)
@given(sample=_samples(), factor=st.sampled_from([0.1, 4.0, 100.0]), kind=st.sampled_from(KINDS))
def test_other_units_change_the_unit_and_not_the_p_value(
    sample: Sample, factor: float, kind: CovarianceKind
) -> None:
    scaled = replace(sample, outcome=tuple(factor * y for y in sample.outcome))

    before, after = (_estimate(s, X_MINUS_Y, kind) for s in (sample, scaled))

    assert after.estimate == pytest.approx(factor * (before.estimate or 0.0), rel=1e-8, abs=1e-8)
    assert after.p == pytest.approx(before.p, abs=1e-7)


@settings(max_examples=40, deadline=None)
@given(sample=_samples(), kind=st.sampled_from(KINDS))
def test_the_order_of_participants_changes_nothing(sample: Sample, kind: CovarianceKind) -> None:
    (baseline,) = sample.covariates
    turned = replace(
        sample,
        outcome=sample.outcome[::-1],
        arm=sample.arm[::-1],
        covariates=(Covariate(name="baseline", values=baseline.values[::-1]),),
    )

    before, after = (_estimate(s, X_MINUS_Y, kind) for s in (sample, turned))

    assert after.estimate == pytest.approx(before.estimate, abs=1e-9)
    assert after.p == pytest.approx(before.p, abs=1e-8)


@settings(max_examples=40, deadline=None)
@given(sample=_samples(), kind=st.sampled_from(KINDS))
def test_arms_exchanged_turn_the_sign_and_the_interval(
    sample: Sample, kind: CovarianceKind
) -> None:
    y_minus_x = Contrast(first="Y", second="X", label="Y − X")

    forth, back = (_estimate(sample, contrast, kind) for contrast in (X_MINUS_Y, y_minus_x))

    assert forth.interval is not None
    assert back.interval is not None
    assert forth.estimate == pytest.approx(-(back.estimate or 0.0), abs=1e-10)
    assert forth.interval.lower == pytest.approx(-back.interval.upper, abs=1e-9)
    assert forth.p == pytest.approx(back.p, abs=1e-10)


@settings(max_examples=40, deadline=None)
@given(sample=_samples())
def test_without_covariates_the_difference_is_that_of_the_means(sample: Sample) -> None:
    bare = replace(sample, covariates=())
    x, y = bare.of_arm("X"), bare.of_arm("Y")

    estimate = _estimate(bare, X_MINUS_Y, CovarianceKind.CLASSICAL)

    assert estimate.estimate == pytest.approx(sum(x) / len(x) - sum(y) / len(y), abs=1e-10)
    assert [arm.adjusted_mean for arm in estimate.arms] == pytest.approx(
        [arm.mean for arm in estimate.arms], abs=1e-10
    )


@settings(max_examples=50, deadline=None)
@given(
    first=st.lists(SCORES, min_size=2, max_size=15),
    second=st.lists(SCORES, min_size=2, max_size=15),
    factor=st.sampled_from([0.5, 3.0, 40.0]),
)
def test_a_standardized_difference_has_no_unit_and_turns_with_the_arms(
    first: list[float], second: list[float], factor: float
) -> None:
    size = estimate_effect_size(first, second, confidence_level=0.95)
    assume(size.g is not None)

    scaled = estimate_effect_size(
        [factor * x for x in first], [factor * x for x in second], confidence_level=0.95
    )
    turned = estimate_effect_size(second, first, confidence_level=0.95)

    assert scaled.g == pytest.approx(size.g, abs=1e-9)
    assert turned.g == pytest.approx(-(size.g or 0.0), abs=1e-12)


@settings(max_examples=60, deadline=None)
@given(n=st.integers(1, 60), m=st.integers(1, 60), data=st.data())
def test_intervals_of_proportions_hold_their_estimate_and_stay_in_range(
    n: int, m: int, data: st.DataObject
) -> None:
    x, y = data.draw(st.integers(0, n)), data.draw(st.integers(0, m))

    exact = exact_interval(x, n, 0.95)
    difference = newcombe_interval(
        Share(arm="X", label="X", events=x, n=n), Share(arm="Y", label="Y", events=y, n=m), 0.95
    )

    assert 0 <= exact.lower <= x / n <= exact.upper <= 1
    assert -1 - 1e-12 <= difference.lower <= x / n - y / m <= difference.upper <= 1 + 1e-12


@given(value=st.floats(-1e9, 1e9), decimals=st.integers(0, 6))
def test_a_printed_number_is_the_nearest_and_a_half_goes_away_from_zero(
    value: float, decimals: int
) -> None:
    text = fmt(value, decimals)

    printed = Decimal(text.replace(MINUS, "-"))
    error = abs(printed) - abs(Decimal(repr(value)))
    half = Decimal(1).scaleb(-decimals) / 2
    assert -half < error <= half
    assert not text.startswith(MINUS) or printed < 0
    assert "E" not in text


@settings(max_examples=3, deadline=None)
@given(seed=st.integers(0, 2**32 - 1))
def test_the_flow_of_any_trial_conserves_and_no_number_is_nan(seed: int) -> None:
    report = run_analysis_plan(example_protocol(), example_records(seed=seed), "law")

    assert check_conservation(report.flow) == ()
    for result in report.results:
        assert result.is_estimable or result.is_description or result.reason
        assert result.estimate is None or math.isfinite(result.estimate)
