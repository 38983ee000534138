"""Editing beats in a trial: who may, what is kept, what follows, and when it is over."""

from itertools import accumulate

import pytest

from data.measures.beat_edits import heart_recording_of_edited, replay
from data.measures.hrv import resting_measures
from data.measures.hrv_windows import judged_beats
from data.records.beat_edits import BeatAct, BeatEdit, BeatOperation
from data.records.people import Actor
from data.records.sessions import SessionState
from data.records.signals import RRSeries, SignalKind
from data.records.visits import RestingBeats, RestingMeasurement
from data.storage.audit import audit_entries, verify
from data.storage.errors import NotPermittedError, RecordNotFoundError, StorageError
from data.storage.roles import Permission
from interventions.delivery.renderer import SilentRenderer
from interventions.sensing.recording import RecordedSource
from tests.trials.world import World, no_beats, resting_beats, run_session
from trials.beat_editing import edit_beats, import_beats
from trials.blinding import extract_records
from trials.errors import (
    BeatEditRefusedError,
    ConsentMissingError,
    EditedMeanwhileError,
    NoBeatsError,
    ReasonMissingError,
    RecordingClosedError,
)
from trials.locking import check_lock, lock_database
from trials.recordings import (
    LOCKED,
    TAKEN_AGAIN,
    OpenedRecording,
    open_recording,
    recorded_participants,
    recordings,
)
from trials.sessions.going_on_air import open_session
from trials.value_history import value_history
from trials.visits import record_resting, resting_recording

WHY = "The peak is noise"


def reject(beat: int) -> BeatOperation:
    return BeatOperation(act=BeatAct.REJECT, beat=beat)


def revert(edit: int) -> BeatOperation:
    return BeatOperation(act=BeatAct.REVERT, reverts=edit)


def edit(
    world: World, recording_id: str, *operations: BeatOperation, seen: int = 0, reason: str = WHY
) -> tuple[BeatEdit, ...]:
    return edit_beats(world.store, world.leiden, recording_id, operations, reason, seen=seen)


def look(world: World, recording_id: str, actor: Actor | None = None) -> OpenedRecording:
    return open_recording(world.store, actor or world.leiden, recording_id)


def rested(world: World) -> str:
    """Return the resting recording of somebody's baseline."""
    return f"{world.ready()}/baseline/beats-1"


def measured(world: World, recording_id: str) -> RestingMeasurement:
    who, visit, _ = recording_id.split("/")
    found = resting_recording(world.store, world.coordinator, who, visit)
    assert found is not None
    return found


def test_an_edit_is_on_record_with_who_when_and_why(world: World) -> None:
    recording = rested(world)
    world.clock.advance(minutes=5)

    (entry,) = edit(world, recording, reject(7))

    assert look(world, recording).edits == (entry,)
    assert (entry.edited_by, entry.edited_at) == (world.leiden.user_id, world.clock())
    audited = audit_entries(world.store, world.reviewer, action="edit_beats").entries
    by_table = {one.table: one for one in audited}
    assert {one.reason for one in audited} == {WHY}
    assert by_table["beat_edit"].record_id == entry.id
    assert by_table["beat_edit"].user_id == world.leiden.user_id
    assert verify(world.store).ok


def test_the_beats_as_received_stay_as_they_are(world: World) -> None:
    recording = rested(world)
    before = look(world, recording).original

    edit(world, recording, reject(7), BeatOperation(act=BeatAct.MOVE, beat=9, shift_ms=12.0))

    after = look(world, recording)
    assert after.original == before == resting_beats()
    assert after.edited.series != before
    with world.store.reading(world.leiden, Permission.SEE_RECORDINGS) as reading:
        assert reading.get(RestingBeats, recording).rr_ms == before.rr_ms


def test_what_is_read_back_replays_to_the_very_same_series(world: World) -> None:
    recording = rested(world)
    wanted = (
        BeatOperation(act=BeatAct.MOVE, beat=3, shift_ms=-17.125),
        BeatOperation(act=BeatAct.ADD, time_s=100.123456),
        BeatOperation(act=BeatAct.REMOVE, beat=40),
        reject(50),
        revert(3),
    )

    edit(world, recording, *wanted)

    stored, fresh = look(world, recording).edited, replay(resting_beats(), wanted)
    assert stored.series == fresh.series
    assert stored.rejected.tolist() == fresh.rejected.tolist()


