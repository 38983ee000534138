"""A trial in a fresh store, with a clock that tests move and people who are signed in."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from data.records.trial import Site
from data.storage.store import create_store
from protocols.design import Protocol
from tests.trials.world import Clock, World, small_protocol
from trials.opening import open_trial

LEIDEN = Site(id="LEI", name="Leiden", open=True, on_call="Dr Vos, +31 71 000 0000")
GRAZ = Site(id="GRA", name="Graz", open=True, on_call="Dr Huber, +43 316 000 000")


@pytest.fixture(scope="session")
def protocol() -> Protocol:
    """Return the shipped protocol for a small trial, so that a store is quick to open."""
    return small_protocol()


@pytest.fixture
def empty(tmp_path: Path, protocol: Protocol) -> Iterator[World]:
    """Make a world whose trial is not open yet.

    Yields
    ------
    World
        With everybody signed in.
    """
    clock = Clock()
    store = create_store(f"sqlite:///{tmp_path / 'trial.db'}", clock)
    yield World.of(store, clock, protocol)
    store.close()


@pytest.fixture
def world(empty: World) -> World:
    """Return a world whose trial is open at two sites."""
    open_trial(empty.store, empty.administrator, empty.protocol, (LEIDEN, GRAZ), simulated=True)
    return empty
