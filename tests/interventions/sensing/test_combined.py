"""All sensors of a session as one source: one that fails stops no other, in both arms alike, and every pass replays."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest

from data.measures.windows import measure_all
from data.records.sessions import LoopStep
from data.records.signals import (
    RRSeries,
    SignalKind,
    StreamKind,
    StreamMeasure,
    WindowGrade,
    WindowMeasures,
)
from interventions.arms.definition import arm_definition
from interventions.delivery.renderer import SilentRenderer
from interventions.inference.baseline import baseline_of_recording
from interventions.listeners import ListenerKind
from interventions.loop_values import LoopPlan
from interventions.replay import replay
from interventions.runner import run_session
from interventions.sensing.combined import combine, sensor_ids_of
from interventions.sensing.companions import LiveCompanion, RecordedCompanion
from interventions.sensing.listener import listener_with_sensors, rr_listener
from interventions.sensing.live_source import LiveSource, Pulled
from interventions.sensing.recording import RecordedSource
from interventions.sensing.sensor import Sensor
from interventions.sensing.source import NoSourceError, SignalSource
from interventions.sensing.tapes import BeatTape
from protocols.canonical import adapter_of, canonical_json
from protocols.design import AffectModel
from protocols.document import shipped_protocol

ARMS = ("adaptive", "matched_fixed")


class FeedByHand:
    """A feed whose clock and samples the test moves."""

    def __init__(self) -> None:
        self.now_s = 1000.0
        self.refused = ""
        self.is_open = True
        self._waiting: list[tuple[float, float]] = []

    def send(self, stamps_s: Sequence[float], values: Sequence[float]) -> None:
        """Let samples wait."""
        self._waiting += zip(stamps_s, values, strict=True)

    def pull(self) -> Pulled:
        """Return what waits."""
        stamps_s, values = [one for one, _ in self._waiting], [one for _, one in self._waiting]
        self._waiting = []
        return Pulled(now_s=self.now_s, stamps_s=stamps_s, values=values, refused=self.refused)

    def close(self) -> None:
        """Remember that it was let go."""
        self.is_open = False


def sensor(address: str, signal: SignalKind | StreamKind, rate_hz: float) -> Sensor:
    return Sensor(
        driver="test",
        address=address,
        label=address,
        name=address,
        signal=signal,
        sampling_rate_hz=rate_hz,
    )


def worn() -> tuple[LiveSource, LiveCompanion, FeedByHand, FeedByHand]:
    """Return a strap and a skin sensor, each with the feed behind it."""
    strap, skin = FeedByHand(), FeedByHand()
    heart = LiveSource(sensor("strap", SignalKind.RR, 0.0), strap, BeatTape())
    beside = LiveCompanion(
        sensor("skin", StreamKind.ELECTRODERMAL, 4.0), StreamKind.ELECTRODERMAL, skin
    )
    return heart, beside, strap, skin


def beat(feed: FeedByHand, lasts_s: float) -> None:
    """Send a steady rhythm that ends now, and move the clock on."""
    beats = int(lasts_s / 0.8)
    intervals = [800.0 + 12.0 * (-1.0) ** number for number in range(beats)]
    at_s = feed.now_s + np.cumsum(intervals) / 1000.0
    feed.send(at_s.tolist(), intervals)
    feed.now_s += lasts_s


def sweat(feed: FeedByHand, lasts_s: float, level_us: float = 4.0) -> None:
    """Send a quiet skin that ends now, and move the clock on."""
    at_s = feed.now_s + np.arange(0.25, lasts_s + 0.01, 0.25)
    feed.send(at_s.tolist(), (level_us + 0.001 * np.sin(at_s)).tolist())
    feed.now_s += lasts_s


def measured(source: SignalSource) -> WindowMeasures:
    return measure_all(source.window_at(0.0))


def test_four_minutes_before_the_music_are_the_rest_and_only_the_first_window_carries_it() -> None:
    heart, beside, strap, skin = worn()
    source = combine(heart, [beside])
    beat(strap, 240.0)
    sweat(skin, 240.0)

    first, second = source.window_at(0.0), source.window_at(0.0)

    assert {one.measure for one in first.rest} == {
        StreamMeasure.SKIN_LEVEL,
        StreamMeasure.SKIN_RESPONSES,
    }
    assert first.rest[0].median == pytest.approx(4.0, abs=0.01)
    assert second.rest == ()
    assert first.streams[0].start_s == pytest.approx(-60.0, abs=0.3)


def test_a_minute_before_the_music_is_no_rest() -> None:
    heart, beside, strap, skin = worn()
    beat(strap, 60.0)
    sweat(skin, 60.0)

    assert combine(heart, [beside]).window_at(0.0).rest == ()


def test_a_companion_that_falls_silent_is_stale_and_the_heart_goes_on() -> None:
    heart, beside, strap, skin = worn()
    source = combine(heart, [beside])
    beat(strap, 240.0)
    sweat(skin, 240.0)
    source.window_at(0.0)
    beat(strap, 60.0)
    skin.now_s += 60.0

    found = measured(source)

    assert found.grade is WindowGrade.GOOD
    assert {one.reason for one in found.streams} == {"stale"}
    assert {one.value for one in found.streams} == {None}


def test_a_heart_that_falls_silent_is_on_hold_and_the_companion_goes_on() -> None:
    heart, beside, strap, skin = worn()
    source = combine(heart, [beside])
    beat(strap, 240.0)
    sweat(skin, 240.0)
    source.window_at(0.0)
    strap.now_s += 60.0
    sweat(skin, 60.0, level_us=6.0)

    found = measured(source)

    assert found.grade is WindowGrade.HOLD
    assert found.streams[0].grade is WindowGrade.GOOD
    assert found.streams[0].value == pytest.approx(6.0, abs=0.01)


def test_a_companion_that_another_sensor_answers_is_refused() -> None:
    heart, beside, strap, skin = worn()
    beat(strap, 240.0)
    sweat(skin, 240.0)
    skin.refused = "other_sensor"

    found = measured(combine(heart, [beside]))

    assert found.grade is WindowGrade.GOOD
    assert {one.reason for one in found.streams} == {"other_sensor"}


def test_a_source_is_bound_to_every_sensor_of_it_and_lets_all_go() -> None:
    heart, beside, strap, skin = worn()
    source = combine(heart, [beside])

    source.close()

    assert sensor_ids_of(source) == (heart.sensor.sensor_id, beside.sensor.sensor_id)
    assert sensor_ids_of(heart) == (heart.sensor.sensor_id,)
    assert sensor_ids_of(rr_listener(ListenerKind.NULL, 1)) == ()
    assert not strap.is_open
    assert not skin.is_open
    assert source.name == "strap, skin"


def test_two_sensors_of_one_kind_are_refused() -> None:
    heart, beside, _, _ = worn()
    _, other, _, _ = worn()

    with pytest.raises(NoSourceError, match="Two sensors bring skin conductance: choose one"):
        combine(heart, [beside, other])


def test_a_recorded_signal_is_replayed_with_its_rest_and_is_stale_after_its_end() -> None:
    times_s = np.arange(0.0, 600.0, 0.25)
    beats = RRSeries(
        times_s=tuple((0.8 * np.arange(1, 900)).tolist()),
        rr_ms=tuple((800.0 + 12.0 * (-1.0) ** np.arange(1, 900)).tolist()),
        kind=SignalKind.RR,
    )
    heart = RecordedSource.of_beats("recorded", beats, music_starts_s=300.0)
    breath = RecordedCompanion(
        StreamKind.RESPIRATION,
        np.sin(2.0 * np.pi * 0.2 * times_s),
        sampling_rate_hz=4.0,
        starts_s=-300.0,
    )
    source = combine(heart, [breath])

    first = source.window_at(0.0)
    rates = [measure_all(source.window_at(now_s)).streams[0] for now_s in (60.0, 330.0)]

    assert first.rest[0].median == pytest.approx(12.0, abs=0.2)
    assert rates[0].value == pytest.approx(12.0, abs=0.2)
    assert rates[1].reason == "stale"


@pytest.fixture(scope="module", params=ARMS)
def session(request: pytest.FixtureRequest) -> tuple[LoopPlan, list[LoopStep]]:
    """Return five minutes with every sensor, of which that of the heart loses contact."""
    protocol = shipped_protocol()
    source = listener_with_sensors(ListenerKind.DROPOUT, 5, rr_listener)
    plan = LoopPlan(
        session_id="LEI-001/session-1/attempt-1",
        arm=arm_definition(request.param, AffectModel.ALL_SIGNALS),
        music=protocol.music,
        safety_rules=protocol.safety_rules,
        baseline=baseline_of_recording(source.resting_beats()),
        seed=11,
        duration_s=300.0,
        software_version="0.1.0+test",
    )
    return plan, [made.step for made in run_session(plan, source, SilentRenderer())]


def test_in_every_arm_the_estimate_shows_which_signals_counted(
    session: tuple[LoopPlan, list[LoopStep]],
) -> None:
    _, steps = session
    counted = [
        {one.of for one in step.state.observations if one.counted}
        for step in steps
        if step.state.quality is WindowGrade.GOOD
    ]
    without_heart = [
        {one.of for one in step.state.observations if one.counted}
        for step in steps
        if step.state.quality is WindowGrade.HOLD
    ]

    beside = {"skin_conductance_level", "skin_conductance_responses", "respiration_rate"}
    assert counted[0] == beside | {"heart_rate", "ln_rmssd"}
    assert without_heart
    assert all(one <= beside for one in without_heart)
    assert {
        step.decision.safety_rule for step in steps if step.state.quality is WindowGrade.HOLD
    } <= {
        "signal_hold",
        "signal_neutral",
        "signal_tell",
    }


def test_a_session_with_every_sensor_replays_bit_for_bit(
    session: tuple[LoopPlan, list[LoopStep]],
) -> None:
    plan, steps = session
    lines = [canonical_json(step) for step in steps]
    stored = [adapter_of(LoopStep).validate_json(line) for line in lines]

    assert replay(plan, stored).equal
    assert max(len(line) for line in lines) < 20_000


def test_an_altered_stream_is_found(session: tuple[LoopPlan, list[LoopStep]]) -> None:
    plan, steps = session
    skin = steps[2].window.streams[0]
    wetter = replace(skin, samples=tuple((one or 0.0) + 1.0 for one in skin.samples))
    streams = (wetter, *steps[2].window.streams[1:])
    altered = [*steps]
    altered[2] = replace(steps[2], window=replace(steps[2].window, streams=streams))

    parts = {one.part for one in replay(plan, altered).differences if one.sequence == 2}

    assert {"measures", "state"} <= parts


def test_the_heart_of_a_listener_is_the_same_with_or_without_other_sensors() -> None:
    alone = rr_listener(ListenerKind.ENTRAINMENT, 3)
    beside = listener_with_sensors(ListenerKind.ENTRAINMENT, 3, rr_listener)

    assert alone.window_at(30.0) == replace(beside.window_at(30.0), streams=(), rest=())
