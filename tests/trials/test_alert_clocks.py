"""Until when an alert must be acknowledged is the time that the protocol's rule gives."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from data.records.safety import AlertState, SafetyAlert
from protocols.check_session import session_faults
from protocols.design import Protocol
from trials.alert_clocks import acknowledge_by

ALERT = SafetyAlert(
    id="a",
    participant_id="LEI-001",
    rule="phq9_item9",
    severity="urgent",
    detail="PHQ-9, item 9: 2",
    state=AlertState.RAISED,
    raised_at=datetime(2026, 5, 4, 23, 30, tzinfo=UTC),
)


@pytest.mark.parametrize(
    ("rule", "by"),
    [
        ("phq9_item9", datetime(2026, 5, 5, 0, 30, tzinfo=UTC)),
        ("anxiety_worse", datetime(2026, 5, 6, 23, 30, tzinfo=UTC)),
        ("distress_high", None),
        ("serious_adverse_event", None),
    ],
)
def test_the_clock_begins_when_the_alert_is_raised(
    protocol: Protocol, rule: str, by: datetime | None
) -> None:
    assert acknowledge_by(protocol, replace(ALERT, rule=rule)) == by


def test_a_time_that_is_not_positive_is_refused(protocol: Protocol) -> None:
    rules = tuple(
        replace(rule, acknowledge_within_hours=0.0) if rule.code == "phq9_item9" else rule
        for rule in protocol.safety_rules
    )

    (fault,) = session_faults(replace(protocol, safety_rules=rules))

    assert "time to acknowledge phq9_item9" in fault.what