def test_the_resting_outcome_is_measured_again_in_the_same_transaction(world: World) -> None:
    recording = rested(world)
    before = measured(world, recording)

    edit(world, recording, *(reject(beat) for beat in range(20, 27)))

    edited = look(world, recording).edited
    expected = resting_measures(edited.series, edited.verdicts)
    after = measured(world, recording)
    assert (after.ln_rmssd, after.flagged_share) == (expected.ln_rmssd, expected.flagged_share)
    assert after.ln_rmssd != before.ln_rmssd
    assert (after.edits, after.corrected_share) == (7, expected.flagged_share)
    assert after.measured_at == before.measured_at
    change, *_ = value_history(world.store, world.leiden, before.participant_id)
    assert change.reason == WHY


def test_undo_is_a_new_entry_and_gives_back_the_very_measurement(world: World) -> None:
    recording = rested(world)
    before = measured(world, recording)

    edit(world, recording, reject(7))
    edit(world, recording, revert(1), seen=1, reason="It was a beat after all")

    assert measured(world, recording) == before
    assert [one.act for one in look(world, recording).edits] == [BeatAct.REJECT, BeatAct.REVERT]


def test_the_records_of_the_analysis_are_those_of_the_edited_beats(world: World) -> None:
    who = world.randomized()
    recording = f"{who}/baseline/beats-1"

    edit(world, recording, reject(7), reject(8))

    (resting,) = extract_records(world.store, world.statistician).resting
    assert resting == measured(world, recording)
    assert resting.edits == 2


@pytest.mark.parametrize("name", ["statistician", "reviewer"])
def test_statistician_and_reviewer_see_and_do_not_edit(world: World, name: str) -> None:
    recording, actor = rested(world), getattr(world, name)
    (who,) = recorded_participants(world.store, actor)

    assert [one.id for one in recordings(world.store, actor, who)] == [recording]
    assert look(world, recording, actor).original == resting_beats()
    with pytest.raises(NotPermittedError):
        edit_beats(world.store, actor, recording, [reject(7)], WHY, seen=0)
    with pytest.raises(NotPermittedError):
        import_beats(world.store, actor, who, "Holter", resting_beats())


def test_administrators_and_participants_do_not_see_recordings(world: World) -> None:
    recording = rested(world)

    for actor in (world.administrator, world.come_as(recording.split("/", maxsplit=1)[0])):
        with pytest.raises(NotPermittedError):
            look(world, recording, actor)


def test_another_site_is_out_of_reach(world: World) -> None:
    graz = f"{world.ready('GRA')}/baseline/beats-1"

    assert recorded_participants(world.store, world.leiden) == ()
    with pytest.raises(RecordNotFoundError):
        edit(world, graz, reject(7))


def test_after_the_lock_nothing_is_edited_and_the_lock_binds_the_entries(world: World) -> None:
    recording = rested(world)
    edit(world, recording, reject(7))
    lock_database(world.store, world.statistician, "Blind review is over")

    assert look(world, recording).closed == LOCKED
    with pytest.raises(RecordingClosedError, match="The database is locked"):
        edit(world, recording, revert(1), seen=1)
    with pytest.raises(StorageError):
        import_beats(world.store, world.leiden, recording.split("/")[0], "x", resting_beats())
    assert check_lock(world.store, world.statistician).equal
    assert len(look(world, recording).edits) == 1


def test_a_recording_that_was_taken_again_stays_as_it_is(world: World) -> None:
    who = world.eligible()
    record_resting(world.store, world.coordinator, who, "baseline", no_beats())
    record_resting(world.store, world.coordinator, who, "baseline", resting_beats())

    first, second = recordings(world.store, world.leiden, who)

    assert look(world, first.id).closed == TAKEN_AGAIN
    with pytest.raises(RecordingClosedError):
        edit(world, first.id, reject(1))
    assert edit(world, second.id, reject(1))


def test_an_edit_without_its_reason_is_refused(world: World) -> None:
    with pytest.raises(ReasonMissingError, match="needs its reason"):
        edit(world, rested(world), reject(7), reason="  ")


def test_who_did_not_see_the_last_edit_looks_again_first(world: World) -> None:
    recording = rested(world)
    edit(world, recording, reject(7))

    with pytest.raises(EditedMeanwhileError, match="look at it again"):
        edit(world, recording, reject(9), seen=0)


