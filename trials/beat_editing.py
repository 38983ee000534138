"""Edit the beats of a recording: every entry with who, when and why, and what follows from it in the same transaction.

Conventions: coordinators edit; nobody does once the database is locked. An entry never changes: to undo is a new entry.
The resting measurement of a visit is measured again from the edited series at once, by the same definition.

Contents: `edit_beats`, `import_beats`.

References
----------
21 CFR 11.10(e): changes do not obscure what was recorded before. Quintana et al. (2016), GRAPH 3d.
"""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from data.measures.beat_edits import (
    EditedBeats,
    EditRefusedError,
    corrected_share,
    heart_recording_of_edited,
    replay,
)
from data.measures.hrv import resting_measures
from data.measures.hrv_windows import judged_beats
from data.records.beat_edits import BeatEdit, BeatOperation, ImportedBeats
from data.records.people import Actor
from data.records.signals import RRSeries
from data.records.visits import RestingBeats, RestingMeasurement
from data.storage.roles import Permission
from data.storage.store import Store, Writing
from trials.consent import require_consent
from trials.errors import (
    BeatEditRefusedError,
    EditedMeanwhileError,
    NoBeatsError,
    ReasonMissingError,
    RecordingClosedError,
)
from trials.in_force import protocol_in
from trials.recordings import OpenedRecording, RecordingOrigin, opened_in
from trials.schedule import visit_id

TIME_DIGITS = 6
SHIFT_DIGITS = 3
FEWEST_BEATS = 2


def edit_beats(
    store: Store,
    actor: Actor,
    recording_id: str,
    operations: Sequence[BeatOperation],
    reason: str,
    *,
    seen: int,
) -> tuple[BeatEdit, ...]:
    """Record edits of a recording's beats, all of them or none.

    Parameters
    ----------
    store : Store
        Where the trial lives.
    actor : Actor
        Who edits.
    recording_id : str
        Of which recording.
    operations : sequence of BeatOperation
        What is done, in order.
    reason : str
        Why, in words.
    seen : int
        How many entries the person had before the eyes.

    Returns
    -------
    tuple of BeatEdit
        The new entries. When it is the recording of a visit, its resting measurement is now that of the edited series.

    Raises
    ------
    ReasonMissingError
        If nothing says why.
    RecordingClosedError
        If the database is locked, or the recording was taken again.
    EditedMeanwhileError
        If there are more entries than the person has seen.

    Notes
    -----
    An edit that cannot be carried out on these beats is a `BeatEditRefusedError`.
    """
    if not reason.strip():
        message = "An edit needs its reason: say what is wrong with the beat."
        raise ReasonMissingError(message)
    with store.writing(actor, Permission.EDIT_RECORDINGS, "edit_beats", reason) as writing:
        opened = opened_in(writing, recording_id)
        if opened.closed:
            raise RecordingClosedError(opened.closed)
        if len(opened.edits) != seen:
            message = "Somebody else has edited this recording meanwhile: look at it again first."
            raise EditedMeanwhileError(message)
        rounded = [_rounded(one) for one in operations]
        edited = _replayed(opened, rounded)
        entries = tuple(
            _entry(opened, number, one, reason.strip(), store, actor)
            for number, one in enumerate(rounded, start=seen + 1)
        )
        writing.add_all(entries)
        if opened.entry.origin is RecordingOrigin.RESTING:
            _measure_again(writing, opened, edited)
    return entries


def import_beats(
    store: Store,
    actor: Actor,
    participant_id: str,
    label: str,
    beats: RRSeries,
    *,
    sampling_rate_hz: float | None = None,
) -> ImportedBeats:
    """Keep the beats of a file beside a participant's recordings; they are no outcome of the protocol.

    Parameters
    ----------
    store : Store
        Where the trial lives.
    actor : Actor
        Who brings the file.
    participant_id : str
        Whose heart it is; consent is needed.
    label : str
        What was recorded, in words.
    beats : RRSeries
        As found; those without a time or an interval are left out.
    sampling_rate_hz : float, optional
        Of the waveform that they were found in.

    Raises
    ------
    ReasonMissingError
        If the recording has no name.
    NoBeatsError
        If there are fewer than two beats.
    """
    if not label.strip():
        message = "Give the recording a name that tells it from others."
        raise ReasonMissingError(message)
    known = np.isfinite(beats.times_s) & np.isfinite(beats.rr_ms)
    if np.count_nonzero(known) < FEWEST_BEATS:
        message = "The file holds no heart beats: nothing was kept."
        raise NoBeatsError(message)
    with store.writing(actor, Permission.EDIT_RECORDINGS, "import_beats", label) as writing:
        require_consent(writing, protocol_in(writing), participant_id)
        number = writing.count(ImportedBeats, participant_id=participant_id) + 1
        kept = ImportedBeats(
            id=f"{participant_id}/import-{number}",
            participant_id=participant_id,
            label=" ".join(label.split()),
            kind=beats.kind,
            sampling_rate_hz=sampling_rate_hz,
            rr_times_s=tuple(np.array(beats.times_s)[known].tolist()),
            rr_ms=tuple(np.array(beats.rr_ms)[known].tolist()),
            imported_at=store.clock(),
            imported_by=actor.user_id,
        )
        writing.add(kept)
    return kept


def _rounded(operation: BeatOperation) -> BeatOperation:
    """Return an operation in microseconds: what a person can have meant, and what a store keeps exactly."""
    time_s, shift_ms = operation.time_s, operation.shift_ms
    return replace(
        operation,
        time_s=None if time_s is None else round(time_s, TIME_DIGITS),
        shift_ms=None if shift_ms is None else round(shift_ms, SHIFT_DIGITS),
    )


def _replayed(opened: OpenedRecording, operations: Sequence[BeatOperation]) -> EditedBeats:
    before = [one.operation for one in opened.edits]
    try:
        return replay(opened.original, [*before, *operations])
    except EditRefusedError as refusal:
        raise BeatEditRefusedError(str(refusal)) from None


def _entry(
    opened: OpenedRecording,
    number: int,
    operation: BeatOperation,
    reason: str,
    store: Store,
    actor: Actor,
) -> BeatEdit:
    recording_id = opened.entry.id
    return BeatEdit(
        id=f"{recording_id}/edit-{number}",
        participant_id=opened.entry.participant_id,
        recording_id=recording_id,
        number=number,
        act=operation.act,
        beat=operation.beat,
        time_s=operation.time_s,
        shift_ms=operation.shift_ms,
        reverts=operation.reverts,
        reason=reason,
        edited_at=store.clock(),
        edited_by=actor.user_id,
    )


def _measure_again(writing: Writing, opened: OpenedRecording, edited: EditedBeats) -> None:
    kept = writing.get(RestingBeats, opened.entry.id)
    known = writing.get(RestingMeasurement, visit_id(kept.participant_id, kept.visit))
    measures = resting_measures(edited.series, edited.verdicts)
    judged = judged_beats(heart_recording_of_edited(edited))
    writing.replace(
        replace(
            known,
            recipe=measures.recipe,
            ln_rmssd=measures.ln_rmssd,
            heart_rate_bpm=measures.heart_rate_bpm,
            flagged_share=measures.flagged_share,
            covered_share=measures.covered_share,
            valid_pairs=measures.valid_pairs,
            reason=measures.reason,
            ln_rmssd_mad=measures.ln_rmssd_mad,
            heart_rate_mad_bpm=measures.heart_rate_mad_bpm,
            edits=edited.edits,
            corrected_share=corrected_share(edited, judged) if edited.edits else None,
        )
    )
