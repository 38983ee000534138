"""A session begins only when it may, and its plan can be derived again (conduct: C2)."""

from dataclasses import replace

import pytest

from data.records.participants import ProtocolDeviation, WithdrawalKind
from data.records.sessions import ListeningSession, SessionState, StopCause
from data.records.signals import SignalKind
from data.records.visits import PlannedSession, RestingMeasurement
from data.storage.errors import RecordNotFoundError
from data.storage.roles import Permission
from interventions.delivery.renderer import SilentRenderer
from interventions.sensing.listener import RRListenerSource
from interventions.sensing.live_source import LiveSource, Pulled
from interventions.sensing.sensor import Sensor
from interventions.sensing.tapes import BeatTape
from tests.trials.world import World
from trials.errors import ConsentMissingError
from trials.opening import amend_protocol, current_trial
from trials.sessions import going_on_air
from trials.sessions.going_on_air import open_session
from trials.sessions.on_air import OnAirSession
from trials.sessions.opening import (
    SessionNotOpenableError,
    begin_session,
    plan_session,
    seed_of,
)
from trials.visits import miss_session
from trials.withdrawal import withdraw


def test_a_session_keeps_its_seed_and_starts_from_the_resting_baseline(
    world: World, who: str
) -> None:
    opened = begin_session(
        world.store, world.coordinator, f"{who}/session-1", source="test", duration_s=None
    )

    assert opened.session.seed == seed_of(world.store.key_for("sessions"), opened.session.id)
    assert opened.session.baseline.source == "recorded"
    assert opened.session.planned_duration_s == 1200.0


def test_the_plan_made_ahead_is_the_plan_of_the_session_that_begins(world: World, who: str) -> None:
    with world.store.reading(world.coordinator, Permission.RUN_SESSION) as reading:
        planned = reading.get(PlannedSession, f"{who}/session-1")
        ahead = plan_session(
            reading,
            world.protocol,
            planned,
            session_key=world.store.key_for("sessions"),
            source="test",
            duration_s=1200.0,
            started_at=None,
        )

    begun = begin_session(
        world.store, world.coordinator, planned.id, source="test", duration_s=None
    )

    assert begun.plan == ahead.plan


def test_the_resting_baseline_is_that_of_the_protocols_own_baseline_visit(
    world: World, who: str
) -> None:
    entry = tuple(
        replace(visit, code="entry") if visit.code == "baseline" else visit
        for visit in world.protocol.visits
    )
    with world.store.writing(world.coordinator, Permission.ENTER_DATA, "test") as writing:
        measured = writing.get(RestingMeasurement, f"{who}/baseline")
        writing.add(replace(measured, id=f"{who}/entry", visit="entry", heart_rate_bpm=91.0))

    with world.store.reading(world.coordinator, Permission.RUN_SESSION) as reading:
        opened = plan_session(
            reading,
            replace(world.protocol, visits=entry),
            reading.get(PlannedSession, f"{who}/session-1"),
            session_key=b"key",
            source="test",
            duration_s=1200.0,
            started_at=None,
        )

    assert opened.session.baseline.heart_rate_bpm == 91.0


def test_a_session_without_length_does_not_begin(world: World, who: str) -> None:
    with pytest.raises(SessionNotOpenableError, match="has no music"):
        begin_session(
            world.store, world.coordinator, f"{who}/session-1", source="test", duration_s=0.0
        )


def test_a_participant_who_is_not_randomized_has_no_session(world: World) -> None:
    waiting = world.ready()

    with pytest.raises(RecordNotFoundError, match="no such planned session"):
        begin_session(
            world.store, world.coordinator, f"{waiting}/session-1", source="test", duration_s=None
        )


def test_a_new_consent_version_blocks_the_next_session(world: World, who: str) -> None:
    amended = replace(world.protocol, version="1.1", consent_version="2.0")
    amend_protocol(world.store, world.administrator, amended, "The consent text was made clearer")

    with pytest.raises(ConsentMissingError, match=who):
        begin_session(
            world.store, world.coordinator, f"{who}/session-1", source="test", duration_s=None
        )


def test_two_sessions_of_one_participant_do_not_run_at_once(
    world: World, who: str, on_air: OnAirSession, source: RRListenerSource
) -> None:
    with pytest.raises(SessionNotOpenableError, match="still running"):
        open_session(world.store, world.coordinator, f"{who}/session-2", source, SilentRenderer())

    assert on_air.status().state == "running"


def test_a_session_that_was_missed_does_not_begin(world: World, who: str) -> None:
    miss_session(world.store, world.coordinator, who, 1, "ill")

    with pytest.raises(SessionNotOpenableError, match="is missed"):
        begin_session(
            world.store, world.coordinator, f"{who}/session-1", source="test", duration_s=None
        )


