"""The guard before everything: no page, route or websocket without a live sign-in.

It is plain ASGI, so that websockets pass through it too. Besides, it adds the security headers and
refuses what another site's page sends in a visitor's name.

Contents: `Guard`, `content_security_policy`, `SECURITY_HEADERS`, `MARK_HEADER`.
"""

import base64
import hashlib
import re
from functools import cache
from pathlib import Path
from urllib.parse import quote, urlsplit

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import MutableHeaders
from starlette.requests import HTTPConnection
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from data.storage.sign_in import actor_of
from screens.cookies import COOKIE
from screens.workbench import Workbench

MARK_HEADER = "x-antiphon-guard"
OWN_HEADERS = b"x-antiphon-"
OPEN_PATHS = ("/sign-in", "/sign-out", "/set-up", "/health", "/look/", "/static/", "/p/")
SET_UP_PATHS = ("/set-up", "/health", "/look/", "/static/")
LISTENING = "/api/listen/"
"""Checks the session's token itself: a sign-in that went idle must not stop the music."""
FOR_PROGRAMS = ("/api/", "/live/", "/_stcore/", "/media/")
UPLOADS = "/_stcore/"
"""Streamlit limits its own uploads (`server.maxUploadSize`)."""
LARGEST_BODY = 64 * 1024
LARGEST_REPORT = 16 * 1024
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})


@cache
def content_security_policy() -> str:
    """Return the policy, with the hash of each inline script of Streamlit's own index page."""
    import streamlit

    index = Path(streamlit.__file__).parent / "static" / "index.html"
    inline = re.findall(r"<script>(.*?)</script>", index.read_text("utf-8"), re.DOTALL)
    hashes = [base64.b64encode(hashlib.sha256(text.encode()).digest()).decode() for text in inline]
    scripts = " ".join(["'self'", "blob:", *(f"'sha256-{value}'" for value in hashes)])
    return (
        f"default-src 'self'; script-src {scripts}; style-src 'self' 'unsafe-inline'; "
        "img-src 'self' data: blob:; font-src 'self' data:; connect-src 'self'; "
        "media-src 'self' blob:; worker-src 'self' blob:; object-src 'none'; "
        "frame-ancestors 'none'; base-uri 'self'; form-action 'self'"
    )


SECURITY_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
}


class Guard:
    """Let nothing through, HTTP or websocket, without a live sign-in; add the security headers.

    Parameters
    ----------
    app : ASGI application
        What stands behind the guard.
    bench : Workbench
        Whose store knows the sign-ins.
    """

    def __init__(self, app: ASGIApp, bench: Workbench) -> None:
        self.app = app
        self.bench = bench
        bench.guarded = True

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Refuse the connection, or mark it and hand it on."""
        if scope["type"] not in {"http", "websocket"}:
            await self.app(scope, receive, send)
            return
        answer = with_security_headers(send)
        refusal = await self.refusal_of(HTTPConnection(scope))
        if refusal is None:
            mark = (MARK_HEADER.encode(), self.bench.guard_mark.encode())
            own = [pair for pair in scope["headers"] if not pair[0].lower().startswith(OWN_HEADERS)]
            await self.app({**scope, "headers": [*own, mark]}, receive, answer)
        elif scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": 1008})
        else:
            await refusal(scope, receive, answer)

    async def refusal_of(self, connection: HTTPConnection) -> Response | None:
        """Return how the connection is refused, or None when it may pass."""
        path = connection.url.path
        if comes_from_elsewhere(connection):
            return PlainTextResponse("Another site's page sent this.", 403)
        if is_too_large(connection):
            return PlainTextResponse("This is more than a form of ours can hold.", 413)
        if not self.bench.has_store():
            return None if is_within(path, SET_UP_PATHS) else RedirectResponse("/set-up", 303)
        if is_within(path, OPEN_PATHS) or path.startswith(LISTENING):
            return None
        token = connection.cookies.get(COOKIE, "")
        is_live = await run_in_threadpool(self.is_live, token)
        if is_live:
            return None
        if path.startswith(FOR_PROGRAMS):
            return PlainTextResponse("Sign in first.", 401)
        return RedirectResponse("/sign-in" + asking_for(connection), 303)

    def is_live(self, token: str) -> bool:
        """Whether this token belongs to a live sign-in at this moment."""
        return bool(token) and actor_of(self.bench.store(), token) is not None


def is_within(path: str, allowed: tuple[str, ...]) -> bool:
    """Whether the path is one of the allowed ones, or inside a folder of them."""
    return any(path == name or path.startswith(name.rstrip("/") + "/") for name in allowed)


def comes_from_elsewhere(connection: HTTPConnection) -> bool:
    """Whether another site's page makes the visitor's browser change something here."""
    origin = connection.headers.get("origin")
    changes = connection.scope.get("method", "WEBSOCKET") not in SAFE_METHODS
    if origin is None or not changes:
        return False
    return urlsplit(origin).netloc != connection.headers.get("host")


def is_too_large(connection: HTTPConnection) -> bool:
    """Whether more is sent than any form of ours holds, or nobody says how much is sent."""
    path, headers = connection.url.path, connection.headers
    if connection.scope.get("method") in {None, *SAFE_METHODS} or path.startswith(UPLOADS):
        return False
    limit = LARGEST_REPORT if path.startswith(LISTENING) else LARGEST_BODY
    length = headers.get("content-length", "0")
    return "transfer-encoding" in headers or not length.isdecimal() or int(length) > limit


def asking_for(connection: HTTPConnection) -> str:
    """Return the query that leads back to where the visitor wanted to go."""
    wanted = connection.url.path
    if wanted in {"", "/"}:
        return ""
    query = f"?{connection.url.query}" if connection.url.query else ""
    return "?next=" + quote(wanted + query, safe="")


def with_security_headers(send: Send) -> Send:
    """Return a `send` that adds the headers to every answer."""

    async def send_with_headers(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            headers.setdefault("Content-Security-Policy", content_security_policy())
            for name, value in SECURITY_HEADERS.items():
                headers[name] = value
        await send(message)

    return send_with_headers
