"""One participant's timeline: what happened, what is planned, and the one action that is next.

Conventions: entries are in order of their day at the site and, within a day, of their time; what has
none stands first (the screening, what was missed), what is planned last. An entry names the record it shows, so that a page can
open that record's history. Nothing here tells arms apart: an allocation shows its code only.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from enum import StrEnum

from data.records.allocation import Allocation
from data.records.harm_askings import HarmAnswer, HarmAsking
from data.records.local_days import local_day
from data.records.participants import (
    Consent,
    EligibilityAssessment,
    Participant,
    ParticipantState,
    ProtocolDeviation,
    Withdrawal,
)
from data.records.safety import AdverseEvent, SafetyAlert
from data.records.sessions import ListeningSession
from data.records.trial import Site
from data.records.visits import PlannedSession, PlannedVisit, PlanState
from data.storage.store import Reading
from protocols.design import Protocol
from trials.consent import consent_in_force
from trials.harm_asking import HarmsLeft, open_harms
from trials.participants import in_words

_BEFORE_ALL = datetime.min.replace(tzinfo=UTC)
_HARMS_ANSWERED = {
    HarmAnswer.NOTHING: "Asked: nothing reported",
    HarmAnswer.REPORTED: "Asked: something was told",
    HarmAnswer.NOT_ASKED: "Not asked: {reason}",
}


class EntryKind(StrEnum):
    """What an entry is about."""

    SCREENING = "screening"
    CONSENT = "consent"
    ELIGIBILITY = "eligibility"
    RANDOMIZATION = "randomization"
    VISIT = "visit"
    SESSION = "session"
    HARMS = "harms"
    """Asking for harms after a session."""
    ADVERSE_EVENT = "adverse_event"
    ALERT = "alert"
    DEVIATION = "deviation"
    WITHDRAWAL = "withdrawal"


class NextStep(StrEnum):
    """The one thing that is permitted next."""

    CONSENT = "consent"
    ELIGIBILITY = "eligibility"
    BASELINE = "baseline"
    RANDOMIZATION = "randomization"
    SESSION = "session"
    VISIT = "visit"
    WAIT = "wait"
    NOTHING = "nothing"


@dataclass(frozen=True, kw_only=True, slots=True)
class TimelineEntry:
    """One thing that happened or is planned."""

    on: date
    at: datetime | None
    """The exact time; None for what is planned."""
    kind: EntryKind
    title: str
    detail: str
    record_id: str
    planned: bool
    """True when it has not happened yet."""


@dataclass(frozen=True, kw_only=True, slots=True)
class NextAction:
    """What may be done now."""

    step: NextStep
    text: str
    occasion: str
    """Visit code or ``session-<n>``; empty when the step needs none."""
    opens_on: date | None
    """When the step opens, if it is not open yet."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Timeline:
    """A participant with everything that happened and is planned."""

    participant: Participant
    entries: tuple[TimelineEntry, ...]
    next_action: NextAction


def timeline_of(
    reading: Reading, protocol: Protocol, participant_id: str, now: datetime
) -> Timeline:
    """Return the timeline of one participant."""
    participant = reading.get(Participant, participant_id)
    site = reading.get(Site, participant.site_id)
    entries = [
        _entry(participant.screened_on, EntryKind.SCREENING, "Screened", "", participant_id),
        *_enrolment(reading, site, participant_id),
        *_schedule(reading, protocol, site, participant_id),
        *_harms(reading, site, participant_id),
        *_safety(reading, site, participant_id),
        *_departures(reading, site, participant_id),
    ]
    return Timeline(
        participant=participant,
        entries=tuple(sorted(entries, key=_place)),
        next_action=next_action_of(reading, protocol, participant, local_day(site, now)),
    )


def next_action_of(
    reading: Reading, protocol: Protocol, participant: Participant, today: date
) -> NextAction:
    """Return the one action that is permitted next."""
    ended = (
        ParticipantState.SCREEN_FAILED,
        ParticipantState.COMPLETED,
        ParticipantState.WITHDRAWN,
        ParticipantState.LOST_TO_FOLLOW_UP,
    )
    if participant.state in ended:
        return _action(NextStep.NOTHING, f"Nothing: {in_words(participant.state)}.")
    if consent_in_force(reading, protocol, participant.id) is None:
        words = f"Take consent to version {protocol.consent_version}."
        return _action(NextStep.CONSENT, words)
    before = {
        ParticipantState.CONSENTED: (NextStep.ELIGIBILITY, "Screen and assess eligibility."),
        ParticipantState.ELIGIBLE: (NextStep.BASELINE, "Take the baseline."),
        ParticipantState.BASELINE_COMPLETE: (NextStep.RANDOMIZATION, "Randomize."),
    }
    if participant.state in before:
        return _action(*before[participant.state])
    return _next_planned(reading, protocol, participant.id, today)


def _next_planned(
    reading: Reading, protocol: Protocol, participant_id: str, today: date
) -> NextAction:
    sessions = reading.find(PlannedSession, participant_id=participant_id, state=PlanState.PLANNED)
    visits = reading.find(PlannedVisit, participant_id=participant_id, state=PlanState.PLANNED)
    planned: list[PlannedSession | PlannedVisit] = [*sessions, *visits]
    if not planned:
        words = "Nothing is planned any more: record the loss to follow-up, with what is known."
        return _action(NextStep.NOTHING, words)
    row = min(planned, key=lambda found: (found.planned_on, found.id))
    if isinstance(row, PlannedSession):
        step, occasion, label = _session_step(row)
    else:
        step, occasion, label = NextStep.VISIT, row.visit, protocol.visit(row.visit).label
    if row.opens_on > today:
        words = f"{label} opens on {row.opens_on.isoformat()}."
        return _action(NextStep.WAIT, words, occasion=occasion, opens_on=row.opens_on)
    late = " (its window has closed)" if row.closes_on < today else ""
    return _action(step, f"{label}{late}.", occasion=occasion)


