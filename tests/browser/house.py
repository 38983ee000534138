"""A store with a small trial in it, and the app started on it as a child process.

Contents: `make_house`, `start_app`, `App`.
"""

import os
import queue
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from data.records.people import Actor, Role
from data.records.trial import Site
from data.storage.participant_links import participant_token
from data.storage.passwords import PasswordCost
from data.storage.sign_in import sign_in_process
from data.storage.store import Store, create_store, open_store_for_reading
from protocols.document import shipped_protocol
from screens.clock import wall_clock
from screens.demonstration import add_accounts
from tests.trials.test_calibrations import measured
from tests.trials.world import Clock, World, small_protocol
from trials.calibrations import record_calibration
from trials.opening import open_trial

CHECKOUT = Path(__file__).resolve().parent.parent.parent
QUICK = PasswordCost(memory_kib=8, passes=1, lanes=1)
WAITING = {"gad7": 6, "phq9": 4, "who5": 6, "line": 40}
"""How many participants stand before each form."""
SITES = (
    Site(id="LEI", name="Leiden", open=True, on_call="Dr Vos, +31 71 000 0000"),
    Site(id="GRA", name="Graz", open=True, on_call="Dr Huber, +43 316 000 000"),
)
HEALTHY_WITHIN_S = 30.0
STARTERS = {
    "python app.py": ["app.py"],
    "streamlit run app.py": ["-m", "streamlit", "run", "app.py"],
    "uvicorn app:app": ["-m", "uvicorn", "app:app", "--log-level", "warning"],
}


@dataclass(kw_only=True)
class House:
    """A store, and participants who come next to a form, each with a one-time link."""

    url: str
    links: dict[str, str] = field(default_factory=dict)
    """By participant id."""
    waiting: dict[str, list[str]] = field(default_factory=dict)
    """Participant ids by the form that comes next: gad7, phq9, who5, or the line before a session."""

    def next_at(self, form: str) -> str:
        """Return a participant whom no other test has met."""
        return self.waiting[form].pop()

    @contextmanager
    def reading(self) -> Iterator[tuple[Store, Actor]]:
        """Look into the store while the app runs.

        Yields
        ------
        tuple of Store and Actor
            A coordinator's view.
        """
        store = open_store_for_reading(self.url, wall_clock)
        try:
            yield store, sign_in_process(store, Role.COORDINATOR, "test")
        finally:
            store.close()


def make_house(folder: Path) -> House:
    """Make a store with a small trial, its people, and two participants."""
    house = House(url=f"sqlite:///{folder / 'trial.db'}")
    store = create_store(house.url, wall_clock, password_cost=QUICK)
    administrator = open_house(store)
    coordinator = sign_in_process(store, Role.COORDINATOR, "preparation")
    world = World(
        store=store,
        clock=Clock(),
        protocol=shipped_protocol(),
        administrator=administrator,
        coordinator=coordinator,
        leiden=coordinator,
        statistician=coordinator,
        reviewer=coordinator,
    )
    with store.group_commit():
        record_calibration(store, coordinator, measured(world, measured_on=wall_clock().date()))
        house.waiting = {
            form: [bring(world) for _ in range(WAITING[form])] for form, bring in STAGES.items()
        }
        for who in (who for waiting in house.waiting.values() for who in waiting):
            house.links[who] = participant_token(store, coordinator, who)
    store.close()
    return house


def bring_to_phq9(world: World) -> str:
    """Return somebody who has finished the first form of the baseline."""
    who = world.eligible()
    world.answer(who, "baseline", "gad7", 12)
    return who


def bring_to_who5(world: World) -> str:
    """Return somebody who has finished two forms of the baseline."""
    who = bring_to_phq9(world)
    world.answer(who, "baseline", "phq9", 9)
    return who


STAGES: dict[str, Callable[[World], str]] = {
    "gad7": World.eligible,
    "phq9": bring_to_phq9,
    "who5": bring_to_who5,
    "line": World.randomized,
}


def open_house(store: Store) -> Actor:
    """Make the accounts and open a trial that is small enough to be quick."""
    administrator = add_accounts(store)
    open_trial(store, administrator, small_protocol(slots_per_stratum=48), SITES, simulated=True)
    return administrator


@dataclass(frozen=True, kw_only=True)
class App:
    """The app as it runs."""

    address: str
    process: "subprocess.Popen[str]"
    lines: "queue.Queue[str]"
    """What it prints."""

    def wait_for_line(self, containing: str, timeout_s: float = 10.0) -> str:
        """Return the next printed line that holds a text."""
        end = time.monotonic() + timeout_s
        while True:
            line = self.lines.get(timeout=max(end - time.monotonic(), 0.01))
            if containing in line:
                return line


@contextmanager
def start_app(
    url: str,
    arguments: Sequence[str] = ("app.py",),
    *,
    folder: Path = CHECKOUT,
    health: str = "/health",
) -> Iterator[App]:
    """Start the app on a free port, wait until it is healthy, and end it afterwards.

    Yields
    ------
    App
        The running app.
    """
    port = free_port()
    process = subprocess.Popen(
        [sys.executable, *arguments, *port_option(arguments, port)],
        cwd=folder,
        env={**os.environ, "ANTIPHON_STORE": url, "ANTIPHON_PORT": str(port)},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    lines: queue.Queue[str] = queue.Queue()
    reader = threading.Thread(target=pass_on, args=(process, lines), daemon=True)
    reader.start()
    address = f"http://127.0.0.1:{port}"
    try:
        wait_until_healthy(process, address + health)
        yield App(address=address, process=process, lines=lines)
    finally:
        process.terminate()
        process.wait(20)
        reader.join(5)
        if process.stdout is not None:
            process.stdout.close()


def port_option(arguments: Sequence[str], port: int) -> list[str]:
    """Return how a starter is told the port."""
    options = {"streamlit": ["--server.port", str(port)], "uvicorn": ["--port", str(port)]}
    return next((option for name, option in options.items() if name in arguments), [])


def free_port() -> int:
    """Return a port that nobody uses at this moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def pass_on(process: "subprocess.Popen[str]", lines: "queue.Queue[str]") -> None:
    """Keep what the process prints."""
    for line in process.stdout or ():
        lines.put(line.rstrip("\n"))


def wait_until_healthy(process: "subprocess.Popen[str]", address: str) -> None:
    """Ask until it answers that it is well.

    Raises
    ------
    AssertionError
        If it does not in time.
    """
    end = time.monotonic() + HEALTHY_WITHIN_S
    while time.monotonic() < end and process.poll() is None:
        try:
            with urllib.request.urlopen(address, timeout=2) as answer:  # noqa: S310
                if "ok" in answer.read().decode():
                    return
        except (urllib.error.URLError, OSError):
            time.sleep(0.1)
    message = f"The app at {address} did not become healthy (exit code {process.poll()})."
    raise AssertionError(message)
