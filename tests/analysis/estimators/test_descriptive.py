"""Descriptive statistics and Welch's difference in means."""

import pytest
from scipy import stats

from analysis.estimators.descriptive import (
    Group,
    estimate_difference_in_means,
    mean_interval,
    summarize,
)
from analysis.results import Contrast, NotEstimableError

FIRST = Group(arm="X", label="Arm X", values=(3.0, 5.0, 8.0, 9.5, 2.0))
SECOND = Group(arm="Y", label="Arm Y", values=(7.0, 7.5, 12.0, 9.0, 11.0, 6.5))
X_MINUS_Y = Contrast(first="X", second="Y", label="Arm X − Arm Y")


def test_a_summary_counts_what_is_missing() -> None:
    summary = summarize([4.0, None, 1.0, 3.0, 2.0, None])

    assert (summary.n, summary.missing) == (4, 2)
    assert (summary.mean, summary.median) == (2.5, 2.5)
    assert (summary.lower_quartile, summary.upper_quartile) == (1.75, 3.25)


def test_a_summary_of_nothing_has_no_numbers() -> None:
    summary = summarize([None, None])

    assert summary.n == 0
    assert summary.mean is None
    assert summary.standard_deviation is None
    assert summary.maximum is None


def test_one_value_has_a_mean_and_no_interval() -> None:
    assert mean_interval([4.0], 0.95) is None


def test_welch_agrees_with_scipy() -> None:
    theirs = stats.ttest_ind(FIRST.values, SECOND.values, equal_var=False)
    limits = theirs.confidence_interval(0.95)

    ours = estimate_difference_in_means((FIRST, SECOND), X_MINUS_Y, confidence_level=0.95)

    assert ours.p == pytest.approx(theirs.pvalue, abs=1e-14)
    assert ours.df == pytest.approx(theirs.df, rel=1e-12)
    assert ours.interval is not None
    assert (ours.interval.lower, ours.interval.upper) == pytest.approx(
        (limits.low, limits.high), abs=1e-12
    )


@pytest.mark.parametrize(
    ("values", "reason"),
    [
        pytest.param((4.0,), "at least 2", id="one value"),
        pytest.param((), "at least 2", id="none"),
    ],
)
def test_too_few_values_have_a_reason(values: tuple[float, ...], reason: str) -> None:
    few = Group(arm="Y", label="Arm Y", values=values)

    with pytest.raises(NotEstimableError, match=reason):
        estimate_difference_in_means((FIRST, few), X_MINUS_Y, confidence_level=0.95)


def test_values_without_spread_have_a_reason() -> None:
    groups = tuple(Group(arm=arm, label=arm, values=(1.0, 1.0)) for arm in "XY")

    with pytest.raises(NotEstimableError, match="do not vary"):
        estimate_difference_in_means(groups, X_MINUS_Y, confidence_level=0.95)
