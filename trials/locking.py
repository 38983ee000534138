"""The database lock: after it no clinical record changes, and only after it arms may be known.

What must be settled first, and what only has to be known: an alert that is still open and a session
that is still running block the lock, because a person or the data are not taken care of. Unfinished
forms, visits and sessions without an outcome, and people still in screening are missing data at
worst: they are listed, and the lock's reason answers for them.

References
----------
ICH E6(R3) annex 1, 3.16.1(r): edit access is restricted before the final analysis and unblinding.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from data.records.allocation import Allocation, AllocationSlot, ListCommitment
from data.records.answers import ItemAnswer, QuestionnaireCompletion
from data.records.beat_edits import BeatEdit
from data.records.harm_askings import HarmAsking
from data.records.looks import DecidedLook, InterimLook
from data.records.participants import (
    Consent,
    EligibilityAssessment,
    Participant,
    ParticipantState,
    ProtocolDeviation,
    Withdrawal,
)
from data.records.people import Actor
from data.records.safety import AdverseEvent, SafetyAlert
from data.records.sessions import ListeningSession, SessionState
from data.records.trial import DatabaseLock
from data.records.visits import PlannedSession, PlannedVisit, PlanState, RestingMeasurement
from data.storage.kinds import kind_of
from data.storage.roles import Permission
from data.storage.store import Reading, Store
from protocols.canonical import hash_of, to_plain
from trials.answers import completion_id
from trials.errors import (
    AlreadyDoneError,
    NotLockedError,
    NotReadyToLockError,
    ReasonMissingError,
)
from trials.harm_asking import open_harms
from trials.in_force import trial_in
from trials.safety import open_alerts

HASHED_KINDS: tuple[type[Any], ...] = (
    Participant,
    Consent,
    EligibilityAssessment,
    Withdrawal,
    ProtocolDeviation,
    ListCommitment,
    AllocationSlot,
    Allocation,
    PlannedVisit,
    PlannedSession,
    RestingMeasurement,
    ItemAnswer,
    QuestionnaireCompletion,
    AdverseEvent,
    SafetyAlert,
    ListeningSession,
)
"""The records that the lock's hash binds. Sealed columns enter as empty text: the commitment binds
the arms, and the audit chain binds every pass of every session and the beats of resting recordings."""
LATER_HASHED_KINDS: tuple[type[Any], ...] = (HarmAsking, BeatEdit)
"""The same, of kinds that came later: one of which nothing is on record stays out of the hash, so that
a lock of before still fits."""


@dataclass(frozen=True, kw_only=True, slots=True)
class ReadinessItem:
    """One thing to look at before the lock."""

    code: str
    label: str
    found: tuple[str, ...]
    """Ids of what was found; empty when this is settled."""
    blocking: bool
    """True when the lock is refused while anything is found."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Readiness:
    """The checklist before the lock."""

    items: tuple[ReadinessItem, ...]
    ready: bool
    """True when nothing blocks."""
    locked: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class LockCheck:
    """Whether the records are still those that were locked."""

    equal: bool
    locked_hash: str
    hash_now: str


def lock_readiness(store: Store, actor: Actor) -> Readiness:
    """Return the checklist before the lock."""
    with store.reading(actor, Permission.LOCK_DATABASE) as reading:
        return _readiness(reading)


def lock_database(store: Store, actor: Actor, reason: str) -> DatabaseLock:
    """Lock the database for good.

    Parameters
    ----------
    store : Store
        Where the trial lives.
    actor : Actor
        Who locks it.
    reason : str
        Why now; it answers for what the checklist still lists.

    Returns
    -------
    DatabaseLock
        With the hash of the records as they are now.

    Raises
    ------
    ReasonMissingError
        If no reason is given.
    AlreadyDoneError
        If the database is locked.
    NotReadyToLockError
        If something blocks.
    """
    if not reason.strip():
        message = "The lock needs its reason."
        raise ReasonMissingError(message)
    with store.writing(actor, Permission.LOCK_DATABASE, "lock_database", reason) as writing:
        readiness = _readiness(writing)
        if readiness.locked:
            message = "The database is already locked."
            raise AlreadyDoneError(message)
        if not readiness.ready:
            blocking = [item.label for item in readiness.items if item.blocking and item.found]
            message = f"The database cannot be locked yet: {'; '.join(blocking)}."
            raise NotReadyToLockError(message)
        lock = DatabaseLock(
            id=trial_in(writing).id,
            data_hash=_hash_records(writing),
            reason=reason.strip(),
            locked_at=store.clock(),
            locked_by=actor.user_id,
        )
        writing.add(lock)
    return lock


