"""Planned analyses with imputed outcomes: who is in them, and what the report gets."""

from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from analysis.analyses import analyse
from analysis.imputation_cases import arrange_outcomes
from analysis.imputed_analysis import impute_one, impute_planned
from analysis.missing_data.pooling import VarianceKind
from analysis.plan import AnalysisReport
from analysis.reports.result_tables import result_table
from analysis.study import Study, derive_study
from data.records.bundle import TrialRecords
from protocols.analysis_plan import PlannedAnalysis
from protocols.design import Protocol
from protocols.estimands import Strategy
from protocols.imputation import ImputationStrategy, ImputedVariance, PlannedImputation
from tests.analysis.example_records import until

CODE = "jump_to_reference_gad7_week_4"
JUMP = PlannedImputation(
    strategy=ImputationStrategy.JUMP_TO_REFERENCE, variance=ImputedVariance.JACKKNIFE
)


@pytest.fixture(scope="module")
def study(protocol: Protocol, records: TrialRecords) -> Study:
    return derive_study(protocol, records, "test")


def _planned(protocol: Protocol) -> PlannedAnalysis:
    return next(one for one in protocol.analysis.analyses if one.code == CODE)


@pytest.mark.requirement("CONSORT 21c")
def test_everyone_randomized_is_analysed_and_the_imputed_are_counted(
    report: AnalysisReport,
) -> None:
    result, complete = report.result(CODE), report.primary

    assert result.planned
    assert sum(result.n_analysed) == 60
    imputed = [arm.n_imputed for arm in result.arms]
    assert sum(imputed) == 60 - sum(complete.n_analysed)
    assert result.estimate is not None
    assert result.df is None
    assert "jump to reference; jackknife" in result.model


def test_the_estimate_is_between_that_of_complete_cases_and_nothing(
    report: AnalysisReport,
) -> None:
    estimate, complete = report.result(CODE).estimate, report.primary.estimate

    assert estimate is not None
    assert complete is not None
    assert abs(estimate) < abs(complete)


def test_the_tipping_curve_goes_as_far_as_planned_and_is_summed_up(
    report: AnalysisReport,
) -> None:
    (imputed,) = report.imputed

    assert imputed.curve is not None
    deltas = [point.deltas[0] for point in imputed.curve.points]
    assert (deltas[0], deltas[-1]) == (-8, 8)
    assert imputed.curve.conclusion in report.result(CODE).comment
    assert all(
        one.in_important_differences == one.delta / 4 for one in imputed.curve.tipping_points
    )


def test_the_table_says_how_many_were_imputed(report: AnalysisReport) -> None:
    table = result_table(report, "id", "title", [report.result(CODE)])

    numbers = next(row for row in table.rows if row.stub == "Analysed of available")
    assert [cell.text for cell in numbers.cells[:2]] == [
        f"30, {arm.n_imputed} of them imputed" for arm in report.result(CODE).arms
    ]


def test_what_is_not_yet_due_is_not_imputed(protocol: Protocol, records: TrialRecords) -> None:
    early = derive_study(protocol, until(records, date(2026, 3, 20)), "test")
    planned = _planned(protocol)

    outcomes = arrange_outcomes(early, planned, JUMP)

    due = {
        person
        for person, row in early.datasets.of("GAD7", "week_4").items()
        if row.reason != "not yet due"
    }
    assert set(outcomes.participants) == due
    assert len(due) < len(early.arm_of)
    assert outcomes.visits == ("week_4",)


def test_later_visits_inform_the_imputation_once_everything_is_due(
    study: Study, protocol: Protocol
) -> None:
    outcomes = arrange_outcomes(study, _planned(protocol), JUMP)

    assert outcomes.visits == ("week_4", "week_12")
    assert outcomes.arms[-1] == study.contrasts[0].second


def test_a_value_that_the_estimand_sets_aside_is_missing_at_random(
    protocol: Protocol, records: TrialRecords
) -> None:
    estimand = protocol.estimands[0]
    strategies = tuple(
        replace(one, strategy=Strategy.HYPOTHETICAL)
        if one.event == "withdrew_intervention"
        else one
        for one in estimand.strategies
    )
    changed = replace(
        protocol, estimands=(replace(estimand, strategies=strategies), *protocol.estimands[1:])
    )
    study = derive_study(changed, records, "test")

    outcomes = arrange_outcomes(study, _planned(protocol), JUMP)

    aside = {o.participant_id for o in study.occurrences if o.event == "withdrew_intervention"}
    rows = [outcomes.participants.index(person) for person in aside]
    assert rows
    assert np.isnan(outcomes.outcome[rows]).all()
    assert {outcomes.interruptions[row] for row in rows} == {None}


def test_a_strategy_that_is_not_carried_out_refuses_the_analysis(
    protocol: Protocol, records: TrialRecords
) -> None:
    estimand = protocol.estimands[0]
    strategies = tuple(
        replace(one, strategy=Strategy.COMPOSITE) if one.event == "withdrew_intervention" else one
        for one in estimand.strategies
    )
    changed = replace(
        protocol, estimands=(replace(estimand, strategies=strategies), *protocol.estimands[1:])
    )
    study = derive_study(changed, records, "test")

    (imputed,) = impute_planned(study)

    assert "strategy not carried out" in imputed.estimate.reason
    assert imputed.curve is None


def test_before_anything_is_due_there_is_a_reason(
    protocol: Protocol, records: TrialRecords
) -> None:
    early = derive_study(protocol, until(records, date(2026, 1, 20)), "test")

    (imputed,) = impute_planned(early)

    assert "no participant has a baseline and an outcome that is due" in imputed.estimate.reason


def test_rubins_rules_are_drawn_from_the_seed_of_the_protocol(
    study: Study, protocol: Protocol
) -> None:
    promise = PlannedImputation(
        strategy=ImputationStrategy.COPY_REFERENCE,
        variance=ImputedVariance.RUBIN,
        imputations=10,
        seed=3,
        largest_delta=4.0,
    )

    first, again = (impute_one(study, _planned(protocol), promise)[0] for _ in range(2))

    assert first.curve is not None
    assert first.curve.variance is VarianceKind.RUBIN
    assert first.estimate.df is not None
    assert first.estimate == again.estimate


def test_an_analysis_that_is_not_in_the_protocol_is_imputed_too(
    study: Study, protocol: Protocol, report: AnalysisReport
) -> None:
    added = replace(_planned(protocol), code="added_later", imputation=JUMP)

    (result,) = analyse(study, report.harms, added)

    assert not result.planned
    assert result.estimate == report.result(CODE).estimate
