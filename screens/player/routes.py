"""The routes of the player: segments, state, commands, and what was really played.

Nothing in an address, a header or a name tells the arms apart; the audio is all there is.

Contents: `routes`.
"""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from functools import partial
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response, StreamingResponse
from starlette.routing import Route

from data.records.people import Actor, Role
from data.records.sessions import SessionState, StopCause
from data.storage.sign_in import actor_of, standing_actor_of, touch
from screens.cookies import COOKIE
from screens.listening import Listener, Report, may_watch
from screens.workbench import Workbench
from trials.sessions.explaining import STOPPED_BY_TEAM
from trials.sessions.refusals import SegmentNotAvailableError, SessionOverError

NO_STORE = {"Cache-Control": "no-store"}
LONGEST_FRAMES = 2**31 - 1
FULL_VOLUME = 1.0
"""The player never makes the music louder than it was rendered; how much less, the session's cap says.

A report above the cap is taken all the same, so that what was heard counts, and raises an alert."""
LOOK_EVERY_S = 0.03
"""How often a waiting player's connection looks for a command: STOP is heard within 100 ms."""
ALIVE_EVERY_S = 15.0


class PlayedSegment(BaseModel):
    """How much of one segment was played."""

    model_config = ConfigDict(extra="forbid")
    sequence: int = Field(ge=0)
    frames_played: int = Field(ge=0, le=LONGEST_FRAMES)
    underruns: int = Field(ge=0, le=LONGEST_FRAMES)
    gap_s: float = Field(ge=0, allow_inf_nan=False)


class Telemetry(BaseModel):
    """What the player tells every second."""

    model_config = ConfigDict(extra="forbid")
    segments: list[PlayedSegment]
    volume: float = Field(ge=0, le=FULL_VOLUME)
    visible: bool
    output_latency_s: float = Field(ge=0, allow_inf_nan=False)
    final: bool


class Command(BaseModel):
    """What a person orders."""

    model_config = ConfigDict(extra="forbid")
    do: Literal["pause", "resume", "stop", "give_up"]
    by: Literal["listener", "team"] = "team"
    """Who pressed: the listener at the player, or the team beside it."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Caller:
    """Who asks, and the session that is meant."""

    listener: Listener
    actor: Actor


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
    player = await run_in_threadpool(player_of, bench, request)
    if isinstance(player, Response):
        return player
    make = player.listener.segment
    try:
        segment = await run_in_threadpool(make, request.path_params["sequence"])
    except SessionOverError:
        return PlainTextResponse("The session is over: nothing more is played.", 410)
    except SegmentNotAvailableError:
        return PlainTextResponse("This part of the music is not at hand.", 409)
    headers = {**NO_STORE, "X-Last-Segment": "1" if segment.last else "0"}
    return Response(segment.flac, media_type="audio/flac", headers=headers)


def send_state(bench: Workbench, request: Request) -> Response:
    """Answer with where the session stands, for a player that comes or comes back."""
    player = player_of(bench, request)
    if isinstance(player, Response):
        return player
    listener = player.listener
    status = listener.session.status()
    plain = {
        "state": str(status.state),
        "paused": status.paused,
        "sampling_rate_hz": listener.session.sampling_rate_hz,
        "volume_cap": listener.session.gain_cap,
        "played_s": listener.heard_s,
        "duration_s": status.planned_s,
        "resume_sequence": listener.resume_sequence(status),
    }
    return JSONResponse(plain, headers=NO_STORE)


async def send_commands(bench: Workbench, request: Request) -> Response:
    """Answer with a stream of what the session is told to do, so that STOP needs no asking."""
    player = await run_in_threadpool(player_of, bench, request)
    if isinstance(player, Response):
        return player
    headers = {**NO_STORE, "X-Accel-Buffering": "no"}
    return StreamingResponse(
        commands(bench, player.listener), media_type="text/event-stream", headers=headers
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
    player = player_of(bench, request)
    if isinstance(player, Response):
        return player
    take = player.listener.hear_last if telemetry.final else player.listener.hear
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
    if telemetry.segments and player.actor.role is Role.PARTICIPANT:
        touch(bench.store(), request.cookies[COOKIE])
    return Response(status_code=204)


async def take_command(bench: Workbench, request: Request) -> Response:
    """Pause, go on or stop, as people order; give up, as a player orders that gets no more music."""
    body = await request.body()
    try:
        command = Command.model_validate_json(body)
    except ValidationError:
        return PlainTextResponse("Orders are pause, resume, stop and give_up.", 400)
    return await run_in_threadpool(obey, bench, request, command)


def obey(bench: Workbench, request: Request, command: Command) -> Response:
    """Carry out an order."""
    caller = caller_of(bench, request)
    if isinstance(caller, Response):
        return caller
    session, by = caller.listener.session, caller.actor
    stop = (
        partial(session.stop_for_participant, by)
        if is_from_listener(caller, command)
        else partial(session.stop, STOPPED_BY_TEAM, by)
    )
    give_up = partial(session.stop, "The player got no more music.", cause=StopCause.GENERATOR)
    orders: dict[str, Callable[[], None]] = {
        "pause": partial(session.pause, by),
        "resume": partial(session.resume, by),
        "stop": partial(caller.listener.stop, stop),
        "give_up": partial(caller.listener.stop, give_up),
    }
    orders[command.do]()
    return Response(status_code=204)


def is_from_listener(caller: Caller, command: Command) -> bool:
    """Whether the person who listens pressed: on their own screen, or on a machine of the team."""
    at_player = command.by == "listener" and caller.listener.may_hear(caller.actor)
    return at_player or caller.actor.role is Role.PARTICIPANT


def player_of(bench: Workbench, request: Request) -> Caller | Response:
    """Return who plays the session, or why this browser may not."""
    caller = caller_of(bench, request)
    if isinstance(caller, Response) or caller.listener.may_hear(caller.actor):
        return caller
    return PlainTextResponse("The music plays on the participant's own screen.", 403)


def caller_of(bench: Workbench, request: Request) -> Caller | Response:
    """Return who asks about the session, or why they may not; read from the store at each call.

    A sign-in that was live once may be idle later: a screen that nobody touches stops no music.
    """
    listener = bench.listeners.find(request.path_params["token"])
    if listener is None:
        return PlainTextResponse("This session is not on the air.", 404)
    cookie = request.cookies.get(COOKIE, "")
    actor = standing_actor_of(bench.store(), cookie)
    if actor is None or not (
        listener.is_admitted(actor) or actor_of(bench.store(), cookie) is not None
    ):
        return PlainTextResponse("Sign in first.", 401)
    if not may_watch(actor, listener.session.participant_id):
        return PlainTextResponse("This session is for its participant and their site.", 403)
    listener.admit(actor)
    return Caller(listener=listener, actor=actor)
