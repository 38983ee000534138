"""The analysis counts days by the clock of each site, as the trial did."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from analysis.analysis_sets import members_of
from analysis.attendance import records_end
from analysis.harms import ListedEvent, describe_harms
from analysis.local_days import LocalDays
from analysis.plan import AnalysisReport, run_analysis_plan
from analysis.study import derive_study
from data.records.bundle import SiteTimeZone, TrialRecords
from protocols.analysis_plan import AnalysisSet
from protocols.design import Protocol


def at(records: TrialRecords, **zones: str) -> TrialRecords:
    named = tuple(SiteTimeZone(id=site, time_zone=zone) for site, zone in zones.items())
    return replace(records, site_time_zones=named)


def first_event(protocol: Protocol, records: TrialRecords) -> ListedEvent:
    study = derive_study(protocol, records, "0")
    safety_set = members_of(study.memberships, AnalysisSet.SAFETY)
    return describe_harms(protocol, records, study.datasets, safety_set, study.arms).listing[0]


def test_without_time_zones_days_are_those_of_utc(records: TrialRecords) -> None:
    night = datetime(2026, 3, 2, 23, 30, tzinfo=UTC)

    assert LocalDays.of(records).day("LEI-002", night) == date(2026, 3, 2)
    assert LocalDays.of(at(records, LEI="Europe/Vienna")).day("LEI-002", night) == date(2026, 3, 3)
    assert LocalDays.of(at(records, LEI="Europe/Vienna")).day("GRA-001", night) == date(2026, 3, 2)


@pytest.mark.parametrize(
    ("zone", "outside"), [("UTC", ""), ("Pacific/Auckland", "began before randomization")]
)
def test_an_event_belongs_to_the_time_after_randomization_by_the_days_at_the_site(
    protocol: Protocol, records: TrialRecords, zone: str, outside: str
) -> None:
    """Randomized at 13:00 of UTC, which is already the next day in Auckland; the event began at 9:00."""
    event = first_event(protocol, records).event
    on = datetime(2026, 1, 20, tzinfo=UTC)
    moved = replace(
        at(records, LEI=zone, GRA=zone),
        arms=tuple(
            replace(arm, randomized_at=on + timedelta(hours=13))
            if arm.participant_id == event.participant_id
            else arm
            for arm in records.arms
        ),
        adverse_events=(
            replace(event, started_at=on + timedelta(hours=9), aware_at=on + timedelta(hours=14)),
        ),
    )

    assert first_event(protocol, moved).outside == outside


def test_the_records_end_on_the_earliest_day_that_it_was_at_the_lock(records: TrialRecords) -> None:
    locked = replace(records, locked_at=datetime(2026, 9, 9, 12, 30, tzinfo=UTC))

    assert records_end(at(locked, LEI="Pacific/Auckland")) == date(2026, 9, 9) + timedelta(days=1)
    assert records_end(at(locked, LEI="Pacific/Auckland", GRA="UTC")) == date(2026, 9, 9)
    assert records_end(at(locked, LEI="UTC", GRA="Pacific/Midway")) == date(2026, 9, 9)


def test_a_report_tells_the_days_at_the_sites(
    protocol: Protocol, records: TrialRecords, report: AnalysisReport
) -> None:
    """In the middle of the Pacific, 14 hours ahead, randomization fell on the next day."""
    first = date.fromisoformat(report.dates.first_randomized or "")
    later = tuple(
        replace(arm, randomized_at=arm.randomized_at + timedelta(hours=2)) for arm in records.arms
    )
    pacific = at(records, LEI="Pacific/Kiritimati", GRA="Pacific/Kiritimati")

    dates = run_analysis_plan(protocol, replace(pacific, arms=later), "0").dates
    datasets = derive_study(protocol, replace(pacific, arms=later), "0").datasets

    assert dates.first_randomized == (first + timedelta(days=1)).isoformat()
    assert dates.first_screened == report.dates.first_screened
    assert min(row.randomized_on for row in datasets.participants) == first + timedelta(days=1)
