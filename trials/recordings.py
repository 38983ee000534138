"""The recordings of the heart that a trial keeps, each with its edits: at rest, of sessions, from files.

Conventions: the beats as received are never overwritten; the edited series is computed from them and the entries each
time. Of a session only whole minutes are shown, up to one minute before what was heard: where sensing ended tells how
long the last segment was, and segments differ between arms. Nothing else here tells arms apart.

Contents: `recorded_participants`, `recordings`, `open_recording`, `RecordingEntry`, `OpenedRecording`, `RecordingOrigin`;
for other use cases `opened_in`, `session_beats`, `shown_until_s`.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from itertools import chain

from data.measures.beat_edits import EditedBeats, replay
from data.records.beat_edits import BeatEdit, ImportedBeats
from data.records.people import Actor
from data.records.sessions import ListeningSession, SessionState
from data.records.signals import RRSeries, SignalBatch, SignalKind
from data.records.trial import DatabaseLock
from data.records.visits import RestingBeats
from data.storage.errors import RecordNotFoundError
from data.storage.roles import Permission
from data.storage.store import Reading, Store

MINUTE_S = 60.0
LONGEST_SEGMENT_S = 60.0
_ENDED = (SessionState.COMPLETED, SessionState.STOPPED)

LOCKED = "The database is locked: no beat is edited any more."
TAKEN_AGAIN = "This recording was taken again: the newer one counts, and this one stays as it is."


class RecordingOrigin(StrEnum):
    """Where a recording comes from."""

    RESTING = "resting"
    SESSION = "session"
    IMPORTED = "imported"


@dataclass(frozen=True, kw_only=True, slots=True)
class RecordingEntry:
    """One recording in a list."""

    id: str
    participant_id: str
    origin: RecordingOrigin
    label: str
    """In words: visit, session or what the importer called it."""
    recorded_at: datetime | None
    """When it was taken, begun or imported."""
    edits: int
    """Entries on record, taken back or not."""


@dataclass(frozen=True, kw_only=True, slots=True)
class OpenedRecording:
    """A recording with everything that was done to it."""

    entry: RecordingEntry
    original: RRSeries
    sampling_rate_hz: float | None
    """Of the waveform that the beats were found in, where it is known."""
    edits: tuple[BeatEdit, ...]
    edited: EditedBeats
    closed: str
    """Why nobody edits it any more; empty while it is open."""


def recorded_participants(store: Store, actor: Actor) -> tuple[str, ...]:
    """Return the ids of the participants within reach who have a recording, in order."""
    with store.reading(actor, Permission.SEE_RECORDINGS) as reading:
        resting = (one.participant_id for one in reading.find(RestingBeats))
        imported = (one.participant_id for one in reading.find(ImportedBeats))
        sessions = (
            one.participant_id for one in reading.find(ListeningSession) if shown_until_s(one) > 0
        )
        return tuple(sorted(set(chain(resting, imported, sessions))))


def recordings(store: Store, actor: Actor, participant_id: str) -> tuple[RecordingEntry, ...]:
    """Return a participant's recordings: at rest, then of sessions, then from files; the first one first."""
    with store.reading(actor, Permission.SEE_RECORDINGS) as reading:
        edits = reading.find(BeatEdit, participant_id=participant_id)
        numbers = [one.recording_id for one in edits]
        resting = reading.find(RestingBeats, participant_id=participant_id)
        sessions = reading.find(ListeningSession, participant_id=participant_id)
        imported = reading.find(ImportedBeats, participant_id=participant_id)
        return (
            *(_of_resting(one, numbers.count(one.id)) for one in resting),
            *(
                _of_session(one, numbers.count(one.id))
                for one in sessions
                if shown_until_s(one) > 0 and reading.count(SignalBatch, session_id=one.id)
            ),
            *(_of_import(one, numbers.count(one.id)) for one in imported),
        )


def open_recording(store: Store, actor: Actor, recording_id: str) -> OpenedRecording:
    """Return a recording with its edits and the series that they make; one out of reach is refused."""
    with store.reading(actor, Permission.SEE_RECORDINGS) as reading:
        return opened_in(reading, recording_id)


