"""STOP, failures and safety rules while a session is on the air (conduct: 5.2, 5.4)."""

import io
import logging
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import numpy as np
import pytest
import soundfile

from data.records.music import MusicalParameters, Score
from data.records.participants import WithdrawalKind
from data.records.people import Actor
from data.records.safety import SafetyAlert
from data.records.sessions import ListeningSession, LoopStep, Playback, SessionState, StopCause
from data.records.signals import RRSeries, SignalBatch, SignalKind, Window
from data.records.trial import AuditEntry
from data.storage.audit import audit_entries
from data.storage.errors import StoreUnusableError
from data.storage.roles import Permission
from data.storage.store import Store
from interventions.delivery.renderer import AdditiveRenderer, Rendered, SilentRenderer, Tail
from interventions.sensing.listener import RRListenerSource
from interventions.sensing.recording import RecordedSource
from interventions.sensing.source import SignalSource
from tests.trials.world import World
from trials.errors import ReasonMissingError
from trials.sessions import segments
from trials.sessions.going_on_air import open_session
from trials.sessions.leaving import withdraw_and_silence
from trials.sessions.on_air import OnAirSession
from trials.sessions.refusals import (
    ImplausiblePlaybackError,
    SegmentNotAvailableError,
    SessionOverError,
)
from trials.sessions.segments import Segment
from trials.sessions.sessions_on_air import SessionsOnAir
from trials.withdrawal import withdraw

SHORT_S = 60.0
QUIET = 0.1
"""Below the cap of headphones without calibration."""


def on_the_air(
    world: World, who: str, source: SignalSource, *, duration_s: float = SHORT_S
) -> OnAirSession:
    return open_session(
        world.store,
        world.coordinator,
        f"{who}/session-1",
        source,
        SilentRenderer(),
        duration_s=duration_s,
    )


@pytest.fixture
def silent(world: World, who: str, source: RRListenerSource) -> OnAirSession:
    return on_the_air(world, who, source)


def hear(on_air: OnAirSession, segment: Segment, frames: int | None = None) -> None:
    on_air.report_playback(
        segment.sequence,
        frames_played=segment.frames if frames is None else frames,
        underruns=0,
        gap_s=0.0,
        volume=QUIET,
    )


def hear_all_but_the_last(on_air: OnAirSession) -> Segment:
    for sequence in range(1000):
        segment = on_air.segment(sequence)
        if segment.last:
            return segment
        hear(on_air, segment)
    message = "The session has no end."
    raise AssertionError(message)


def stored(world: World, who: str) -> ListeningSession:
    with world.store.reading(world.coordinator, Permission.RUN_SESSION) as reading:
        (session,) = reading.find(ListeningSession, participant_id=who)
    return session


def rules_of(world: World, who: str) -> list[str]:
    with world.store.reading(world.coordinator, Permission.MANAGE_SAFETY) as reading:
        return [alert.rule for alert in reading.find(SafetyAlert, participant_id=who)]


@contextmanager
def failing(
    store: Store, monkeypatch: pytest.MonkeyPatch, action: str, *, times: int
) -> Iterator[None]:
    """Let the disk be full for the next transactions of one action."""
    real, left = store.writing, [times]

    def writing(actor: Actor, permission: Permission, wanted: str, reason: str = "") -> object:
        if wanted == action and left[0]:
            left[0] -= 1
            message = "The disk is full."
            raise StoreUnusableError(message)
        return real(actor, permission, wanted, reason)

    with monkeypatch.context() as patch:
        patch.setattr(store, "writing", writing)
        yield


# --- STOP -------------------------------------------------------------------------------------


def test_stop_in_the_last_segment_is_a_stop(world: World, who: str, silent: OnAirSession) -> None:
    last = hear_all_but_the_last(silent)
    hear(silent, last, frames=1000)

    silent.stop_for_participant()

    session = stored(world, who)
    assert (session.state, session.stop_cause) == (SessionState.STOPPED, StopCause.PARTICIPANT)
    assert rules_of(world, who) == ["participant_stop"]


def test_a_session_is_complete_only_when_its_last_segment_was_heard_to_the_end(
    world: World, who: str, silent: OnAirSession
) -> None:
    last = hear_all_but_the_last(silent)

    hear(silent, last, frames=last.frames - 1)
    before = stored(world, who).state
    hear(silent, last)

    assert (before, stored(world, who).state) == (SessionState.RUNNING, SessionState.COMPLETED)
    assert stored(world, who).stop_cause is StopCause.NONE
    assert stored(world, who).listened_s == pytest.approx(SHORT_S)


