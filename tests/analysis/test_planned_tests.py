"""Hypotheses that the plan promises are tested together; nothing else is, and what has no p value is never rejected."""

from dataclasses import replace

import pytest

from analysis.plan import AnalysisReport
from analysis.planned_tests import PlannedTests, decide_planned_hypotheses
from analysis.results import Result
from protocols.design import Protocol
from tests.analysis.planned_promises import FAMILIES, GRAPH, PRIMARY, promising


def with_p(report: AnalysisReport, p_values: dict[str, float | None]) -> list[Result]:
    """Return the results of the example trial with other p values."""
    return [
        replace(result, p=p_values[result.id]) if result.id in p_values else result
        for result in report.results
    ]


def decided(
    protocol: Protocol, report: AnalysisReport, p_values: dict[str, float | None]
) -> PlannedTests:
    found = decide_planned_hypotheses(protocol, with_p(report, p_values))
    assert found is not None
    return found


def test_a_plan_without_hypotheses_tests_none(report: AnalysisReport) -> None:
    assert report.tests is None
    assert decide_planned_hypotheses(report.protocol, report.results) is None


@pytest.mark.requirement("CONSORT 26")
def test_a_family_waits_for_the_one_before_it_and_shares_the_level_by_holm(
    protocol: Protocol, report: AnalysisReport
) -> None:
    plan = promising(protocol, families=FAMILIES)
    found = decided(plan, report, {PRIMARY: 0.03, "phq9_week_4": 0.04, "who5_week_4": 0.01})

    assert [family.label for family in found.families] == ["Primary", "Secondary"]
    # by hand: Holm of 0.01 and 0.04 is 0.02 and 0.04; neither may be below the gate, 0.03
    adjusted = {
        code: found.decision(code).adjusted_p for code in (PRIMARY, "phq9_week_4", "who5_week_4")
    }
    assert adjusted == pytest.approx({PRIMARY: 0.03, "phq9_week_4": 0.04, "who5_week_4": 0.03})
    assert found.decision("who5_week_4").local_level == pytest.approx(0.025)
    assert all(d.is_rejected for family in found.families for d in family.decisions)


def test_a_family_behind_a_gate_that_stays_shut_has_no_level(
    protocol: Protocol, report: AnalysisReport
) -> None:
    plan = promising(protocol, families=FAMILIES)
    found = decided(plan, report, {PRIMARY: 0.06, "phq9_week_4": 0.001, "who5_week_4": 0.001})

    behind = found.families[1].decisions
    assert [(d.adjusted_p, d.local_level, d.is_rejected) for d in behind] == [
        (0.06, 0.0, False)
    ] * 2


def test_a_rejected_hypothesis_passes_its_share_on_and_every_step_is_kept(
    protocol: Protocol, report: AnalysisReport
) -> None:
    plan = promising(protocol, graph=GRAPH)
    found = decided(plan, report, {PRIMARY: 0.05, "phq9_week_4": 0.008, "who5_week_4": 0.009})

    assert found.outcome is not None
    # by hand: phq9 has 0.2 of 0.05 and reaches it; its 0.2 goes to who5, which reaches 0.01;
    # nobody inherits from who5, so the primary is left with 0.8 of 0.05 and does not reach it
    assert [step.name for step in found.outcome.steps] == ["phq9_week_4", "who5_week_4", PRIMARY]
    levels = [step.local_level for step in found.outcome.steps]
    assert levels == pytest.approx([0.01, 0.01, 0.04])
    rejected = [d.is_rejected for family in found.families for d in family.decisions]
    assert rejected == [False, True, True]


@pytest.mark.parametrize("promises", [{"families": FAMILIES}, {"graph": GRAPH}])
def test_a_hypothesis_without_a_p_value_counts_as_1(
    protocol: Protocol, report: AnalysisReport, promises: dict[str, object]
) -> None:
    plan = promising(protocol, **promises)
    found = decided(plan, report, {"who5_week_4": None})

    assert found.not_estimable == ("who5_week_4",)
    assert found.decision("who5_week_4").adjusted_p == 1
    assert not found.decision("who5_week_4").is_rejected


def test_an_exploratory_result_of_the_same_name_takes_no_part(
    protocol: Protocol, report: AnalysisReport
) -> None:
    plan = promising(protocol, families=FAMILIES)
    stray = replace(report.result("phq9_week_4"), p=1e-9, planned=False)

    found = decide_planned_hypotheses(plan, [*report.results, stray])

    assert found is not None
    assert found.decision("phq9_week_4").p == report.result("phq9_week_4").p


def test_an_unknown_hypothesis_is_a_key_error(protocol: Protocol, report: AnalysisReport) -> None:
    found = decided(promising(protocol, families=FAMILIES), report, {})

    with pytest.raises(KeyError, match="dose"):
        found.decision("dose")