def opened_in(reading: Reading, recording_id: str) -> OpenedRecording:
    """Return the same within a transaction."""
    edits = reading.find(BeatEdit, recording_id=recording_id)
    entry, original, rate_hz, closed = _found(reading, recording_id, len(edits))
    if reading.first(DatabaseLock) is not None:
        closed = LOCKED
    return OpenedRecording(
        entry=entry,
        original=original,
        sampling_rate_hz=rate_hz,
        edits=edits,
        edited=replay(original, [one.operation for one in edits]),
        closed=closed,
    )


def session_beats(reading: Reading, session: ListeningSession) -> RRSeries:
    """Return what was sensed in a session, up to its last whole minute that tells nothing."""
    batches = reading.find(SignalBatch, session_id=session.id)
    kind = batches[0].kind if batches else SignalKind.RR
    beats = list(_until(batches, shown_until_s(session)))
    return RRSeries(
        times_s=tuple(time_s for time_s, _ in beats),
        rr_ms=tuple(rr_ms for _, rr_ms in beats),
        kind=kind,
    )


def _until(batches: Sequence[SignalBatch], end_s: float) -> Iterator[tuple[float, float]]:
    for batch in batches:
        for time_s, rr_ms in zip(batch.rr_times_s, batch.rr_ms, strict=True):
            if time_s <= end_s:
                yield time_s, rr_ms


def shown_until_s(session: ListeningSession) -> float:
    """Return until when the beats of a session are shown; 0 while it runs, and of one that was too short."""
    if session.state not in _ENDED:
        return 0.0
    return max(0.0, (session.listened_s - LONGEST_SEGMENT_S) // MINUTE_S * MINUTE_S)


_Found = tuple[RecordingEntry, RRSeries, float | None, str]


def _found(reading: Reading, recording_id: str, edits: int) -> _Found:
    resting = reading.first(RestingBeats, id=recording_id)
    if resting is not None:
        newest = reading.find(
            RestingBeats, participant_id=resting.participant_id, visit=resting.visit
        )[-1]
        closed = "" if newest.id == resting.id else TAKEN_AGAIN
        return _of_resting(resting, edits), _series(resting), None, closed
    imported = reading.first(ImportedBeats, id=recording_id)
    if imported is not None:
        return _of_import(imported, edits), _series(imported), imported.sampling_rate_hz, ""
    session = reading.first(ListeningSession, id=recording_id)
    if session is None or not shown_until_s(session):
        message = f"There is no recording {recording_id} within your reach: choose one of the list."
        raise RecordNotFoundError(message)
    return _of_session(session, edits), session_beats(reading, session), None, ""


def _series(kept: RestingBeats | ImportedBeats) -> RRSeries:
    return RRSeries(times_s=kept.rr_times_s, rr_ms=kept.rr_ms, kind=kept.kind)


def _of_resting(kept: RestingBeats, edits: int) -> RecordingEntry:
    number = kept.id.rpartition("-")[2]
    again = "" if number == "1" else f", taken again ({number})"
    return RecordingEntry(
        id=kept.id,
        participant_id=kept.participant_id,
        origin=RecordingOrigin.RESTING,
        label=f"At rest, {kept.visit.replace('_', ' ')}{again}",
        recorded_at=kept.recorded_at,
        edits=edits,
    )


def _of_session(session: ListeningSession, edits: int) -> RecordingEntry:
    attempt = session.id.rpartition("-")[2]
    again = "" if attempt == "1" else f", attempt {attempt}"
    return RecordingEntry(
        id=session.id,
        participant_id=session.participant_id,
        origin=RecordingOrigin.SESSION,
        label=f"Session {session.number}{again}",
        recorded_at=session.started_at,
        edits=edits,
    )


def _of_import(kept: ImportedBeats, edits: int) -> RecordingEntry:
    return RecordingEntry(
        id=kept.id,
        participant_id=kept.participant_id,
        origin=RecordingOrigin.IMPORTED,
        label=f"File: {kept.label}",
        recorded_at=kept.imported_at,
        edits=edits,
    )