def _session_step(row: PlannedSession) -> tuple[NextStep, str, str]:
    return NextStep.SESSION, f"session-{row.number}", f"Listening session {row.number}"


def _action(
    step: NextStep, text: str, *, occasion: str = "", opens_on: date | None = None
) -> NextAction:
    return NextAction(step=step, text=text, occasion=occasion, opens_on=opens_on)


def _entry(
    on: date,
    kind: EntryKind,
    title: str,
    detail: str,
    record_id: str,
    *,
    at: datetime | None = None,
    planned: bool = False,
) -> TimelineEntry:
    return TimelineEntry(
        on=on,
        at=at,
        kind=kind,
        title=title,
        detail=detail,
        record_id=record_id,
        planned=planned,
    )


def _place(entry: TimelineEntry) -> tuple[date, bool, datetime]:
    """Return where an entry stands; entries of one moment stay in the order in which they were found."""
    return entry.on, entry.planned, entry.at or _BEFORE_ALL


def _happened(
    site: Site, at: datetime, kind: EntryKind, title: str, detail: str, record_id: str
) -> TimelineEntry:
    return _entry(local_day(site, at), kind, title, detail, record_id, at=at)


def _enrolment(reading: Reading, site: Site, participant_id: str) -> Iterator[TimelineEntry]:
    for consent in reading.find(Consent, participant_id=participant_id):
        title = f"Consent to version {consent.consent_version}"
        yield _happened(site, consent.signed_at, EntryKind.CONSENT, title, "", consent.id)
    for assessed in reading.find(EligibilityAssessment, participant_id=participant_id):
        title = "Eligible" if assessed.eligible else "Not eligible"
        detail = ", ".join(assessed.reasons)
        yield _happened(
            site, assessed.assessed_at, EntryKind.ELIGIBILITY, title, detail, assessed.id
        )
    allocation = reading.first(Allocation, id=participant_id)
    if allocation is not None:
        detail = f"Code {allocation.code}"
        yield _happened(
            site,
            allocation.randomized_at,
            EntryKind.RANDOMIZATION,
            "Randomized",
            detail,
            allocation.id,
        )


def _schedule(
    reading: Reading, protocol: Protocol, site: Site, participant_id: str
) -> Iterator[TimelineEntry]:
    for visit in reading.find(PlannedVisit, participant_id=participant_id):
        label = protocol.visit(visit.visit).label
        yield _plan_entry(site, visit, EntryKind.VISIT, label, visit.done_at)
    held = {
        session.planned_session_id: session
        for session in reading.find(ListeningSession, participant_id=participant_id)
    }
    for planned in reading.find(PlannedSession, participant_id=participant_id):
        session = held.get(planned.id)
        at = session.started_at if session is not None else None
        label = f"Listening session {planned.number}"
        yield _plan_entry(site, planned, EntryKind.SESSION, label, at)


def _plan_entry(
    site: Site,
    row: PlannedVisit | PlannedSession,
    kind: EntryKind,
    label: str,
    at: datetime | None,
) -> TimelineEntry:
    window = f"{row.opens_on.isoformat()} to {row.closes_on.isoformat()}"
    detail = {PlanState.PLANNED: f"Window {window}", PlanState.MISSED: "Missed"}.get(row.state, "")
    return _entry(
        local_day(site, at) if at is not None else row.planned_on,
        kind,
        label,
        detail,
        row.id,
        at=at,
        planned=row.state is PlanState.PLANNED,
    )


def _safety(reading: Reading, site: Site, participant_id: str) -> Iterator[TimelineEntry]:
    for event in reading.find(AdverseEvent, participant_id=participant_id):
        detail = f"Grade {event.grade}{', serious' if event.serious else ''}"
        yield _happened(
            site, event.started_at, EntryKind.ADVERSE_EVENT, event.term, detail, event.id
        )
    for alert in reading.find(SafetyAlert, participant_id=participant_id):
        title = f"{alert.severity.capitalize()}: {alert.rule}"
        yield _happened(site, alert.raised_at, EntryKind.ALERT, title, alert.state.value, alert.id)


def _harms(reading: Reading, site: Site, participant_id: str) -> Iterator[TimelineEntry]:
    numbers = {
        session.id: session.number
        for session in reading.find(ListeningSession, participant_id=participant_id)
    }
    for asking in reading.find(HarmAsking, participant_id=participant_id):
        title = f"Harms after session {numbers[asking.session_id]}"
        detail = _HARMS_ANSWERED[asking.answer].format(reason=asking.reason)
        yield _happened(site, asking.asked_at, EntryKind.HARMS, title, detail, asking.id)
    for left in open_harms(reading, participant_id):
        if left.left is HarmsLeft.ASK:
            title, detail = f"Harms after session {left.number}", "Nobody has asked yet"
            yield _happened(site, left.ended_at, EntryKind.HARMS, title, detail, left.session_id)


def _departures(reading: Reading, site: Site, participant_id: str) -> Iterator[TimelineEntry]:
    for deviation in reading.find(ProtocolDeviation, participant_id=participant_id):
        title = deviation.category.replace("_", " ").capitalize()
        yield _happened(
            site, deviation.at, EntryKind.DEVIATION, title, deviation.description, deviation.id
        )
    for withdrawal in reading.find(Withdrawal, participant_id=participant_id):
        title = f"Withdrawal: {withdrawal.kind.value.replace('_', ' ')}"
        yield _happened(
            site, withdrawal.at, EntryKind.WITHDRAWAL, title, withdrawal.reason, withdrawal.id
        )
