"""Analyses of one outcome side by side, planned and exploratory told apart in table, drawing and words."""

import pytest

from analysis.exploration import explore
from analysis.plan import AnalysisReport
from analysis.reports.comparison import Comparison, compare_by_outcome
from analysis.results import Result
from analysis.study import derive_study
from data.records.bundle import TrialRecords
from data.records.explorations import Exploration
from protocols.analysis_plan import Estimator
from protocols.design import Protocol
from tests.analysis.conftest import CODE_VERSION

WELCH = Exploration(analysis="primary_gad7_week_4", estimator=Estimator.DIFFERENCE_IN_MEANS)


@pytest.fixture(scope="module")
def exploratory(
    protocol: Protocol, records: TrialRecords, report: AnalysisReport
) -> tuple[Result, ...]:
    """Return the result of an exploration of the primary outcome."""
    return explore(derive_study(protocol, records, CODE_VERSION), report.harms, WELCH)


@pytest.fixture(scope="module")
def primary(report: AnalysisReport, exploratory: tuple[Result, ...]) -> Comparison:
    """Return everything about the primary outcome side by side."""
    found = compare_by_outcome(report.protocol, (*report.results, *exploratory))
    return next(one for one in found if one.outcome == "gad7_week_4")


def test_sensitivity_and_exploratory_analyses_stand_beside_the_primary_one(
    primary: Comparison, exploratory: tuple[Result, ...]
) -> None:
    standing = {row.stub: row.cells[0].text for row in primary.table.rows}

    assert standing["Primary: anxiety at week 4"] == "planned"
    assert standing["Sensitivity: anxiety at week 4, from all visits"] == "planned"
    assert standing[exploratory[0].label] == "exploratory"


def test_what_is_of_another_kind_has_a_table_of_its_own(primary: Comparison) -> None:
    assert primary.others is not None
    shown = {row.stub: [cell.text for cell in row.cells] for row in primary.others.rows}

    responders = shown["Supplementary: improvement that matters, at week 4"]
    assert responders[0] == "planned"
    assert responders[3] == "difference in shares of responders, share of participants"
    assert not set(shown) & {row.stub for row in primary.table.rows}


def test_other_visits_of_a_model_are_not_compared_with_this_one(primary: Comparison) -> None:
    assert not any("the same model at" in row.stub for row in primary.table.rows)


def test_the_forest_says_in_words_what_it_draws(
    primary: Comparison, exploratory: tuple[Result, ...]
) -> None:
    assert primary.forest is not None
    assert "[exploratory]" in primary.forest.svg
    assert f"{exploratory[0].label} [exploratory]: " in primary.forest.alternative
    assert "left of zero: better in Arm X" in primary.forest.alternative
    assert "the smallest change that matters" in primary.forest.alternative


def test_every_outcome_that_is_compared_has_its_table_in_the_order_of_the_plan(
    report: AnalysisReport,
) -> None:
    found = [one.outcome for one in compare_by_outcome(report.protocol, report.results)]

    order = list(dict.fromkeys(a.outcome for a in report.protocol.analysis.analyses))
    assert found == [code for code in order if code in found]
    assert {"gad7_week_4", "gad7_week_12", "dose", "adverse_events"} <= set(found)
