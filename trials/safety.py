"""Adverse events and safety alerts: never overwritten, never deleted, never suppressed.

Conventions: a serious event starts a clock of 24 hours when the team learns of it, and raises an
urgent alert that stays on the page until a person has acknowledged and closed it. Judgements are
made blind to the arm.

References
----------
ICH E6(R3) annex 1, 4.2; ISO 14155:2020, 10.8 (reporting of serious events).
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from data.records.participants import Participant
from data.records.people import Actor
from data.records.safety import AdverseEvent, AlertState, Causality, SafetyAlert
from data.storage.roles import Permission
from data.storage.store import Reading, Store, Writing
from trials.errors import AlertStateError, ImplausibleReportError, ReasonMissingError

SERIOUS_EVENT_DEADLINE = timedelta(hours=24)

HARM_DOMAINS = (
    "affective",
    "behavioural",
    "cognitive",
    "identity",
    "interpersonal",
    "physical",
    "spiritual",
    "other",
)
"""Domains of music-induced harm (Silverman, Gooding & Yinger 2020), and ``other``."""

SERIOUS_EVENT_RULE = "serious_adverse_event"


@dataclass(frozen=True, kw_only=True, slots=True)
class AdverseEventReport:
    """What the person who reports an adverse event fills in."""

    participant_id: str
    term: str
    """Verbatim."""
    domain: str
    """One of ``HARM_DOMAINS``."""
    grade: int
    """CTCAE grade 1-5."""
    serious: bool
    seriousness: str
    """Which criterion makes it serious; empty when it is not."""
    causality: Causality
    expected: bool
    outcome: str
    action: str
    session_id: str | None
    started_at: datetime
    aware_at: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class SeriousEventClock:
    """How long there is left to report a serious event."""

    adverse_event: AdverseEvent
    due_at: datetime
    remaining: timedelta
    """Negative when the time has passed."""


def record_adverse_event(store: Store, actor: Actor, report: AdverseEventReport) -> AdverseEvent:
    """Record an adverse event; a serious one raises an urgent alert in the same transaction.

    Parameters
    ----------
    store : Store
        Where the trial lives.
    actor : Actor
        Who records it.
    report : AdverseEventReport
        What happened. A follow-up is a new report, never a change.

    Returns
    -------
    AdverseEvent
        The record.
    """
    with store.writing(actor, Permission.MANAGE_SAFETY, "record_adverse_event") as writing:
        writing.get(Participant, report.participant_id)
        now = store.clock()
        check_report(report, now)
        event = _event_of(writing, report, actor.user_id)
        writing.add(event)
        if event.serious:
            raise_alert(
                writing,
                alert_id=f"{event.id}/{SERIOUS_EVENT_RULE}",
                participant_id=event.participant_id,
                rule=SERIOUS_EVENT_RULE,
                severity="urgent",
                detail=f"Report by {deadline_of(event).isoformat(timespec='minutes')}: {event.term}",
                at=now,
            )
    return event


def check_report(report: AdverseEventReport, now: datetime) -> None:
    """Refuse a report that contradicts itself.

    Raises
    ------
    ImplausibleReportError
        If it does; the message says how.
    """
    faults = (
        (not report.term.strip(), "An adverse event needs its term in words."),
        (report.domain not in HARM_DOMAINS, f"The domain is one of {', '.join(HARM_DOMAINS)}."),
        (not 1 <= report.grade <= 5, "The grade is a CTCAE grade from 1 to 5."),
        (
            report.serious != bool(report.seriousness.strip()),
            "A serious event names its seriousness criterion, and only a serious event does.",
        ),
        (report.grade == 5 and not report.serious, "A grade 5 event is serious."),
        (report.started_at > report.aware_at, "An event is not known before it begins."),
        (report.aware_at > now, "An event cannot have become known in the future."),
    )
    for wrong, message in faults:
        if wrong:
            raise ImplausibleReportError(message)


def deadline_of(event: AdverseEvent) -> datetime:
    """Return when a serious event must be reported at the latest."""
    return event.aware_at + SERIOUS_EVENT_DEADLINE


def adverse_events(store: Store, actor: Actor) -> tuple[AdverseEvent, ...]:
    """Return every adverse event the actor may see, in order of entry."""
    with store.reading(actor, Permission.MANAGE_SAFETY) as reading:
        return reading.find(AdverseEvent)


def serious_event_clocks(store: Store, actor: Actor) -> tuple[SeriousEventClock, ...]:
    """Return the clock of every serious event whose alert is not closed, the most urgent first."""
    with store.reading(actor, Permission.MANAGE_SAFETY) as reading:
        now = store.clock()
        open_ids = {alert.id for alert in open_alerts(reading)}
        events = [
            event
            for event in reading.find(AdverseEvent, serious=True)
            if f"{event.id}/{SERIOUS_EVENT_RULE}" in open_ids
        ]
    return tuple(
        SeriousEventClock(
            adverse_event=event, due_at=deadline_of(event), remaining=deadline_of(event) - now
        )
        for event in sorted(events, key=deadline_of)
    )


def raise_alert(
    writing: Writing,
    *,
    alert_id: str,
    participant_id: str,
    rule: str,
    severity: str,
    detail: str,
    at: datetime,
) -> SafetyAlert:
    """Raise an alert in a transaction that is under way; the same id is raised once."""
    known = writing.first(SafetyAlert, id=alert_id)
    if known is not None:
        return known
    alert = SafetyAlert(
        id=alert_id,
        participant_id=participant_id,
        rule=rule,
        severity=severity,
        detail=detail,
        state=AlertState.RAISED,
        raised_at=at,
    )
    writing.add(alert)
    return alert


def open_alerts(reading: Reading) -> tuple[SafetyAlert, ...]:
    """Return the alerts that are not closed, urgent and older ones first."""
    return _by_urgency(a for a in reading.find(SafetyAlert) if a.state is not AlertState.CLOSED)


def alerts(store: Store, actor: Actor) -> tuple[SafetyAlert, ...]:
    """Return every alert the actor may see: open ones first, urgent and older ones before others."""
    with store.reading(actor, Permission.MANAGE_SAFETY) as reading:
        still_open = open_alerts(reading)
        closed = reading.find(SafetyAlert, state=AlertState.CLOSED)
    return still_open + closed


def acknowledge_alert(store: Store, actor: Actor, alert_id: str) -> SafetyAlert:
    """Record that a person has seen an alert and takes care of it.

    Raises
    ------
    AlertStateError
        If it is already acknowledged or closed.
    """
    with store.writing(actor, Permission.MANAGE_SAFETY, "acknowledge_alert") as writing:
        alert = writing.get(SafetyAlert, alert_id)
        if alert.state is not AlertState.RAISED:
            message = f"This alert is already {alert.state.value}."
            raise AlertStateError(message)
        acknowledged = replace(
            alert,
            state=AlertState.ACKNOWLEDGED,
            acknowledged_at=store.clock(),
            acknowledged_by=actor.user_id,
        )
        writing.replace(acknowledged)
    return acknowledged


def close_alert(store: Store, actor: Actor, alert_id: str, resolution: str) -> SafetyAlert:
    """Close an acknowledged alert with what was done.

    Raises
    ------
    ReasonMissingError
        If nothing is said about what was done.
    AlertStateError
        If it was not acknowledged, or is already closed.
    """
    if not resolution.strip():
        message = "An alert is closed with what was done about it."
        raise ReasonMissingError(message)
    with store.writing(actor, Permission.MANAGE_SAFETY, "close_alert", resolution) as writing:
        alert = writing.get(SafetyAlert, alert_id)
        if alert.state is not AlertState.ACKNOWLEDGED:
            message = f"Only an acknowledged alert can be closed; this one is {alert.state.value}."
            raise AlertStateError(message)
        closed = replace(
            alert,
            state=AlertState.CLOSED,
            closed_at=store.clock(),
            closed_by=actor.user_id,
            resolution=resolution.strip(),
        )
        writing.replace(closed)
    return closed


def _event_of(writing: Writing, report: AdverseEventReport, recorded_by: str) -> AdverseEvent:
    number = writing.count(AdverseEvent, participant_id=report.participant_id) + 1
    return AdverseEvent(
        id=f"{report.participant_id}/adverse-event-{number}",
        participant_id=report.participant_id,
        term=report.term.strip(),
        domain=report.domain,
        grade=report.grade,
        serious=report.serious,
        seriousness=report.seriousness.strip(),
        causality=report.causality,
        expected=report.expected,
        outcome=report.outcome,
        action=report.action,
        session_id=report.session_id,
        started_at=report.started_at,
        aware_at=report.aware_at,
        recorded_by=recorded_by,
    )


def _by_urgency(found: Iterable[SafetyAlert]) -> tuple[SafetyAlert, ...]:
    return tuple(sorted(found, key=lambda alert: (alert.severity != "urgent", alert.raised_at)))
