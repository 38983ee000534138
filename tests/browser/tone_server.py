"""A server whose session is one long tone cut into segments: any seam in the player would be heard.

It answers the player's addresses as `screens/player/routes.py` does; the music itself, the store and
the sign-in are not part of what these tests look at.
"""

import asyncio
import io
import json
import threading
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import soundfile as sf
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response, StreamingResponse
from starlette.routing import Route

PLAYER = Path(__file__).resolve().parent.parent.parent / "screens" / "player"
RATE_HZ = 44_100
TONE_HZ = 331.0
AMPLITUDE = 0.5

PAGE = """<!doctype html><html lang="en"><head><title>Player</title><style>{css}</style></head>
<body><main><h1>Listening</h1><div id="place">{html}</div></main>
<script type="module">
import draw from "/player.js";
window.told = [];
draw({{
  data: {{ token: "tone" }},
  parentElement: document.querySelector("#place"),
  setTriggerValue: (name, value) => window.told.push(value),
}});
window.player = globalThis.__antiphonPlayers.get("tone");
</script></body></html>"""


@dataclass
class ToneSession:
    """What the player was told and what it told."""

    frames: tuple[int, ...]
    """Length of each segment."""
    state: str = "running"
    paused: bool = False
    resume_sequence: int = 0
    volume_cap: float = 1.0
    refusing: bool = False
    """True: segments answer with a server error, as when the machine is overloaded."""
    refused_from: int | None = None
    """From this segment on the server has no music."""
    refusal: int = 409
    """How it says so."""
    orders_lost: int = 0
    """How many orders the server fails to take before it takes one."""
    asked: list[int] = field(default_factory=list)
    reports: list[dict[str, Any]] = field(default_factory=list)
    orders: list[str] = field(default_factory=list)
    pressed_by: list[str] = field(default_factory=list)

    def tone(self, sequence: int) -> bytes:
        """Return one segment as FLAC."""
        start = sum(self.frames[:sequence])
        frame = np.arange(start, start + self.frames[sequence])
        wave = AMPLITUDE * np.sin(2 * np.pi * TONE_HZ * frame / RATE_HZ)
        file = io.BytesIO()
        sf.write(file, np.column_stack([wave, wave]), RATE_HZ, format="FLAC", subtype="PCM_24")
        return file.getvalue()


def tone_app(session: ToneSession) -> Starlette:
    """Return the application."""

    def page(_: Request) -> Response:
        html, css = ((PLAYER / f"player.{kind}").read_text("utf-8") for kind in ("html", "css"))
        return HTMLResponse(PAGE.format(html=html, css=css))

    def script(_: Request) -> Response:
        return Response((PLAYER / "player.js").read_text("utf-8"), media_type="text/javascript")

    def state(_: Request) -> Response:
        return JSONResponse(
            {
                "state": session.state,
                "paused": session.paused,
                "sampling_rate_hz": RATE_HZ,
                "volume_cap": session.volume_cap,
                "played_s": 0.0,
                "duration_s": sum(session.frames) / RATE_HZ,
                "resume_sequence": session.resume_sequence,
            }
        )

    def segment(request: Request) -> Response:
        sequence = request.path_params["sequence"]
        if session.refusing:
            return Response(status_code=503)
        session.asked.append(sequence)
        if session.refused_from is not None and sequence >= session.refused_from:
            return Response(status_code=session.refusal)
        last = "1" if sequence == len(session.frames) - 1 else "0"
        return Response(
            session.tone(sequence), media_type="audio/flac", headers={"X-Last-Segment": last}
        )

    async def commands(_: Request) -> Response:
        async def stream() -> AsyncIterator[str]:
            told = None
            while told is None or told["state"] == "running":
                now = {"state": session.state, "paused": session.paused}
                if now != told:
                    told = now
                    yield f"data: {json.dumps(told)}\n\n"
                await asyncio.sleep(0.01)

        return StreamingResponse(stream(), media_type="text/event-stream")

    async def telemetry(request: Request) -> Response:
        session.reports.append(await request.json())
        return Response(status_code=204)

    async def command(request: Request) -> Response:
        sent = await request.json()
        if session.orders_lost > 0:
            session.orders_lost -= 1
            return Response(status_code=500)
        order = sent["do"]
        session.orders.append(order)
        session.pressed_by.append(sent["by"])
        session.state = "stopped" if order == "stop" else session.state
        session.paused = order == "pause"
        return Response(status_code=204)

    base = "/api/listen/tone"
    return Starlette(
        routes=[
            Route("/", page),
            Route("/player.js", script),
            Route(f"{base}/state", state),
            Route(f"{base}/seg/{{sequence:int}}", segment),
            Route(f"{base}/commands", commands),
            Route(f"{base}/tele", telemetry, methods=["POST"]),
            Route(f"{base}/cmd", command, methods=["POST"]),
        ]
    )


@contextmanager
def serving(session: ToneSession) -> Iterator[str]:
    """Serve the session on a free port.

    Yields
    ------
    str
        The address.
    """
    config = uvicorn.Config(tone_app(session), host="127.0.0.1", port=0, log_level="critical")
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        threading.Event().wait(0.01)
    port = server.servers[0].sockets[0].getsockname()[1]
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        server.should_exit = True
        server.force_exit = True
        thread.join(5)
