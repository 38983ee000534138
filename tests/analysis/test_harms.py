"""Adverse events: nobody's event is lost or counted twice (CONSORT 2025 item 27)."""

from dataclasses import replace
from datetime import timedelta

import pytest

from analysis.harms import latest_events
from analysis.plan import AnalysisReport, run_analysis_plan
from data.records.bundle import TrialRecords
from protocols.design import Protocol


@pytest.mark.requirement("CONSORT 27")
def test_every_event_is_counted_in_a_row_or_named_as_outside(report: AnalysisReport) -> None:
    any_event = report.harms.rows[0]

    assert sum(any_event.events) + report.harms.outside == len(report.harms.listing)


def test_domains_add_up_to_all_events(report: AnalysisReport) -> None:
    by_domain = [
        sum(counts) for counts in zip(*(r.events for r in report.harms.by_domain), strict=True)
    ]

    assert tuple(by_domain) == report.harms.rows[0].events


def test_a_follow_up_replaces_the_event_it_follows(records: TrialRecords) -> None:
    first = records.adverse_events[0]
    follow_up = replace(
        first, id=f"{first.id}/2", outcome="worse", aware_at=first.aware_at + timedelta(days=1)
    )

    latest = latest_events((follow_up, *records.adverse_events))

    assert len(latest) == len(records.adverse_events)
    assert follow_up in latest
    assert first not in latest


@pytest.mark.parametrize(
    ("days", "outside"),
    [
        pytest.param(-1, "began before randomization", id="the day before"),
        pytest.param(0, "", id="on the day itself"),
        pytest.param(84, "", id="on the day of the last visit"),
        pytest.param(85, "began after the last follow-up visit", id="the day after"),
    ],
)
def test_events_count_from_randomization_to_the_last_follow_up_visit(
    protocol: Protocol, records: TrialRecords, days: int, outside: str
) -> None:
    first = records.adverse_events[0]
    person = next(arm for arm in records.arms if arm.participant_id == first.participant_id)
    moved = replace(
        first, id="moved", term="Moved", started_at=person.randomized_at + timedelta(days=days)
    )

    harms = run_analysis_plan(
        protocol, replace(records, adverse_events=(*records.adverse_events, moved)), "test"
    ).harms

    assert next(e.outside for e in harms.listing if e.event.id == "moved") == outside


def test_an_event_of_somebody_who_heard_no_music_is_listed_with_that_reason(
    protocol: Protocol, records: TrialRecords
) -> None:
    event = replace(records.adverse_events[0], id="other", participant_id="GRA-041")

    harms = run_analysis_plan(protocol, replace(records, adverse_events=(event,)), "test").harms

    assert [listed.outside for listed in harms.listing] == ["heard no music"]
    assert harms.outside == 1
