"""A small trial that every scenario may change: built once by the real use cases, copied for each test."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from shutil import copy2
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from data.records.people import Actor, Role
from data.records.trial import Site
from data.storage.accounts import create_first_administrator
from data.storage.passwords import PasswordCost
from data.storage.sign_in import actor_of, sign_in_process
from data.storage.sign_in import sign_in as sign_in_by_password
from data.storage.store import Store, create_store, open_store
from protocols.design import Protocol
from screens import sign_in, workbench
from tests.trials.world import Clock, World
from tests.trials.world import small_protocol as small
from trials.opening import open_trial
from trials.people import add_account
from trials.safety import record_adverse_event

APP = Path(__file__).parents[2] / "app.py"
PASSWORD = "correct horse battery"  # noqa: S105 - of a store that lives for one test
CHEAP = PasswordCost(memory_kib=64, passes=1, lanes=1)
SITES = (
    Site(id="LEI", name="Leiden", open=True, on_call="Dr Vos, +31 71 000 0000"),
    Site(id="GRA", name="Graz", open=True, on_call="Dr Huber, +43 316 000 000"),
)
BASELINES = (10, 11, 12, 14, 15, 16, 18, 20, 12, 17)
WEEK_4 = (8, 12, 5, 11, 9, 16, 12, 13, 10, 9)
JOB_TIMEOUT_S = 120.0


@dataclass(frozen=True, kw_only=True)
class Office:
    """The workbench over a store of its own; people sign in and open pages."""

    store: Store
    clock: Clock
    bench: workbench.Workbench
    monkeypatch: pytest.MonkeyPatch

    def sign_in(self, user_id: str) -> Actor:
        """Sign a person in by password: pages are drawn for this person from now on."""
        actor = actor_of(self.store, sign_in_by_password(self.store, user_id, PASSWORD))
        assert actor is not None
        self.monkeypatch.setattr(sign_in, "current_actor", lambda: actor)
        self.monkeypatch.setattr(sign_in, "watching_actor", lambda: actor)
        return actor

    def add(self, user_id: str, role: Role) -> None:
        """Give a person an account."""
        add_account(
            self.store,
            sign_in_process(self.store, Role.ADMINISTRATOR, "setting up"),
            user_id=user_id,
            display_name=user_id.capitalize(),
            role=role,
            site_id=None,
            password=PASSWORD,
        )

    def open(self, page: str) -> AppTest:
        """Return a page as its person sees it first."""
        at = AppTest.from_file(str(APP), default_timeout=60)
        at.run()
        return at.switch_page(f"screens/{page}.py").run()

    def wait(self, at: AppTest) -> AppTest:
        """Wait for the jobs of this process, and draw the page again."""
        for job in tuple(self.bench.jobs._jobs.values()):  # noqa: SLF001 - there is no other way to all of them
            assert job.wait(JOB_TIMEOUT_S).exit_code == 0
        return at.run()


def read(at: AppTest) -> str:
    """Return all that can be read on a page, tables included."""
    words = [
        element_of(one).value
        for kind in (
            "title",
            "header",
            "markdown",
            "caption",
            "success",
            "info",
            "warning",
            "error",
        )
        for one in at.get(kind)
    ]
    tables = [table.value.to_csv(index=False) for table in at.table]
    code = [block.value for block in at.code]
    metrics = [f"{metric.label}: {metric.value}" for metric in at.metric]
    return "\n".join(str(part) for part in [*words, *tables, *code, *metrics])


def press(at: AppTest, label: str) -> AppTest:
    """Press the one button with this label."""
    (found,) = (button for button in at.button if button.label == label)
    found.click().run()
    assert not at.exception
    return at


def labelled(at: AppTest, kind: str, label: str) -> Any:  # noqa: ANN401 - any widget
    """Return the one widget of a kind with this label."""
    (found,) = (one for one in map(element_of, at.get(kind)) if one.label == label)
    return found


def element_of(node: object) -> Any:  # noqa: ANN401 - any element
    """Return an element of a page, of whatever kind; only tables and text are typed by AppTest."""
    return node


@pytest.fixture(scope="session")
def small_protocol() -> Protocol:
    """Return the shipped protocol for a small trial, so that a store is quick to open."""
    return small()


@pytest.fixture(scope="session")
def small_trial(tmp_path_factory: pytest.TempPathFactory, small_protocol: Protocol) -> Path:
    """Build a trial of ten people up to week 4, with a few adverse events; return its database."""
    path = tmp_path_factory.mktemp("small-trial") / "trial.db"
    clock = Clock()
    store = create_store(f"sqlite:///{path}", clock, password_cost=CHEAP)
    create_first_administrator(store, "ada", "Ada", PASSWORD)
    world = World.of(store, clock, small_protocol)
    open_trial(store, world.administrator, small_protocol, SITES, simulated=True)
    add_people(world)
    follow(world)
    store.close()
    return path


def add_people(world: World) -> None:
    """Add an account of each role."""
    for user_id, role, site_id in (
        ("cora", Role.COORDINATOR, "LEI"),
        ("stan", Role.STATISTICIAN, None),
        ("una", Role.UNBLINDED_STATISTICIAN, None),
        ("rea", Role.REVIEWER, None),
        ("ben", Role.ADMINISTRATOR, None),
    ):
        world.add_account(user_id, role, site_id, password=PASSWORD)


def follow(world: World) -> None:
    """Enrol people, wait four weeks, and ask them again."""
    people = [
        world.randomized("LEI" if number % 2 else "GRA", gad7)
        for number, gad7 in enumerate(BASELINES)
    ]
    world.clock.advance(days=28)
    for who, gad7 in zip(people, WEEK_4, strict=True):
        world.answer(who, "week_4", "gad7", gad7)
        world.answer(who, "week_4", "phq9", 6)
        world.answer(who, "week_4", "who5", 14)
    for who in people[:3]:
        record_adverse_event(world.store, world.coordinator, world.report(who))


@pytest.fixture
def office(small_trial: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Office]:
    """Open a copy of the small trial for one test.

    Yields
    ------
    Office
        Nobody is signed in yet.
    """
    path = tmp_path / "trial.db"
    copy2(small_trial, path)
    copy2(f"{small_trial}.keys", f"{path}.keys")
    clock = Clock()
    clock.advance(days=29)
    yield from open_office(path, clock, monkeypatch)


@pytest.fixture
def empty_office(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Office]:
    """Open a store with its first administrator and nothing else.

    Yields
    ------
    Office
        Nobody is signed in yet.
    """
    path, clock = tmp_path / "trial.db", Clock()
    store = create_store(f"sqlite:///{path}", clock, password_cost=CHEAP)
    create_first_administrator(store, "ada", "Ada", PASSWORD)
    store.close()
    yield from open_office(path, clock, monkeypatch)


def open_office(path: Path, clock: Clock, monkeypatch: pytest.MonkeyPatch) -> Iterator[Office]:
    """Open a store as the workbench's.

    Yields
    ------
    Office
        Until the test is over.
    """
    url = f"sqlite:///{path}"
    monkeypatch.setenv("ANTIPHON_STORE", url)
    bench = workbench.Workbench(clock)
    monkeypatch.setattr(workbench, "_STARTED", [bench])
    store = open_store(url, clock, password_cost=CHEAP)
    monkeypatch.setattr(bench, "store", lambda: store)
    yield Office(store=store, clock=clock, bench=bench, monkeypatch=monkeypatch)
    bench.jobs.stop_all()
    store.close()
