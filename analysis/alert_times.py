"""Safety alerts by rule and arm, and how many were acknowledged in the time that the protocol gives.

Conventions: every alert counts, also of people who were not randomized; those stand in the total only. An
alert that nobody has acknowledged yet is not in time; it is counted apart, too.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta

from analysis.datasets import Datasets
from analysis.roles import ArmColumn
from data.records.bundle import AlertSummary, TrialRecords
from protocols.design import Protocol, SafetyRule


@dataclass(frozen=True, kw_only=True, slots=True)
class RuleAlerts:
    """The alerts of one rule: counts by arm in the order of every table, and then of everybody."""

    rule: str
    label: str
    within_hours: float | None
    """The time to acknowledge that the protocol gives; None when it gives none."""
    raised: tuple[int, ...]
    in_time: tuple[int, ...] | None
    """Acknowledged in that time; None when the protocol gives none."""
    unacknowledged: tuple[int, ...]
    """Not acknowledged when the records were read."""


def describe_alerts(
    protocol: Protocol, records: TrialRecords, datasets: Datasets, arms: Sequence[ArmColumn]
) -> tuple[RuleAlerts, ...]:
    """Count the alerts of each rule that raised any, in the order of the protocol's rules."""
    rules = {rule.code: rule for rule in protocol.safety_rules}
    raised = {alert.rule for alert in records.alerts}
    order = [code for code in rules if code in raised] + sorted(raised - set(rules))
    arm_of = {row.participant_id: row.arm for row in datasets.participants}

    def count(alerts: Iterable[AlertSummary]) -> tuple[int, ...]:
        found = [arm_of.get(alert.participant_id) for alert in alerts]
        return (*(found.count(arm.arm) for arm in arms), len(found))

    summaries = []
    for code in order:
        alerts = [alert for alert in records.alerts if alert.rule == code]
        within = within_hours(rules.get(code))
        summaries.append(
            RuleAlerts(
                rule=code,
                label=rules[code].label if code in rules else code.replace("_", " ").capitalize(),
                within_hours=within,
                raised=count(alerts),
                in_time=None if within is None else count(a for a in alerts if _in_time(a, within)),
                unacknowledged=count(a for a in alerts if a.acknowledged_at is None),
            )
        )
    return tuple(summaries)


def within_hours(rule: SafetyRule | None) -> float | None:
    """Return the time to acknowledge that a rule gives; None when it gives none, or there is no rule."""
    return None if rule is None else rule.acknowledge_within_hours


def _in_time(alert: AlertSummary, within: float) -> bool:
    acknowledged_at = alert.acknowledged_at
    return acknowledged_at is not None and acknowledged_at - alert.raised_at <= timedelta(
        hours=within
    )
