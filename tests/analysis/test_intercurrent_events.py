"""Intercurrent events: who had them, and what each strategy does (ICH E9(R1) A.3)."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from analysis.intercurrent_events import EventOccurrence, EventRow, apply_strategies
from analysis.outcome_values import strategy_effect
from analysis.plan import AnalysisReport, run_analysis_plan
from analysis.reports.event_tables import event_table
from analysis.study import derive_study
from data.records.bundle import TrialRecords
from data.records.sessions import StopCause
from protocols.design import Protocol
from protocols.estimands import Estimand, Strategy
from tests.analysis.example_records import until

MEASURED = datetime(2026, 3, 1, tzinfo=UTC)


def _with_strategy(estimand: Estimand, event: str, strategy: Strategy) -> Estimand:
    changed = tuple(
        replace(choice, strategy=strategy) if choice.event == event else choice
        for choice in estimand.strategies
    )
    return replace(estimand, strategies=changed)


def _row(report: AnalysisReport, event: str, estimand: int = 0) -> EventRow:
    return next(row for row in report.events[estimand].rows if row.event == event)


@pytest.mark.parametrize(
    ("event", "expected"),
    [
        pytest.param("withdrew_intervention", (1, 2), id="withdrawal"),
        pytest.param("other_treatment", (1, 0), id="deviation of that category"),
        pytest.param("equipment_failure", (1, 0), id="session stopped by equipment"),
        pytest.param("hospitalisation", (0, 0), id="serious event with admission later"),
        pytest.param("death", (0, 0), id="nobody died"),
    ],
)
def test_events_are_found_in_the_records(
    report: AnalysisReport, event: str, expected: tuple[int, ...]
) -> None:
    assert _row(report, event).participants == expected


def test_everyone_with_fewer_sessions_than_planned_is_counted_withdrawn_or_not(
    report: AnalysisReport, records: TrialRecords
) -> None:
    withdrawn = {withdrawal.participant_id for withdrawal in records.withdrawals}
    short = {r.participant_id for r in report.datasets.participants if r.sessions_attended < 8}

    assert withdrawn & short
    assert short - withdrawn
    assert sum(_row(report, "stopped_sessions").participants or ()) == len(short)


def test_people_with_sessions_still_to_come_have_not_stopped(
    protocol: Protocol, records: TrialRecords
) -> None:
    running = run_analysis_plan(protocol, until(records, date(2026, 2, 1)), "test")

    finished = [row for row in running.datasets.participants if not row.is_in_treatment]
    short = [row for row in finished if row.sessions_attended < row.sessions_planned]
    assert len(finished) < len(running.datasets.participants)
    assert sum(_row(running, "stopped_sessions").participants or ()) == len(short)


def test_an_event_after_the_outcome_was_measured_is_not_counted_there(
    report: AnalysisReport,
) -> None:
    at_week_4, at_week_12 = (_row(report, "hospitalisation", e) for e in (0, 1))

    assert sum(at_week_4.participants or ()) == 0  # admitted on day 30, two days after the visit
    assert sum(at_week_12.participants or ()) == 1


@pytest.mark.parametrize(
    ("event", "words"),
    [
        pytest.param("unblinded", "category unblinded", id="nobody entered one"),
        pytest.param("equipment_failure", "without a cause", id="stopped without a cause"),
    ],
)
def test_an_event_that_cannot_be_known_is_not_recorded_rather_than_absent(
    protocol: Protocol, records: TrialRecords, event: str, words: str
) -> None:
    silent = replace(
        records,
        sessions=tuple(replace(s, stop_cause=StopCause.NONE) for s in records.sessions),
    )

    report = run_analysis_plan(protocol, silent, "test")

    row = _row(report, event)
    table = event_table(report, report.events[0])
    printed = next(r for r in table.rows if r.stub == row.label)
    assert row.participants is None
    assert words in row.reason
    assert [cell.text for cell in printed.cells[2:]] == ["not recorded", "not recorded"]
    assert any(row.reason in note for note in table.footnotes)


def test_why_a_session_ended_is_read_from_its_cause_and_not_from_words(
    protocol: Protocol, records: TrialRecords
) -> None:
    worded = replace(
        records,
        sessions=tuple(replace(s, stop_reason="technical failure") for s in records.sessions),
    )

    assert _row(run_analysis_plan(protocol, worded, "test"), "equipment_failure").participants == (
        1,
        0,
    )


@pytest.mark.parametrize(
    ("state", "counts"),
    [
        pytest.param("completed", True, id="a good repeat counts"),
        pytest.param("stopped", False, id="a second failure does not"),
    ],
)
def test_a_failed_session_is_set_aside_only_when_no_attempt_was_completed(
    protocol: Protocol,
    records: TrialRecords,
    state: str,
    counts: bool,  # noqa: FBT001 - expectation
) -> None:
    failed = next(s for s in records.sessions if s.stop_cause is StopCause.EQUIPMENT)
    again = replace(failed, id=f"{failed.id}/again", state=state, listened_s=1200.0)
    if state == "completed":
        again = replace(again, stop_cause=StopCause.NONE)
    repeated = replace(records, sessions=(*records.sessions, again))
    study = derive_study(protocol, repeated, "test")
    planned = next(a for a in protocol.analysis.analyses if a.code == "state_anxiety_change")

    effect = strategy_effect(study, planned)

    aside = (failed.participant_id, failed.number) in effect.sessions_set_aside
    assert aside is not counts


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

    assert result.planned
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
