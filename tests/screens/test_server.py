"""The server says whether it is well, and explains what went wrong without giving anything away."""

import json

import pytest
from starlette.requests import Request
from streamlit.testing.v1 import AppTest

from data.records.people import Role
from data.records.sessions import ListeningSession, SessionState
from data.storage.roles import Permission
from data.storage.sign_in import sign_in_process
from screens.server import end_what_was_cut_off, show_health
from screens.workbench import Workbench
from tests.screens.conftest import Served
from tests.screens.player.test_routes import put_on_air


def test_health_says_that_the_store_is_open(served: Served) -> None:
    answer = served.get("/health")

    assert json.loads(answer.body) == {"status": "ok", "store": "open"}


def test_health_fails_while_the_store_cannot_be_opened(served: Served) -> None:
    """Another opening of the store holds it: two writers would tear the audit chain."""
    second = Workbench(served.bench.clock)
    assert second.has_store()

    answer = show_health(second, Request({"type": "http"}))

    assert answer.status_code == 503
    assert b"in use" in answer.body


def explaining(message: str) -> None:
    """Draw an error as the server does; runs inside AppTest."""
    from data.storage.errors import SignInEndedError  # noqa: PLC0415 - AppTest runs the text alone
    from screens.server import explain_error  # noqa: PLC0415
    from trials.errors import WrongStepError  # noqa: PLC0415

    errors = {
        "ended": SignInEndedError("ended"),
        "step": WrongStepError("Consent comes first."),
        "bug": ZeroDivisionError("secret detail"),
    }
    assert explain_error(errors[message])


@pytest.mark.parametrize(
    ("which", "said"),
    [
        pytest.param("ended", "Your sign-in has ended.", id="the sign-in ended"),
        pytest.param("step", "Consent comes first.", id="a refusal in its own words"),
        pytest.param("bug", "incident number", id="a mistake of ours, with a number only"),
    ],
)
def test_an_error_is_explained_in_a_sentence(which: str, said: str) -> None:
    at = AppTest.from_function(explaining, args=(which,)).run()

    assert said in at.error[0].value
    assert "secret detail" not in at.error[0].value
    assert not at.exception


def test_a_session_that_a_killed_server_left_running_is_closed_at_the_next_start(
    served: Served,
) -> None:
    who = served.house.next_at("line")
    session = put_on_air(served, who)
    frames = session.segment(0).frames
    session.report_playback(0, frames_played=frames, underruns=0, gap_s=0.0, volume=0.7)

    end_what_was_cut_off(served.bench)

    store = served.bench.store()
    actor = sign_in_process(store, Role.COORDINATOR, "test")
    with store.reading(actor, Permission.RUN_SESSION) as reading:
        closed = reading.get(ListeningSession, session.status().session_id)
    assert closed.state is SessionState.STOPPED
    assert closed.stop_reason == "The server stopped while the session was running."
    assert closed.listened_s == pytest.approx(frames / session.sampling_rate_hz)
    assert put_on_air(served, who).status().session_id != closed.id
