"""The routes of the player: segments, state, commands, and what was really played.

Nothing in an address, a header or a name tells the arms apart; the audio is all there is.

Contents: `routes`.
"""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from functools import partial

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response, StreamingResponse
from starlette.routing import Route

from data.records.people import Actor, Role
from data.records.sessions import SessionState
from data.storage.roles import Permission, is_permitted
from data.storage.sign_in import actor_of, touch
from screens.cookies import COOKIE
from screens.listening import Listener, Report
from screens.workbench import Workbench
from trials.errors import TrialError

NO_STORE = {"Cache-Control": "no-store"}
VOLUME_CAP = 1.0
"""The player never makes the music louder than it was rendered."""
LOOK_EVERY_S = 0.03
"""How often a waiting player's connection looks for a command: STOP is heard within 100 ms."""
ALIVE_EVERY_S = 15.0


class PlayedSegment(BaseModel):
    """How much of one segment was played."""

    model_config = ConfigDict(extra="forbid")
    sequence: int = Field(ge=0)
    frames_played: int = Field(ge=0)
    underruns: int = Field(ge=0)
    gap_s: float = Field(ge=0)


class Telemetry(BaseModel):
    """What the player tells every second."""

    model_config = ConfigDict(extra="forbid")
    segments: list[PlayedSegment]
    volume: float = Field(ge=0, le=VOLUME_CAP)
    visible: bool
    output_latency_s: float = Field(ge=0)
    final: bool


class Command(BaseModel):
    """What a person orders."""

    model_config = ConfigDict(extra="forbid")
    do: str = Field(pattern="^(pause|resume|stop)$")


def routes(bench: Workbench) -> list[Route]:
    """Return the player's routes."""
    base = "/api/listen/{token}"
    return [
        Route(f"{base}/seg/{{sequence:int}}", partial(send_segment, bench), methods=["GET"]),
        Route(f"{base}/state", partial(send_state, bench), methods=["GET"]),
        Route(f"{base}/commands", partial(send_commands, bench), methods=["GET"]),
        Route(f"{base}/tele", partial(take_telemetry, bench), methods=["POST"]),
        Route(f"{base}/cmd", partial(take_command, bench), methods=["POST"]),
    ]


async def send_segment(bench: Workbench, request: Request) -> Response:
    """Answer with one segment of music; the same number gives the same bytes."""
    listener = await run_in_threadpool(listener_of, bench, request)
    if isinstance(listener, Response):
        return listener
    try:
        segment = await run_in_threadpool(listener.session.segment, request.path_params["sequence"])
    except TrialError as error:
        return PlainTextResponse(str(error), 409)
    headers = {**NO_STORE, "X-Last-Segment": "1" if segment.last else "0"}
    return Response(segment.flac, media_type="audio/flac", headers=headers)


def send_state(bench: Workbench, request: Request) -> Response:
    """Answer with where the session stands, for a player that comes or comes back."""
    listener = listener_of(bench, request)
    if isinstance(listener, Response):
        return listener
    listener.settle()
    status = listener.session.status()
    plain = {
        "state": str(status.state),
        "paused": status.paused,
        "sampling_rate_hz": listener.session.sampling_rate_hz,
        "volume_cap": VOLUME_CAP,
        "played_s": status.listened_s,
        "duration_s": status.planned_s,
        "resume_sequence": listener.resume_sequence(status),
    }
    return JSONResponse(plain, headers=NO_STORE)


async def send_commands(bench: Workbench, request: Request) -> Response:
    """Answer with a stream of what the session is told to do, so that STOP needs no asking."""
    listener = await run_in_threadpool(listener_of, bench, request)
    if isinstance(listener, Response):
        return listener
    headers = {**NO_STORE, "X-Accel-Buffering": "no"}
    return StreamingResponse(
        commands(bench, listener), media_type="text/event-stream", headers=headers
    )


