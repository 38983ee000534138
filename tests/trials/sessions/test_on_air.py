"""A session on the air: stored before it is heard, repeatable, and stopped at once (music notes 5)."""

import io
from dataclasses import replace
from types import SimpleNamespace
from typing import cast

import pytest
import soundfile

from data.records.safety import SafetyAlert
from data.records.sessions import ListeningSession, LoopStep, Playback, SessionState
from data.records.signals import SignalBatch
from data.records.visits import PlannedSession, PlanState
from data.storage.roles import Permission
from tests.trials.sessions.conftest import SHORT_S
from tests.trials.world import World
from trials.opening import amend_protocol
from trials.sessions.on_air import OnAirSession
from trials.sessions.refusals import SegmentNotAvailableError, SessionOverError
from trials.sessions.replaying import replay_session
from trials.sessions.sessions_on_air import SessionsOnAir


def play_to_the_end(on_air: OnAirSession) -> int:
    frames = 0
    for sequence in range(1000):
        segment = on_air.segment(sequence)
        frames += segment.frames
        on_air.report_playback(
            sequence, frames_played=segment.frames, underruns=0, gap_s=0.0, volume=0.8
        )
        if segment.last:
            return frames
    message = "The session has no end."
    raise AssertionError(message)


def test_a_session_lasts_exactly_as_long_as_planned_and_is_complete(
    world: World, who: str, on_air: OnAirSession
) -> None:
    frames = play_to_the_end(on_air)

    assert frames == round(SHORT_S * on_air.sampling_rate_hz)
    assert on_air.status().state is SessionState.COMPLETED
    with world.store.reading(world.coordinator, Permission.RUN_SESSION) as reading:
        session = reading.first(ListeningSession, participant_id=who)
        planned = reading.get(PlannedSession, f"{who}/session-1")
    assert session is not None
    assert session.listened_s == pytest.approx(SHORT_S)
    assert planned.state is PlanState.DONE


def test_every_segment_is_flac_of_the_frames_it_says(on_air: OnAirSession) -> None:
    segment = on_air.segment(0)

    sound, rate = soundfile.read(io.BytesIO(segment.flac))

    assert rate == segment.sampling_rate_hz
    assert sound.shape == (segment.frames, 2)
    assert abs(sound).max() > 0.01


def test_asking_again_for_a_segment_gives_the_same_bytes_and_makes_no_pass(
    world: World, on_air: OnAirSession
) -> None:
    first = on_air.segment(0)

    again = on_air.segment(0)

    assert again is first
    with world.store.reading(world.coordinator, Permission.RUN_SESSION) as reading:
        assert reading.count(LoopStep) == 1


def test_a_pass_is_in_the_store_before_its_sound_leaves(world: World, on_air: OnAirSession) -> None:
    on_air.segment(0)

    with world.store.reading(world.coordinator, Permission.RUN_SESSION) as reading:
        steps = reading.find(LoopStep)
        batches = reading.find(SignalBatch)
    assert [step.sequence for step in steps] == [0]
    assert steps[0].window.beats.rr_ms == batches[0].rr_ms


def test_each_beat_is_stored_once(world: World, on_air: OnAirSession) -> None:
    play_to_the_end(on_air)

    with world.store.reading(world.coordinator, Permission.RUN_SESSION) as reading:
        batches = reading.find(SignalBatch)
    times_s = [time_s for batch in batches for time_s in batch.rr_times_s]
    assert times_s == sorted(set(times_s))


def test_the_stored_steps_replay_to_the_same_decisions(
    world: World, who: str, on_air: OnAirSession
) -> None:
    play_to_the_end(on_air)

    replayed = replay_session(world.store, world.reviewer, f"{who}/session-1/attempt-1")

    assert replayed.passes == on_air.status().next_sequence
    assert replayed.differences == ()


def test_a_session_replays_under_the_protocol_it_was_played_under(
    world: World, who: str, on_air: OnAirSession
) -> None:
    play_to_the_end(on_air)
    calmer = replace(world.protocol.music, target_arousal=-0.9)
    amended = replace(world.protocol, version="1.1", music=calmer)
    amend_protocol(world.store, world.administrator, amended, "calmer music")

    replayed = replay_session(world.store, world.reviewer, f"{who}/session-1/attempt-1")

    assert replayed.differences == ()


def test_a_segment_that_is_not_next_is_refused(on_air: OnAirSession) -> None:
    with pytest.raises(SegmentNotAvailableError, match="the next is 0"):
        on_air.segment(5)


def test_stop_ends_the_music_and_keeps_what_was_heard(
    world: World, who: str, on_air: OnAirSession
) -> None:
    segment = on_air.segment(0)
    on_air.report_playback(0, frames_played=segment.frames, underruns=0, gap_s=0.0, volume=0.5)

    on_air.stop("Fire alarm")

    with pytest.raises(SessionOverError):
        on_air.segment(1)
    with world.store.reading(world.coordinator, Permission.RUN_SESSION) as reading:
        session = reading.first(ListeningSession, participant_id=who)
        planned = reading.get(PlannedSession, f"{who}/session-1")
        played = reading.find(Playback)
    assert session is not None
    assert (session.state, session.stop_reason) == (SessionState.STOPPED, "Fire alarm")
    assert session.listened_s == pytest.approx(segment.frames / segment.sampling_rate_hz)
    assert planned.state is PlanState.PLANNED
    assert [one.volume for one in played] == [0.5]


def test_the_participants_stop_tells_the_coordinator(
    world: World, who: str, on_air: OnAirSession
) -> None:
    on_air.stop_for_participant()

    with world.store.reading(world.coordinator, Permission.MANAGE_SAFETY) as reading:
        alert = reading.first(SafetyAlert, participant_id=who)
    assert alert is not None
    assert alert.rule == "participant_stop"


def test_a_repeated_report_of_what_was_played_counts_once(
    world: World, on_air: OnAirSession
) -> None:
    segment = on_air.segment(0)

    for _ in range(2):
        on_air.report_playback(0, frames_played=segment.frames, underruns=0, gap_s=0.0, volume=1.0)

    assert on_air.status().listened_s == pytest.approx(segment.frames / segment.sampling_rate_hz)
    with world.store.reading(world.coordinator, Permission.RUN_SESSION) as reading:
        assert reading.count(Playback) == 1


def test_two_sessions_may_go_on_the_air_in_the_same_moment(
    on_air: OnAirSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    sessions = SessionsOnAir()
    sessions.add(on_air)
    late, following = (
        cast("OnAirSession", SimpleNamespace(token=name, is_over=False))
        for name in ("late", "following")
    )

    def is_over_while_another_begins(_self: OnAirSession) -> bool:
        monkeypatch.setattr(OnAirSession, "is_over", True)
        sessions.add(late)
        return True

    monkeypatch.setattr(OnAirSession, "is_over", property(is_over_while_another_begins))
    sessions.add(following)

    assert [one.token for one in sessions] == ["late", "following"]
