"""The visit's page asks for the signals that the protocol promised, says what they gave, and lets a visit end without one."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from data.records.people import Actor
from data.storage.store import Store, create_store
from protocols.signal_variables import SignalName
from tests.protocols.signal_outcomes import protocol_with, signal_outcome
from tests.scenarios.conftest import CHEAP, SITES
from tests.trials.world import Clock, World, small_protocol
from trials.opening import open_trial
from trials.resting_signals import record_resting_signal, resting_signals
from trials.simulation.signals_at_rest import signal_at_rest


@dataclass(kw_only=True)
class Desk:
    """Whose page is drawn."""

    store: Store
    actor: Actor
    who: str


DESKS: list[Desk] = []


def draw() -> None:
    """Draw the signals of a baseline visit: runs as a page of its own."""
    from screens.coordinator.resting_signals import record_signals_here  # noqa: PLC0415 - a page
    from tests.scenarios.test_signals_at_rest import DESKS  # noqa: PLC0415 - a page

    desk = DESKS[-1]
    record_signals_here(desk.store, desk.actor, desk.who, "baseline")


@pytest.fixture
def desk(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Desk]:
    """Open a trial whose protocol promises the signals of the test.

    Yields
    ------
    Desk
        Of somebody who comes to the baseline.
    """
    wide = protocol_with(*(signal_outcome(one) for one in request.param))
    protocol = replace(small_protocol(), outcomes=wide.outcomes, analysis=wide.analysis)
    store = create_store(f"sqlite:///{tmp_path / 'trial.db'}", Clock(), password_cost=CHEAP)
    world = World.of(store, Clock(), protocol)
    open_trial(store, world.administrator, protocol, SITES, simulated=True)
    DESKS.append(Desk(store=store, actor=world.coordinator, who=world.eligible()))
    yield DESKS[-1]
    DESKS.pop()
    store.close()


@pytest.mark.parametrize("desk", [("electrodermal_level_us",)], indirect=True)
def test_a_signal_that_was_recorded_says_what_it_gave(desk: Desk) -> None:
    record_resting_signal(
        desk.store,
        desk.actor,
        desk.who,
        "baseline",
        SignalName.ELECTRODERMAL,
        samples=signal_at_rest(SignalName.ELECTRODERMAL, 300.0, (1, 2)),
        sampling_rate_hz=4.0,
        unit="uS",
    )

    at = AppTest.from_function(draw, default_timeout=20).run()

    assert not at.exception
    assert [one.value for one in at.subheader] == ["Skin conductance"]
    said = [one.value for one in at.success]
    assert said[0] == "Skin conductance level: 3.11 μS; 100% of the recording is usable."
    assert not at.button


@pytest.mark.parametrize("desk", [("respiration_rate_per_min",)], indirect=True)
def test_what_could_not_be_recorded_is_put_on_record_with_its_reason(desk: Desk) -> None:
    at = AppTest.from_function(draw, default_timeout=20).run()
    assert [one.disabled for one in at.button] == [True, True]

    at.text_input[0].input("The belt was broken").run()
    at.button[1].click().run()

    assert not at.exception
    assert [one.value for one in at.warning] == [
        "Respiration rate: no value, nothing was recorded."
    ]
    (kept,) = resting_signals(desk.store, desk.actor, desk.who, "baseline")
    assert (kept.value, kept.reason) == (None, "no_signal")


@pytest.mark.parametrize("desk", [()], indirect=True)
def test_a_protocol_without_signals_asks_for_nothing(desk: Desk) -> None:
    at = AppTest.from_function(draw, default_timeout=20).run()

    assert desk.who
    assert len(at.main) == 0
