"""The printed set-up link leads to the server, however it was started, or does not claim to."""

from pathlib import Path

import pytest
import streamlit as st

from screens.address import address_of_server
from tests.browser.house import STARTERS, start_app

UVICORN = "/somewhere/uvicorn/__main__.py"


def test_the_link_that_a_real_uvicorn_prints_has_the_port_it_listens_on(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'none.db'}"
    with start_app(url, STARTERS["uvicorn app:app"]) as app:
        link = app.wait_for_line("/set-up?code=").strip()

    assert link.startswith(f"{app.address}/set-up?code=")


@pytest.mark.parametrize(
    "program", ["app.py", "/usr/bin/streamlit", "/somewhere/streamlit/__main__.py"]
)
def test_streamlits_starters_keep_the_port_in_streamlits_options(program: str) -> None:
    expected = f":{st.get_option('server.port')}"

    assert (address_of_server([program, "run", "app.py"]) or "").endswith(expected)


@pytest.mark.parametrize(
    ("command_line", "address"),
    [
        ([UVICORN, "app:app"], "http://127.0.0.1:8000"),
        (["/usr/bin/uvicorn", "app:app", "--port=9100"], "http://127.0.0.1:9100"),
        ([UVICORN, "app:app", "--host", "::", "--port", "9"], "http://localhost:9"),
        ([UVICORN, "app:app", "--host", "::1"], "http://[::1]:8000"),
        (
            [UVICORN, "app:app", "--ssl-certfile", __file__, "--ssl-keyfile", __file__],
            "https://127.0.0.1:8000",
        ),
    ],
)
def test_uvicorns_own_options_are_read_as_uvicorn_reads_them(
    command_line: list[str], address: str
) -> None:
    assert address_of_server(command_line) == address


def test_uvicorns_environment_counts_as_its_options_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("UVICORN_PORT", "9200")

    assert address_of_server([UVICORN, "app:app"]) == "http://127.0.0.1:9200"


@pytest.mark.parametrize(
    "command_line",
    [
        [UVICORN, "app:app", "--port", "0"],
        [UVICORN, "app:app", "--uds", "/run/antiphon.sock"],
        ["/usr/bin/hypercorn", "app:app", "--bind", "127.0.0.1:9000"],
    ],
    ids=["any free port", "a socket", "another server"],
)
def test_no_address_is_claimed_that_is_not_known(command_line: list[str]) -> None:
    assert address_of_server(command_line) is None
