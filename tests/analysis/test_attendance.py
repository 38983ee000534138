"""Why somebody was not at a visit: withdrawn, lost, missed, not answered, or not yet due."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from analysis.attendance import Absence, derive_attendance, records_end
from analysis.plan import run_analysis_plan
from data.records.bundle import TrialRecords
from data.records.visits import PlanState
from protocols.design import Protocol
from tests.analysis.example_records import until


@pytest.mark.parametrize(
    ("person", "visit", "absence"),
    [
        pytest.param("GRA-007", "week_4", Absence.LOST, id="lost before the visit"),
        pytest.param("LEI-018", "week_12", Absence.WITHDRAWN, id="withdrew from the trial"),
        pytest.param("LEI-002", "week_4", Absence.NOT_ANSWERED, id="came and answered nothing"),
    ],
)
def test_an_absence_has_its_reason(
    records: TrialRecords, person: str, visit: str, absence: Absence
) -> None:
    assert derive_attendance(records).absence(person, visit) is absence


@pytest.mark.parametrize(
    ("last_day", "absence"),
    [
        pytest.param(date(2026, 2, 10), Absence.NOT_YET_DUE, id="window open"),
        pytest.param(date(2026, 6, 1), Absence.MISSED, id="window closed"),
    ],
)
def test_a_visit_that_nobody_marked_is_missed_only_when_its_window_has_closed(
    records: TrialRecords, last_day: date, absence: Absence
) -> None:
    running = until(records, last_day)
    unmarked = replace(
        running,
        visits=tuple(
            replace(v, state=PlanState.PLANNED, done_at=None) if v.id == "LEI-002/week_4" else v
            for v in running.visits
        ),
    )

    assert derive_attendance(unmarked).absence("LEI-002", "week_4") is absence


def test_whoever_left_after_a_missed_visit_and_a_held_one_missed_the_first(
    records: TrialRecords,
) -> None:
    person = "GRA-035"  # lost on day 60, before week 12
    skipped = replace(
        records,
        visits=tuple(
            replace(v, state=PlanState.MISSED, done_at=None) if v.id == f"{person}/baseline" else v
            for v in records.visits
        ),
    )

    attendance = derive_attendance(skipped)

    assert attendance.absence(person, "baseline") is Absence.MISSED
    assert attendance.absence(person, "week_12") is Absence.LOST


def test_records_end_with_their_last_entry_until_the_database_is_locked(
    records: TrialRecords,
) -> None:
    locked = replace(records, locked_at=datetime(2026, 9, 9, tzinfo=UTC))

    assert records_end(until(records, date(2026, 2, 1))) <= date(2026, 2, 1)
    assert records_end(locked) == date(2026, 9, 9)


@pytest.mark.requirement("CONSORT 22b")
def test_a_running_trial_counts_open_visits_as_not_yet_due_and_nobody_as_a_failure(
    protocol: Protocol, records: TrialRecords
) -> None:
    report = run_analysis_plan(protocol, until(records, date(2026, 2, 10)), "test")

    lines = [
        line.label
        for box in report.flow.boxes
        if box.side is not None and box.arm is not None
        for line in box.side.lines
    ]
    week_12 = next(
        c for c in report.missing.counts if (c.parameter, c.visit) == ("GAD7", "week_12")
    )
    assert "Not yet due" in lines
    assert not [line for line in lines if "missed" in line.lower()]
    assert Absence.NOT_YET_DUE.value in {reason.reason for reason in week_12.reasons}
    assert report.imbalances == ()
