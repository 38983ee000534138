"""Hedges' g and its interval, adjusted and unadjusted, against the formulas worked by hand."""

from dataclasses import replace

import pytest
from scipy.stats import t

from analysis.estimators.effect_size import (
    UNADJUSTED_FORMULA,
    estimate_effect_size,
    standardize_difference,
)
from analysis.results import Estimate, Interval

FIRST = (2.0, 4.0, 6.0, 8.0)
SECOND = (5.0, 7.0, 9.0, 11.0)


def test_g_is_the_difference_in_pooled_standard_deviations_made_smaller() -> None:
    # both arms: mean 5 and 8, variance 20/3; d = -3 / sqrt(20/3); factor 1 - 3/(4 x 8 - 9) = 20/23
    by_hand = -3 / (20 / 3) ** 0.5 * 20 / 23

    size = estimate_effect_size(FIRST, SECOND, confidence_level=0.95)

    assert size.g == pytest.approx(by_hand, abs=1e-12)
    assert size.formula == UNADJUSTED_FORMULA


def test_the_interval_is_the_one_that_is_printed_with_the_formula() -> None:
    size = estimate_effect_size(FIRST, SECOND, confidence_level=0.9)

    assert size.g is not None
    assert size.interval is not None
    half = t.ppf(0.95, 6) * (8 / 16 + size.g**2 / 16) ** 0.5
    assert size.interval.upper - size.g == pytest.approx(half, abs=1e-12)
    assert size.g - size.interval.lower == pytest.approx(half, abs=1e-12)
    assert size.interval.level == 0.9


@pytest.mark.parametrize(
    ("first", "second", "reason"),
    [
        pytest.param((1.0,), SECOND, "fewer than 2", id="one value"),
        pytest.param((1.0, 1.0), (2.0, 2.0), "do not vary", id="no spread"),
    ],
)
def test_without_spread_there_is_a_reason_and_no_number(
    first: tuple[float, ...], second: tuple[float, ...], reason: str
) -> None:
    size = estimate_effect_size(first, second, confidence_level=0.95)

    assert size.g is None
    assert size.interval is None
    assert reason in size.reason


ADJUSTED = Estimate(
    estimate=1.5,
    standard_error=0.5,
    df=5.0,
    interval=Interval(lower=-0.25, upper=3.25, level=0.95),
    p=0.07,
    arms=(),
    model="",
)


def test_an_adjusted_difference_and_its_limits_are_standardized_alike() -> None:
    # the adjusted difference has another sign than that of the means, and so has its g
    factor = 20 / 23 / (20 / 3) ** 0.5

    size = standardize_difference(ADJUSTED, FIRST, SECOND)

    assert size.kind == "adjusted"
    assert size.g == pytest.approx(1.5 * factor)
    assert size.interval is not None
    assert (size.interval.lower, size.interval.upper) == pytest.approx(
        (-0.25 * factor, 3.25 * factor)
    )


def test_without_an_adjusted_difference_there_is_none_to_standardize() -> None:
    size = standardize_difference(replace(ADJUSTED, estimate=None, interval=None), FIRST, SECOND)

    assert size.g is None
    assert size.reason == "there is no adjusted difference"
