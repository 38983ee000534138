"""The bounds of the promised looks, and the primary result at the last of them once the data are locked."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from analysis.interim_analysis.errors import InterimError
from analysis.plan import AnalysisReport
from analysis.planned_looks import NOT_LOCKED, FinalLook, judge_planned_looks, planned_design
from protocols.design import Protocol
from protocols.interim_looks import PlannedLooks, Spending
from tests.analysis.planned_promises import LOOKS, promising

LOCKED = datetime(2026, 10, 1, tzinfo=UTC)


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
    found = judge_planned_looks(promising(protocol, looks=looks), report.primary, LOCKED)

    assert found is not None
    first, last = found.boundaries.efficacy
    assert first == pytest.approx(bounds[0], abs=5e-4)
    assert bounds[1] is None or last == pytest.approx(bounds[1], abs=5e-4)


def test_after_the_lock_the_primary_result_is_compared_with_the_level_of_the_last_look(
    protocol: Protocol, report: AnalysisReport
) -> None:
    looked = promising(protocol, looks=LOOKS)
    final = _final(looked, report, p=0.0495)
    earlier = _final(looked, report, p=0.0485)

    assert final.local_level == pytest.approx(0.04900, abs=1e-5)
    assert (final.is_shown, earlier.is_shown) == (False, True)
    assert final.planned == 294


def test_repeated_p_and_interval_say_the_same_as_the_level(
    protocol: Protocol, report: AnalysisReport
) -> None:
    final = _final(promising(protocol, looks=LOOKS), report, p=report.primary.p)

    assert final.p < final.repeated_p
    assert final.repeated_interval is not None
    assert report.primary.interval is not None
    assert final.repeated_interval.lower < report.primary.interval.lower
    assert (final.repeated_p <= 0.05) == final.is_shown
    assert (final.repeated_interval.upper < 0) == final.is_shown


def _final(protocol: Protocol, report: AnalysisReport, *, p: float | None) -> FinalLook:
    found = judge_planned_looks(protocol, replace(report.primary, p=p), LOCKED)
    assert found is not None
    assert found.final is not None
    return found.final


def test_before_the_lock_nothing_is_compared(protocol: Protocol, report: AnalysisReport) -> None:
    found = judge_planned_looks(promising(protocol, looks=LOOKS), report.primary, None)

    assert found is not None
    assert (found.final, found.reason) == (None, NOT_LOCKED)


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

    found = judge_planned_looks(promising(protocol, looks=LOOKS), primary, LOCKED)

    assert found is not None
    assert (found.final, found.reason) == (None, reason)


def test_a_spending_function_without_its_parameter_is_named(protocol: Protocol) -> None:
    looks = PlannedLooks(information_fractions=(0.5, 1.0), spending=Spending.KIM_DEMETS)

    with pytest.raises(InterimError, match="exponent of the Kim-DeMets spending function"):
        planned_design(promising(protocol, looks=looks))
