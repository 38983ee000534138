"""From a plain table to pooled estimates: what the result holds, and what is refused."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from analysis.estimators.ancova import (
    ArmCount,
    CovarianceKind,
    Sample,
    estimate_ancova,
    fit_ancova,
)
from analysis.missing_data.analysis_step import (
    DatasetEstimate,
    EachDataset,
    Quantity,
    Target,
)
from analysis.missing_data.frame import EventStrategy
from analysis.missing_data.imputation import ImputationPlan, Jackknife
from analysis.missing_data.imputation_model import CovarianceSharing
from analysis.missing_data.impute import ImputationResult, impute
from analysis.missing_data.pooling import PooledEstimate, VarianceKind
from analysis.missing_data.repeated_outcomes import RepeatedOutcomes
from analysis.missing_data.strategies import ImputationStrategy
from analysis.results import Contrast, NotEstimableError
from tests.analysis.missing_data.example_trial import (
    BY_JACKKNIFE,
    BY_RUBIN,
    COLUMNS,
    JUMP,
    example_frame,
    generator,
)

FRAME = example_frame()
LAST = "Week 3"


def _impute(frame: pd.DataFrame, plan: ImputationPlan) -> ImputationResult:
    return impute(frame, COLUMNS, JUMP, plan, generator=generator())


def _difference(result: ImputationResult, visit: str) -> PooledEstimate:
    return next(
        one
        for one in result.estimates
        if one.target == Target(quantity=Quantity.DIFFERENCE, label="music − control", visit=visit)
    )


@pytest.mark.parametrize("plan", [BY_JACKKNIFE, BY_RUBIN], ids=["jackknife", "Rubin"])
def test_the_result_names_the_planned_variance_and_holds_no_other(plan: ImputationPlan) -> None:
    result = _impute(FRAME, plan)

    assert result.variance is plan.variance.kind
    assert {one.variance for one in result.estimates} == {plan.variance.kind}
    assert plan.variance.kind.value in result.variance_note


def test_each_visit_has_the_difference_and_both_adjusted_means() -> None:
    result = _impute(FRAME, BY_JACKKNIFE)

    targets = [
        (one.target.visit, one.target.quantity.value, one.target.label) for one in result.estimates
    ]
    assert targets[:3] == [
        ("Week 1", "difference in adjusted means", "music − control"),
        ("Week 1", "adjusted mean", "music"),
        ("Week 1", "adjusted mean", "control"),
    ]
    assert len(targets) == 9


def test_the_result_counts_what_was_observed_and_imputed() -> None:
    result = _impute(FRAME, BY_JACKKNIFE)

    missing = FRAME["anxiety"].isna() & (FRAME["visit"] == LAST)
    by_arm = FRAME[missing].groupby("arm").size()
    counted = {one.arm: (one.observed, one.imputed) for one in result.counts if one.visit == LAST}
    assert counted == {arm: (15 - by_arm[arm], by_arm[arm]) for arm in ("music", "control")}
    assert [(one.arm, one.participants) for one in result.strategies] == [
        (arm, by_arm[arm]) for arm in ("music", "control")
    ]
    assert (result.n_participants, result.n_datasets) == (30, 31)
    assert result.gradient_max < 1e-9


def test_the_jackknife_has_a_normal_reference_and_rubin_degrees_of_freedom() -> None:
    by_jackknife = _difference(_impute(FRAME, BY_JACKKNIFE), LAST)
    by_rubin = _difference(_impute(FRAME, BY_RUBIN), LAST)

    assert by_jackknife.df is None
    assert by_jackknife.monte_carlo_error is None
    assert by_jackknife.decimals is None
    assert by_rubin.df is not None
    assert 0 < by_rubin.df < 27
    assert 0 < (by_rubin.fraction_missing or 0) < 1


def test_no_more_decimals_are_supported_than_the_monte_carlo_error_allows() -> None:
    pool = _difference(_impute(FRAME, BY_RUBIN), LAST)

    assert pool.decimals is not None
    assert pool.monte_carlo_error is not None
    assert 2 * pool.monte_carlo_error <= 10.0**-pool.decimals


def test_a_trial_with_one_visit_works() -> None:
    frame = example_frame(n_visits=1)
    frame.loc[[2, 5, 9], "anxiety"] = np.nan

    for plan in (BY_JACKKNIFE, BY_RUBIN):
        pool = _difference(_impute(frame, plan), "Week 1")
        assert pool.estimate is not None
        assert pool.standard_error is not None


def test_arms_may_have_a_covariance_of_their_own() -> None:
    plan = ImputationPlan(variance=Jackknife(), sharing=CovarianceSharing.BY_ARM)
    frame = example_frame(per_arm=25)

    result = impute(frame, COLUMNS, JUMP, plan)

    fit = result.imputation.fit.fit
    assert fit.sigma.shape == (2, 3, 3)
    assert not np.allclose(fit.sigma[0], fit.sigma[1])
    assert "one covariance for each arm" in result.model
    assert _difference(result, LAST).estimate is not None


def test_draws_have_a_covariance_for_each_arm_too() -> None:
    plan = replace(BY_RUBIN, sharing=CovarianceSharing.BY_ARM)

    result = _impute(example_frame(per_arm=25), plan)

    covariances = result.imputation.draws.covariances
    assert covariances.shape == (20, 2, 3, 3)
    assert _difference(result, LAST).estimate is not None


def test_a_covariate_may_have_one_effect_at_all_visits() -> None:
    plan = ImputationPlan(variance=Jackknife(), constant_effects=("baseline",))

    result = impute(FRAME, COLUMNS, JUMP, plan)

    assert "visit[Week 2]:baseline" not in result.imputation.fit.fit.columns
    assert "baseline;" in result.model


def _mean_difference(dataset: RepeatedOutcomes) -> list[DatasetEstimate]:
    last = dataset.outcome[:, -1]
    music = np.asarray(dataset.arm) == "music"
    first, second = last[music], last[~music]
    variance = first.var(ddof=1) / len(first) + second.var(ddof=1) / len(second)
    target = Target(quantity=Quantity.OTHER, label="raw difference")
    return [
        DatasetEstimate(
            target=target,
            estimate=float(first.mean() - second.mean()),
            variance=float(variance),
            df=float(len(last) - 2),
        )
    ]


@pytest.mark.parametrize("plan", [BY_JACKKNIFE, BY_RUBIN], ids=["jackknife", "Rubin"])
def test_any_function_of_a_completed_dataset_can_be_the_analysis(plan: ImputationPlan) -> None:
    step = EachDataset(function=_mean_difference)

    result = impute(FRAME, COLUMNS, JUMP, plan, step=step, generator=generator())

    (pool,) = result.estimates
    assert pool.target.label == "raw difference"
    assert pool.estimate is not None
    assert pool.standard_error is not None


def test_the_standard_analysis_of_a_dataset_is_the_ancova_of_the_report() -> None:
    result = _impute(FRAME, BY_JACKKNIFE)
    first = next(result.imputation.completed.datasets())

    fit = fit_ancova(
        Sample(
            outcome_name="anxiety",
            outcome=tuple(first.outcome[:, -1].tolist()),
            arm=first.arm,
            covariates=first.covariates,
        ),
        [ArmCount(arm=arm, label=arm, n_available=0) for arm in first.arms],
    )
    contrast = Contrast(first="music", second="control", label="")
    estimate = estimate_ancova(fit, contrast, CovarianceKind.CLASSICAL, confidence_level=0.95)

    assert _difference(result, LAST).estimate == pytest.approx(estimate.estimate, rel=1e-12)


def test_every_dataset_of_the_jackknife_lacks_one_participant() -> None:
    result = _impute(FRAME, BY_JACKKNIFE)

    sizes = [len(dataset.participants) for dataset in result.imputation.completed.datasets()]
    assert sizes == [30] + [29] * 30


def test_rubins_rules_ask_for_a_generator() -> None:
    with pytest.raises(NotEstimableError, match="hand in a numpy random Generator"):
        impute(FRAME, COLUMNS, JUMP, BY_RUBIN)


def test_an_arm_without_a_value_at_a_visit_is_named() -> None:
    frame = FRAME.copy()
    frame.loc[(frame["arm"] == "music") & (frame["visit"] == LAST), "anxiety"] = np.nan

    with pytest.raises(
        NotEstimableError, match="nobody of arm music has a value of anxiety at visit Week 3"
    ):
        _impute(frame, BY_JACKKNIFE)


def test_too_few_participants_for_the_covariance_are_counted() -> None:
    with pytest.raises(NotEstimableError, match="too few for a covariance over 3 visits"):
        _impute(example_frame(per_arm=2, leave=0.0), BY_JACKKNIFE)


def test_a_covariate_that_repeats_another_is_refused() -> None:
    frame = FRAME.assign(twice=2 * FRAME["baseline"])

    with pytest.raises(NotEstimableError, match="cannot be told apart"):
        impute(frame, replace(COLUMNS, covariates=("baseline", "twice")), JUMP, BY_JACKKNIFE)


def test_a_level_with_one_participant_cannot_be_jackknifed() -> None:
    frame = FRAME.assign(site=np.where(FRAME["id"] == "P000", "far", "near"))

    with pytest.raises(NotEstimableError, match="participant P000 alone determines a coefficient"):
        impute(frame, replace(COLUMNS, covariates=("site",)), JUMP, BY_JACKKNIFE)


def test_an_unknown_covariate_with_a_constant_effect_is_named() -> None:
    plan = replace(BY_JACKKNIFE, constant_effects=("age",))

    with pytest.raises(NotEstimableError, match="there is no covariate age"):
        impute(FRAME, COLUMNS, JUMP, plan)


def test_last_mean_carried_forward_names_who_left_before_the_first_visit() -> None:
    frame = FRAME.copy()
    frame.loc[frame["id"] == "P006", "anxiety"] = np.nan
    carried = EventStrategy(
        strategy=ImputationStrategy.LAST_MEAN_CARRIED_FORWARD, reference_arm="control"
    )

    with pytest.raises(
        NotEstimableError, match="participant P006: last mean carried forward needs"
    ):
        impute(frame, COLUMNS, carried, BY_JACKKNIFE)


def test_a_constant_outcome_is_refused() -> None:
    with pytest.raises(NotEstimableError, match="same value"):
        _impute(FRAME.assign(anxiety=5.0), BY_JACKKNIFE)


def test_a_dataset_that_the_step_refuses_is_named() -> None:
    fails = EachDataset(function=_refuse)

    with pytest.raises(NotEstimableError, match="completed dataset 1 of 31 cannot be analysed: no"):
        impute(FRAME, COLUMNS, JUMP, BY_JACKKNIFE, step=fails)


def _refuse(_: RepeatedOutcomes) -> list[DatasetEstimate]:
    raise NotEstimableError("no")


def test_a_step_that_gives_the_same_whoever_is_left_out_has_no_variance() -> None:
    target = Target(quantity=Quantity.OTHER, label="constant")
    constant = DatasetEstimate(target=target, estimate=1.0, variance=1.0, df=None)

    result = impute(
        FRAME, COLUMNS, JUMP, BY_JACKKNIFE, step=EachDataset(function=lambda _: [constant])
    )

    (pool,) = result.estimates
    assert pool.estimate is None
    assert "the same whoever is left out" in pool.reason


def test_a_step_without_a_variance_has_a_reason_under_rubins_rules() -> None:
    target = Target(quantity=Quantity.OTHER, label="constant")
    constant = DatasetEstimate(target=target, estimate=1.0, variance=0.0, df=None)
    step = EachDataset(function=lambda _: [constant])

    result = impute(FRAME, COLUMNS, JUMP, BY_RUBIN, step=step, generator=generator())

    assert (result.variance, result.estimates[0].p) == (VarianceKind.RUBIN, None)
    assert "no variance within" in result.estimates[0].reason


@pytest.mark.parametrize("level", [0.0, 1.0, 95.0])
def test_a_confidence_level_lies_between_0_and_1(level: float) -> None:
    with pytest.raises(NotEstimableError, match="a confidence level lies between 0 and 1"):
        replace(BY_JACKKNIFE, confidence_level=level)


def _repeating(frame: pd.DataFrame, except_for: set[str]) -> pd.DataFrame:
    """Return the table with the value of Week 1 at Week 2 as well, but for some participants."""
    first = frame[frame["visit"] == "Week 1"].set_index("id")["anxiety"]
    again = (frame["visit"] == "Week 2") & ~frame["id"].isin(except_for)
    return frame.assign(anxiety=frame["anxiety"].where(~again, frame["id"].map(first)))


def test_visits_that_repeat_each_other_have_no_covariance() -> None:
    frame = _repeating(example_frame(leave=0.0), except_for=set())

    with pytest.raises(NotEstimableError, match="the imputation model cannot be fitted"):
        _impute(frame, BY_JACKKNIFE)


def test_who_alone_keeps_the_covariance_from_being_singular_is_named() -> None:
    frame = _repeating(example_frame(leave=0.0), except_for={"P007"})

    with pytest.raises(NotEstimableError, match="cannot be fitted without participant P007"):
        _impute(frame, BY_JACKKNIFE)
