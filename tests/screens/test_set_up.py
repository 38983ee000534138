"""First start: nothing without the code on the console, a store whole or not at all."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from data.storage.sign_in import sign_in
from screens.clock import wall_clock
from screens.set_up import print_set_up_link
from screens.workbench import Workbench
from tests.browser.house import House
from tests.screens.conftest import Served, serving

PERSON = {
    "user": "ada",
    "display_name": "Ada Administrator",
    "password": "a long enough one",
    "again": "a long enough one",
}


@pytest.fixture
def empty(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Served]:
    """Serve a workbench that has no store yet.

    Yields
    ------
    Served
        Its address.
    """
    url = f"sqlite:///{tmp_path / 'trial.db'}"
    monkeypatch.setenv("ANTIPHON_STORE", url)
    bench = Workbench(wall_clock)
    with serving(bench) as host:
        yield Served(bench=bench, host=host, house=House(url=url))
    bench.jobs.stop_all()
    if bench.has_store():
        bench.store().close()


def test_every_page_leads_to_the_set_up_while_there_is_no_store(empty: Served) -> None:
    for path in ("/", "/sign-in", "/api/answers", "/media/x"):
        assert empty.get(path).headers["location"] == "/set-up"
    assert json.loads(empty.get("/health").body) == {"status": "ok", "store": "not set up"}


def test_the_console_prints_the_link_with_the_code(
    empty: Served, capsys: pytest.CaptureFixture[str]
) -> None:
    print_set_up_link(empty.bench, "http://127.0.0.1:8501")

    assert f"/set-up?code={empty.bench.set_up_token}" in capsys.readouterr().out


def test_the_console_claims_no_address_that_it_does_not_know(
    empty: Served, capsys: pytest.CaptureFixture[str]
) -> None:
    print_set_up_link(empty.bench, None)

    printed = capsys.readouterr().out
    assert "Open the address of the server, followed by" in printed
    assert f"  /set-up?code={empty.bench.set_up_token}\n" in printed


@pytest.mark.parametrize("what", ["administrator", "demonstration"])
def test_nothing_is_set_up_without_the_code(empty: Served, what: str) -> None:
    answer = empty.post(f"/set-up/{what}", {**PERSON, "code": "guessed"})

    assert answer.status == 400
    assert "not the set-up code" in answer.text
    assert not empty.bench.has_store()


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        pytest.param({"again": "another one"}, "The two passwords differ", id="a slip"),
        pytest.param({"password": "short", "again": "short"}, "8 characters", id="too short"),
        pytest.param({"user": "a:b"}, "without a colon", id="a bad name"),
    ],
)
def test_a_refused_administrator_leaves_no_store_behind(
    empty: Served, changed: dict[str, str], said: str
) -> None:
    sent = {**PERSON, **changed, "code": empty.bench.set_up_token}

    answer = empty.post("/set-up/administrator", sent)

    assert answer.status == 400
    assert said in answer.text
    assert list(Path(empty.house.url.removeprefix("sqlite:///")).parent.iterdir()) == []


def test_the_administrator_signs_in_without_a_restart_and_the_set_up_is_over(
    empty: Served,
) -> None:
    answer = empty.post("/set-up/administrator", {**PERSON, "code": empty.bench.set_up_token})

    assert answer.headers["location"] == "/sign-in"
    assert empty.sign_in("ada", PERSON["password"])
    assert sign_in(empty.bench.store(), "ada", PERSON["password"])
    assert empty.get("/set-up").headers["location"] == "/sign-in"
    again = empty.post("/set-up/administrator", {**PERSON, "code": empty.bench.set_up_token})
    assert "already set up" in again.text


def test_the_demonstration_is_made_in_a_child_process_that_tells_how_far_it_is(
    empty: Served,
) -> None:
    answer = empty.post("/set-up/demonstration", {"code": empty.bench.set_up_token})

    assert answer.headers["location"] == "/set-up/progress"
    assert "<progress" in empty.get("/set-up/progress").text
    told = json.loads(empty.get("/set-up/progress.json").body)
    assert told["exit_code"] is None
    assert 0 <= told["share"] < 1
    assert empty.get("/set-up/done").status == 303
    empty.bench.jobs.stop_all()
    job = empty.bench.jobs.find("demonstration")
    assert job is not None
    assert job.wait(20).exit_code
    assert "The demonstration trial failed" in empty.get("/set-up/done").text
