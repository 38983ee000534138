"""Residuals, adjusted means and the card of one analysis: what is drawn stands in words and as a table."""

from dataclasses import replace

import pytest

from analysis.one_analysis import OneAnalysis, look_at_planned
from analysis.plan import AnalysisReport
from analysis.reports.adjusted_means import adjusted_means_figure
from analysis.reports.plan_table import fits_table, missing_data_table, plan_table
from analysis.reports.residual_figure import residual_figure
from analysis.reports.result_card import card_table
from analysis.study import derive_study
from data.records.bundle import TrialRecords
from protocols.design import Protocol
from protocols.plan_document import definitions_of, plan_hash
from tests.analysis.conftest import CODE_VERSION


@pytest.fixture(scope="module")
def mixed(protocol: Protocol, records: TrialRecords) -> OneAnalysis:
    """Return the planned mixed model, looked at closely."""
    study = derive_study(protocol, records, CODE_VERSION)
    return look_at_planned(study, "mixed_model_gad7_week_4")


def card(analysis: OneAnalysis, position: int = 0) -> dict[str, str]:
    table = card_table(analysis.results[position])
    return {row.stub: row.cells[0].text for row in table.rows}


def test_every_residual_is_in_the_table_under_its_arm_and_visit(mixed: OneAnalysis) -> None:
    assert mixed.residuals is not None

    figure = residual_figure(mixed.residuals, mixed.arms, "from all visits")

    headings = [row.stub for row in figure.table.rows if not row.cells]
    assert headings == [spread.label for spread in mixed.residuals.spreads]
    values = [row.cells[1].value for row in figure.table.rows if row.cells]
    assert sorted(v for v in values if v is not None) == sorted(
        point.residual for point in mixed.residuals.points
    )
    assert "Beyond 3 in size" in figure.alternative
    assert "<image" not in figure.svg


def test_adjusted_means_have_their_differences_beside_them_visit_by_visit(
    mixed: OneAnalysis,
) -> None:
    figure = adjusted_means_figure(mixed.means, mixed.results, mixed.arms, 0.95)

    stubs = [row.stub for row in figure.table.rows]
    assert "Arm X, Baseline" in stubs
    assert stubs[-2:] == ["Arm X − Arm Y, Week 4", "Arm X − Arm Y, Week 12"]
    assert figure.table.rows[-2].cells[1].value == mixed.results[0].estimate


def test_the_card_says_what_was_planned_and_what_was_fitted(mixed: OneAnalysis) -> None:
    shown = card(mixed)

    assert shown["Standing"].startswith("planned")
    assert shown["Covariance planned, in order"] == "us, else toeph, else csh"
    assert shown["Covariance fitted"] == "unstructured"
    assert shown["Given up before it"] == "nothing"
    assert shown["Search"].startswith("converged, largest gradient ")
    assert "Week 12: Arm X " in shown["Values by arm and visit"]
    assert "numpy" in shown["Software"]
    assert mixed.results[0].data_sha256.startswith(shown["Records, SHA-256 begins"])


def test_the_card_says_which_covariance_was_given_up_and_why(mixed: OneAnalysis) -> None:
    result = mixed.results[0]
    assert result.fit is not None
    fell_back = replace(
        result.fit, covariance="compound symmetry", fallback=("us: the covariance is singular",)
    )

    table = card_table(replace(result, fit=fell_back))

    shown = {row.stub: row.cells[0].text for row in table.rows}
    assert shown["Given up before it"] == "us: the covariance is singular"
    assert shown["Covariance fitted"] == "compound symmetry"


def test_the_card_of_another_visit_is_exploratory(mixed: OneAnalysis) -> None:
    assert card(mixed, 1)["Standing"].startswith("EXPLORATORY")


def test_the_plan_as_a_table_has_every_analysis_with_its_hash(report: AnalysisReport) -> None:
    table = plan_table(report.protocol)

    for row, definition in zip(table.rows, definitions_of(report.protocol), strict=True):
        assert row.stub == definition.planned.label
        assert definition.sha256.startswith(row.cells[-1].text)
    assert any(plan_hash(report.protocol) in note for note in table.footnotes)
    assert any("is exploratory" in note for note in table.footnotes)
    rules = missing_data_table(report.protocol).rows
    assert [
        definition.planned.code in rule.stub
        for definition, rule in zip(definitions_of(report.protocol), rules, strict=True)
    ] == [True] * len(rules)


def test_how_models_were_fitted_is_told_of_planned_and_exploratory_ones(
    report: AnalysisReport,
) -> None:
    rows = {row.stub: [cell.text for cell in row.cells] for row in fits_table(report.results).rows}

    assert rows["mixed_model_gad7_week_4"][0] == "planned"
    assert rows["primary_gad7_week_4.hc3"][0] == "exploratory"
    assert rows["mixed_model_gad7_week_4"][-1] == "nothing"
    assert "adherence" not in rows