def database_lock(store: Store, actor: Actor) -> DatabaseLock | None:
    """Return the lock; None while the database is open."""
    with store.reading(actor, Permission.SEE_PROTOCOL) as reading:
        return reading.first(DatabaseLock)


def check_lock(store: Store, actor: Actor) -> LockCheck:
    """Compute the hash of the records again and compare it with the one at the lock.

    Raises
    ------
    NotLockedError
        If the database is not locked.
    """
    with store.reading(actor, Permission.LOCK_DATABASE) as reading:
        lock = reading.first(DatabaseLock)
        if lock is None:
            message = "The database is not locked."
            raise NotLockedError(message)
        now = _hash_records(reading)
    return LockCheck(equal=lock.data_hash == now, locked_hash=lock.data_hash, hash_now=now)


def _hash_records(reading: Reading) -> str:
    kinds = {kind.__name__: _hashes_of(reading, kind) for kind in HASHED_KINDS}
    later = {kind.__name__: _hashes_of(reading, kind) for kind in LATER_HASHED_KINDS}
    return hash_of(kinds | {name: hashes for name, hashes in later.items() if hashes})


def _hashes_of(reading: Reading, kind: type[Any]) -> list[tuple[str, str]]:
    return sorted((one.id, _hash_of(kind, one)) for one in reading.find(kind))


def _hash_of(kind: type[Any], record: Any) -> str:  # noqa: ANN401 - any record type
    return hash_of(kind_of(kind).as_first_made(to_plain(record)))


def _readiness(reading: Reading) -> Readiness:
    items = tuple(
        ReadinessItem(code=code, label=label, found=find(reading), blocking=blocking)
        for code, label, find, blocking in _CHECKS
    )
    return Readiness(
        items=items,
        ready=not any(item.blocking and item.found for item in items),
        locked=reading.first(DatabaseLock) is not None,
    )


def _open_alerts(reading: Reading) -> tuple[str, ...]:
    return tuple(alert.id for alert in open_alerts(reading))


def _running_sessions(reading: Reading) -> tuple[str, ...]:
    running = reading.find(ListeningSession, state=SessionState.RUNNING)
    return tuple(session.id for session in running)


def _unfinished_forms(reading: Reading) -> tuple[str, ...]:
    finished = {completion.id for completion in reading.find(QuestionnaireCompletion)}
    started = {
        completion_id(answer.participant_id, answer.occasion, answer.questionnaire)
        for answer in reading.find(ItemAnswer)
    }
    return tuple(sorted(started - finished))


def _open_visits(reading: Reading) -> tuple[str, ...]:
    return tuple(row.id for row in reading.find(PlannedVisit, state=PlanState.PLANNED))


def _open_sessions(reading: Reading) -> tuple[str, ...]:
    return tuple(row.id for row in reading.find(PlannedSession, state=PlanState.PLANNED))


def _harms_left(reading: Reading) -> tuple[str, ...]:
    return tuple(left.session_id for left in open_harms(reading))


def _undecided_looks(reading: Reading) -> tuple[str, ...]:
    decided = {one.id for one in reading.find(DecidedLook)}
    return tuple(one.id for one in reading.find(InterimLook) if one.id not in decided)


def _in_screening(reading: Reading) -> tuple[str, ...]:
    early = (
        ParticipantState.PRESCREENED,
        ParticipantState.CONSENTED,
        ParticipantState.ELIGIBLE,
        ParticipantState.BASELINE_COMPLETE,
    )
    return tuple(person.id for person in reading.find(Participant) if person.state in early)


_Check = tuple[str, str, Callable[[Reading], tuple[str, ...]], bool]

_CHECKS: tuple[_Check, ...] = (
    ("open_alerts", "safety alerts are still open", _open_alerts, True),
    ("running_sessions", "listening sessions are still running", _running_sessions, True),
    ("unfinished_forms", "forms were begun and not finished", _unfinished_forms, False),
    ("open_visits", "visits are neither done nor missed", _open_visits, False),
    ("open_sessions", "sessions are neither done nor missed", _open_sessions, False),
    ("harms_left", "harms after sessions were not asked for or not reported", _harms_left, False),
    ("undecided_looks", "looks before the end have no decision", _undecided_looks, False),
    ("in_screening", "people were screened and not randomized", _in_screening, False),
)
