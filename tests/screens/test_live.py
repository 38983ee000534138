"""Live traces tell what is the same in every arm, and end with the sign-in."""

import http.client
import json
from collections.abc import Iterator
from contextlib import closing, contextmanager

from data.storage.sign_in import sign_out
from screens.demonstration import PASSWORD
from tests.screens.conftest import Served
from tests.screens.player.test_routes import put_on_air


@contextmanager
def stream(served: Served, token: str, cookie: str) -> Iterator[http.client.HTTPResponse]:
    """Open the stream of a session.

    Yields
    ------
    HTTPResponse
        To be read line by line.
    """
    with closing(http.client.HTTPConnection(served.host, timeout=10)) as connection:
        connection.request("GET", f"/live/{token}", headers={"Cookie": f"antiphon={cookie}"})
        yield connection.getresponse()


def next_message(answer: http.client.HTTPResponse) -> str:
    """Return the next event of a stream."""
    lines: list[str] = []
    while (line := answer.readline().decode().strip()) or not lines:
        if line:
            lines.append(line)
    return "\n".join(lines)


def test_a_stream_tells_the_signals_of_the_music_and_nothing_of_the_arm(served: Served) -> None:
    session = put_on_air(served, served.house.next_at("line"))
    session.segment(0)
    cookie = served.sign_in("coordinator", PASSWORD)

    with stream(served, session.token, cookie) as answer:
        told = json.loads(next_message(answer).removeprefix("data: "))
    session.stop("The test is over.")

    assert told["signal"] == "The signal is good."
    assert 40 < told["heart_rate_bpm"] < 140
    assert told["estimate"].startswith("Estimated arousal ")
    assert told["signals"][0]["label"] == "Heart rate"
    assert told["signals"][0]["use"] == "Counts"
    assert told["arousal_band"][0] < told["arousal"] < told["arousal_band"][1]
    assert set(told) == {
        "state", "paused", "heart_rate_bpm", "ln_rmssd", "signal", "signal_reason",
        "sample_age_s", "listened_s", "planned_s", "coordinator_needed", "attention",
        "arousal", "arousal_sd", "arousal_band", "valence", "valence_sd", "estimate", "signals",
    }  # fmt: skip


def test_a_stream_ends_when_the_sign_in_is_ended_elsewhere(served: Served) -> None:
    session = put_on_air(served, served.house.next_at("line"))
    cookie = served.post("/sign-in", {"user": "coordinator", "password": PASSWORD}).cookie

    with stream(served, session.token, cookie) as answer:
        next_message(answer)
        sign_out(served.bench.store(), cookie)
        last = next_message(answer)
    session.stop("The test is over.")

    assert last.startswith("event: ended")


def test_a_stream_ends_with_the_session(served: Served) -> None:
    session = put_on_air(served, served.house.next_at("line"))
    cookie = served.sign_in("coordinator", PASSWORD)

    with stream(served, session.token, cookie) as answer:
        next_message(answer)
        session.stop("The test is over.")
        last = json.loads(next_message(answer).removeprefix("data: "))
        rest = answer.read()

    assert last["state"] == "stopped"
    assert rest.strip() == b""


def test_traces_are_for_the_site_only(served: Served) -> None:
    session = put_on_air(served, served.house.next_at("line"))
    path = f"/live/{session.token}"

    refused = {
        user: served.get(path, cookie=served.sign_in(user, PASSWORD)).status
        for user in ("coordinator-graz", "statistician")
    }
    session.stop("The test is over.")

    assert refused == {"coordinator-graz": 403, "statistician": 403}
    assert served.get("/live/unknown", cookie=served.sign_in("coordinator", PASSWORD)).status == 404
