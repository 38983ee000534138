"""Until when an alert must be acknowledged: the time that the protocol's rule gives, from the moment it was raised.

Contents: `acknowledge_by`.
"""

from datetime import datetime, timedelta

from data.records.safety import SafetyAlert
from protocols.design import Protocol


def acknowledge_by(protocol: Protocol, alert: SafetyAlert) -> datetime | None:
    """Return until when somebody must acknowledge an alert.

    Parameters
    ----------
    protocol : Protocol
        In force.
    alert : SafetyAlert
        The alert.

    Returns
    -------
    datetime or None
        None when the protocol gives no time for the rule, or does not have it.
    """
    hours = next(
        (r.acknowledge_within_hours for r in protocol.safety_rules if r.code == alert.rule), None
    )
    return None if hours is None else alert.raised_at + timedelta(hours=hours)
