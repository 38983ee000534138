"""Planned subgroups: the effect in each level, whether it differs, and shrunken towards the mean of all levels."""

from dataclasses import replace

import pytest
from scipy.stats import norm

from analysis.analyses import analyse
from analysis.plan import AnalysisReport, run_analysis_plan
from analysis.reports.subgroup_figure import subgroup_figures
from analysis.results import Result
from analysis.study import Study, derive_study
from data.records.bundle import TrialRecords
from protocols.analysis_plan import Estimator, PlannedAnalysis
from protocols.design import Protocol
from protocols.planned_estimators import PlannedSubgroups
from tests.analysis.planned_estimators import another, results_of


def _planned(protocol: Protocol) -> PlannedAnalysis:
    return replace(
        another(protocol, "primary_gad7_week_4", Estimator.SUBGROUPS),
        subgroups=PlannedSubgroups(factor="severity"),
        covariates=("baseline", "severity"),
    )


@pytest.fixture(scope="module")
def study(protocol: Protocol, records: TrialRecords) -> Study:
    return derive_study(protocol, records, "test")


@pytest.fixture(scope="module")
def results(study: Study) -> dict[str, Result]:
    return results_of(study, _planned(study.protocol))


def test_the_effect_in_a_level_is_that_of_its_participants_alone(
    study: Study, results: dict[str, Result], report: AnalysisReport
) -> None:
    severe = {
        r.participant_id for r in study.datasets.participants if r.level("severity") == "severe"
    }
    memberships = tuple(
        replace(one, members=tuple(person for person in one.members if person in severe))
        for one in study.memberships
    )
    alone = replace(study, memberships=memberships)
    planned = another(study.protocol, "primary_gad7_week_4", Estimator.ANCOVA)

    (only, _) = analyse(alone, report.harms, replace(planned, covariates=("baseline",)))

    own = results["another.severe.own"]
    assert own.estimate == pytest.approx(only.estimate, rel=1e-12)
    assert own.standard_error == pytest.approx(only.standard_error, rel=1e-12)
    assert own.n_analysed == only.n_analysed
    assert sum(own.n_analysed) < len(severe)


def test_with_two_levels_the_interaction_is_the_test_of_their_difference(
    results: dict[str, Result],
) -> None:
    one, two = results["another.moderate.own"], results["another.severe.own"]
    assert one.estimate is not None and two.estimate is not None  # noqa: PT018 - for the type checker
    assert one.standard_error is not None and two.standard_error is not None  # noqa: PT018

    z = (one.estimate - two.estimate) / (one.standard_error**2 + two.standard_error**2) ** 0.5

    assert results["another"].p == pytest.approx(2 * norm.sf(abs(z)), rel=1e-9)


def test_a_shrunken_effect_lies_between_its_own_and_the_mean(results: dict[str, Result]) -> None:
    own = [results[f"another.{level}.own"].estimate or 0.0 for level in ("moderate", "severe")]
    shrunken = [results[f"another.{level}"].estimate or 0.0 for level in ("moderate", "severe")]

    assert min(own) <= min(shrunken) <= max(shrunken) <= max(own)
    assert (results["another"].estimate or 0.0) >= 0.0


def test_a_level_with_too_few_people_has_its_reason_and_the_others_are_kept(
    study: Study,
) -> None:
    rows = study.datasets.participants
    few = {r.participant_id for r in rows if r.level("severity") == "severe" and r.arm == "X"}
    moved = tuple(
        replace(r, strata=(("severity", "moderate"), ("site", r.level("site"))))
        if r.participant_id in few
        else r
        for r in rows
    )
    thin = replace(study, datasets=replace(study.datasets, participants=moved))

    found = results_of(thin, _planned(study.protocol))

    assert "1 subgroup has an effect; at least 2 are needed" in found["another"].reason


def test_a_planned_forest_of_subgroups_is_drawn(protocol: Protocol, records: TrialRecords) -> None:
    plan = replace(
        protocol.analysis, analyses=(*protocol.analysis.analyses[:1], _planned(protocol))
    )
    report = run_analysis_plan(replace(protocol, analysis=plan), records, "test")

    (figure,) = subgroup_figures(report)

    assert [row.stub for row in figure.table.rows] == [
        "Moderate (GAD-7 10 to 14, or fallen below 10 since screening), shrunken",
        "Moderate (GAD-7 10 to 14, or fallen below 10 since screening), as estimated",
        "Severe (GAD-7 15 to 21), shrunken",
        "Severe (GAD-7 15 to 21), as estimated",
    ]
    assert all(r.planned for r in report.results if r.id in {"another", "another.severe"})
