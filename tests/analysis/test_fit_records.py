"""What a result keeps of its fit: formula, covariance, counts, and the same call in R and SAS."""

import pytest

from analysis.plan import AnalysisReport
from analysis.results import Result


def of(report: AnalysisReport, code: str) -> Result:
    return report.result(code)


def test_every_result_with_an_estimate_or_a_description_keeps_its_fit(
    report: AnalysisReport,
) -> None:
    assert [r.id for r in report.results if r.fit is None] == []
    assert all(r.fit.counts for r in report.results if r.fit is not None)


def test_an_analysis_of_covariance_says_its_formula_and_how_r_and_sas_would_be_asked(
    report: AnalysisReport,
) -> None:
    found = of(report, "primary_gad7_week_4").fit

    assert found is not None
    assert found.formula == "outcome ~ arm + baseline + site + severity"
    assert 'read.csv("analyses/primary_gad7_week_4.csv"' in found.call_in_r
    assert 'weights = "proportional"' in found.call_in_r
    assert "lsmeans arm / om" in found.call_in_sas
    assert any("weigh the levels" in note for note in found.differences)


def test_robust_errors_are_asked_of_r_by_their_name_and_not_of_sas(report: AnalysisReport) -> None:
    found = of(report, "primary_gad7_week_4.hc3").fit

    assert found is not None
    assert 'vcovHC(fit, type = "HC3")' in found.call_in_r
    assert found.call_in_sas == ""


def test_a_mixed_model_says_what_was_planned_what_was_fitted_and_that_it_converged(
    report: AnalysisReport,
) -> None:
    found = of(report, "mixed_model_gad7_week_4").fit

    assert found is not None
    assert found.covariance_planned == ("us", "toeph", "csh")
    assert (found.covariance, found.fallback) == ("unstructured", ())
    assert found.df_method == "kenward-roger-linear"
    assert found.converged
    assert found.gradient_max is not None
    assert found.gradient_max < 1e-9
    assert "us(visit | participant)" in found.call_in_r
    assert "type=un" in found.call_in_sas
    assert any("stops its default search early" in note for note in found.differences)


def test_the_counts_of_a_mixed_model_are_by_arm_and_visit(report: AnalysisReport) -> None:
    found = of(report, "mixed_model_gad7_week_4").fit

    assert found is not None
    assert [(c.visit, c.arm) for c in found.counts] == [
        ("Week 4", "Arm X"),
        ("Week 4", "Arm Y"),
        ("Week 12", "Arm X"),
        ("Week 12", "Arm Y"),
    ]
    at_week_4 = [c.n for c in found.counts if c.visit == "Week 4"]
    assert at_week_4 == list(of(report, "primary_gad7_week_4").n_analysed)


def test_an_imputation_names_its_variance_and_the_reference_of_its_strategy(
    report: AnalysisReport,
) -> None:
    found = of(report, "jump_to_reference_gad7_week_4").fit

    assert found is not None
    assert (found.standard_errors, found.converged) == ("jackknife", True)
    assert 'type = "jackknife"' in found.call_in_r
    assert 'references = c(X = "Y", Y = "Y")' in found.call_in_r
    assert found.call_in_sas == ""


@pytest.mark.parametrize("code", ["dose", "state_anxiety_change"])
def test_welch_is_asked_first_arm_minus_second(report: AnalysisReport, code: str) -> None:
    found = of(report, code).fit

    assert found is not None
    assert 'levels = c("X", "Y")' in found.call_in_r
    assert "t.test(outcome ~ arm, data = d)" in found.call_in_r


def test_a_risk_difference_is_asked_with_the_counts_of_the_arms(report: AnalysisReport) -> None:
    result = of(report, "adverse_events.difference")

    assert result.fit is not None
    first, second = result.arms
    counts = f"{first.n_events}, {first.n_analysed}, {second.n_events}, {second.n_analysed}"
    assert f"BinomDiffCI({counts}" in result.fit.call_in_r