async def commands(bench: Workbench, listener: Listener) -> AsyncIterator[str]:
    """Tell the session's state at once and whenever it changes, until it is over.

    Yields
    ------
    str
        One server-sent event.
    """
    told = None
    silent_s = 0.0
    while (told is None or told["state"] == SessionState.RUNNING) and not bench.is_closing:
        status = listener.session.status()
        state = SessionState.STOPPED if listener.is_stopping else status.state
        now = {"state": str(state), "paused": status.paused}
        if now != told:
            told, silent_s = now, 0.0
            yield f"data: {json.dumps(told)}\n\n"
        elif silent_s >= ALIVE_EVERY_S:
            silent_s = 0.0
            yield ": still here\n\n"
        await asyncio.sleep(LOOK_EVERY_S)
        silent_s += LOOK_EVERY_S


async def take_telemetry(bench: Workbench, request: Request) -> Response:
    """Take what was played since the last report."""
    body = await request.body()
    try:
        telemetry = Telemetry.model_validate_json(body)
    except ValidationError:
        return PlainTextResponse("This is no report of a player.", 400)
    return await run_in_threadpool(record_telemetry, bench, request, telemetry)


def record_telemetry(bench: Workbench, request: Request, telemetry: Telemetry) -> Response:
    """Keep what was played; music that is heard keeps a participant's sign-in awake."""
    listener = listener_of(bench, request)
    if isinstance(listener, Response):
        return listener
    take = listener.hear_last if telemetry.final else listener.hear
    take(
        tuple(
            Report(
                sequence=played.sequence,
                frames_played=played.frames_played,
                underruns=played.underruns,
                gap_s=played.gap_s,
                volume=telemetry.volume,
            )
            for played in telemetry.segments
        )
    )
    if telemetry.segments and role_of(listener, request) is Role.PARTICIPANT:
        touch(bench.store(), request.cookies[COOKIE])
    return Response(status_code=204)


async def take_command(bench: Workbench, request: Request) -> Response:
    """Pause, go on or stop, as the participant or the coordinator orders."""
    body = await request.body()
    try:
        command = Command.model_validate_json(body)
    except ValidationError:
        return PlainTextResponse("Orders are pause, resume and stop.", 400)
    return await run_in_threadpool(obey, bench, request, command)


def obey(bench: Workbench, request: Request, command: Command) -> Response:
    """Carry out an order."""
    listener = listener_of(bench, request)
    if isinstance(listener, Response):
        return listener
    stop = (
        listener.session.stop_for_participant
        if role_of(listener, request) is Role.PARTICIPANT
        else partial(listener.session.stop, "The coordinator stopped the session.")
    )
    orders: dict[str, Callable[[], None]] = {
        "pause": listener.session.pause,
        "resume": listener.session.resume,
        "stop": partial(listener.stop, stop),
    }
    orders[command.do]()
    return Response(status_code=204)


def listener_of(bench: Workbench, request: Request) -> Listener | Response:
    """Return what is heard of the session, or why this browser may not hear it."""
    listener = bench.listeners.find(request.path_params["token"])
    if listener is None:
        return PlainTextResponse("This session is not on the air.", 404)
    cookie = request.cookies.get(COOKIE, "")
    if listener.admitted(cookie):
        return listener
    actor = actor_of(bench.store(), cookie) if cookie else None
    if actor is None:
        return PlainTextResponse("Sign in first.", 401)
    if not may_listen(actor, listener.session.participant_id):
        return PlainTextResponse("This session is for its participant and their site.", 403)
    listener.admit(cookie, actor)
    return listener


def may_listen(actor: Actor, participant_id: str) -> bool:
    """Whether this person may hear the music: it is the one thing that tells arms apart."""
    if actor.role is Role.PARTICIPANT:
        return actor.user_id == participant_id
    if not participant_id:  # an audition: music without a participant
        return is_permitted(actor.role, Permission.HEAR_ARMS)
    is_of_site = actor.site_id is None or participant_id.startswith(f"{actor.site_id}-")
    return actor.role is Role.COORDINATOR and is_of_site


def role_of(listener: Listener, request: Request) -> Role | None:
    """Return the role of whoever sent this."""
    actor = listener.admitted(request.cookies.get(COOKIE, ""))
    return actor.role if actor else None
