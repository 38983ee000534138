"""The antidepressant trial against rbmi 1.6.0.9000 with mmrm 0.3.18 (statistics.md 13: tolerances)."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from analysis.missing_data.ancova_by_visit import AncovaByVisit
from analysis.missing_data.conditional_imputation import impute_values
from analysis.missing_data.frame import EventStrategy, ImputationColumns, read_outcomes
from analysis.missing_data.imputation import (
    Imputation,
    ImputationPlan,
    Jackknife,
    RubinsRules,
    estimate_from_imputation,
    impute_outcomes,
)
from analysis.missing_data.imputation_model import CovarianceSharing, build_imputation_model
from analysis.missing_data.pooling import PooledEstimate
from analysis.missing_data.posterior import Chain
from analysis.missing_data.strategies import ImputationStrategy
from analysis.results import Contrast
from analysis.sensitivity.delta import ConstantDelta
from analysis.sensitivity.tipping_point import Change, trace_tipping_curve

STRATEGIES = [strategy.value for strategy in ImputationStrategy]
STEP = AncovaByVisit(contrasts=(Contrast(first="PLACEBO", second="DRUG", label="trt"),))
LABELS = {"trt": "trt", "lsm_ref": "DRUG", "lsm_alt": "PLACEBO"}
"""rbmi's names: its reference arm of the analysis is DRUG, of the imputation PLACEBO."""


