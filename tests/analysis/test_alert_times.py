"""Alerts are counted by rule and arm, and by whether somebody acknowledged them in the protocol's time."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from analysis.alert_times import RuleAlerts, describe_alerts
from analysis.plan import AnalysisReport
from analysis.reports.html import render_html
from analysis.reports.safety_tables import alert_table
from data.records.bundle import AlertSummary, TrialRecords
from protocols.design import Protocol

RAISED = datetime(2026, 5, 4, 12, tzinfo=UTC)


def alert(who: str, rule: str, acknowledged_after: timedelta | None) -> AlertSummary:
    return AlertSummary(
        participant_id=who,
        rule=rule,
        severity="alert",
        raised_at=RAISED,
        acknowledged_at=None if acknowledged_after is None else RAISED + acknowledged_after,
    )


ALERTS = (
    alert("LEI-002", "phq9_item9", timedelta(hours=1)),
    alert("LEI-002", "phq9_item9", timedelta(hours=1, seconds=1)),
    alert("LEI-002", "phq9_item9", None),
    alert("NOT-RANDOMIZED", "phq9_item9", timedelta(minutes=5)),
    alert("LEI-002", "anxiety_worse", timedelta(hours=48)),
    alert("LEI-002", "serious_adverse_event", timedelta(minutes=1)),
)


def described(
    protocol: Protocol, report: AnalysisReport, records: TrialRecords
) -> dict[str, RuleAlerts]:
    found = describe_alerts(protocol, replace(records, alerts=ALERTS), report.datasets, report.arms)
    return {one.rule: one for one in found}


def test_an_alert_is_in_time_up_to_the_last_moment_of_the_rules_time(
    protocol: Protocol, report: AnalysisReport, records: TrialRecords
) -> None:
    item_9 = described(protocol, report, records)["phq9_item9"]

    assert item_9.within_hours == 1
    assert (item_9.raised[-1], item_9.in_time and item_9.in_time[-1]) == (4, 2)
    assert item_9.unacknowledged[-1] == 1


def test_people_who_were_not_randomized_stand_in_the_total_only(
    protocol: Protocol, report: AnalysisReport, records: TrialRecords
) -> None:
    item_9 = described(protocol, report, records)["phq9_item9"]

    *arms, everybody = item_9.raised
    assert sum(arms) == everybody - 1


def test_two_days_are_given_for_worse_anxiety_and_none_where_the_protocol_names_none(
    protocol: Protocol, report: AnalysisReport, records: TrialRecords
) -> None:
    rules = described(protocol, report, records)

    assert rules["anxiety_worse"].within_hours == 48
    assert rules["anxiety_worse"].in_time == rules["anxiety_worse"].raised
    assert rules["serious_adverse_event"].in_time is None


def test_rules_follow_the_protocol_and_others_come_last(
    protocol: Protocol, report: AnalysisReport, records: TrialRecords
) -> None:
    assert list(described(protocol, report, records)) == [
        "phq9_item9",
        "anxiety_worse",
        "serious_adverse_event",
    ]


def test_the_table_says_how_many_of_how_many(
    protocol: Protocol, report: AnalysisReport, records: TrialRecords
) -> None:
    alerts = tuple(described(protocol, report, records).values())

    rows = {row.stub: row for row in alert_table(replace(report, alerts=alerts)).rows}

    assert rows["Acknowledged within 1 h"].cells[-1].text == "2 of 4"
    assert rows["Acknowledged within 48 h"].cells[-1].text == "1 of 1"
    assert rows["Not acknowledged yet"].cells[-1].value == 1


def test_a_report_without_alerts_says_so(report: AnalysisReport) -> None:
    assert "No safety alert was raised." in render_html(report)
