"""What is not a page: routes, middleware, start-up and shut-down of the one server process.

Contents: `routes`, `middleware`, `run`, `lifespan`, `explain_error`.
"""

import gc
import logging
import os
import secrets
import signal
import sys
import threading
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from functools import partial
from types import FrameType

import streamlit as st
from starlette.concurrency import run_in_threadpool
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from data.records.people import Role
from data.storage.errors import SignInEndedError, StorageError
from data.storage.sign_in import sign_in_process
from screens import live, printing, set_up, sign_in
from screens.address import address_of_server
from screens.guard import Guard
from screens.participant import answering
from screens.plain import serve_look
from screens.player import routes as player
from screens.workbench import Workbench
from trials.errors import TrialError

LOGGER = logging.getLogger(__name__)


def routes(bench: Workbench) -> list[Route]:
    """Return every route beside Streamlit's own."""
    return [
        Route("/health", partial(show_health, bench)),
        Route("/look/{name}", serve_look),
        *sign_in.routes(bench),
        *set_up.routes(bench),
        *player.routes(bench),
        *answering.routes(bench),
        *live.routes(bench),
        *printing.routes(bench),
    ]


def middleware(bench: Workbench) -> list[Middleware]:
    """Return what stands before everything, Streamlit included."""
    return [Middleware(Guard, bench=bench)]


def show_health(bench: Workbench, _request: Request) -> Response:
    """Say whether the server can work: 200 when it can, 503 when the store cannot be opened."""
    if not bench.has_store():
        return JSONResponse({"status": "ok", "store": "not set up"})
    try:
        bench.store()
    except StorageError as error:
        return JSONResponse({"status": "failing", "store": str(error)}, 503)
    return JSONResponse({"status": "ok", "store": "open"})


def run(app: st.App, bench: Workbench) -> None:
    """Serve until stopped, on `ANTIPHON_PORT` when it is set; say in a sentence why not."""
    try:
        if bench.has_store():
            bench.store()
    except StorageError as error:
        sys.exit(f"Antiphon cannot start. {error}")
    port = os.environ.get("ANTIPHON_PORT", "")
    app.run(config={"server.port": int(port)} if port.isdecimal() else None)


def lifespan(
    bench: Workbench,
) -> Callable[[st.App], AbstractAsyncContextManager[None]]:
    """Return what happens when the server starts and when it stops."""

    @asynccontextmanager
    async def live_once(_app: st.App) -> AsyncIterator[None]:
        await run_in_threadpool(warm_up, bench)
        notice_signals(bench)
        yield
        await run_in_threadpool(wind_down, bench)

    return live_once


def notice_signals(bench: Workbench) -> None:
    """Let the streams end when the server is told to stop: it waits for open answers."""
    if threading.current_thread() is not threading.main_thread():
        return
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, partial(close_streams, bench, signal.getsignal(number)))


def close_streams(
    bench: Workbench,
    before: Callable[[int, FrameType | None], object] | int | None,
    number: int,
    frame: FrameType | None,
) -> None:
    """Note that the server stops, then do what was done at this signal before."""
    bench.is_closing = True
    if callable(before):
        before(number, frame)


def warm_up(bench: Workbench) -> None:
    """Open the store, import what the first page needs, and keep it out of the collector's way.

    Streamlit collects garbage after every run of a page; frozen modules cost it nothing.
    """
    if bench.has_store():
        end_what_was_cut_off(bench)
    else:
        set_up.print_set_up_link(bench, address_of_server())
    import pandas as pd  # noqa: F401 - imported here so that no page waits for it
    import pyarrow as pa  # type: ignore[import-untyped]  # noqa: F401

    gc.collect()
    gc.freeze()


def end_what_was_cut_off(bench: Workbench) -> None:
    """Close the sessions that a killed server left running."""
    from trials.sessions.interrupted import end_interrupted_sessions

    store = bench.store()
    server = sign_in_process(store, Role.COORDINATOR, "server start")
    for session in end_interrupted_sessions(store, server):
        LOGGER.warning("Session %s was cut off: it is closed now.", session.id)


def wind_down(bench: Workbench) -> None:
    """Stop the music with what was heard on record, and end the jobs."""
    bench.listeners.stop_all("The server was shut down.")
    bench.jobs.stop_all()


def explain_error(error: Exception) -> bool:
    """Draw what went wrong on the page, in a sentence; details go to the log only."""
    if isinstance(error, SignInEndedError):
        st.error("Your sign-in has ended.")
        st.markdown("[Sign in again](/sign-in)")
    elif isinstance(error, (StorageError, TrialError)):
        st.error(str(error))
    else:
        incident = secrets.token_hex(4)
        LOGGER.error("Incident %s", incident, exc_info=error)
        st.error(
            "Something went wrong, and nothing was changed by this step. "
            f"Please tell your administrator the incident number {incident}."
        )
    return True