def _read(reference: Path, name: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((reference / "statistics" / name).read_text())
    return found


@pytest.fixture(scope="module")
def impute_trial(reference: Path) -> Callable[[ImputationPlan], Imputation]:
    frame = pd.read_csv(reference / "statistics" / "antidepressant_expanded.csv")
    columns = ImputationColumns(
        participant="PATIENT",
        visit="VISIT",
        arm="THERAPY",
        outcome="CHANGE",
        covariates=("BASVAL",),
    )
    jump = EventStrategy(strategy=ImputationStrategy.JUMP_TO_REFERENCE, reference_arm="PLACEBO")
    outcomes = read_outcomes(frame, columns, jump)
    return lambda plan: impute_outcomes(
        outcomes, plan, np.random.Generator(np.random.PCG64(20261201))
    )


def _under(imputation: Imputation, strategy: str) -> Imputation:
    """Return the same draws imputed under another strategy."""
    outcomes = imputation.completed.outcomes.with_strategy(ImputationStrategy(strategy))
    model = build_imputation_model(outcomes, (), CovarianceSharing.COMMON)
    return Imputation(
        plan=imputation.plan,
        fit=imputation.fit,
        draws=imputation.draws,
        completed=impute_values(outcomes, model, imputation.draws),
    )


@pytest.fixture(scope="module")
def left_out(impute_trial: Callable[[ImputationPlan], Imputation]) -> Imputation:
    return impute_trial(ImputationPlan(variance=Jackknife()))


@pytest.fixture(scope="module")
def drawn(impute_trial: Callable[[ImputationPlan], Imputation]) -> Imputation:
    chain = Chain(draws=2000, warm_up=200, spacing=1)
    return impute_trial(ImputationPlan(variance=RubinsRules(chain=chain)))


@pytest.fixture(scope="module")
def by_jackknife(reference: Path) -> dict[str, Any]:
    return _read(reference, "rbmi_antidep_condmean_jackknife.json")


@pytest.fixture(scope="module")
def by_stan(reference: Path) -> dict[str, Any]:
    return _read(reference, "rbmi_antidep_bayes.json")


def _pools(imputation: Imputation) -> dict[str, PooledEstimate]:
    found = estimate_from_imputation(imputation, STEP)
    names = {label: name for name, label in LABELS.items()}
    return {f"{names[one.target.label]}_{one.target.visit}": one for one in found}


def test_3618_has_a_gap_and_no_intercurrent_event(left_out: Imputation) -> None:
    outcomes = left_out.completed.outcomes

    row = outcomes.participants.index("3618")
    assert outcomes.observed[row].tolist() == [True, False, True, True]
    assert outcomes.interruptions[row] is None


@pytest.mark.parametrize("strategy", STRATEGIES)
def test_coefficients_and_covariance_are_those_of_rbmi(
    left_out: Imputation, by_jackknife: dict[str, Any], strategy: str
) -> None:
    expected, fit = by_jackknife["tight"][strategy], left_out.fit.fit

    se = np.sqrt(np.diag(fit.beta_covariance))
    assert np.abs((fit.beta - expected["beta"]) / se).max() < 1e-7
    for arm in ("DRUG", "PLACEBO"):
        np.testing.assert_allclose(fit.sigma[0], expected["sigma"][arm], rtol=1e-7)


@pytest.mark.parametrize("strategy", STRATEGIES)
def test_imputed_values_are_those_of_rbmi(
    left_out: Imputation, by_jackknife: dict[str, Any], strategy: str
) -> None:
    completed = _under(left_out, strategy).completed
    outcomes, cells = completed.outcomes, completed.cells

    found = {
        (outcomes.participants[row], outcomes.visits[visit]): value
        for row, visit, value in zip(cells.row, cells.visit, completed.imputed[0], strict=True)
    }
    expected = {
        (str(cell["subject"]), str(cell["visit"])): float(cell["value"])
        for cell in by_jackknife["tight"][strategy]["imputed_dataset1"]
    }
    assert len(expected) == 80
    assert found == pytest.approx(expected, abs=1e-9)


@pytest.mark.parametrize("strategy", STRATEGIES)
def test_the_analysis_of_the_completed_dataset_is_that_of_rbmi(
    left_out: Imputation, by_jackknife: dict[str, Any], strategy: str
) -> None:
    names = {label: name for name, label in LABELS.items()}

    for found in STEP.analyse(_under(left_out, strategy).completed):
        name = f"{names[found.target.label]}_{found.target.visit}"
        expected = by_jackknife["tight"][strategy]["analysis_dataset1"][name]
        assert found.estimates[0] == pytest.approx(expected["est"], abs=1e-7 * expected["se"])
        assert np.sqrt(found.variances[0]) == pytest.approx(expected["se"], rel=1e-7)
        assert found.df == expected["df"]


@pytest.mark.parametrize("strategy", STRATEGIES)
def test_jackknife_estimates_and_errors_are_those_of_rbmi(
    left_out: Imputation, by_jackknife: dict[str, Any], strategy: str
) -> None:
    found = _pools(_under(left_out, strategy))

    expected = {pool["parameter"]: pool for pool in by_jackknife["tight"][strategy]["pool"]}
    assert found.keys() == expected.keys()
    for name, pool in found.items():
        _assert_pool(pool, expected[name])


def _assert_pool(pool: PooledEstimate, expected: dict[str, float]) -> None:
    se = expected["se"]
    assert pool.interval is not None
    assert pool.estimate == pytest.approx(expected["est"], abs=1e-7 * se)
    assert pool.standard_error == pytest.approx(se, rel=1e-7)
    assert pool.interval.lower == pytest.approx(expected["lower"], abs=1e-7 * se)
    assert pool.interval.upper == pytest.approx(expected["upper"], abs=1e-7 * se)
    assert pool.p == pytest.approx(expected["p"], abs=1e-8)


def test_deltas_added_to_the_drug_arm_give_the_estimates_of_rbmi(
    left_out: Imputation, by_jackknife: dict[str, Any]
) -> None:
    expected = by_jackknife["tight"]["JR"]["delta_added_to_DRUG_imputed_trt_7"]
    deltas = sorted(float(delta) for delta in expected)
    target = estimate_from_imputation(left_out, STEP)[9].target

    curve = trace_tipping_curve(left_out, STEP, target, ConstantDelta(arms=("DRUG",)), deltas)

    assert (target.label, target.visit) == ("trt", "7")
    for point in curve.points:
        _assert_pool(point.pooled, expected[f"{point.deltas[0]:g}"])


def test_the_tipping_point_of_jump_to_reference_is_in_closed_form(left_out: Imputation) -> None:
    target = estimate_from_imputation(left_out, STEP)[9].target

    curve = trace_tipping_curve(
        left_out, STEP, target, ConstantDelta(arms=("DRUG",)), np.linspace(-2, 30, 5).tolist()
    )

    lost, gained = curve.tipping_points
    assert (lost.change, gained.change) == (Change.LOST, Change.GAINED)
    assert lost.delta == pytest.approx(1.667583, abs=5e-7)
    assert gained.delta == pytest.approx(20.5, abs=0.05)
    assert lost.pooled.p == pytest.approx(0.05, abs=1e-12)


@pytest.mark.parametrize("strategy", STRATEGIES)
def test_bayesian_estimates_agree_with_stan_within_monte_carlo_error(
    drawn: Imputation, by_stan: dict[str, Any], strategy: str
) -> None:
    found = _pools(_under(drawn, strategy))

    for expected in by_stan["pool"][strategy]:
        pool = found[expected["parameter"]]
        errors = (pool.monte_carlo_error or 0.0), by_stan["mcse_trt7"][strategy]
        assert pool.estimate == pytest.approx(expected["est"], abs=4 * float(np.hypot(*errors)))
        assert pool.standard_error == pytest.approx(expected["se"], rel=0.03)


def test_posterior_draws_agree_with_stan(drawn: Imputation, by_stan: dict[str, Any]) -> None:
    draws = drawn.draws

    off = draws.coefficients.mean(axis=0) - by_stan["beta_mean"]
    assert np.abs(off / by_stan["beta_sd"]).max() < 4 * np.sqrt(2 / 2000)
    np.testing.assert_allclose(draws.coefficients.std(axis=0, ddof=1), by_stan["beta_sd"], rtol=0.1)
    off_sigma = draws.covariances[:, 0].mean(axis=0) - by_stan["sigma_mean"]
    assert np.abs(off_sigma / by_stan["sigma_sd"]).max() < 4 * np.sqrt(2 / 2000)
    np.testing.assert_allclose(
        draws.covariances[:, 0].std(axis=0, ddof=1), by_stan["sigma_sd"], rtol=0.1
    )
