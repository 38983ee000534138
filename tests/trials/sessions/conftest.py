"""Sessions in a world with one randomized participant, heard by a simulated listener."""

import pytest

from interventions.delivery.renderer import AdditiveRenderer
from interventions.listeners import ListenerKind
from interventions.sensing.listener import RRListenerSource, rr_listener
from tests.trials.world import World
from trials.sessions.going_on_air import open_session
from trials.sessions.on_air import OnAirSession

SHORT_S = 45.0


@pytest.fixture
def source() -> RRListenerSource:
    """Return a simulated listener."""
    return rr_listener(ListenerKind.ENTRAINMENT, 3)


@pytest.fixture
def who(world: World) -> str:
    """Return a participant in treatment, on the day of the first session."""
    participant_id = world.randomized()
    world.clock.advance(days=1)
    return participant_id


@pytest.fixture
def on_air(world: World, who: str, source: RRListenerSource) -> OnAirSession:
    """Return a short session that has begun."""
    return open_session(
        world.store,
        world.coordinator,
        f"{who}/session-1",
        source,
        AdditiveRenderer(),
        duration_s=SHORT_S,
    )
