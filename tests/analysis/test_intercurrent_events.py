"""Intercurrent events: who had them, and what each strategy does (ICH E9(R1) A.3)."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from analysis.intercurrent_events import EventOccurrence, apply_strategies
from analysis.plan import AnalysisReport, run_analysis_plan
from data.records.bundle import TrialRecords
from protocols.design import Protocol
from protocols.estimands import Estimand, Strategy

MEASURED = datetime(2026, 3, 1, tzinfo=UTC)


def _with_strategy(estimand: Estimand, event: str, strategy: Strategy) -> Estimand:
    changed = tuple(
        replace(choice, strategy=strategy) if choice.event == event else choice
        for choice in estimand.strategies
    )
    return replace(estimand, strategies=changed)


def _counts(report: AnalysisReport, event: str) -> tuple[int, ...]:
    return next(row.participants for row in report.events[0].rows if row.event == event)


@pytest.mark.parametrize(
    ("event", "expected"),
    [
        pytest.param("withdrew_intervention", (1, 2), id="withdrawal"),
        pytest.param("other_treatment", (1, 0), id="deviation of that category"),
        pytest.param("equipment_failure", (1, 0), id="session stopped by equipment"),
        pytest.param("hospitalisation", (1, 0), id="serious event with admission"),
        pytest.param("death", (0, 0), id="nobody died"),
    ],
)
def test_events_are_found_in_the_records(
    report: AnalysisReport, event: str, expected: tuple[int, ...]
) -> None:
    assert _counts(report, event) == expected


def test_a_withdrawal_is_not_counted_again_as_stopping(
    report: AnalysisReport, records: TrialRecords
) -> None:
    withdrawn = {withdrawal.participant_id for withdrawal in records.withdrawals}
    short = {r.participant_id for r in report.datasets.participants if r.sessions_attended < 8}

    assert withdrawn & short
    assert sum(_counts(report, "stopped_sessions")) == len(short - withdrawn)


@pytest.mark.parametrize(
    ("strategy", "days", "set_aside"),
    [
        pytest.param(Strategy.TREATMENT_POLICY, -1, False, id="policy keeps the value"),
        pytest.param(Strategy.HYPOTHETICAL, -1, True, id="hypothetical sets it aside"),
        pytest.param(
            Strategy.HYPOTHETICAL, 1, False, id="an event after the outcome changes nothing"
        ),
    ],
)
def test_a_strategy_decides_whose_value_counts(
    protocol: Protocol,
    strategy: Strategy,
    days: int,
    set_aside: bool,  # noqa: FBT001 - expectation
) -> None:
    estimand = _with_strategy(protocol.estimands[0], "other_treatment", strategy)
    event = EventOccurrence(
        event="other_treatment", participant_id="LEI-002", at=MEASURED + timedelta(days=days)
    )

    effect = apply_strategies(protocol, estimand, [event], {"LEI-002": MEASURED})

    assert ("LEI-002" in effect.set_aside) is set_aside
    assert effect.refused == ()


def test_a_strategy_that_is_not_carried_out_refuses_the_estimate(
    protocol: Protocol, records: TrialRecords
) -> None:
    first, *others = protocol.estimands
    composite = _with_strategy(first, "other_treatment", Strategy.COMPOSITE)
    changed = replace(protocol, estimands=(composite, *others))

    result = run_analysis_plan(changed, records, "test").primary

    assert result.estimate is None
    assert result.p is None
    assert "composite" in result.reason


def test_a_session_cut_short_by_equipment_is_set_aside_alone(protocol: Protocol) -> None:
    estimand = protocol.estimand("state_anxiety_while_listening")
    event = EventOccurrence(
        event="equipment_failure", participant_id="LEI-020", at=MEASURED, session=4
    )

    effect = apply_strategies(protocol, estimand, [event], {})

    assert effect.sessions_set_aside == {("LEI-020", 4)}
    assert effect.set_aside == frozenset()
