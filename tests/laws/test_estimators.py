"""Laws of the estimators: arms change places, units change, participants change order, copies say nothing new."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import assume, given, reject, settings
from hypothesis import strategies as st

from analysis.estimators.ancova import ArmCount, Sample, fit_ancova
from analysis.estimators.cluster_robust import ClusterCovariance, estimate_clustered_ancova
from analysis.estimators.complier_effect import (
    ComplierCovariance,
    Uptake,
    estimate_complier_effect,
)
from analysis.estimators.counts import CountModel, Counts, estimate_rate_ratio
from analysis.estimators.crossover import TwoByTwo, estimate_crossover
from analysis.estimators.design import Covariate
from analysis.estimators.effect import Effect
from analysis.estimators.equivalence import Better, judge_equivalence
from analysis.estimators.intraclass import estimate_intraclass_correlations
from analysis.estimators.logistic_standardization import (
    LogisticCovariance,
    Responders,
    standardize_risks,
)
from analysis.estimators.mediation import (
    MediationData,
    PathVariance,
    ProductError,
    estimate_mediation,
)
from analysis.estimators.ordinal import OrderedOutcomes, estimate_proportional_odds
from analysis.estimators.rank import RankDistribution, estimate_paired_shift, estimate_shift
from analysis.estimators.separation import find_separating_columns
from analysis.estimators.standardized_difference import estimate_cohens_d, estimate_hedges_g
from analysis.estimators.time_to_event import EventTimes, estimate_hazard_ratio
from analysis.estimators.two_means import (
    TwoSamples,
    VarianceAssumption,
    estimate_difference_in_means,
)
from analysis.estimators.win_ratio import RankedNumber, estimate_win_ratio
from analysis.results import Contrast, NotEstimableError

LEVEL = 0.95
quick = settings(max_examples=25, deadline=None)
SCORES = st.integers(0, 21).map(float)
VALUES = st.lists(SCORES, min_size=4, max_size=14).map(tuple)
SEEDS = st.integers(0, 10_000)
FACTORS = st.sampled_from([0.001, 0.1, 7.0, 1000.0])


def _limits(effect: Effect) -> tuple[float, float]:
    assert effect.interval is not None
    return effect.interval.lower, effect.interval.upper


def _assert_scaled(after: Effect, before: Effect, factor: float) -> None:
    assert before.estimate is not None
    assert after.estimate == pytest.approx(factor * before.estimate, rel=1e-7, abs=1e-9 * factor)
    assert _limits(after) == pytest.approx(
        tuple(factor * limit for limit in _limits(before)), rel=1e-7, abs=1e-7 * factor
    )
    assert after.p == pytest.approx(before.p, abs=1e-9)


def _assert_turned(back: Effect, there: Effect) -> None:
    assert there.estimate is not None
    lower, upper = _limits(there)
    assert back.estimate == pytest.approx(-there.estimate, abs=1e-9)
    assert _limits(back) == pytest.approx((-upper, -lower), abs=1e-7)
    assert back.p == pytest.approx(there.p, abs=1e-9)


def _assert_inverted(back: Effect, there: Effect) -> None:
    assert there.estimate is not None
    lower, upper = _limits(there)
    assert back.estimate == pytest.approx(1 / there.estimate, rel=1e-6)
    assert _limits(back) == pytest.approx((1 / upper, 1 / lower), rel=1e-5)
    assert back.p == pytest.approx(there.p, abs=1e-7)


def _compare(samples: TwoSamples, how: VarianceAssumption | RankDistribution) -> Effect:
    try:
        if isinstance(how, VarianceAssumption):
            return estimate_difference_in_means(samples, how, confidence_level=LEVEL)
        return estimate_shift(samples, how, confidence_level=LEVEL)
    except NotEstimableError:
        return reject()


HOW = st.sampled_from([*VarianceAssumption, *RankDistribution])


@quick
@given(first=VALUES, second=VALUES, how=HOW, factor=FACTORS)
def test_other_units_change_the_unit_of_a_comparison_and_not_its_p_value(
    first: tuple[float, ...],
    second: tuple[float, ...],
    how: VarianceAssumption | RankDistribution,
    factor: float,
) -> None:
    before = _compare(TwoSamples(first=first, second=second), how)
    after = _compare(
        TwoSamples(
            first=tuple(factor * y for y in first), second=tuple(factor * y for y in second)
        ),
        how,
    )

    _assert_scaled(after, before, factor)


@quick
@given(first=VALUES, second=VALUES, how=HOW)
def test_arms_that_change_places_change_the_sign_of_a_comparison(
    first: tuple[float, ...],
    second: tuple[float, ...],
    how: VarianceAssumption | RankDistribution,
) -> None:
    _assert_turned(
        _compare(TwoSamples(first=second, second=first), how),
        _compare(TwoSamples(first=first, second=second), how),
    )


@quick
@given(first=VALUES, shift=st.integers(-30, 30), how=st.sampled_from(RankDistribution))
def test_a_constant_shift_of_pairs_moves_the_estimate_by_it(
    first: tuple[float, ...], shift: int, how: RankDistribution
) -> None:
    second = tuple(reversed(first))
    try:
        before = estimate_paired_shift(
            TwoSamples(first=first, second=second), how, confidence_level=LEVEL
        )
        after = estimate_paired_shift(
            TwoSamples(first=tuple(y + shift for y in first), second=second),
            how,
            confidence_level=LEVEL,
        )
    except NotEstimableError:
        reject()

    assert after.estimate == pytest.approx((before.estimate or 0.0) + shift, abs=1e-9)


@quick
@given(first=VALUES, second=VALUES, factor=FACTORS)
def test_a_standardized_difference_has_no_unit(
    first: tuple[float, ...], second: tuple[float, ...], factor: float
) -> None:
    samples = TwoSamples(first=first, second=second)
    scaled = TwoSamples(
        first=tuple(factor * y + 3 for y in first), second=tuple(factor * y + 3 for y in second)
    )
    for estimate in (estimate_cohens_d, estimate_hedges_g):
        try:
            before = estimate(samples, confidence_level=LEVEL)
            after = estimate(scaled, confidence_level=LEVEL)
        except NotEstimableError:
            reject()
        assert after.estimate == pytest.approx(before.estimate, rel=1e-7, abs=1e-9)
        assert _limits(after) == pytest.approx(_limits(before), rel=1e-5, abs=1e-6)
        lower, upper = _limits(before)
        assert lower <= (before.estimate or 0.0) <= upper


@quick
@given(first=VALUES, second=VALUES, margin=st.floats(0.5, 30))
def test_equivalence_is_shown_exactly_when_the_interval_lies_inside(
    first: tuple[float, ...], second: tuple[float, ...], margin: float
) -> None:
    effect = _compare(TwoSamples(first=first, second=second), VarianceAssumption.UNEQUAL)

    found = judge_equivalence(effect, margin_lower=-margin, margin_upper=margin)

    inside = -margin < found.interval.lower and found.interval.upper < margin
    assume(abs(found.p - 0.05) > 1e-9)
    assert (found.p < 0.05) == inside


def _people(seed: int, n: int = 40) -> tuple[np.random.Generator, np.ndarray, np.ndarray]:
    generator = np.random.default_rng(seed)
    arm = generator.permutation(np.repeat(["X", "Y"], n // 2))
    return generator, arm, generator.normal(size=n)


@quick
@given(seed=SEEDS, kind=st.sampled_from(ClusterCovariance))
def test_names_of_clusters_and_the_order_of_participants_do_not_matter(
    seed: int, kind: ClusterCovariance
) -> None:
    generator, arm, age = _people(seed)
    outcome = age + generator.normal(size=40)
    clusters = generator.integers(0, 8, 40)

    def estimate(order: Sequence[int], prefix: str) -> Effect:
        sample = Sample(
            outcome_name="y",
            outcome=tuple(outcome[order]),
            arm=tuple(arm[order]),
            covariates=(Covariate(name="age", values=tuple(age[order])),),
        )
        arms = [ArmCount(arm=a, label=a, n_available=20) for a in ("Y", "X")]
        return estimate_clustered_ancova(
            fit_ancova(sample, arms),
            Contrast(first="X", second="Y", label="X − Y"),
            [f"{prefix}{9 - clusters[i]}" for i in order],
            kind,
            confidence_level=LEVEL,
        )

    before = estimate(range(40), "t")
    after = estimate(list(generator.permutation(40)), "site ")

    assert after.df == pytest.approx(before.df, rel=1e-8)
    _assert_scaled(after, before, 1.0)


@quick
@given(seed=SEEDS, kind=st.sampled_from(LogisticCovariance))
def test_arms_that_change_places_turn_standardized_risks(
    seed: int, kind: LogisticCovariance
) -> None:
    generator, arm, age = _people(seed)
    response = (age + generator.logistic(size=40) > 0).astype(float)
    sample = Responders(
        response=tuple(response),
        arm=tuple(arm),
        first="X",
        second="Y",
        covariates=(Covariate(name="age", values=tuple(age)),),
    )
    try:
        there = standardize_risks(sample, kind, confidence_level=LEVEL)
        back = standardize_risks(
            replace(sample, first="Y", second="X"), kind, confidence_level=LEVEL
        )
    except NotEstimableError:
        reject()

    _assert_turned(back.difference, there.difference)
    _assert_inverted(back.ratio, there.ratio)
    _assert_inverted(back.conditional_odds_ratio, there.conditional_odds_ratio)


@quick
@given(seed=SEEDS, n=st.integers(4, 12))
def test_separated_responses_are_found_and_a_contradiction_ends_it(seed: int, n: int) -> None:
    generator = np.random.default_rng(seed)
    matrix = np.column_stack([np.ones(n), generator.normal(size=(n, 2))])
    score = matrix @ generator.normal(size=3)
    response = (score > np.median(score)).astype(float)

    assert find_separating_columns(matrix, response, ("Intercept", "a", "b"))
    contradicted = np.vstack([matrix, matrix])
    both = np.concatenate([response, 1 - response])
    assert find_separating_columns(contradicted, both, ("Intercept", "a", "b")) == ()


@quick
@given(seed=SEEDS, factor=FACTORS, kind=st.sampled_from(ComplierCovariance))
def test_other_units_change_the_unit_of_a_complier_effect(
    seed: int, factor: float, kind: ComplierCovariance
) -> None:
    generator, arm, noise = _people(seed)
    assigned = (arm == "X").astype(float)
    received = assigned * (generator.random(40) < 0.7)
    data = Uptake(
        outcome=tuple(noise - received), assigned=tuple(assigned), received=tuple(received)
    )
    try:
        before = estimate_complier_effect(data, kind, confidence_level=LEVEL)
        after = estimate_complier_effect(
            replace(data, outcome=tuple(factor * y for y in data.outcome)),
            kind,
            confidence_level=LEVEL,
        )
    except NotEstimableError:
        reject()

    _assert_scaled(after.effect, before.effect, factor)
    assert after.first_stage_f == pytest.approx(before.first_stage_f)


@quick
@given(seed=SEEDS)
def test_arms_that_change_places_turn_mediation_and_its_parts_add_up(seed: int) -> None:
    generator, arm, noise = _people(seed)
    exposed = (arm == "X").astype(float)
    mediator = exposed + noise
    data = MediationData(
        exposed=tuple(exposed),
        mediator=tuple(mediator),
        outcome=tuple(mediator + generator.normal(size=40)),
    )

    there, back = (
        estimate_mediation(
            one,
            PathVariance.LEAST_SQUARES,
            ProductError.SOBEL,
            generator=np.random.default_rng(1),
            confidence_level=LEVEL,
            draws=100,
        )
        for one in (data, replace(data, exposed=tuple(1 - exposed)))
    )

    _assert_turned(back.indirect, there.indirect)
    _assert_turned(back.direct, there.direct)
    _assert_turned(back.total, there.total)
    assert (there.indirect.estimate or 0.0) + (there.direct.estimate or 0.0) == pytest.approx(
        there.total.estimate
    )


@quick
@given(seed=SEEDS, model=st.sampled_from(CountModel), factor=FACTORS)
def test_other_units_of_dose_change_no_rate_ratio_and_arms_turn_it(
    seed: int, model: CountModel, factor: float
) -> None:
    generator, arm, _ = _people(seed)
    dose = generator.uniform(1, 5, 40)
    data = Counts(
        count=tuple(generator.negative_binomial(1.5, 0.3, 40).astype(float)),
        arm=tuple(arm),
        first="X",
        second="Y",
        exposure=tuple(dose),
    )

    before = estimate_rate_ratio(data, model, confidence_level=LEVEL)
    scaled = estimate_rate_ratio(
        replace(data, exposure=tuple(factor * dose)), model, confidence_level=LEVEL
    )
    back = estimate_rate_ratio(replace(data, first="Y", second="X"), model, confidence_level=LEVEL)

    assert scaled.rate_ratio.estimate == pytest.approx(before.rate_ratio.estimate, rel=1e-6)
    assert _limits(scaled.rate_ratio) == pytest.approx(_limits(before.rate_ratio), rel=1e-6)
    _assert_inverted(back.rate_ratio, before.rate_ratio)


@quick
@given(seed=SEEDS, shift=st.integers(-20, 20))
def test_what_a_participant_always_has_more_changes_no_crossover(seed: int, shift: int) -> None:
    generator = np.random.default_rng(seed)
    one, two, own = generator.normal(size=(3, 12))
    data = TwoByTwo(
        period_1=tuple(one),
        period_2=tuple(two),
        first_treatment=("A", "B") * 6,
        treatment="A",
        comparator="B",
    )
    moved = replace(data, period_1=tuple(one + shift * own), period_2=tuple(two + shift * own))

    before = estimate_crossover(data, confidence_level=LEVEL)
    after = estimate_crossover(moved, confidence_level=LEVEL)
    back = estimate_crossover(replace(data, treatment="B", comparator="A"), confidence_level=LEVEL)

    _assert_scaled(after.treatment, before.treatment, 1.0)
    _assert_scaled(after.period, before.period, 1.0)
    _assert_turned(back.treatment, before.treatment)


@quick
@given(seed=SEEDS)
def test_reversed_categories_or_arms_turn_the_odds_ratio_round(seed: int) -> None:
    generator, arm, _ = _people(seed)
    code = np.digitize(generator.logistic(size=40) + (arm == "X"), [-1.0, 0.5])
    data = OrderedOutcomes(
        category=tuple("abc"[k] for k in code),
        categories=("a", "b", "c"),
        arm=tuple(arm),
        first="X",
        second="Y",
    )
    try:
        there, reverse, back = (
            estimate_proportional_odds(one, confidence_level=LEVEL).odds_ratio
            for one in (
                data,
                replace(data, categories=("c", "b", "a")),
                replace(data, first="Y", second="X"),
            )
        )
    except NotEstimableError:
        reject()

    _assert_inverted(reverse, there)
    _assert_inverted(back, there)


@quick
@given(seed=SEEDS, factor=FACTORS)
def test_other_units_of_time_change_no_hazard_ratio(seed: int, factor: float) -> None:
    generator, arm, _ = _people(seed)
    data = EventTimes(
        time=tuple(generator.exponential(size=40) + 0.01),
        event=tuple((generator.random(40) < 0.7).astype(float)),
        arm=tuple(arm),
        first="X",
        second="Y",
    )
    try:
        before, after, back = (
            estimate_hazard_ratio(one, confidence_level=LEVEL).ratio
            for one in (
                data,
                replace(data, time=tuple(factor * t for t in data.time)),
                replace(data, first="Y", second="X"),
            )
        )
    except NotEstimableError:
        reject()

    assert after.estimate == pytest.approx(before.estimate, rel=1e-6)
    _assert_inverted(back, before)


@quick
@given(first=VALUES, second=VALUES)
def test_arms_that_change_places_turn_wins_into_losses(
    first: tuple[float, ...], second: tuple[float, ...]
) -> None:
    there, back = (
        estimate_win_ratio(
            [RankedNumber(name="y", first=one, second=two, better=Better.LOWER)],
            "X",
            "Y",
            confidence_level=LEVEL,
        )
        for one, two in ((first, second), (second, first))
    )

    assert (back.wins, back.losses, back.ties) == (there.losses, there.wins, there.ties)
    assert there.wins + there.losses + there.ties == len(first) * len(second)
    if there.win_ratio.estimate is not None and there.win_ratio.interval is not None:
        _assert_inverted(back.win_ratio, there.win_ratio)


@quick
@given(seed=SEEDS, factor=FACTORS)
def test_other_units_of_ratings_change_no_intraclass_correlation(seed: int, factor: float) -> None:
    generator = np.random.default_rng(seed)
    ratings = generator.normal(size=(8, 1)) + generator.normal(size=(8, 3))

    before = estimate_intraclass_correlations(ratings, confidence_level=LEVEL)
    after = estimate_intraclass_correlations(factor * ratings + 5, confidence_level=LEVEL)

    assert [icc.estimate for icc in after] == pytest.approx(
        [icc.estimate for icc in before], abs=1e-8
    )
    for icc in before:
        assert icc.interval.lower <= icc.estimate <= icc.interval.upper
