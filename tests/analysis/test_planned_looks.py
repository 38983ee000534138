"""The bounds of the promised looks, the looks that were held, and what all of them say once the data are locked."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from scipy.special import ndtri

from analysis.interim_analysis.errors import InterimError
from analysis.look_designs import planned_design
from analysis.plan import AnalysisReport
from analysis.planned_looks import ARMS_MASKED, NOT_LOCKED, FinalLook, judge_planned_looks
from analysis.planned_tests import PlannedTests
from data.records.bundle import TrialRecords
from data.records.looks import HeldLook, LookDecision, LookFinding
from protocols.design import Protocol
from protocols.interim_looks import (
    HypothesisSpending,
    PlannedHarmStop,
    PlannedLooks,
    Spending,
)
from tests.analysis.planned_promises import FAMILIES, GRAPH, LOOKS, PRIMARY, promising

LOCKED = datetime(2026, 10, 1, tzinfo=UTC)
PLANNED = 294


def locked(report: AnalysisReport, *held: HeldLook) -> TrialRecords:
    """Return the records of a report as they are after the lock, with looks held before it."""
    return replace(report.records, locked_at=LOCKED, looks=held)


def held_look(number: int, *findings: LookFinding) -> HeldLook:
    """Return a look after which the trial went on."""
    return HeldLook(
        number=number,
        held_at=LOCKED,
        held_by="una",
        data_sha256="0" * 64,
        protocol_sha256="1" * 64,
        code_version="1",
        findings=findings,
        decision=LookDecision.GO_ON,
        reason="",
        decided_at=LOCKED,
        decided_by="una",
    )


def found(hypothesis: str, observed: int, estimate: float, standard_error: float) -> LookFinding:
    """Return what a look found, without what it said then."""
    return LookFinding(
        hypothesis=hypothesis,
        observed=observed,
        planned=PLANNED,
        estimate=estimate,
        standard_error=standard_error,
        df=None,
        z=None,
        p=None,
        local_level=0.05,
        nominal_level=None,
        efficacy_bound=None,
        futility_bound=None,
        harm_bound=None,
        repeated_lower=None,
        repeated_upper=None,
        conditional_power=None,
        is_rejected=False,
        advice="",
        reason="",
    )


def test_a_protocol_without_looks_has_no_bounds(report: AnalysisReport) -> None:
    assert report.looks is None
    assert planned_design(report.protocol) is None


@pytest.mark.requirement("CONSORT 26")
@pytest.mark.parametrize(
    ("spending", "parameter", "bounds"),
    [
        # gsDesign and rpact, two looks, 0.025 on each side
        (Spending.O_BRIEN_FLEMING, None, (2.9626, 1.9686)),
        (Spending.POCOCK, None, (2.1570, 2.2010)),
        # level t^3 and level (1 - e^4t) / (1 - e^4) spent at half: the first bound is their quantile
        (Spending.KIM_DEMETS, 3.0, (2.7344, None)),
        (Spending.HWANG_SHIH_DECANI, -4.0, (2.7500, None)),
    ],
)
def test_the_bounds_are_those_of_the_promised_spending(
    protocol: Protocol,
    report: AnalysisReport,
    spending: Spending,
    parameter: float | None,
    bounds: tuple[float, float | None],
) -> None:
    looks = replace(LOOKS, spending=spending, parameter=parameter)
    judged = judge_planned_looks(promising(protocol, looks=looks), report.results, report.records)

    assert judged is not None
    first, last = judged.looks.boundaries.efficacy
    assert first == pytest.approx(bounds[0], abs=5e-4)
    assert bounds[1] is None or last == pytest.approx(bounds[1], abs=5e-4)


def final_of(
    protocol: Protocol, report: AnalysisReport, *held: HeldLook, hypothesis: str = PRIMARY
) -> FinalLook:
    """Return what the end says about a hypothesis after these looks."""
    judged = judge_planned_looks(protocol, report.results, locked(report, *held))
    assert judged is not None
    final = judged.looks.final(hypothesis)
    assert final is not None, judged.looks.reason
    return final


def test_looks_that_nobody_held_leave_the_whole_level_for_the_end(
    protocol: Protocol, report: AnalysisReport
) -> None:
    final = final_of(promising(protocol, looks=LOOKS), report)

    assert final.stage == 1
    assert final.local_level == pytest.approx(0.05, abs=1e-12)
    assert report.primary.p is not None
    assert final.repeated_p == pytest.approx(report.primary.p, abs=1e-10)
    assert final.planned == PLANNED
    assert final.inference is not None
    assert final.inference.p == pytest.approx(report.primary.p, abs=1e-10)
    # p values are carried over to normal statistics, so the effect is z standard errors
    z = ndtri(report.primary.p / 2)
    effect = z * (report.primary.standard_error or 0)
    assert final.inference.median_unbiased == pytest.approx(effect, abs=1e-6)


@pytest.mark.requirement("CONSORT 26")
def test_a_look_held_earlier_than_planned_has_spent_what_belongs_to_its_information(
    protocol: Protocol, unmasked_report: AnalysisReport
) -> None:
    looked = promising(protocol, looks=replace(LOOKS, spending=Spending.POCOCK))
    look = held_look(1, found(PRIMARY, 30, -0.1, 1.0))

    judged = judge_planned_looks(looked, unmasked_report.results, locked(unmasked_report, look))

    assert judged is not None
    information = judged.looks.boundaries.information
    assert information[0] == pytest.approx(30 / PLANNED)
    assert information[1] < 1
    # 0.05 ln(1 + (e - 1) 30 / 294) of both sides
    assert judged.looks.boundaries.alpha_spent == pytest.approx((0.00807766, 0.05), abs=1e-7)
    assert judged.looks.held == (look,)
    (final,) = judged.looks.finals
    assert final.stage == 2
    assert final.local_level < 0.05
    assert final.p < final.repeated_p
    assert final.inference is not None
    assert final.repeated_interval is not None
    assert (final.repeated_p <= 0.05) == final.is_shown
    assert (final.repeated_interval.upper < 0) == final.is_shown
    assert (final.inference.p <= 0.05) == final.is_shown
    assert (final.inference.interval.upper < 0) == final.is_shown


def test_an_effect_shown_at_a_look_stays_shown_and_its_plain_estimate_is_corrected(
    protocol: Protocol, unmasked_report: AnalysisReport
) -> None:
    looked = promising(protocol, looks=LOOKS)
    # anxiety falls in the first arm: a benefit, z = 6
    final = final_of(looked, unmasked_report, held_look(1, found(PRIMARY, 40, -6.0, 1.0)))

    assert (final.stage, final.is_shown, final.estimate) == (1, True, -6.0)
    assert final.inference is not None
    assert -6.0 <= final.inference.median_unbiased < 0
    assert final.inference.p == pytest.approx(final.p, rel=1e-6)


def test_with_a_rule_for_harm_the_looks_are_at_a_benefit_only(
    protocol: Protocol, unmasked_report: AnalysisReport
) -> None:
    harm = PlannedHarmStop(level=0.1, spending=Spending.POCOCK)
    looked = promising(protocol, looks=replace(LOOKS, harm=harm))

    final = final_of(looked, unmasked_report, held_look(1, found(PRIMARY, 40, 6.0, 1.0)))

    assert final.stage == 2
    assert final.inference is not None
    assert planned_design(looked) is not None


def decisions_of(protocol: Protocol, report: AnalysisReport, *held: HeldLook) -> PlannedTests:
    """Return the decisions about all hypotheses after these looks."""
    judged = judge_planned_looks(protocol, report.results, locked(report, *held))
    assert judged is not None
    assert judged.tests is not None, judged.looks.reason
    return judged.tests


def test_a_share_passed_on_is_spent_anew_over_the_looks_held_before(
    protocol: Protocol, unmasked_report: AnalysisReport
) -> None:
    looks = replace(
        LOOKS,
        spending=Spending.POCOCK,
        hypotheses=(HypothesisSpending(analysis="who5_week_4", spending=Spending.O_BRIEN_FLEMING),),
    )
    looked = promising(protocol, looks=looks, graph=GRAPH)
    look = held_look(
        1,
        found(PRIMARY, 147, -5.0, 1.0),
        # reached only with what it inherits: 0.2 + 0.8 / 2 of 0.05
        found("phq9_week_4", 147, -2.4, 1.0),
        found("who5_week_4", 147, 0.1, 1.0),
    )

    tests = decisions_of(looked, unmasked_report, look)

    assert tests.decision(PRIMARY).is_rejected
    assert tests.decision("phq9_week_4").is_rejected
    assert tests.decision("phq9_week_4").local_level == pytest.approx(0.03)
    # alone it would not have been: 0.2 of 0.05
    assert 0.01 < tests.decision("phq9_week_4").p <= 0.03


def test_families_and_looks_go_together(
    protocol: Protocol, unmasked_report: AnalysisReport
) -> None:
    looked = promising(protocol, looks=LOOKS, families=FAMILIES)
    look = held_look(1, found(PRIMARY, 147, -1.0, 1.0), found("phq9_week_4", 147, -9.0, 1.0))

    tests = decisions_of(looked, unmasked_report, look)

    gate = tests.decision(PRIMARY)
    behind = tests.decision("phq9_week_4")
    assert behind.is_rejected == gate.is_rejected
    assert behind.adjusted_p == pytest.approx(max(gate.adjusted_p, 2 * behind.p))


def test_before_the_lock_nothing_is_compared(protocol: Protocol, report: AnalysisReport) -> None:
    judged = judge_planned_looks(promising(protocol, looks=LOOKS), report.results, report.records)

    assert judged is not None
    assert (judged.looks.finals, judged.looks.reason, judged.tests) == ((), NOT_LOCKED, None)


def test_while_arms_are_masked_looks_that_were_held_say_nothing(
    protocol: Protocol, report: AnalysisReport
) -> None:
    judged = judge_planned_looks(
        promising(protocol, looks=LOOKS), report.results, locked(report, held_look(1))
    )

    assert judged is not None
    assert (judged.looks.finals, judged.looks.reason) == ((), ARMS_MASKED)


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"estimate": None, "p": None, "reason": "one arm is empty"}, "one arm is empty"),
        ({"standard_error": None}, "the primary analysis has no p value"),
    ],
)
def test_without_a_primary_estimate_the_reason_is_kept(
    protocol: Protocol, report: AnalysisReport, changes: dict[str, object], reason: str
) -> None:
    primary = replace(report.primary, **changes)  # type: ignore[arg-type]
    results = [primary if one.id == primary.id else one for one in report.results]

    judged = judge_planned_looks(promising(protocol, looks=LOOKS), results, locked(report))

    assert judged is not None
    assert (judged.looks.finals, judged.looks.reason) == ((), reason)


def test_a_spending_function_without_its_parameter_is_named(protocol: Protocol) -> None:
    looks = PlannedLooks(information_fractions=(0.5, 1.0), spending=Spending.KIM_DEMETS)

    with pytest.raises(InterimError, match="exponent of the Kim-DeMets spending function"):
        planned_design(promising(protocol, looks=looks))
