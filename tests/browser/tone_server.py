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


class ToneAnswers:
    """What the server answers, request by request."""

    def __init__(self, session: ToneSession) -> None:
        self._session = session

    def page(self, _: Request) -> Response:
        """Show the player."""
        html, css = ((PLAYER / f"player.{kind}").read_text("utf-8") for kind in ("html", "css"))
        return HTMLResponse(PAGE.format(html=html, css=css))

    def script(self, _: Request) -> Response:
        """Send the script of the player."""
        return Response((PLAYER / "player.js").read_text("utf-8"), media_type="text/javascript")

    def state(self, _: Request) -> Response:
        """Tell how the session stands."""
        return JSONResponse(
            {
                "state": self._session.state,
                "paused": self._session.paused,
                "sampling_rate_hz": RATE_HZ,
                "volume_cap": self._session.volume_cap,
                "played_s": 0.0,
                "duration_s": sum(self._session.frames) / RATE_HZ,
                "resume_sequence": self._session.resume_sequence,
            }
        )

    def segment(self, request: Request) -> Response:
        """Send a segment, or refuse it."""
        sequence = request.path_params["sequence"]
        if self._session.refusing:
            return Response(status_code=503)
        self._session.asked.append(sequence)
        if self._session.refused_from is not None and sequence >= self._session.refused_from:
            return Response(status_code=self._session.refusal)
        last = "1" if sequence == len(self._session.frames) - 1 else "0"
        return Response(
            self._session.tone(sequence), media_type="audio/flac", headers={"X-Last-Segment": last}
        )

    async def commands(self, _: Request) -> Response:
        """Tell what becomes of the session, as it happens."""

        async def stream() -> AsyncIterator[str]:
            told = None
            while told is None or told["state"] == "running":
                now = {"state": self._session.state, "paused": self._session.paused}
                if now != told:
                    told = now
                    yield f"data: {json.dumps(told)}\n\n"
                await asyncio.sleep(0.01)

        return StreamingResponse(stream(), media_type="text/event-stream")

    async def telemetry(self, request: Request) -> Response:
        """Keep what the player reports."""
        self._session.reports.append(await request.json())
        return Response(status_code=204)

    async def command(self, request: Request) -> Response:
        """Carry out an order, unless it is to be lost."""
        sent = await request.json()
        if self._session.orders_lost > 0:
            self._session.orders_lost -= 1
            return Response(status_code=500)
        order = sent["do"]
        self._session.orders.append(order)
        self._session.pressed_by.append(sent["by"])
        self._session.state = "stopped" if order == "stop" else self._session.state
        self._session.paused = order == "pause"
        return Response(status_code=204)


def tone_app(session: ToneSession) -> Starlette:
    """Return the application."""
    answers = ToneAnswers(session)
    base = "/api/listen/tone"
    return Starlette(
        routes=[
            Route("/", answers.page),
            Route("/player.js", answers.script),
            Route(f"{base}/state", answers.state),
            Route(f"{base}/seg/{{sequence:int}}", answers.segment),
            Route(f"{base}/commands", answers.commands),
            Route(f"{base}/tele", answers.telemetry, methods=["POST"]),
            Route(f"{base}/cmd", answers.command, methods=["POST"]),
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
