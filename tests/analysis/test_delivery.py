"""Delivery by arm agrees with the rows of its participants (CONSORT 2025 item 24a)."""

from collections import Counter
from dataclasses import replace
from datetime import date

import pytest

from analysis.analysis_sets import members_of
from analysis.plan import AnalysisReport, run_analysis_plan
from analysis.reports.delivery_table import delivery_table
from data.records.bundle import TrialRecords
from data.records.sessions import StopCause
from protocols.analysis_plan import AnalysisSet
from protocols.design import Protocol
from tests.analysis.example_records import UNCALIBRATED, until


@pytest.mark.requirement("CONSORT 24a")
def test_sessions_of_both_arms_are_all_sessions(report: AnalysisReport) -> None:
    people = report.datasets.participants

    assert sum(arm.sessions_planned for arm in report.delivery) == 8 * 60
    assert sum(arm.sessions_attended for arm in report.delivery) == sum(
        row.sessions_attended for row in people
    )


def test_early_stops_are_counted_by_cause(report: AnalysisReport) -> None:
    stops = Counter[StopCause]()
    for arm in report.delivery:
        stops.update({stop.cause: stop.sessions for stop in arm.stopped})

    assert stops == {StopCause.EQUIPMENT: 1, StopCause.PARTICIPANT: 3}


def test_a_session_cut_short_is_no_attended_session_anywhere(
    report: AnalysisReport, protocol: Protocol, records: TrialRecords
) -> None:
    person, share = "LEI-002", protocol.sessions.attended_share
    cut = replace(
        records,
        sessions=tuple(
            replace(s, listened_s=0.5 * s.planned_duration_s) if s.participant_id == person else s
            for s in records.sessions
        ),
    )

    changed = run_analysis_plan(protocol, cut, "test")

    row = next(r for r in changed.datasets.participants if r.participant_id == person)
    events = next(e for e in changed.events if e.estimand == changed.primary.estimand)
    stopped = next(r for r in events.rows if r.event == "stopped_sessions")
    before = next(r for r in report.events[0].rows if r.event == "stopped_sessions")
    assert (row.sessions_attended, row.dose_minutes) == (0, 80.0)
    assert person not in members_of(changed.memberships, AnalysisSet.PER_PROTOCOL)
    assert person in members_of(changed.memberships, AnalysisSet.SAFETY)
    assert sum(stopped.participants or ()) == sum(before.participants or ()) + 1
    assert f"{share:.0%} of its planned music" in delivery_table(changed).footnotes[0]


def test_sessions_still_to_come_are_neither_due_nor_in_anybodys_adherence(
    protocol: Protocol, records: TrialRecords
) -> None:
    running = run_analysis_plan(protocol, until(records, date(2026, 2, 1)), "test")

    rows = running.datasets.participants
    in_treatment = [row for row in rows if row.is_in_treatment]
    adherence = running.result("adherence")
    assert in_treatment
    assert all(row.sessions_attended <= row.sessions_due for row in rows)
    assert sum(adherence.n_analysed) == len(rows) - len(in_treatment)


def test_sessions_without_calibrated_headphones_are_counted_and_have_no_level(
    report: AnalysisReport,
) -> None:
    arms = report.delivery

    (row,) = (r for r in delivery_table(report).rows if r.stub.startswith("Headphones not"))
    assert sum(arm.sessions_uncalibrated for arm in arms) == len(UNCALIBRATED)
    assert [cell.value for cell in row.cells] == [arm.sessions_uncalibrated for arm in arms]
    assert all(arm.ear_level_dba.missing == arm.sessions_uncalibrated for arm in arms)
    assert all(66.0 <= (arm.ear_level_dba.mean or 0.0) <= 68.0 for arm in arms)


@pytest.mark.requirement("CONSORT 24a")
def test_stretches_without_a_gap_are_counted_over_all_sessions_of_an_arm(
    protocol: Protocol, records: TrialRecords
) -> None:
    """Half of the sessions have 40 stretches and one gap, the others no report of the player."""
    reported = replace(
        records,
        sessions=tuple(
            replace(s, stretches_played=40, stretches_without_gap=39) if s.number % 2 else s
            for s in records.sessions
        ),
    )
    sessions = sum(s.number % 2 for s in records.sessions)

    report = run_analysis_plan(protocol, reported, "test")

    arms = report.delivery
    (row,) = (
        row
        for row in delivery_table(report).rows
        if row.stub == "Stretches of 30 s played without a gap"
    )
    assert sum(arm.stretches_played for arm in arms) == 40 * sessions
    assert sum(arm.stretches_without_gap for arm in arms) == 39 * sessions
    assert [arm.gapless_percent.mean for arm in arms] == pytest.approx([97.5, 97.5])
    assert all(cell.text.endswith("(97.5%)") for cell in row.cells)
