"""What a participant says reaches the estimate: the rating before the music, and what is said while it plays."""

from datetime import UTC, datetime, timedelta

import pytest

from data.records.sessions import LoopStep, SelfReport
from data.storage.roles import Permission
from interventions.delivery.renderer import SilentRenderer
from interventions.listeners import ListenerKind
from interventions.sensing.listener import RRListenerSource, listener_with_sensors, rr_listener
from protocols.questionnaire import load_questionnaire
from tests.trials.world import World
from trials.sessions.going_on_air import open_session
from trials.sessions.making import merged
from trials.sessions.on_air import OnAirSession
from trials.sessions.replaying import replay_session
from trials.sessions.said_before import SaidBefore, report_of

RATING = "vas_state_anxiety"


def begin(world: World, who: str, source: RRListenerSource) -> OnAirSession:
    return open_session(
        world.store,
        world.coordinator,
        f"{who}/session-1",
        source,
        SilentRenderer(),
        duration_s=45.0,
    )


def steps_of(world: World, session: OnAirSession) -> tuple[LoopStep, ...]:
    with world.store.reading(world.reviewer, Permission.VERIFY) as reading:
        found = reading.find(LoopStep, session_id=session.status().session_id)
    return tuple(sorted(found, key=lambda step: step.sequence))


def test_the_rating_before_the_music_is_the_first_that_the_estimate_hears(
    world: World, who: str, source: RRListenerSource
) -> None:
    world.answer(who, "session-1/before", RATING, 80)
    session = begin(world, who, source)
    world.clock.advance(minutes=3)

    session.segment(0)
    session.segment(1)
    first, second = steps_of(world, session)

    assert first.reactivity.report is not None
    assert first.reactivity.report.tension == 80.0
    assert first.reactivity.report.age_s >= 180.0
    assert "self_report" in {one.of for one in first.state.observations if one.counted}
    assert second.reactivity.report is None
    assert first.state.valence is None
    session.stop("enough")
    assert replay_session(world.store, world.reviewer, session.status().session_id).equal


def test_a_session_without_a_rating_begins_all_the_same(
    world: World, who: str, source: RRListenerSource
) -> None:
    session = begin(world, who, source)

    session.segment(0)

    assert steps_of(world, session)[0].reactivity.rating is None


def test_what_is_said_while_the_music_plays_reaches_the_next_pass(
    world: World, who: str, source: RRListenerSource
) -> None:
    session = begin(world, who, source)
    session.segment(0)

    session.say(SelfReport(pleasure=8.0, arousal=3.0))
    session.segment(1)
    status = session.status()

    assert status.valence is not None
    assert status.valence > 0.0
    assert steps_of(world, session)[1].reactivity.report == SelfReport(pleasure=8.0, arousal=3.0)


def test_the_status_shows_every_signal_with_its_quality_and_whether_it_counted(
    world: World, who: str
) -> None:
    source = listener_with_sensors(ListenerKind.ENTRAINMENT, 3, rr_listener)
    session = open_session(
        world.store,
        world.coordinator,
        f"{who}/session-1",
        source,
        SilentRenderer(),
        duration_s=45.0,
    )
    assert session.status().signals == ()

    session.segment(0)
    shown = {one.of: one for one in session.status().signals}

    assert list(shown) == [
        "heart_rate",
        "ln_rmssd",
        "skin_conductance_level",
        "skin_conductance_responses",
        "respiration_rate",
        "oxygen_saturation",
    ]
    assert [one.of for one in shown.values() if not one.counted] == ["oxygen_saturation"]
    assert session.status().arousal_sd is not None


def test_what_is_said_last_of_each_thing_counts() -> None:
    before = SelfReport(tension=80.0, pleasure=2.0, age_s=60.0)

    assert merged(before, SelfReport(pleasure=7.0)) == SelfReport(tension=80.0, pleasure=7.0)
    assert merged(None, before) == before
    assert merged(before, None) == before


@pytest.mark.parametrize(
    ("rating", "values", "report"),
    [
        (RATING, {"value": 30.0}, SelfReport(tension=30.0)),
        (RATING, {"value": None}, None),
        ("affective_slider", {"pleasure": 100.0, "arousal": 50.0}, SelfReport(pleasure=9.0, arousal=5.0)),
        ("sam", {"valence": 2.0, "arousal": 7.0}, SelfReport(pleasure=2.0, arousal=7.0)),
        ("gad7", {"total": 12.0}, None),
    ],
)  # fmt: skip
def test_a_rating_is_read_by_what_it_asks(
    rating: str, values: dict[str, float | None], report: SelfReport | None
) -> None:
    assert report_of(load_questionnaire(rating), values) == report


def test_a_report_is_as_old_as_it_is() -> None:
    at = datetime(2026, 11, 25, 9, 0, tzinfo=UTC)

    said = SaidBefore(report=SelfReport(tension=10.0), at=at)

    assert said.seen_at(at + timedelta(seconds=90)).age_s == 90.0
    assert said.seen_at(at - timedelta(seconds=5)).age_s == 0.0
