"""Our routes behind the guard, served over real HTTP on a real store, without Streamlit."""

import http.client
import json
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

import pytest
import uvicorn
from starlette.applications import Starlette

from screens import server
from screens.clock import wall_clock
from screens.workbench import Workbench
from tests.browser.house import House, make_house


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What the server answered."""

    status: int
    headers: http.client.HTTPMessage
    body: bytes

    @property
    def text(self) -> str:
        """The body as text."""
        return self.body.decode()

    @property
    def cookie(self) -> str:
        """The value of our cookie that the answer sets; empty when it sets none."""
        return (self.headers["set-cookie"] or "antiphon=").split("antiphon=")[1].split(";")[0]


@dataclass(frozen=True, kw_only=True)
class Served:
    """A workbench whose routes are served."""

    bench: Workbench
    host: str
    house: House
    cookies: dict[str, str] = field(default_factory=dict)

    def get(self, path: str, *, cookie: str = "", **headers: str) -> Answer:
        """Ask for a path."""
        return self.ask("GET", path, cookie, headers, None)

    def post(self, path: str, sent: dict[str, Any], *, cookie: str = "", **headers: str) -> Answer:
        """Send JSON to a path of the interface, a form to any other."""
        is_form = not path.startswith("/api/")
        body = urlencode(sent) if is_form else json.dumps(sent)
        return self.ask("POST", path, cookie, headers, body.encode())

    def ask(
        self, method: str, path: str, cookie: str, headers: dict[str, str], body: bytes | None
    ) -> Answer:
        """Make one request, following nothing."""
        with closing(http.client.HTTPConnection(self.host, timeout=10)) as connection:
            sent = {**headers, **({"Cookie": f"antiphon={cookie}"} if cookie else {})}
            connection.request(method, path, body, sent)
            answer = connection.getresponse()
            return Answer(status=answer.status, headers=answer.headers, body=answer.read())

    def sign_in(self, user: str, password: str) -> str:
        """Return the cookie of a person, signed in once."""
        if user not in self.cookies:
            answer = self.post("/sign-in", {"user": user, "password": password})
            self.cookies[user] = answer.cookie
        return self.cookies[user]

    def come_as(self, participant_id: str) -> str:
        """Return the cookie of a participant, who uses the one-time link."""
        if participant_id not in self.cookies:
            answer = self.post(f"/p/{self.house.links[participant_id]}", {})
            self.cookies[participant_id] = answer.cookie
        return self.cookies[participant_id]


@pytest.fixture(scope="session")
def house(tmp_path_factory: pytest.TempPathFactory) -> House:
    """Return a store with a small trial in it."""
    return make_house(tmp_path_factory.mktemp("house"))


@pytest.fixture(scope="module")
def served(house: House) -> Iterator[Served]:
    """Serve the routes on the store.

    Yields
    ------
    Served
        The address, and the workbench behind it.
    """
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("ANTIPHON_STORE", house.url)
        bench = Workbench(wall_clock)
        with serving(bench) as host:
            yield Served(bench=bench, host=host, house=house)
        bench.store().close()


@contextmanager
def serving(bench: Workbench) -> Iterator[str]:
    """Serve the routes of a workbench on a free port.

    Yields
    ------
    str
        Host and port.
    """
    app = Starlette(routes=server.routes(bench), middleware=server.middleware(bench))
    config = uvicorn.Config(app, host="127.0.0.1", port=0, log_level="critical")
    running = uvicorn.Server(config)
    thread = threading.Thread(target=running.run, daemon=True)
    thread.start()
    while not running.started:
        threading.Event().wait(0.01)
    try:
        yield f"127.0.0.1:{running.servers[0].sockets[0].getsockname()[1]}"
    finally:
        running.should_exit = True
        running.force_exit = True
        thread.join(5)
