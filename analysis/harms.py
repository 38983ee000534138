"""Adverse events by arm (CONSORT 2025 item 27): participants and events, none left out.

Conventions: the safety set; events that began from randomization to the last follow-up visit (the day it was held or, where it was not,
the end of its window); every other event is listed as outside, with the reason. A later row with the same participant, term and start is
a follow-up of the same event and replaces the earlier; related means possibly, probably or causally; percentages are of
the participants of the safety set.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from analysis.analysis_sets import members_of
from analysis.datasets import Datasets
from analysis.estimators.proportions import Share
from analysis.local_days import LocalDays
from analysis.roles import ArmColumn
from analysis.study import Study
from data.records.bundle import TrialRecords
from data.records.safety import AdverseEvent, Causality
from protocols.analysis_plan import AnalysisSet
from protocols.design import Protocol

SEVERE_GRADE = 3


@dataclass(frozen=True, kw_only=True, slots=True)
class HarmRow:
    """One kind of event: participants with it and events of it, in the order of the arms."""

    code: str
    label: str
    participants: tuple[int, ...]
    events: tuple[int, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class ListedEvent:
    """One event, and why it is not counted."""

    event: AdverseEvent
    started_on: date
    """At the site."""
    outside: str
    """Empty when the event is counted."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Harms:
    """Adverse events of the safety set."""

    n: tuple[int, ...]
    """Participants of the safety set, in the order of the arms."""
    rows: tuple[HarmRow, ...]
    by_domain: tuple[HarmRow, ...]
    listing: tuple[ListedEvent, ...]
    """Every event of everyone, counted or not."""

    @property
    def outside(self) -> int:
        """How many events are not counted."""
        return sum(bool(listed.outside) for listed in self.listing)


_KINDS: tuple[tuple[str, str, Callable[[AdverseEvent], bool]], ...] = (
    ("any", "Any adverse event", lambda _: True),
    ("serious", "Serious adverse event", lambda event: event.serious),
    ("severe", "Grade 3 or higher", lambda event: event.grade >= SEVERE_GRADE),
    (
        "related",
        "Related to the listening",
        lambda event: event.causality is not Causality.NOT_RELATED,
    ),
)


def harms_of(study: Study) -> Harms:
    """Return the adverse events of a trial, counted in its safety set."""
    safety_set = members_of(study.memberships, AnalysisSet.SAFETY)
    return describe_harms(study.protocol, study.records, study.datasets, safety_set, study.arms)


def describe_harms(
    protocol: Protocol,
    records: TrialRecords,
    datasets: Datasets,
    safety_set: frozenset[str],
    arms: Sequence[ArmColumn],
) -> Harms:
    """Count adverse events by arm."""
    days = LocalDays.of(records)
    windows = _windows(protocol, records, days)
    begun = [
        (e, days.day(e.participant_id, e.started_at)) for e in latest_events(records.adverse_events)
    ]
    listing = tuple(
        ListedEvent(event=event, started_on=on, outside=_outside(event, on, windows, safety_set))
        for event, on in begun
    )
    counted = [listed.event for listed in listing if not listed.outside]
    arm_of = {row.participant_id: row.arm for row in datasets.participants}
    rows = [_row(code, label, filter(keep, counted), arm_of, arms) for code, label, keep in _KINDS]
    domains = sorted({event.domain for event in counted})
    return Harms(
        n=tuple(sum(arm_of[person] == arm.arm for person in safety_set) for arm in arms),
        rows=tuple(rows),
        by_domain=tuple(
            _row(d, d, [e for e in counted if e.domain == d], arm_of, arms) for d in domains
        ),
        listing=listing,
    )


def _windows(
    protocol: Protocol, records: TrialRecords, days: LocalDays
) -> dict[str, tuple[date, date]]:
    """First and last day of everyone's time at risk."""
    last_visit = max(protocol.visits, key=lambda visit: visit.day).code
    ends = {
        row.participant_id: days.day(row.participant_id, row.done_at)
        if row.done_at
        else row.closes_on
        for row in records.visits
        if row.visit == last_visit
    }
    return {
        arm.participant_id: (
            days.day(arm.participant_id, arm.randomized_at),
            ends.get(arm.participant_id, date.max),
        )
        for arm in records.arms
    }


def _outside(
    event: AdverseEvent,
    on: date,
    windows: Mapping[str, tuple[date, date]],
    safety_set: frozenset[str],
) -> str:
    if event.participant_id not in windows:
        return "not randomized"
    if event.participant_id not in safety_set:
        return "heard no music"
    first, last = windows[event.participant_id]
    if on < first:
        return "began before randomization"
    return "began after the last follow-up visit" if on > last else ""


def latest_events(events: Iterable[AdverseEvent]) -> tuple[AdverseEvent, ...]:
    """Keep the last row of each event, in order of participant and start."""
    ordered = sorted(
        events, key=lambda e: (e.participant_id, e.started_at, e.term, e.aware_at, e.id)
    )
    return tuple({(e.participant_id, e.started_at, e.term): e for e in ordered}.values())


def _row(
    code: str,
    label: str,
    events: Iterable[AdverseEvent],
    arm_of: dict[str, str],
    arms: Sequence[ArmColumn],
) -> HarmRow:
    people = [event.participant_id for event in events]
    return HarmRow(
        code=code,
        label=label,
        participants=tuple(sum(arm_of[p] == arm.arm for p in set(people)) for arm in arms),
        events=tuple(sum(arm_of[p] == arm.arm for p in people) for arm in arms),
    )


def event_shares(harms: Harms, code: str, arms: Sequence[ArmColumn]) -> tuple[Share, ...]:
    """Return how many participants of each arm had this kind of event."""
    row = next(row for row in harms.rows if row.code == code)
    return tuple(
        Share(arm=arm.arm, label=arm.label, events=count, n=n)
        for arm, count, n in zip(arms, row.participants, harms.n, strict=True)
    )
