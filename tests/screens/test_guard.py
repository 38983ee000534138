"""The guard lets nothing through without a live sign-in, and marks what it lets through."""

import asyncio

import pytest
from starlette.types import Message, Receive, Scope, Send
from websockets.exceptions import InvalidStatus
from websockets.sync.client import connect

from screens.demonstration import PASSWORD
from screens.guard import MARK_HEADER, Guard, content_security_policy
from tests.screens.conftest import Served

OURS = ("/", "/reports/analysis", "/media/music.flac", "/live/token", "/_stcore/host-config")


@pytest.mark.parametrize("path", OURS)
def test_a_path_is_refused_without_a_sign_in(served: Served, path: str) -> None:
    answer = served.get(path)

    assert answer.status in {303, 401}
    assert answer.body in {b"", b"Sign in first."}


@pytest.mark.parametrize("path", ["/sign-in", "/health", "/look/plain.css"])
def test_the_way_to_a_sign_in_is_open(served: Served, path: str) -> None:
    assert served.get(path).status == 200


def test_a_websocket_is_refused_without_a_sign_in_and_from_another_site(served: Served) -> None:
    cookie = f"antiphon={served.sign_in('reviewer', PASSWORD)}"
    address = f"ws://{served.host}/_stcore/stream"
    foreign = {"Cookie": cookie, "Origin": "http://evil.example"}

    with pytest.raises(InvalidStatus, match="403"), connect(address):
        pass
    with pytest.raises(InvalidStatus, match="403"), connect(address, additional_headers=foreign):
        pass


def test_another_sites_page_cannot_change_anything(served: Served) -> None:
    cookie = served.sign_in("reviewer", PASSWORD)

    answer = served.post("/sign-out", {}, cookie=cookie, Origin="http://evil.example")

    assert answer.status == 403
    assert served.get("/reports/protocol", cookie=cookie).status == 200


@pytest.mark.parametrize(
    ("path", "size"),
    [
        pytest.param("/sign-in", 64 * 1024, id="a form"),
        pytest.param("/api/answers", 64 * 1024, id="an answer"),
        pytest.param("/api/listen/token/tele", 16 * 1024, id="a player's report"),
    ],
)
def test_more_than_a_form_can_hold_is_refused_unread(served: Served, path: str, size: int) -> None:
    assert served.ask("POST", path, "", {}, b"a" * size).status != 413

    refused = served.ask("POST", path, "", {}, b"a" * (size + 1))

    assert refused.status == 413
    assert refused.text == "This is more than a form of ours can hold."


def test_every_answer_carries_the_security_headers(served: Served) -> None:
    headers = served.get("/sign-in").headers

    assert headers["content-security-policy"] == content_security_policy()
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["x-frame-options"] == "DENY"
    assert headers["referrer-policy"] == "same-origin"


def test_the_policy_names_the_hash_of_streamlits_inline_script_and_no_unsafe_script() -> None:
    scripts = content_security_policy().split("script-src ")[1].split(";")[0]

    assert "'sha256-" in scripts
    assert "unsafe" not in scripts


def test_a_visitor_cannot_bring_the_mark_along(served: Served) -> None:
    seen: list[Scope] = []

    async def behind(scope: Scope, _receive: Receive, _send: Send) -> None:
        seen.append(scope)

    async def never() -> Message:
        raise AssertionError

    async def ignore(_message: Message) -> None:
        pass

    scope = {
        "type": "http",
        "method": "GET",
        "path": "/health",
        "query_string": b"",
        "headers": [(MARK_HEADER.encode(), b"forged"), (b"host", b"here")],
    }
    asyncio.run(Guard(behind, served.bench)(scope, never, ignore))

    marks = [value for name, value in seen[0]["headers"] if name == MARK_HEADER.encode()]
    assert marks == [served.bench.guard_mark.encode()]
