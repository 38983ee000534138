"""The numbers of R mmrm 0.3.18 and emmeans 1.8.4.1 at the exact optimum, and of SAS, to the tolerances we promise."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from analysis.estimators.mixed_model.criteria import compute_criteria
from analysis.estimators.mixed_model.fit import fit_mixed_model
from analysis.estimators.mixed_model.formulas.roles import Roles
from analysis.estimators.mixed_model.formulas.table import read_table
from analysis.estimators.mixed_model.hypotheses import HypothesisType, compare_terms
from analysis.estimators.mixed_model.inference import Inference, Method, infer
from analysis.estimators.mixed_model.marginal_means import (
    GridRows,
    MarginalRows,
    Weights,
    estimate_rows,
    marginal_rows,
)
from analysis.estimators.mixed_model.structures import STRUCTURES
from tests.analysis.estimators.mixed_model.trials import FILES, ReferenceFit, reference_fit

METHODS = {
    "Satterthwaite": Method.SATTERTHWAITE,
    "Kenward-Roger": Method.KENWARD_ROGER,
    "Kenward-Roger-Linear": Method.KENWARD_ROGER_LINEAR,
    "Between-Within": Method.BETWEEN_WITHIN,
    "Residual": Method.RESIDUAL,
    "Satterthwaite/Empirical(CR0)": Method.EMPIRICAL_CR0,
    "Satterthwaite/Empirical-Bias-Reduced(CR2)": Method.EMPIRICAL_CR2,
    "Satterthwaite/Empirical-Jackknife(CR3)": Method.EMPIRICAL_CR3,
}


@pytest.fixture(params=FILES, scope="module")
def known(request: pytest.FixtureRequest, reference: Path) -> ReferenceFit:
    return reference_fit(reference / "statistics", request.param)


def test_columns_have_the_names_of_r_in_the_order_of_r(known: ReferenceFit) -> None:
    assert list(known.fit.columns) == known.numbers["coef_names"]


def test_rows_and_participants_are_those_of_r(known: ReferenceFit) -> None:
    numbers, patterns = known.numbers, known.fit.patterns
    assert patterns.n_observations == numbers["n_obs"]
    assert patterns.n_participants == numbers["n_subjects"]
    assert (patterns.n_visits, patterns.n_groups) == (numbers["n_visits"], numbers["n_groups"])
    assert known.fit.structure.name == numbers["cov_type"]


def test_the_optimum_is_that_of_r(known: ReferenceFit) -> None:
    numbers, fit = known.numbers, known.fit
    errors = np.sqrt(np.diag(numbers["vcov_asymptotic"]))
    assert fit.converged
    assert fit.gradient_max < 1e-9
    assert fit.log_likelihood == pytest.approx(numbers["logLik"], abs=1e-8)
    assert np.abs((fit.beta - numbers["beta"]) / errors).max() < 1e-7
    assert fit.beta_covariance == pytest.approx(
        np.asarray(numbers["vcov_asymptotic"]), rel=1e-7, abs=1e-10
    )
    assert fit.sigma[0] == pytest.approx(np.asarray(numbers["cov_matrix"]), rel=1e-7)
    assert fit.theta == pytest.approx(np.asarray(numbers["theta"]), rel=1e-7, abs=1e-9)
    assert fit.theta_covariance == pytest.approx(
        np.asarray(numbers["theta_vcov"]), rel=1e-6, abs=1e-12
    )


def test_information_criteria_are_those_of_r(known: ReferenceFit) -> None:
    found, numbers = compute_criteria(known.fit), known.numbers
    assert found.parameters == len(np.atleast_1d(numbers["theta"]))
    assert -2 * known.fit.log_likelihood == pytest.approx(numbers["deviance"], abs=1e-7)
    assert found.aic == pytest.approx(numbers["AIC"], abs=1e-7)
    assert found.aicc == pytest.approx(numbers["AICc"], abs=1e-7)
    assert found.bic == pytest.approx(numbers["BIC"], abs=1e-7)


def test_coefficients_have_the_errors_and_degrees_of_freedom_of_r(known: ReferenceFit) -> None:
    for name, expected in known.numbers["tests"].items():
        inference = infer(known.fit, METHODS[name])
        found = inference.estimate(np.eye(len(known.fit.columns)))
        assert found.standard_error == pytest.approx(np.asarray(expected["se"]), rel=1e-7), name
        assert found.df == pytest.approx(np.asarray(expected["df"], dtype=float), rel=1e-6), name
        assert found.t == pytest.approx(np.asarray(expected["t"]), rel=1e-6, abs=1e-7), name
        assert found.p == pytest.approx(np.asarray(expected["p"]), abs=1e-8), name
        if "vcov" in expected:
            scale = np.multiply.outer(found.standard_error, found.standard_error)
            assert np.abs((inference.covariance - expected["vcov"]) / scale).max() < 1e-7, name


def test_every_method_of_the_file_is_tested(known: ReferenceFit) -> None:
    reml = known.numbers["reml"]
    assert len(known.numbers["tests"]) == (8 if reml else 6)
    assert set(known.numbers["tests"]) <= set(METHODS)


def test_marginal_means_and_contrasts_are_those_of_emmeans(known: ReferenceFit) -> None:
    compared = 0
    for method, weights, kind, expected in _marginal_blocks(known):
        rows = marginal_rows(known.table, (known.visit, known.arm), Weights(weights), GridRows.ALL)
        if kind == "contrasts":
            rows = rows.minus(known.arm, "PBO" if known.arm == "ARMCD" else "PLACEBO")
        inference = infer(known.fit, METHODS[method])
        compared += _compare_marginal(inference, rows, expected)
    assert compared == (8 + 4) * (13 if known.numbers["reml"] else 9)


def _marginal_blocks(known: ReferenceFit) -> Iterator[tuple[str, str, str, list[dict[str, Any]]]]:
    for method, by_weights in known.numbers["emm"].items():
        for weights, blocks in by_weights.items():
            for kind in ("emmeans", "contrasts"):
                yield method, weights, kind, blocks[kind]


def _compare_marginal(
    inference: Inference,
    rows: MarginalRows,
    expected: list[dict[str, Any]],
) -> int:
    by_levels: dict[tuple[str, ...], dict[str, Any]] = {
        (row["visit"], row.get("arm") or row["contrast"]): row for row in expected
    }
    for found in estimate_rows(inference, rows):
        row = by_levels.pop(found.levels)
        se = row["se"]
        assert found.estimate == pytest.approx(row["estimate"], abs=1e-7 * se)
        assert found.standard_error == pytest.approx(se, rel=1e-7)
        assert found.df == pytest.approx(row["df"], rel=1e-6)
        assert found.lower == pytest.approx(row["lower"], abs=1e-6 * se)
        assert found.upper == pytest.approx(row["upper"], abs=1e-6 * se)
        assert found.t == pytest.approx(row["t"], rel=1e-6, abs=1e-7)
        assert found.p == pytest.approx(row["p"], abs=1e-8)
    assert not by_levels
    return len(expected)


def test_tests_of_terms_are_those_of_r(known: ReferenceFit) -> None:
    compared = 0
    for method, by_type in known.numbers["anova"].items():
        inference = infer(known.fit, METHODS[method])
        for kind, expected in by_type.items():
            found = {
                test.term: test.test
                for test in compare_terms(inference, known.table, HypothesisType(kind))
            }
            assert set(found) == {row["term"] for row in expected}
            for row in expected:
                test = found[row["term"]]
                assert test is not None
                assert test.numerator_df == row["num_df"]
                assert test.denominator_df == pytest.approx(row["denom_df"], rel=1e-6)
                assert test.statistic == pytest.approx(row["F"], rel=1e-7)
                assert test.p == pytest.approx(row["p"], abs=1e-8)
                compared += 1
    terms = len(known.table.coding.terms) - 1
    assert compared == terms * 2 * (5 if known.numbers["reml"] else 3)


def test_sas_gives_the_same_errors_and_degrees_of_freedom(reference: Path) -> None:
    folder = reference / "statistics"
    table = pd.read_csv(folder / "fev_data.csv")
    roles = Roles(participant="USUBJID", visit="AVISIT")
    data = read_table(table, "FEV1 ~ ARMCD", roles).data
    printed = json.loads((folder / "sas_kr_fev.json").read_text("utf-8"))
    assert len(printed) == 4
    for row in printed:
        # SAS prints the linear form for UN whichever is asked (README of the reference numbers)
        full = "ar1" in row["formula"] and "firstorder" not in row["method"]
        structure = STRUCTURES["ar1" if "ar1" in row["formula"] else "us"]
        method = Method.KENWARD_ROGER if full else Method.KENWARD_ROGER_LINEAR
        found = infer(fit_mixed_model(data, structure), method).estimate(np.asarray([[0.0, 1.0]]))
        assert found.standard_error[0] == pytest.approx(row["se"], rel=1e-4)
        assert found.df[0] == pytest.approx(row["df"], rel=3e-4)


def test_sas_data_have_the_exact_optimum_that_the_reference_names(reference: Path) -> None:
    table = pd.read_csv(reference / "statistics" / "fev_data.csv")
    data = read_table(table, "FEV1 ~ ARMCD", Roles(participant="USUBJID", visit="AVISIT")).data
    exact = {
        ("ar1", Method.KENWARD_ROGER): (0.9585829, 188.4695),
        ("ar1", Method.KENWARD_ROGER_LINEAR): (0.9605807, 188.4695),
        ("us", Method.KENWARD_ROGER): (0.6510467, 160.6906),
        ("us", Method.KENWARD_ROGER_LINEAR): (0.6613005, 160.6906),
    }
    for (structure, method), (error, df) in exact.items():
        fit = fit_mixed_model(data, STRUCTURES[structure])
        found = infer(fit, method).estimate(np.asarray([[0.0, 1.0]]))
        assert found.standard_error[0] == pytest.approx(error, abs=6e-8)
        assert found.df[0] == pytest.approx(df, abs=6e-5)