def test_who_has_withdrawn_from_the_listening_hears_no_more(world: World, who: str) -> None:
    kind = WithdrawalKind.INTERVENTION_ONLY
    withdraw(world.store, world.coordinator, who, kind, "does not like it")

    with pytest.raises(SessionNotOpenableError, match="withdrawn from the listening"):
        begin_session(
            world.store, world.coordinator, f"{who}/session-1", source="test", duration_s=None
        )


def test_a_session_that_cannot_be_put_on_the_air_does_not_stay_running(
    world: World, who: str, source: RRListenerSource, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise MemoryError

    monkeypatch.setattr(going_on_air, "OnAirSession", fail)

    with pytest.raises(MemoryError):
        open_session(world.store, world.coordinator, f"{who}/session-1", source, SilentRenderer())

    with world.store.reading(world.coordinator, Permission.SEE_PARTICIPANTS) as reading:
        (session,) = reading.find(ListeningSession, participant_id=who)
    assert (session.state, session.stop_cause) == (SessionState.STOPPED, StopCause.SERVER)
    assert session.ended_at is not None


def test_a_session_keeps_the_protocol_version_it_began_under(world: World, who: str) -> None:
    opened = begin_session(
        world.store, world.coordinator, f"{who}/session-1", source="test", duration_s=None
    )

    assert (
        opened.session.protocol_version_id
        == current_trial(world.store, world.coordinator).protocol_version_id
    )


def test_a_session_outside_its_window_leaves_a_deviation(world: World, who: str) -> None:
    world.clock.advance(days=6)

    begin_session(
        world.store, world.coordinator, f"{who}/session-1", source="test", duration_s=None
    )

    with world.store.reading(world.coordinator, Permission.SEE_PARTICIPANTS) as reading:
        found = reading.find(ProtocolDeviation, participant_id=who)
    assert "session_out_of_window" in {deviation.category for deviation in found}


@pytest.mark.parametrize(
    ("duration_s", "words"),
    [(None, []), (1200.0, []), (600.0, ["10.0 minutes"]), (1440.0, ["24.0 minutes"])],
)
def test_a_session_planned_shorter_or_longer_than_the_protocol_says_leaves_a_deviation(
    world: World, who: str, duration_s: float | None, words: list[str]
) -> None:
    assert world.protocol.sessions.duration_minutes == 20

    begin_session(
        world.store, world.coordinator, f"{who}/session-1", source="test", duration_s=duration_s
    )

    with world.store.reading(world.coordinator, Permission.SEE_PARTICIPANTS) as reading:
        found = reading.find(ProtocolDeviation, participant_id=who, category="session_duration")
    assert [one.description for one in found] == [
        f"Session 1, set to {length}." for length in words
    ]


def test_the_stored_session_does_not_tell_a_coordinator_the_arm(
    world: World, who: str, on_air: OnAirSession
) -> None:
    with world.store.reading(world.coordinator, Permission.SEE_PARTICIPANTS) as reading:
        session = reading.first(ListeningSession, participant_id=who)

    assert session is not None
    assert session.arm_definition_hash == ""
    assert "adaptive" not in str(on_air.status())
    assert "matched" not in str(on_air.status())


class _StrapFeed:
    """A strap that sends nothing."""

    def pull(self) -> Pulled:
        """Bring nothing."""
        return Pulled(now_s=0.0, stamps_s=[], values=[])

    def close(self) -> None:
        """Hold nothing."""


def strap(address: str) -> LiveSource:
    worn = Sensor(
        driver="strap",
        address=address,
        label=f"Strap {address}",
        name="Strap",
        signal=SignalKind.RR,
        sampling_rate_hz=0.0,
    )
    return LiveSource(worn, _StrapFeed(), BeatTape())


def test_a_session_is_bound_to_the_one_sensor_that_it_senses(world: World, who: str) -> None:
    worn = strap("A0:01")

    session = open_session(
        world.store, world.coordinator, f"{who}/session-1", worn, SilentRenderer()
    )

    with world.store.reading(world.coordinator, Permission.RUN_SESSION) as reading:
        begun = reading.get(ListeningSession, session.status().session_id)
    assert begun.sensor_id == worn.sensor.sensor_id
    assert begun.source == "Strap"


def test_a_sensor_that_is_bound_to_a_running_session_senses_nobody_else(
    world: World, who: str
) -> None:
    other = world.randomized()
    world.clock.advance(days=1)
    first = open_session(
        world.store, world.coordinator, f"{who}/session-1", strap("A0:01"), SilentRenderer()
    )

    with pytest.raises(SessionNotOpenableError, match=f"running session of {who}"):
        open_session(
            world.store, world.coordinator, f"{other}/session-1", strap("A0:01"), SilentRenderer()
        )
    open_session(
        world.store, world.coordinator, f"{other}/session-1", strap("A0:02"), SilentRenderer()
    )
    first.stop("enough")
    freed = begin_session(
        world.store,
        world.coordinator,
        f"{who}/session-2",
        source="Strap",
        duration_s=None,
        sensor_ids=(strap("A0:01").sensor.sensor_id,),
    )

    assert freed.session.sensor_id == strap("A0:01").sensor.sensor_id
