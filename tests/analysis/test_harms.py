"""Adverse events: nobody's event is lost or counted twice (CONSORT 2025 item 27)."""

from dataclasses import replace
from datetime import timedelta

import pytest

from analysis.harms import latest_events
from analysis.plan import AnalysisReport
from data.records.bundle import TrialRecords


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
