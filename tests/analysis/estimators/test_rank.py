"""Ranks: exact p values by counting, shifts by hand, and scipy's p values."""

import numpy as np
import pytest
from scipy.stats import mannwhitneyu, wilcoxon

from analysis.estimators.rank import RankDistribution, estimate_paired_shift, estimate_shift
from analysis.estimators.two_means import TwoSamples
from analysis.results import NotEstimableError

NO_TIES = TwoSamples(first=(1.1, 2.3, 3.8, 4.2), second=(0.4, 1.9, 0.9))


def test_the_shift_is_the_median_of_all_differences() -> None:
    effect = estimate_shift(NO_TIES, RankDistribution.EXACT, confidence_level=0.95)

    differences = [x - y for x in NO_TIES.first for y in NO_TIES.second]
    assert effect.estimate == pytest.approx(float(np.median(differences)))
    assert effect.statistic == sum(d > 0 for d in differences)


def test_complete_separation_of_three_and_three_has_one_chance_in_ten() -> None:
    effect = estimate_shift(
        TwoSamples(first=(4.0, 5.0, 6.0), second=(1.0, 2.0, 3.0)),
        RankDistribution.EXACT,
        confidence_level=0.95,
    )

    assert effect.p == pytest.approx(2 / 20)


@pytest.mark.parametrize(
    ("distribution", "method", "correction"),
    [
        (RankDistribution.EXACT, "exact", False),
        (RankDistribution.NORMAL, "asymptotic", False),
        (RankDistribution.NORMAL_CONTINUITY, "asymptotic", True),
    ],
)
def test_p_values_are_those_of_scipy(
    distribution: RankDistribution, method: str, *, correction: bool
) -> None:
    generator = np.random.default_rng(3)
    first, second = generator.normal(0.5, 1, 17), generator.normal(0, 1, 12)
    samples = TwoSamples(first=tuple(first), second=tuple(second))

    ours = estimate_shift(samples, distribution, confidence_level=0.95)

    theirs = mannwhitneyu(first, second, method=method, use_continuity=correction)
    assert ours.p == pytest.approx(float(theirs.pvalue), abs=1e-12)


@pytest.mark.parametrize(
    ("distribution", "method", "correction"),
    [
        (RankDistribution.EXACT, "exact", False),
        (RankDistribution.NORMAL, "asymptotic", False),
        (RankDistribution.NORMAL_CONTINUITY, "asymptotic", True),
    ],
)
def test_signed_rank_p_values_are_those_of_scipy(
    distribution: RankDistribution, method: str, *, correction: bool
) -> None:
    generator = np.random.default_rng(4)
    first, second = generator.normal(0.5, 1, 14), generator.normal(0, 1, 14)
    samples = TwoSamples(first=tuple(first), second=tuple(second))

    ours = estimate_paired_shift(samples, distribution, confidence_level=0.95)

    theirs = wilcoxon(first, second, method=method, correction=correction)
    assert ours.p == pytest.approx(float(theirs.pvalue), abs=1e-12)


@pytest.mark.parametrize("distribution", list(RankDistribution))
def test_shifts_inside_the_interval_are_not_rejected_and_outside_are(
    distribution: RankDistribution,
) -> None:
    generator = np.random.default_rng(5)
    first, second = generator.normal(1, 1, 13), generator.normal(0, 1, 11)
    effect = estimate_shift(
        TwoSamples(first=tuple(first), second=tuple(second)), distribution, confidence_level=0.95
    )
    assert effect.interval is not None

    def p_after(shift: float) -> float:
        moved = TwoSamples(first=tuple(first - shift), second=tuple(second))
        return estimate_shift(moved, distribution, confidence_level=0.95).p or 0.0

    step = 1e-6
    assert p_after(effect.interval.lower + step) > 0.05 > p_after(effect.interval.lower - step)
    assert p_after(effect.interval.upper - step) > 0.05 > p_after(effect.interval.upper + step)


def test_ties_leave_no_exact_distribution_and_say_so() -> None:
    tied = TwoSamples(first=(1.0, 2.0, 2.0), second=(2.0, 3.0, 4.0))

    effect = estimate_shift(tied, RankDistribution.EXACT, confidence_level=0.95)

    assert effect.comment == "Ties: no exact distribution, normal used."
    assert RankDistribution.NORMAL_CONTINUITY.value in effect.method


def test_nothing_to_rank_has_a_reason() -> None:
    same = TwoSamples(first=(1.0, 1.0), second=(1.0, 1.0))

    with pytest.raises(NotEstimableError, match="all values are the same"):
        estimate_shift(same, RankDistribution.EXACT, confidence_level=0.95)
    with pytest.raises(NotEstimableError, match="no pair differs"):
        estimate_paired_shift(same, RankDistribution.EXACT, confidence_level=0.95)
