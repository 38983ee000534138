"""Why the team stopped a session: asked once, after the music has ended, and decisive for its cause."""

import pytest

from data.records.sessions import SessionState, StopCause
from data.storage.errors import NotPermittedError
from interventions.sensing.listener import RRListenerSource
from tests.trials.sessions.test_stopping import on_the_air, stored
from tests.trials.world import World
from trials.errors import AlreadyDoneError, ReasonMissingError
from trials.sessions.explaining import (
    STOPPED_BY_TEAM,
    StopWhy,
    explain_stop,
    unexplained_stops,
)


@pytest.fixture
def stopped(world: World, who: str, source: RRListenerSource) -> str:
    """Return the id of a session that the coordinator has stopped."""
    on_the_air(world, who, source).stop(STOPPED_BY_TEAM, world.coordinator)
    return stored(world, who).id


def test_stop_needs_no_reason_and_leaves_the_question_open(
    world: World, who: str, stopped: str
) -> None:
    (session,) = unexplained_stops(world.store, world.coordinator, who)

    assert session.id == stopped
    assert (session.state, session.stop_cause) == (SessionState.STOPPED, StopCause.COORDINATOR)


@pytest.mark.parametrize(
    ("why", "cause"),
    [
        (StopWhy.PARTICIPANTS_WISH, StopCause.PARTICIPANT),
        (StopWhy.UNWELL, StopCause.UNWELL),
        (StopWhy.EQUIPMENT, StopCause.EQUIPMENT),
        (StopWhy.OTHER, StopCause.COORDINATOR),
    ],
)
def test_the_reason_decides_the_cause_and_is_asked_once(
    world: World, who: str, stopped: str, why: StopWhy, cause: StopCause
) -> None:
    explain_stop(world.store, world.coordinator, stopped, why, "The fire alarm rang.")

    session = stored(world, who)
    assert session.stop_cause is cause
    assert session.stop_reason.startswith(STOPPED_BY_TEAM)
    assert len(session.stop_reason) > len(STOPPED_BY_TEAM)
    assert unexplained_stops(world.store, world.coordinator, who) == ()
    with pytest.raises(AlreadyDoneError, match="waits for no reason"):
        explain_stop(world.store, world.coordinator, stopped, StopWhy.UNWELL)


def test_another_reason_needs_its_words(world: World, stopped: str) -> None:
    with pytest.raises(ReasonMissingError, match="its words"):
        explain_stop(world.store, world.coordinator, stopped, StopWhy.OTHER, "  ")


def test_a_stop_of_the_participant_is_not_asked_about(
    world: World, who: str, source: RRListenerSource
) -> None:
    on_the_air(world, who, source).stop_for_participant(world.coordinator)

    assert unexplained_stops(world.store, world.coordinator, who) == ()


def test_who_runs_no_sessions_explains_none(world: World, stopped: str) -> None:
    with pytest.raises(NotPermittedError):
        explain_stop(world.store, world.statistician, stopped, StopWhy.EQUIPMENT)
