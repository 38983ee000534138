"""Laws of imputation: what holds for all trials."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, reject, settings
from hypothesis import strategies as st

from analysis.estimators.ancova import (
    ArmCount,
    CovarianceKind,
    Sample,
    estimate_ancova,
    fit_ancova,
)
from analysis.missing_data.analysis_step import Quantity, Target
from analysis.missing_data.frame import EventStrategy, read_outcomes
from analysis.missing_data.imputation import ImputationPlan
from analysis.missing_data.impute import ImputationResult, compare_with_reference, impute
from analysis.missing_data.pooling import PooledEstimate
from analysis.missing_data.strategies import ImputationStrategy
from analysis.results import Contrast, NotEstimableError
from analysis.sensitivity.delta import ConstantDelta
from analysis.sensitivity.tipping_point import trace_tipping_curve
from tests.analysis.missing_data.example_trial import (
    BY_JACKKNIFE,
    BY_RUBIN,
    COLUMNS,
    example_frame,
    generator,
)

MUSIC_MINUS_CONTROL = Contrast(first="music", second="control", label="music − control")
LAST = Target(quantity=Quantity.DIFFERENCE, label="music − control", visit="Week 3")
STRATEGIES = st.sampled_from(ImputationStrategy)
PLANS = st.sampled_from([BY_JACKKNIFE, BY_RUBIN])
SEEDS = st.integers(0, 10_000)
FEW = settings(max_examples=5, deadline=None)


def _small_frame(leave: float = 0.15, seed: int = 7) -> pd.DataFrame:
    return example_frame(per_arm=10, leave=leave, seed=seed)


def _impute(
    frame: pd.DataFrame, strategy: ImputationStrategy, plan: ImputationPlan, seed: int = 1
) -> ImputationResult:
    after = EventStrategy(strategy=strategy, reference_arm="control")
    try:
        return impute(frame, COLUMNS, after, plan, generator=generator(seed))
    except NotEstimableError:
        return reject()


def _last(result: ImputationResult) -> PooledEstimate:
    return next(one for one in result.estimates if one.target == LAST)


def _numbers(result: ImputationResult) -> list[tuple[float, float, float]]:
    return [(one.estimate or 0, one.standard_error or 0, one.p or 0) for one in result.estimates]


@FEW
@given(seed=SEEDS, strategy=STRATEGIES, plan=PLANS)
def test_a_delta_of_zero_is_no_delta(
    seed: int, strategy: ImputationStrategy, plan: ImputationPlan
) -> None:
    result = _impute(_small_frame(seed=seed), strategy, plan)
    step = compare_with_reference(result.imputation.completed.outcomes)

    curve = trace_tipping_curve(
        result.imputation, step, LAST, ConstantDelta(arms=("music",)), [0.0, 1.0]
    )

    assert curve.points[0].pooled == _last(result)


@FEW
@given(seed=SEEDS, strategy=STRATEGIES, plan=PLANS)
def test_estimates_are_linear_in_delta(
    seed: int, strategy: ImputationStrategy, plan: ImputationPlan
) -> None:
    result = _impute(_small_frame(seed=seed), strategy, plan)
    completed = result.imputation.completed
    step = compare_with_reference(completed.outcomes)
    weights = ConstantDelta(arms=("music",)).weights(completed)

    here, there, middle = (
        next(e for e in step.analyse(completed.shifted(d * weights)) if e.target == LAST).estimates
        for d in (0.0, 8.0, 2.0)
    )

    np.testing.assert_allclose(middle, 0.75 * here + 0.25 * there, rtol=1e-10, atol=1e-10)


@FEW
@given(seed=SEEDS, strategy=STRATEGIES, plan=PLANS)
def test_without_missing_values_imputation_changes_nothing(
    seed: int, strategy: ImputationStrategy, plan: ImputationPlan
) -> None:
    result = _impute(_small_frame(leave=0.0, seed=seed), strategy, plan)

    outcomes = result.imputation.completed.outcomes
    sample = Sample(
        outcome_name="anxiety",
        outcome=tuple(outcomes.outcome[:, -1].tolist()),
        arm=outcomes.arm,
        covariates=outcomes.covariates,
    )
    arms = [ArmCount(arm=arm, label=arm, n_available=0) for arm in outcomes.arms]
    plain = estimate_ancova(
        fit_ancova(sample, arms),
        MUSIC_MINUS_CONTROL,
        CovarianceKind.CLASSICAL,
        confidence_level=0.95,
    )
    assert result.imputation.completed.cells.count == 0
    assert _last(result).estimate == pytest.approx(plain.estimate, rel=1e-10, abs=1e-10)
    if plan is BY_RUBIN:
        assert _last(result).standard_error == pytest.approx(plain.standard_error, rel=1e-10)


@FEW
@given(seed=SEEDS, strategy=st.sampled_from(["JR", "CR", "CIR"]), plan=PLANS)
def test_a_jump_to_the_own_arm_is_missing_at_random(
    seed: int, strategy: str, plan: ImputationPlan
) -> None:
    frame = _small_frame(seed=seed)
    at_random = frame["id"].isin(frame.loc[frame["arm"] == "music", "id"])
    frame = frame.assign(rule=np.where(at_random, "MAR", strategy))
    columns = replace(COLUMNS, strategy="rule")
    after = EventStrategy(strategy=ImputationStrategy.MISSING_AT_RANDOM, reference_arm="control")

    jumped = impute(frame, columns, after, plan, generator=generator())

    plain = _impute(_small_frame(seed=seed), ImputationStrategy.MISSING_AT_RANDOM, plan)
    np.testing.assert_allclose(_numbers(jumped), _numbers(plain), rtol=1e-9, atol=1e-12)


@FEW
@given(seed=SEEDS, strategy=STRATEGIES, plan=PLANS)
def test_the_order_of_the_rows_changes_nothing(
    seed: int, strategy: ImputationStrategy, plan: ImputationPlan
) -> None:
    frame = _small_frame(seed=seed)

    shuffled = frame.sample(frac=1.0, random_state=seed).reset_index(drop=True)

    assert _numbers(_impute(shuffled, strategy, plan)) == _numbers(_impute(frame, strategy, plan))


@FEW
@given(seed=SEEDS, strategy=STRATEGIES)
def test_the_same_seed_gives_the_same_numbers_and_the_jackknife_needs_none(
    seed: int, strategy: ImputationStrategy
) -> None:
    frame = _small_frame(leave=0.25, seed=seed)

    first, again, other = (_impute(frame, strategy, BY_RUBIN, s) for s in (seed, seed, seed + 1))
    one, two = (_impute(frame, strategy, BY_JACKKNIFE, s) for s in (seed, seed + 1))

    assert _numbers(first) == _numbers(again)
    assert _numbers(first) != _numbers(other)
    assert _numbers(one) == _numbers(two)


@FEW
@given(seed=SEEDS, strategy=STRATEGIES, plan=PLANS, factor=st.sampled_from([0.01, 1000.0]))
def test_other_units_change_the_unit_and_not_the_p_value(
    seed: int, strategy: ImputationStrategy, plan: ImputationPlan, factor: float
) -> None:
    frame = _small_frame(seed=seed)
    scaled = frame.assign(anxiety=factor * frame["anxiety"])

    before, after = (_last(_impute(table, strategy, plan)) for table in (frame, scaled))

    assert after.estimate == pytest.approx(factor * (before.estimate or 0), rel=1e-6)
    assert after.p == pytest.approx(before.p, rel=1e-6)


@FEW
@given(seed=SEEDS)
def test_participants_without_an_event_are_imputed_alike_under_every_strategy(seed: int) -> None:
    frame = _small_frame(leave=0.0, seed=seed)
    frame.loc[(frame["id"] == "P002") & (frame["visit"] == "Week 2"), "anxiety"] = np.nan

    imputed = [
        _impute(frame, strategy, BY_RUBIN).imputation.completed.imputed
        for strategy in ImputationStrategy
    ]

    assert all(np.array_equal(one, imputed[0]) for one in imputed)
    outcomes = read_outcomes(
        frame,
        COLUMNS,
        EventStrategy(strategy=ImputationStrategy.JUMP_TO_REFERENCE, reference_arm="control"),
    )
    assert set(outcomes.interruptions) == {None}
