"""The server says whether it is well, and explains what went wrong without giving anything away."""

import json

import pytest
from starlette.requests import Request
from streamlit.testing.v1 import AppTest

from screens.server import show_health
from screens.workbench import Workbench
from tests.screens.conftest import Served


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
