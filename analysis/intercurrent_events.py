"""Which participants had which intercurrent event, and what its strategy did with their data.

Conventions: an event counts for an outcome of a visit when it happened before that outcome was measured, when the outcome was
never measured, or when the event has no date of its own. Detection reads withdrawals, sessions, adverse events and
deviations; a deviation whose category is the event's code always counts.

Strategies (ICH E9(R1) A.3.2) that this program carries out:

- treatment policy: the value counts as it was observed.
- hypothetical: the value is set aside, of a session outcome that session only; complete cases stand for
  what would have been seen.
- while on treatment: for session outcomes, where it is the mean over the sessions held.
- any other: the estimate is refused, with a reason, if anybody had the event.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from analysis.datasets import ParticipantRow
from data.records.bundle import TrialRecords
from data.records.participants import WithdrawalKind
from protocols.design import Protocol
from protocols.estimands import Estimand, EventStrategy, IntercurrentEvent, Strategy
from protocols.outcomes import OutcomeSource

DEATH_GRADE = 5
TECHNICAL_STOP_WORDS = ("technical", "equipment", "failure", "generator", "renderer")
"""A session counts as stopped by equipment when its stop reason has one of these words."""


@dataclass(frozen=True, kw_only=True, slots=True)
class EventOccurrence:
    """One participant had one intercurrent event."""

    event: str
    participant_id: str
    at: datetime | None = None
    """None when the event is the absence of something and has no date of its own."""
    session: int | None = None
    """Number of the listening session that the event belongs to."""


@dataclass(frozen=True, kw_only=True, slots=True)
class StrategyEffect:
    """What the strategies of an estimand do with the data of one outcome."""

    set_aside: frozenset[str]
    """Participants whose value does not count."""
    sessions_set_aside: frozenset[tuple[str, int]]
    """Participant and number of the sessions that do not count."""
    refused: tuple[str, ...]
    """Events that happened and whose strategy this program does not carry out, in words."""


@dataclass(frozen=True, kw_only=True, slots=True)
class EventRow:
    """One event of the catalogue in one estimand."""

    event: str
    label: str
    detected_by: str
    strategy: Strategy | None
    rationale: str
    participants: tuple[int, ...]
    """Participants with the event, in the order of the arms."""
    with_outcome: tuple[int, ...]
    """Of these, how many have the outcome observed."""
    consequence: str


def detect_events(
    protocol: Protocol, records: TrialRecords, participants: Sequence[ParticipantRow]
) -> tuple[EventOccurrence, ...]:
    """Find every intercurrent event of the catalogue in the records of the randomized."""
    randomized = {row.participant_id for row in participants}
    found = {
        occurrence
        for event in protocol.intercurrent_events
        for occurrence in _occurrences(event, protocol, records, participants)
        if occurrence.participant_id in randomized
    }
    return tuple(sorted(found, key=_sort_key))


def _sort_key(occurrence: EventOccurrence) -> tuple[str, str, str, int]:
    at = occurrence.at.isoformat() if occurrence.at else ""
    return occurrence.event, occurrence.participant_id, at, occurrence.session or 0


def _occurrences(
    event: IntercurrentEvent,
    protocol: Protocol,
    records: TrialRecords,
    participants: Sequence[ParticipantRow],
) -> Iterable[EventOccurrence]:
    for deviation in records.deviations:
        if deviation.category == event.code:
            yield EventOccurrence(
                event=event.code, participant_id=deviation.participant_id, at=deviation.at
            )
    detector = _DETECTORS.get(event.code)
    if detector is not None:
        yield from detector(event.code, protocol, records, participants)


_Detector = Callable[
    [str, Protocol, TrialRecords, Sequence[ParticipantRow]], Iterable[EventOccurrence]
]


def _stopped_without_withdrawal(
    code: str, protocol: Protocol, records: TrialRecords, participants: Sequence[ParticipantRow]
) -> Iterable[EventOccurrence]:
    withdrawn = {withdrawal.participant_id for withdrawal in records.withdrawals}
    return [
        EventOccurrence(event=code, participant_id=row.participant_id)
        for row in participants
        if row.sessions_attended < protocol.sessions.count and row.participant_id not in withdrawn
    ]


def _withdrew_from_intervention(
    code: str, _: Protocol, records: TrialRecords, __: Sequence[ParticipantRow]
) -> Iterable[EventOccurrence]:
    return [
        EventOccurrence(event=code, participant_id=withdrawal.participant_id, at=withdrawal.at)
        for withdrawal in records.withdrawals
        if withdrawal.kind is WithdrawalKind.INTERVENTION_ONLY
    ]


def _stopped_by_equipment(
    code: str, _: Protocol, records: TrialRecords, __: Sequence[ParticipantRow]
) -> Iterable[EventOccurrence]:
    return [
        EventOccurrence(
            event=code,
            participant_id=session.participant_id,
            at=session.started_at,
            session=session.number,
        )
        for session in records.sessions
        if any(word in session.stop_reason.lower() for word in TECHNICAL_STOP_WORDS)
    ]


def _admitted_to_hospital(
    code: str, _: Protocol, records: TrialRecords, __: Sequence[ParticipantRow]
) -> Iterable[EventOccurrence]:
    return [
        EventOccurrence(event=code, participant_id=event.participant_id, at=event.started_at)
        for event in records.adverse_events
        if event.serious and "hospital" in event.seriousness.lower()
    ]


def _died(
    code: str, _: Protocol, records: TrialRecords, __: Sequence[ParticipantRow]
) -> Iterable[EventOccurrence]:
    return [
        EventOccurrence(event=code, participant_id=event.participant_id, at=event.started_at)
        for event in records.adverse_events
        if event.grade == DEATH_GRADE
    ]


_DETECTORS: Mapping[str, _Detector] = {
    "stopped_sessions": _stopped_without_withdrawal,
    "withdrew_intervention": _withdrew_from_intervention,
    "equipment_failure": _stopped_by_equipment,
    "hospitalisation": _admitted_to_hospital,
    "death": _died,
}


def apply_strategies(
    protocol: Protocol,
    estimand: Estimand | None,
    occurrences: Sequence[EventOccurrence],
    measured_at: Mapping[str, datetime],
) -> StrategyEffect:
    """Say whose value of an outcome counts under an estimand.

    ``measured_at`` holds the time of the outcome by participant; those never measured are absent.
    """
    if estimand is None:
        return StrategyEffect(set_aside=frozenset(), sessions_set_aside=frozenset(), refused=())
    of_sessions = protocol.outcome(estimand.outcome).source is OutcomeSource.SESSION_RATING
    chosen = {choice.event: choice.strategy for choice in estimand.strategies}
    people, sessions, refused = set(), set(), set()
    for occurrence in occurrences:
        strategy = chosen.get(occurrence.event, Strategy.TREATMENT_POLICY)
        session = occurrence.session if of_sessions else None
        if strategy is Strategy.HYPOTHETICAL and session is not None:
            sessions.add((occurrence.participant_id, session))
        elif _is_untouched(strategy, occurrence, measured_at, of_sessions=of_sessions):
            continue
        elif strategy is Strategy.HYPOTHETICAL:
            people.add(occurrence.participant_id)
        else:
            refused.add(f"{_label(protocol, occurrence.event)} ({_words(strategy)})")
    return StrategyEffect(
        set_aside=frozenset(people),
        sessions_set_aside=frozenset(sessions),
        refused=tuple(sorted(refused)),
    )


def _is_untouched(
    strategy: Strategy,
    occurrence: EventOccurrence,
    measured_at: Mapping[str, datetime],
    *,
    of_sessions: bool,
) -> bool:
    if strategy is Strategy.TREATMENT_POLICY:
        return True
    if of_sessions and strategy is Strategy.WHILE_ON_TREATMENT:
        return True
    measured = measured_at.get(occurrence.participant_id)
    return measured is not None and occurrence.at is not None and occurrence.at > measured


def _words(strategy: Strategy) -> str:
    return strategy.value.replace("_", " ")


def _label(protocol: Protocol, event: str) -> str:
    return next(e.label for e in protocol.intercurrent_events if e.code == event)


def tabulate_events(
    protocol: Protocol,
    estimand: Estimand,
    occurrences: Sequence[EventOccurrence],
    arms: Mapping[str, str],
    arm_order: Sequence[str],
    observed: frozenset[str],
) -> tuple[EventRow, ...]:
    """Count each event of the catalogue by arm and say what its strategy does."""
    of_sessions = protocol.outcome(estimand.outcome).source is OutcomeSource.SESSION_RATING
    choices = {choice.event: choice for choice in estimand.strategies}
    rows = []
    for event in protocol.intercurrent_events:
        people = sorted({o.participant_id for o in occurrences if o.event == event.code})
        choice = choices.get(event.code)
        rows.append(
            EventRow(
                event=event.code,
                label=event.label,
                detected_by=event.detected_by,
                strategy=None if choice is None else choice.strategy,
                rationale="" if choice is None else choice.rationale,
                participants=_by_arm(people, arms, arm_order),
                with_outcome=_by_arm([p for p in people if p in observed], arms, arm_order),
                consequence=_consequence(choice, of_sessions=of_sessions),
            )
        )
    return tuple(rows)


def _by_arm(
    people: Iterable[str], arms: Mapping[str, str], arm_order: Sequence[str]
) -> tuple[int, ...]:
    allocated = [arms[person] for person in people]
    return tuple(allocated.count(arm) for arm in arm_order)


def _consequence(choice: EventStrategy | None, *, of_sessions: bool) -> str:
    if choice is None:
        return "no strategy in the protocol"
    if choice.strategy is Strategy.TREATMENT_POLICY:
        return "the value counts as observed"
    if choice.strategy is Strategy.HYPOTHETICAL:
        return "the session is set aside" if of_sessions else "a value after the event is set aside"
    if of_sessions and choice.strategy is Strategy.WHILE_ON_TREATMENT:
        return "the sessions held count"
    return "not carried out by this program: the estimate is refused if the event happened"
