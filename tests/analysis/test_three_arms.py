"""More than two arms: every comparison with the reference arm is a hypothesis of its own, once the arms are known."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from analysis.plan import AnalysisReport, run_analysis_plan
from analysis.planned_tests import ARMS_MASKED
from analysis.reports.html import render_report
from data.records.bundle import TrialRecords
from protocols.design import Protocol
from protocols.interim_looks import PlannedLooks, Spending
from protocols.multiplicity import PlannedFamily, PlannedGraph, PlannedHeir, PlannedHypothesis
from tests.analysis.example_records import example_records
from tests.analysis.planned_promises import PRIMARY, promising

FIRST, SLOWER = f"{PRIMARY}.adaptive", f"{PRIMARY}.slower"
FAMILIES = (PlannedFamily(code="all", label="All", analyses=(PRIMARY, "phq9_week_4")),)
GRAPH = PlannedGraph(
    hypotheses=(
        PlannedHypothesis(
            analysis=PRIMARY,
            arm="adaptive",
            weight=1.0,
            heirs=(PlannedHeir(analysis=PRIMARY, arm="slower", share=1.0),),
        ),
        PlannedHypothesis(analysis=PRIMARY, arm="slower", weight=0.0),
    )
)
LOOKS = PlannedLooks(information_fractions=(0.5, 1.0), spending=Spending.POCOCK)
LOCKED = datetime(2026, 10, 1, tzinfo=UTC)


def three_arms(protocol: Protocol, **promises: object) -> Protocol:
    """Return the example protocol with a second experimental arm, and few analyses."""
    arm = replace(protocol.arms[0], code="slower", label="Slower music")
    kept = [a for a in protocol.analysis.analyses if a.code in {PRIMARY, "phq9_week_4"}]
    return promising(
        replace(protocol, arms=(*protocol.arms, arm), arm_guess=None),
        analyses=tuple(kept),
        **promises,
    )


@pytest.fixture(scope="module")
def in_three() -> TrialRecords:
    """Return the example records, every third participant in the third arm."""
    records = example_records(arms=("adaptive", "matched_fixed"))
    arms = tuple(
        replace(one, arm="slower") if number % 3 == 0 else one
        for number, one in enumerate(records.arms)
    )
    return replace(records, arms=arms)


def reported(protocol: Protocol, records: TrialRecords) -> AnalysisReport:
    return run_analysis_plan(protocol, records, "1")


def test_a_family_tests_outcomes_by_arms_together_by_holm(
    protocol: Protocol, in_three: TrialRecords
) -> None:
    report = reported(three_arms(protocol, families=FAMILIES), in_three)

    assert report.tests is not None
    names = [one.name for one in report.tests.decisions]
    assert names == [FIRST, SLOWER, "phq9_week_4.adaptive", "phq9_week_4.slower"]
    p_values = [one.p for one in report.tests.decisions]
    assert p_values == [report.result(name).p for name in names]
    smallest = min(report.tests.decisions, key=lambda one: one.p)
    assert smallest.adjusted_p == pytest.approx(4 * smallest.p)
    test = report.result(FIRST).test
    assert test is not None
    assert test.adjusted_p == report.tests.decision(FIRST).adjusted_p
    table = next(one for one in render_report(report).tables if one.id == "hypotheses")
    assert table.rows[2].stub == f"Primary: anxiety at week 4: Slower music ({SLOWER})"


def test_a_graph_passes_the_level_from_one_arm_to_the_next(
    protocol: Protocol, in_three: TrialRecords
) -> None:
    report = reported(three_arms(protocol, graph=GRAPH), in_three)

    assert report.tests is not None
    first, second = (report.tests.decision(name) for name in (FIRST, SLOWER))
    assert first.local_level == pytest.approx(0.05)
    assert second.local_level == pytest.approx(0.05 if first.is_rejected else 0.0)
    assert second.adjusted_p == pytest.approx(max(first.p, second.p))


def test_at_the_end_of_looks_each_comparison_has_its_own_final_look(
    protocol: Protocol, in_three: TrialRecords
) -> None:
    plan = three_arms(protocol, families=(replace(FAMILIES[0], analyses=(PRIMARY,)),), looks=LOOKS)
    report = reported(plan, replace(in_three, locked_at=LOCKED))

    assert report.looks is not None
    assert [one.hypothesis for one in report.looks.finals] == [FIRST, SLOWER]
    # information is counted in the two arms compared
    first, slower = report.looks.finals
    assert first.planned == slower.planned == 294
    assert first.observed == sum(
        arm.n_available for arm in report.result(FIRST).arms if arm.arm != "slower"
    )
    assert all(one.inference is not None for one in report.looks.finals)


def test_while_the_arms_are_masked_nothing_is_decided(
    protocol: Protocol, in_three: TrialRecords
) -> None:
    letters = {"adaptive": "Y", "matched_fixed": "X", "slower": "Z"}
    arms = tuple(replace(one, arm=letters[one.arm]) for one in in_three.arms)
    report = reported(
        three_arms(protocol, families=FAMILIES), replace(in_three, arms=arms, masked=True)
    )

    assert report.tests is not None
    assert (report.tests.reason, report.tests.decisions) == (ARMS_MASKED, ())
    table = next(one for one in render_report(report).tables if one.id == "hypotheses")
    assert f"Nothing is decided: {ARMS_MASKED}." in table.footnotes
