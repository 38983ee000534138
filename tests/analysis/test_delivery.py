"""Delivery by arm agrees with the rows of its participants (CONSORT 2025 item 24a)."""

import pytest

from analysis.plan import AnalysisReport


@pytest.mark.requirement("CONSORT 24a")
def test_sessions_of_both_arms_are_all_sessions(report: AnalysisReport) -> None:
    people = report.datasets.participants

    assert sum(arm.sessions_planned for arm in report.delivery) == 8 * 60
    assert sum(arm.sessions_attended for arm in report.delivery) == sum(
        row.sessions_attended for row in people
    )


def test_early_stops_are_counted_by_reason(report: AnalysisReport) -> None:
    stops = {s.reason: s.sessions for arm in report.delivery for s in arm.stopped}

    assert stops["equipment_failure"] == 1
    assert "stop_button" in stops
