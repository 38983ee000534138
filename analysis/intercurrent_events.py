"""Which participants had which intercurrent event, and what its strategy did with their data.

Conventions: an event counts for an outcome when it happened before that outcome was measured or, for those never measured,
before its time was over; events without a date always count. Detection reads withdrawals, sessions, adverse events and
deviations; a deviation whose category is the event's code always counts. An event that is known only from such deviations is
*not recorded*, rather than absent, while there is none: nobody wrote down that it did not happen.

Strategies (ICH E9(R1) A.3.2) that this program carries out:

- treatment policy: the value counts as it was observed.
- hypothetical: the value is set aside, of a session outcome that session only and only when no attempt at it
  was completed; complete cases stand for what would have been seen.
- while on treatment: for session outcomes, where it is the mean over the sessions held.
- composite: by a responder analysis, where who had the event did not respond, observed or not.
- principal stratum: by a complier average causal effect, where the stratum is those who take up the intervention when it is offered.
- any other: the estimate is refused, with a reason, if anybody had the event. `protocols.estimator_needs` says which estimator
  carries out what, and a protocol that asks for more is refused before the trial.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from analysis.datasets import ParticipantRow
from analysis.local_days import LocalDays
from data.measures.adherence import is_attended
from data.records.bundle import TrialRecords
from data.records.participants import WithdrawalKind
from data.records.sessions import SessionState, StopCause
from protocols.design import Protocol
from protocols.estimands import Estimand, EventStrategy, IntercurrentEvent, Strategy
from protocols.outcomes import OutcomeSource

DEATH_GRADE = 5
EQUIPMENT_CAUSES = frozenset({StopCause.EQUIPMENT, StopCause.SERVER, StopCause.GENERATOR})


@dataclass(frozen=True, kw_only=True, slots=True)
class EventOccurrence:
    """One participant had one intercurrent event."""

    event: str
    participant_id: str
    at: datetime | None = None
    """None when the event is the absence of something and has no date of its own."""
    session: int | None = None
    """Number of the listening session that the event belongs to."""
    is_made_good: bool = False
    """True when the session was held again and completed, so that no value is touched."""


@dataclass(frozen=True, kw_only=True, slots=True)
class StrategyEffect:
    """What the strategies of an estimand do with the data of one outcome."""

    set_aside: frozenset[str]
    """Participants whose value does not count."""
    sessions_set_aside: frozenset[tuple[str, int]]
    """Participant and number of the sessions that do not count."""
    refused: tuple[str, ...]
    """Events that happened and whose strategy this program does not carry out, in words."""
    failed: frozenset[str] = frozenset()
    """Participants whose event is a failure, whatever was observed (composite)."""


@dataclass(frozen=True, kw_only=True, slots=True)
class EventRow:
    """One event of the catalogue in one estimand."""

    event: str
    label: str
    detected_by: str
    strategy: Strategy | None
    rationale: str
    participants: tuple[int, ...] | None
    """Participants with the event, in the order of the arms; None when it is not recorded."""
    with_outcome: tuple[int, ...] | None
    """Of these, how many have the outcome observed."""
    consequence: str
    reason: str
    """Why the event is not recorded; empty when it is."""


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


def _attended_fewer(
    code: str, protocol: Protocol, records: TrialRecords, participants: Sequence[ParticipantRow]
) -> Iterable[EventOccurrence]:
    share = protocol.sessions.attended_share
    attended = {(s.participant_id, s.number) for s in records.sessions if is_attended(s, share)}
    finished = {row.participant_id for row in participants if not row.is_in_treatment}
    first_missed: dict[str, date] = {}
    for planned in records.sessions_planned:
        person = planned.participant_id
        if person in finished and (person, planned.number) not in attended:
            first_missed[person] = min(planned.closes_on, first_missed.get(person, date.max))
    days = LocalDays.of(records)
    return [
        EventOccurrence(event=code, participant_id=person, at=days.end(person, day))
        for person, day in first_missed.items()
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
    completed = {
        (s.participant_id, s.number) for s in records.sessions if s.state == SessionState.COMPLETED
    }
    return [
        EventOccurrence(
            event=code,
            participant_id=session.participant_id,
            at=session.started_at,
            session=session.number,
            is_made_good=(session.participant_id, session.number) in completed,
        )
        for session in records.sessions
        if session.stop_cause in EQUIPMENT_CAUSES
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
    "stopped_sessions": _attended_fewer,
    "withdrew_intervention": _withdrew_from_intervention,
    "equipment_failure": _stopped_by_equipment,
    "hospitalisation": _admitted_to_hospital,
    "death": _died,
}


def apply_strategies(
    protocol: Protocol,
    estimand: Estimand | None,
    occurrences: Sequence[EventOccurrence],
    counted_until: Mapping[str, datetime],
    possible: frozenset[Strategy] = frozenset(),
) -> StrategyEffect:
    """Say whose value of an outcome counts under an estimand.

    ``counted_until`` holds, by participant, when the outcome was measured or its time was over; ``possible`` the strategies
    that the estimator carries out besides those that concern values only.
    """
    if estimand is None:
        return StrategyEffect(set_aside=frozenset(), sessions_set_aside=frozenset(), refused=())
    of_sessions = protocol.outcome(estimand.outcome).source is OutcomeSource.SESSION_RATING
    chosen = {choice.event: choice.strategy for choice in estimand.strategies}
    people, sessions, refused, failed = set(), set(), set(), set()
    for occurrence in occurrences:
        strategy = chosen.get(occurrence.event, Strategy.TREATMENT_POLICY)
        if occurrence.is_made_good:
            continue
        session = occurrence.session if of_sessions else None
        if strategy is Strategy.HYPOTHETICAL and session is not None:
            sessions.add((occurrence.participant_id, session))
        elif _is_untouched(strategy, occurrence, counted_until, of_sessions=of_sessions):
            continue
        elif strategy is Strategy.HYPOTHETICAL:
            people.add(occurrence.participant_id)
        elif strategy is Strategy.COMPOSITE and strategy in possible:
            failed.add(occurrence.participant_id)
        elif strategy not in possible:
            refused.add(f"{_label(protocol, occurrence.event)} ({_words(strategy)})")
    return StrategyEffect(
        set_aside=frozenset(people),
        sessions_set_aside=frozenset(sessions),
        refused=tuple(sorted(refused)),
        failed=frozenset(failed),
    )


def _is_untouched(
    strategy: Strategy,
    occurrence: EventOccurrence,
    counted_until: Mapping[str, datetime],
    *,
    of_sessions: bool,
) -> bool:
    if strategy is Strategy.TREATMENT_POLICY:
        return True
    if of_sessions and strategy is Strategy.WHILE_ON_TREATMENT:
        return True
    return not _counts(occurrence, counted_until)


def _counts(occurrence: EventOccurrence, counted_until: Mapping[str, datetime]) -> bool:
    end = counted_until.get(occurrence.participant_id)
    return end is None or occurrence.at is None or occurrence.at <= end


def _words(strategy: Strategy) -> str:
    return strategy.value.replace("_", " ")


def _label(protocol: Protocol, event: str) -> str:
    return next(e.label for e in protocol.intercurrent_events if e.code == event)


def tabulate_events(
    protocol: Protocol,
    estimand: Estimand,
    records: TrialRecords,
    occurrences: Sequence[EventOccurrence],
    counted_until: Mapping[str, datetime],
    by_arm: Callable[[Iterable[str]], tuple[int, ...]],
    observed: frozenset[str],
) -> tuple[EventRow, ...]:
    """Count each event of the catalogue by arm and say what its strategy does.

    ``counted_until`` as in `apply_strategies`; ``observed`` holds everyone with the outcome.
    """
    of_sessions = protocol.outcome(estimand.outcome).source is OutcomeSource.SESSION_RATING
    choices = {choice.event: choice for choice in estimand.strategies}
    rows = []
    for event in protocol.intercurrent_events:
        found = [o for o in occurrences if o.event == event.code]
        people = {o.participant_id for o in found if _counts(o, counted_until)}
        choice = choices.get(event.code)
        reason = "" if found else _why_not_recorded(event, records)
        rows.append(
            EventRow(
                event=event.code,
                label=event.label,
                detected_by=event.detected_by,
                strategy=None if choice is None else choice.strategy,
                rationale="" if choice is None else choice.rationale,
                participants=None if reason else by_arm(people),
                with_outcome=None if reason else by_arm(people & observed),
                consequence=_consequence(choice, of_sessions=of_sessions),
                reason=reason,
            )
        )
    return tuple(rows)


def _why_not_recorded(event: IntercurrentEvent, records: TrialRecords) -> str:
    if event.code not in _DETECTORS:
        return f"known only from deviations of category {event.code}, and none is on record"
    causes = [s.stop_cause for s in records.sessions if s.state == SessionState.STOPPED]
    if event.code == "equipment_failure" and StopCause.NONE in causes:
        return "sessions stopped early without a cause on record"
    return ""


def _consequence(choice: EventStrategy | None, *, of_sessions: bool) -> str:
    if choice is None:
        return "no strategy in the protocol"
    if choice.strategy is Strategy.TREATMENT_POLICY:
        return "the value counts as observed"
    if choice.strategy is Strategy.HYPOTHETICAL:
        return "the session is set aside" if of_sessions else "a value after the event is set aside"
    if of_sessions and choice.strategy is Strategy.WHILE_ON_TREATMENT:
        return "the sessions held count"
    if choice.strategy is Strategy.COMPOSITE:
        return "a responder analysis counts it as no response; any other estimate is refused if it happened"
    if choice.strategy is Strategy.PRINCIPAL_STRATUM:
        return "the effect is estimated in those who take up the intervention; any other estimate is refused if it happened"
    return "not carried out by this program: the estimate is refused if the event happened"
