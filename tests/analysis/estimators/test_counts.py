"""Counts: rates by hand, dose as offset, and what runs to infinity."""

from dataclasses import replace

import numpy as np
import pytest

from analysis.estimators.counts import CountModel, Counts, RateModel, estimate_rate_ratio
from analysis.estimators.design import Covariate
from analysis.results import NotEstimableError

SPREAD = Counts(
    count=(0.0, 9, 2, 14, 1, 6, 0, 3, 1, 0, 5, 2),
    arm=("X",) * 6 + ("Y",) * 6,
    first="X",
    second="Y",
)


def _estimate(data: Counts, model: CountModel = CountModel.NEGATIVE_BINOMIAL) -> RateModel:
    return estimate_rate_ratio(data, model, confidence_level=0.95)


@pytest.mark.parametrize("model", list(CountModel))
def test_without_covariates_the_rate_ratio_is_that_of_the_means(model: CountModel) -> None:
    found = _estimate(SPREAD, model)

    assert found.rate_ratio.estimate == pytest.approx((32 / 6) / (11 / 6))
    assert [arm.n for arm in found.rate_ratio.arms] == [6, 6]


def test_twice_the_dose_for_everyone_of_an_arm_halves_its_rate() -> None:
    dosed = replace(SPREAD, exposure=(2.0,) * 6 + (1.0,) * 6)

    found = _estimate(dosed)

    assert found.rate_ratio.estimate == pytest.approx(32 / 11 / 2)
    assert "offset" in found.rate_ratio.method


def test_the_error_is_that_of_the_expected_information_with_theta_fixed() -> None:
    found = _estimate(SPREAD)

    assert found.theta is not None
    by_hand = sum(1 / (6 * m / (1 + m / found.theta)) for m in (32 / 6, 11 / 6)) ** 0.5
    assert found.rate_ratio.standard_error == pytest.approx(by_hand)
    assert found.aic == pytest.approx(2 * 3 - 2 * found.log_likelihood)


def test_counts_that_are_not_more_spread_than_poisson_are_poisson() -> None:
    even = replace(SPREAD, count=(5.0, 6, 5, 5, 6, 5, 2, 3, 2, 2, 3, 2))

    found = _estimate(even)

    assert found.theta is None
    assert "θ is infinite" in found.rate_ratio.comment
    assert found.rate_ratio.standard_error == pytest.approx((1 / 32 + 1 / 14) ** 0.5)


def test_a_covariate_that_marks_only_those_without_events_has_a_reason() -> None:
    age = Covariate(name="age", values=(70.0, 40, 40, 40, 40, 40, 71, 40, 40, 72, 40, 40))

    with pytest.raises(NotEstimableError, match="marked by age have no event"):
        _estimate(replace(SPREAD, count=(0.0, 9, 2, 14, 1, 6, 0, 3, 1, 0, 5, 2), covariates=(age,)))


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        pytest.param(
            replace(SPREAD, count=SPREAD.count[:6] + (0.0,) * 6), "Y has no event", id="no event"
        ),
        pytest.param(
            replace(SPREAD, count=(1.5, *SPREAD.count[1:])), "not a whole number", id="not whole"
        ),
        pytest.param(replace(SPREAD, exposure=(0.0,) * 12), "12 participants have no", id="dose 0"),
        pytest.param(replace(SPREAD, arm=("X",) * 12), "Y has no participant", id="empty arm"),
        pytest.param(
            replace(
                SPREAD,
                covariates=(Covariate(name="site", values=("B", *"AAAAAAAAAAA")),),
            ),
            "marked by site\\[B\\] have no event",
            id="a level without events",
        ),
        pytest.param(replace(SPREAD, count=(np.nan, *SPREAD.count[1:])), "missing", id="missing"),
    ],
)
def test_what_cannot_be_estimated_has_a_reason(data: Counts, reason: str) -> None:
    with pytest.raises(NotEstimableError, match=reason):
        _estimate(data)


@pytest.mark.parametrize(
    ("count", "arm", "reason"),
    [
        pytest.param((4.0, 1.0, 2.0, 5.0), "ABBB", "alone determines", id="one participant"),
        pytest.param((4.0, 4.0, 2.0, 5.0), "BBAA", "exactly", id="no spread"),
    ],
)
def test_a_robust_error_that_rests_on_nothing_is_refused(
    count: tuple[float, ...], arm: str, reason: str
) -> None:
    data = Counts(count=count, arm=tuple(arm), first="A", second="B")

    with pytest.raises(NotEstimableError, match=reason):
        estimate_rate_ratio(data, CountModel.POISSON_ROBUST, confidence_level=0.95)
