"""Live traces of a session on the air: a stream of numbers out, drawn on a canvas in the browser.

Only what is the same in every arm leaves the server (`screens.published`). The sign-in is read again before each message, and the stream never keeps it awake.

Contents: `routes`, `traces`.
"""

import asyncio
import json
from collections.abc import AsyncIterator
from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import streamlit as st
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response, StreamingResponse
from starlette.routing import Route

from data.records.people import Actor
from data.records.sessions import SessionState
from data.storage.sign_in import actor_of
from screens.cookies import COOKIE
from screens.listening import Listener, may_watch
from screens.published import Published
from screens.signal_words import BAND_SDS, REASONS, estimate_of, rows_of
from screens.workbench import Workbench

if TYPE_CHECKING:
    from streamlit.components.v2.types import ComponentRenderer

HERE = Path(__file__).parent
EVERY_S = 1.0
SIGNAL_WORDS = {
    "good": "The signal is good.",
    "degraded": "The signal is weak: heart rate only.",
    "hold": "The signal cannot be used now: the music holds its course.",
    "waiting": "Waiting for the first segment of music.",
}


def routes(bench: Workbench) -> list[Route]:
    """Return the routes of the live traces."""
    return [Route("/live/{token}", partial(send_traces, bench), methods=["GET"])]


async def send_traces(bench: Workbench, request: Request) -> Response:
    """Answer with a stream of one message a second while the session is on the air."""
    listener = bench.listeners.find(request.path_params["token"])
    if listener is None:
        return PlainTextResponse("This session is not on the air.", 404)
    actor = await run_in_threadpool(viewer_of, bench, request)
    if actor is None or not may_watch(actor, listener.session.participant_id):
        return PlainTextResponse("The traces are for the coordinator of the site.", 403)
    return StreamingResponse(
        messages(bench, request, listener),
        media_type="text/event-stream",
        headers={"Cache-Control": "no-store", "X-Accel-Buffering": "no"},
    )


def viewer_of(bench: Workbench, request: Request) -> Actor | None:
    """Return who is signed in at this moment, without keeping the sign-in awake."""
    return actor_of(bench.store(), request.cookies.get(COOKIE, ""))


async def messages(bench: Workbench, request: Request, listener: Listener) -> AsyncIterator[str]:
    """Tell the session's status every second until it is over or the sign-in has ended.

    Yields
    ------
    str
        One server-sent event.
    """
    while await run_in_threadpool(viewer_of, bench, request):
        if bench.is_closing:
            return
        shown = listener.published()
        yield f"data: {json.dumps(shown_as_plain(shown))}\n\n"
        if shown.state is not SessionState.RUNNING:
            return
        await asyncio.sleep(EVERY_S)
    yield 'event: ended\ndata: {"text": "Your sign-in has ended: sign in again to see the traces."}\n\n'


def shown_as_plain(shown: Published) -> dict[str, Any]:
    """Return what every screen may show of a session, with the words for it."""
    band = BAND_SDS * (shown.arousal_sd or 0.0)
    return {
        **asdict(shown),
        "signal": SIGNAL_WORDS.get(shown.signal, shown.signal),
        "signal_reason": REASONS.get(shown.signal_reason, shown.signal_reason),
        "signals": [asdict(row) for row in rows_of(shown.signals)],
        "estimate": estimate_of(shown),
        "arousal_band": None
        if shown.arousal is None
        else [shown.arousal - band, shown.arousal + band],
    }


def traces(token: str) -> None:
    """Draw the live traces of a session on the air, with the same in words beside them."""
    _component()(key=f"traces-{token}", data={"token": token})


@st.cache_resource
def _component() -> "ComponentRenderer":
    return st.components.v2.component(
        "antiphon_traces",
        html=(HERE / "look" / "traces.html").read_text("utf-8"),
        css=(HERE / "look" / "traces.css").read_text("utf-8"),
        js=(HERE / "look" / "traces.js").read_text("utf-8"),
    )
