"""The longest session on the air: music heard twice counts, pauses do not, the end names the rule (conduct 5.4)."""

import io
from dataclasses import replace

import numpy as np
import pytest
import soundfile

from data.records.sessions import ListeningSession, SessionState, StopCause
from data.storage.roles import Permission
from interventions.control.session_length import IN_WORDS
from interventions.delivery.renderer import AdditiveRenderer, Renderer, SilentRenderer
from interventions.sensing.source import SignalSource
from tests.trials.world import World
from trials.opening import amend_protocol
from trials.sessions.going_on_air import open_session
from trials.sessions.on_air import OnAirSession
from trials.sessions.refusals import SessionOverError
from trials.sessions.replaying import replay_session
from trials.sessions.segments import Segment

LONGEST_S = 60.0
FADE_S = 1.0


def on_the_air(
    world: World,
    who: str,
    source: SignalSource,
    duration_s: float,
    renderer: Renderer | None = None,
) -> OnAirSession:
    """Put a session on the air under a protocol whose longest session is a minute."""
    rules = tuple(
        replace(rule, threshold=LONGEST_S / 60) if rule.code == "session_length" else rule
        for rule in world.protocol.safety_rules
    )
    amended = replace(
        world.protocol,
        version="1.1",
        safety_rules=rules,
        sessions=replace(world.protocol.sessions, duration_minutes=1.0),
        music=replace(world.protocol.music, fade_s=FADE_S),
    )
    amend_protocol(world.store, world.administrator, amended, "shorter sessions")
    return open_session(
        world.store,
        world.coordinator,
        f"{who}/session-1",
        source,
        renderer or SilentRenderer(),
        duration_s=duration_s,
    )


def hear(on_air: OnAirSession, segment: Segment, frames: int | None = None) -> None:
    on_air.report_playback(
        segment.sequence,
        frames_played=segment.frames if frames is None else frames,
        underruns=0,
        gap_s=0.0,
        volume=0.1,
    )


def hear_all(on_air: OnAirSession) -> list[Segment]:
    """Hear every segment, the last one without its last second."""
    heard = [on_air.segment(0)]
    while not heard[-1].last:
        hear(on_air, heard[-1])
        heard.append(on_air.segment(len(heard)))
    hear(on_air, heard[-1], heard[-1].frames - heard[-1].sampling_rate_hz)
    return heard


def stored(world: World, who: str) -> ListeningSession:
    with world.store.reading(world.coordinator, Permission.RUN_SESSION) as reading:
        (session,) = reading.find(ListeningSession, participant_id=who)
    return session


def ended_by_the_rule(session: ListeningSession) -> bool:
    return (session.state, session.stop_reason, session.stop_cause) == (
        SessionState.STOPPED,
        IN_WORDS,
        StopCause.SAFETY_RULE,
    )


def test_a_session_that_is_longer_ends_on_the_frame_and_says_why(
    world: World, who: str, source: SignalSource
) -> None:
    on_air = on_the_air(world, who, source, duration_s=90.0)
    heard = hear_all(on_air)
    assert on_air.status().state is SessionState.RUNNING

    hear(on_air, heard[-1])

    session = stored(world, who)
    assert ended_by_the_rule(session)
    assert session.listened_s == pytest.approx(LONGEST_S)
    assert replay_session(world.store, world.reviewer, session.id).differences == ()


def test_music_heard_again_after_a_reload_counts_and_is_cut_on_the_frame(
    world: World, who: str, source: SignalSource
) -> None:
    on_air = on_the_air(world, who, source, duration_s=58.5, renderer=AdditiveRenderer())
    last = hear_all(on_air)[-1]
    rate = on_air.sampling_rate_hz

    again = on_air.segment(last.sequence)

    heard_frames = round(58.5 * rate) - rate
    assert again.last
    assert again.frames == round(LONGEST_S * rate) - heard_frames
    sound, _ = soundfile.read(io.BytesIO(again.flac))
    whole, _ = soundfile.read(io.BytesIO(last.flac))
    fade = round(FADE_S * rate)
    assert len(sound) == again.frames
    assert np.array_equal(sound[: again.frames - fade], whole[: again.frames - fade])
    assert np.abs(sound[-100:]).max() < 1e-3
    on_air.hear(again.sequence, again.frames)
    session = stored(world, who)
    assert ended_by_the_rule(session)
    assert session.listened_s == pytest.approx(58.5 - 1.0)


def test_when_nothing_is_left_of_the_longest_session_no_music_is_sent_again(
    world: World, who: str, source: SignalSource
) -> None:
    on_air = on_the_air(world, who, source, duration_s=LONGEST_S)
    last = hear_all(on_air)[-1]

    with pytest.raises(SessionOverError):
        on_air.segment(last.sequence)

    assert ended_by_the_rule(stored(world, who))


def test_a_segment_sent_again_that_was_not_heard_counts_for_nothing(
    world: World, who: str, source: SignalSource
) -> None:
    on_air = on_the_air(world, who, source, duration_s=LONGEST_S)

    segments = [on_air.segment(0) for _ in range(50)]

    assert all(one is segments[0] for one in segments)
    assert on_air.status().state is SessionState.RUNNING


def test_pauses_do_not_count(world: World, who: str, source: SignalSource) -> None:
    on_air = on_the_air(world, who, source, duration_s=LONGEST_S)
    on_air.segment(0)
    for _ in range(3):
        on_air.pause(world.coordinator)
        world.clock.advance(minutes=40)
        on_air.resume(world.coordinator)

    last = hear_all(on_air)[-1]
    hear(on_air, last)

    session = stored(world, who)
    assert (session.state, session.listened_s) == (SessionState.COMPLETED, LONGEST_S)


def test_a_player_that_plays_the_same_segment_on_and_on_is_stopped(
    world: World, who: str, source: SignalSource
) -> None:
    on_air = on_the_air(world, who, source, duration_s=LONGEST_S)
    first = on_air.segment(0)
    hear(on_air, first)
    for _ in range(20):
        try:
            on_air.segment(0)
        except SessionOverError:
            break
        on_air.hear(0, first.frames)

    assert ended_by_the_rule(stored(world, who))