def test_a_stop_survives_a_store_that_fails_twice(
    world: World, who: str, silent: OnAirSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    silent.segment(0)

    with failing(world.store, monkeypatch, "end_session", times=2):
        silent.stop_for_participant()

    assert stored(world, who).state is SessionState.STOPPED
    assert rules_of(world, who) == ["participant_stop"]


def test_a_second_stop_writes_down_what_the_first_could_not(
    world: World, who: str, silent: OnAirSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    silent.segment(0)
    with failing(world.store, monkeypatch, "end_session", times=100):
        with pytest.raises(StoreUnusableError):
            silent.stop_for_participant()
        told, over = silent.status().state, silent.is_over
        with pytest.raises(SessionOverError):
            silent.segment(1)

    silent.stop("pressed again")

    assert (told, over) == (SessionState.STOPPED, False)
    assert stored(world, who).stop_reason == "The participant pressed STOP."
    assert rules_of(world, who) == ["participant_stop"]
    assert silent.is_over


def test_stop_silences_the_player_while_the_store_is_busy(
    world: World, silent: OnAirSession
) -> None:
    silent.segment(0)
    with world.store.group_commit():
        presser = threading.Thread(target=silent.stop_for_participant)
        presser.start()
        while silent.status().state is SessionState.RUNNING:
            presser.join(0.01)
        is_waiting = presser.is_alive()
        with pytest.raises(SessionOverError):
            silent.segment(1)
    presser.join()

    assert is_waiting
    assert silent.is_over


@pytest.mark.parametrize("order", ["pause", "resume", "stop"])
def test_the_audit_names_who_pressed(world: World, silent: OnAirSession, order: str) -> None:
    orders: dict[str, Callable[[], None]] = {
        "pause": lambda: silent.pause(world.leiden),
        "resume": lambda: silent.resume(world.leiden),
        "stop": lambda: silent.stop("Fire alarm.", world.leiden),
    }

    orders[order]()

    entries = audit_entries(world.store, world.reviewer, per_page=200).entries
    assert [e.action.split("_")[0] for e in entries if names(e, "leiden")] == [
        "end" if order == "stop" else order
    ]


def names(entry: AuditEntry, person: str) -> bool:
    return person in entry.reason + entry.change and entry.action.endswith("_session")


@pytest.mark.parametrize(
    ("by", "cause"), [("leiden", StopCause.COORDINATOR), (None, StopCause.SERVER)]
)
def test_who_pressed_is_the_cause(
    world: World, who: str, silent: OnAirSession, by: str | None, cause: StopCause
) -> None:
    silent.stop("Fire alarm.", getattr(world, by) if by else None)

    assert stored(world, who).stop_cause is cause


# --- withdrawal -------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", [WithdrawalKind.TRIAL, WithdrawalKind.INTERVENTION_ONLY])
def test_a_withdrawal_ends_the_music(
    world: World, who: str, silent: OnAirSession, kind: WithdrawalKind
) -> None:
    silent.segment(0)
    withdraw(world.store, world.coordinator, who, kind, "wants out")

    with pytest.raises(SessionOverError):
        silent.segment(1)

    session = stored(world, who)
    assert (session.state, session.stop_cause) == (SessionState.STOPPED, StopCause.WITHDRAWN)
    assert session.stop_reason == "withdrawn"
    with world.store.reading(world.coordinator, Permission.RUN_SESSION) as reading:
        assert reading.count(LoopStep) == 1


@pytest.mark.parametrize("kind", list(WithdrawalKind))
def test_a_withdrawal_silences_the_session_that_plays_before_another_segment_is_asked_for(
    world: World, who: str, silent: OnAirSession, kind: WithdrawalKind
) -> None:
    sessions = SessionsOnAir()
    sessions.add(silent)
    hear(silent, silent.segment(0))

    withdraw_and_silence(world.store, world.coordinator, sessions, who, kind, "wants out, and now")

    assert silent.status().state is SessionState.STOPPED
    session = stored(world, who)
    assert (session.state, session.stop_cause) == (SessionState.STOPPED, StopCause.WITHDRAWN)
    assert session.ended_at == world.clock()


def test_a_withdrawal_that_is_refused_lets_the_music_play_on(
    world: World, who: str, silent: OnAirSession
) -> None:
    sessions = SessionsOnAir()
    sessions.add(silent)

    with pytest.raises(ReasonMissingError):
        withdraw_and_silence(
            world.store, world.coordinator, sessions, who, WithdrawalKind.TRIAL, " "
        )

    assert silent.status().state is SessionState.RUNNING


# --- what the player tells --------------------------------------------------------------------


@pytest.mark.parametrize(
    ("sequence", "frames", "gap_s", "volume"),
    [
        pytest.param(7777, 1, 0.0, 0.7, id="a segment that was never made"),
        pytest.param(0, -1, 0.0, 0.7, id="less than nothing"),
        pytest.param(0, 1, float("inf"), 0.7, id="an endless gap"),
        pytest.param(0, 1, 0.0, float("nan"), id="a volume that is no number"),
    ],
)
def test_an_impossible_report_is_refused(
    silent: OnAirSession, sequence: int, frames: int, gap_s: float, volume: float
) -> None:
    silent.segment(0)

    with pytest.raises(ImplausiblePlaybackError):
        silent.report_playback(
            sequence, frames_played=frames, underruns=0, gap_s=gap_s, volume=volume
        )

    assert silent.status().listened_s == 0


def test_no_more_is_heard_of_a_segment_than_it_has(world: World, silent: OnAirSession) -> None:
    segment = silent.segment(0)

    hear(silent, segment, frames=10**9)

    assert silent.status().listened_s == segment.frames / silent.sampling_rate_hz
    with world.store.reading(world.coordinator, Permission.RUN_SESSION) as reading:
        assert [one.frames_played for one in reading.find(Playback)] == [segment.frames]


def test_an_earlier_segment_may_be_reported_after_a_later_one(silent: OnAirSession) -> None:
    first, second = silent.segment(0), silent.segment(1)

    hear(silent, second, frames=100)
    hear(silent, first)

    heard = (first.frames + 100) / silent.sampling_rate_hz
    assert silent.status().listened_s == pytest.approx(heard)


def test_beats_of_a_pass_that_could_not_be_stored_come_with_the_next_try(
    world: World, silent: OnAirSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    silent.segment(0)
    with (
        failing(world.store, monkeypatch, "record_loop_step", times=1),
        pytest.raises(StoreUnusableError),
    ):
        silent.segment(1)

    silent.segment(1)

    with world.store.reading(world.coordinator, Permission.RUN_SESSION) as reading:
        assert [batch.sequence for batch in reading.find(SignalBatch)] == [0, 1]


# --- music that cannot be made ----------------------------------------------------------------


class Broken:
    """A renderer that fails from a certain segment on, with a name in its words."""

    def __init__(self, after: int) -> None:
        self._whole = AdditiveRenderer()
        self._left = after
        self.sampling_rate_hz = self._whole.sampling_rate_hz

    def render(
        self, score: Score, tail: Tail, *, frames: int, fade_in_frames: int, fade_out_frames: int
    ) -> Rendered:
        """Render while it works.

        Raises
        ------
        RuntimeError
            When it does no longer.
        """
        self._left -= 1
        if self._left < 0:
            message = "LEI-001 broke the synthesizer"
            raise RuntimeError(message)
        return self._whole.render(
            score,
            tail,
            frames=frames,
            fade_in_frames=fade_in_frames,
            fade_out_frames=fade_out_frames,
        )


def broken(world: World, who: str, source: SignalSource, *, after: int) -> OnAirSession:
    return open_session(
        world.store,
        world.coordinator,
        f"{who}/session-1",
        source,
        Broken(after),
        duration_s=SHORT_S,
    )


def test_when_the_music_cannot_be_made_the_last_segment_fades_out_and_the_session_ends(
    world: World, who: str, source: RRListenerSource
) -> None:
    on_air = broken(world, who, source, after=1)
    before, _ = soundfile.read(io.BytesIO(on_air.segment(0).flac))

    farewell = on_air.segment(1)

    sound, _ = soundfile.read(io.BytesIO(farewell.flac))
    session = stored(world, who)
    assert farewell.last
    assert np.array_equal(sound[: len(sound) // 4], before[: len(sound) // 4])
    assert abs(sound[-100:]).max() < 0.001
    assert (session.state, session.stop_reason) == (SessionState.STOPPED, "generator failure")
    assert session.stop_cause is StopCause.GENERATOR
    assert rules_of(world, who) == ["generator_failure"]


def test_without_any_segment_there_is_a_silent_end(
    world: World, who: str, source: RRListenerSource
) -> None:
    farewell = broken(world, who, source, after=0).segment(0)

    sound, _ = soundfile.read(io.BytesIO(farewell.flac))
    assert farewell.last
    assert len(sound) == farewell.frames > 0
    assert not sound.any()


def test_the_player_hears_the_farewell_out_before_it_is_told_to_stop(
    world: World, who: str, source: RRListenerSource
) -> None:
    on_air = broken(world, who, source, after=1)
    on_air.segment(0)
    farewell = on_air.segment(1)
    while_playing = on_air.status()

    again = on_air.segment(1)
    hear(on_air, farewell, frames=10)
    still = on_air.is_over
    hear(on_air, farewell)

    assert again is farewell
    assert (while_playing.state, still) == (SessionState.RUNNING, False)
    assert while_playing.attention == "The next segment cannot be made"
    assert (on_air.status().state, on_air.is_over) == (SessionState.STOPPED, True)


def test_stop_cuts_the_farewell_short(world: World, who: str, source: RRListenerSource) -> None:
    on_air = broken(world, who, source, after=1)
    on_air.segment(0)
    on_air.segment(1)

    on_air.stop_for_participant()

    assert on_air.is_over
    assert stored(world, who).stop_cause is StopCause.GENERATOR
    with pytest.raises(SessionOverError):
        on_air.segment(1)


def test_the_log_of_a_failure_names_nobody(
    world: World, who: str, source: RRListenerSource, caplog: pytest.LogCaptureFixture
) -> None:
    on_air = broken(world, who, source, after=0)

    with caplog.at_level(logging.ERROR):
        on_air.segment(0)

    assert "could not be made" in caplog.text
    assert "RuntimeError" in caplog.text
    assert "LEI-001" not in caplog.text


class Unplugged:
    """A source that breaks when it is asked."""

    name = "unplugged"
    kind = SignalKind.RR

    def window_at(self, now_s: float) -> Window:
        """Break.

        Raises
        ------
        OSError
            Always.
        """
        raise OSError(now_s)

    def hear(self, parameters: MusicalParameters, duration_s: float) -> None:
        """Hear nothing."""

    def resting_beats(self) -> RRSeries:
        """Have sensed nothing."""
        return RRSeries(times_s=(), rr_ms=(), kind=self.kind)

    def close(self) -> None:
        """Hold nothing."""


def test_a_source_that_breaks_ends_the_session_gently(world: World, who: str) -> None:
    assert on_the_air(world, who, Unplugged()).segment(0).last
    assert stored(world, who).stop_cause is StopCause.GENERATOR


def test_when_not_even_a_farewell_can_be_encoded_the_session_has_ended(
    world: World, who: str, source: RRListenerSource, monkeypatch: pytest.MonkeyPatch
) -> None:
    on_air = broken(world, who, source, after=9)

    def fail(*_: object) -> bytes:
        raise MemoryError

    monkeypatch.setattr(segments, "encode_flac", fail)
    with pytest.raises(MemoryError):
        on_air.segment(0)

    assert stored(world, who).stop_cause is StopCause.GENERATOR
    assert (on_air.status().state, on_air.is_over) == (SessionState.STOPPED, True)


# --- safety rules -----------------------------------------------------------------------------


def beating(rate_bpm: float, seconds: float) -> RecordedSource:
    """Return a recording with one heart rate and a little variability."""
    chance = np.random.Generator(np.random.PCG64(1))
    rr_ms = 60000.0 / rate_bpm + 8.0 * chance.standard_normal(round(seconds * rate_bpm / 60))
    series = RRSeries(
        times_s=tuple((np.cumsum(rr_ms) / 1000.0).tolist()),
        rr_ms=tuple(rr_ms.tolist()),
        kind=SignalKind.RR,
    )
    return RecordedSource.of_beats("a recording", series)


@pytest.mark.parametrize(
    ("rate_bpm", "seconds", "rule", "label"),
    [
        pytest.param(
            115, 600, "heart_rate_rise", "Heart rate far above the resting value", id="rise"
        ),
        pytest.param(150, 600, "heart_rate_limit", "Heart rate above the limit", id="limit"),
        pytest.param(70, 100, "signal_tell", "Heart signal lost for long", id="lost"),
    ],
)
def test_a_rule_that_needs_a_person_raises_an_alert_once_and_tells_its_name(
    world: World, who: str, rate_bpm: float, seconds: float, rule: str, label: str
) -> None:
    on_air = on_the_air(world, who, beating(rate_bpm, seconds), duration_s=300.0)
    told = set()
    for sequence in range(1000):
        segment = on_air.segment(sequence)
        told.add(on_air.status().attention)
        hear(on_air, segment)
        if segment.last:
            break

    assert rules_of(world, who).count(rule) == 1
    assert label in told


def test_a_heart_rate_above_the_limit_is_the_cause_of_the_end(world: World, who: str) -> None:
    on_air = on_the_air(world, who, beating(150, 600), duration_s=300.0)

    hear(on_air, hear_all_but_the_last(on_air))

    session = stored(world, who)
    assert (session.state, session.stop_cause) == (SessionState.STOPPED, StopCause.SAFETY_RULE)


def test_nothing_follows_the_last_segment(silent: OnAirSession) -> None:
    last = hear_all_but_the_last(silent)

    with pytest.raises(SegmentNotAvailableError):
        silent.segment(last.sequence + 1)