def test_of_several_edits_all_are_recorded_or_none(world: World) -> None:
    recording = rested(world)

    with pytest.raises(BeatEditRefusedError, match="Edit 2 cannot be carried out"):
        edit(world, recording, reject(7), reject(4000))

    assert look(world, recording).edits == ()
    assert measured(world, recording).edits == 0


def test_a_file_is_kept_beside_the_outcomes_and_edited_like_them(world: World) -> None:
    who = world.ready()
    beats = resting_beats(120, seed=3)

    kept = import_beats(
        world.store, world.leiden, who, " Holter  of the ward ", beats, sampling_rate_hz=250.0
    )
    edit(world, kept.id, reject(5))

    opened = look(world, kept.id)
    assert opened.entry.label == "File: Holter of the ward"
    assert (opened.original, opened.sampling_rate_hz) == (beats, 250.0)
    assert measured(world, f"{who}/baseline/beats-1").edits == 0


def test_a_file_needs_a_name_beats_and_consent(world: World) -> None:
    who, stranger = world.ready(), world.screened()
    nothing = RRSeries(times_s=(float("nan"),), rr_ms=(800.0,), kind=SignalKind.RR)

    with pytest.raises(ReasonMissingError):
        import_beats(world.store, world.leiden, who, " ", resting_beats())
    with pytest.raises(NoBeatsError, match="no heart beats"):
        import_beats(world.store, world.leiden, who, "Holter", nothing)
    with pytest.raises(ConsentMissingError):
        import_beats(world.store, world.leiden, stranger, "Holter", resting_beats())


@pytest.fixture
def heard(world: World) -> str:
    """Return a session of five minutes that was heard to its end, over a steady heart with one beat missed."""
    who = world.randomized()
    world.clock.advance(days=1)
    rr_ms = [845.0, 855.0] * 260
    rr_ms[200:202] = [1700.0]  # at about 110 s of the session
    times_s = tuple(round(time_ms / 1000.0, 3) for time_ms in accumulate(rr_ms))
    beats = RRSeries(times_s=times_s, rr_ms=tuple(rr_ms), kind=SignalKind.RR)
    on_air = open_session(
        world.store,
        world.coordinator,
        f"{who}/session-1",
        RecordedSource.of_beats("a heart", beats),
        SilentRenderer(),
        duration_s=300.0,
    )
    for sequence in range(100):
        segment = on_air.segment(sequence)
        on_air.report_playback(
            sequence, frames_played=segment.frames, underruns=0, gap_s=0.0, volume=0.1
        )
        if segment.last:
            break
    return f"{who}/session-1/attempt-1"


def test_of_a_session_whole_minutes_are_shown_until_the_last_segment(
    world: World, heard: str
) -> None:
    opened = look(world, heard, world.statistician)

    assert opened.entry.label == "Session 1"
    assert -60.0 < opened.original.times_s[0] < -58.0
    assert 238.0 < opened.original.times_s[-1] <= 240.0


def test_the_summary_of_a_session_is_that_of_the_edited_beats(world: World, heard: str) -> None:
    (before,) = extract_records(world.store, world.statistician).sessions
    flagged = judged_beats(heart_recording_of_edited(look(world, heard).edited)).flagged
    (missed,) = flagged.nonzero()[0].tolist()
    original = look(world, heard).original
    middle_s = original.times_s[missed] - 0.85

    edit(world, heard, BeatOperation(act=BeatAct.ADD, time_s=middle_s), reason="A missed beat")

    (after,) = extract_records(world.store, world.statistician).sessions
    assert (before.edits, before.corrected_share) == (0, None)
    assert after.edits == 1
    assert after.corrected_share == pytest.approx(1 / (len(original.rr_ms) + 1), abs=1e-6)
    assert after.mean_ln_rmssd is not None
    assert (after.steps, after.listened_s) == (before.steps, before.listened_s)


def test_a_session_that_still_runs_is_no_recording_yet(world: World) -> None:
    who = world.randomized()
    world.clock.advance(days=1)
    run_session(world, who, SessionState.RUNNING)

    assert [one.origin for one in recordings(world.store, world.leiden, who)] == ["resting"]
    with pytest.raises(RecordNotFoundError):
        look(world, f"{who}/session-1/attempt-1")
