"""Plain HTML pages outside Streamlit: sign-in, set-up, progress. They work without scripts.

Contents: `plain_page`, `field`, `error_text`, `serve_look`, `read_form`.
"""

from html import escape
from pathlib import Path
from urllib.parse import parse_qs

from starlette.requests import Request
from starlette.responses import FileResponse, HTMLResponse, PlainTextResponse, Response

LOOK = Path(__file__).parent / "look"
LOOKS = {"plain.css": "text/css", "progress.js": "text/javascript"}

PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title} · Antiphon</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="/look/plain.css">
{scripts}</head>
<body>
<main>
<p class="name">Antiphon</p>
<h1>{title}</h1>
{body}
</main>
</body>
</html>
"""


def plain_page(title: str, body: str, *, status: int = 200, script: str = "") -> HTMLResponse:
    """Return a page around a body that is already HTML."""
    scripts = f'<script src="/look/{script}" defer></script>\n' if script else ""
    page = PAGE.format(title=escape(title), body=body, scripts=scripts)
    return HTMLResponse(page, status, headers={"Cache-Control": "no-store"})


def field(name: str, label: str, **attributes: str) -> str:
    """Return a labelled text input; `type_` and the like become HTML attributes."""
    help_text = attributes.pop("help", "")
    key = attributes.pop("id", name)
    pairs = {"type": "text"} | {word.rstrip("_"): value for word, value in attributes.items()}
    if help_text:
        pairs["aria-describedby"] = f"{key}-help"
    written = " ".join(f'{word}="{escape(value)}"' for word, value in pairs.items())
    hint = f'<p class="help" id="{key}-help">{escape(help_text)}</p>\n' if help_text else ""
    return (
        f'<label for="{key}">{escape(label)}</label>\n{hint}'
        f'<input id="{key}" name="{name}" required {written}>\n'
    )


def error_text(message: str) -> str:
    """Return a message about what went wrong, announced to screen readers; empty for none."""
    return f'<p class="error" role="alert">{escape(message)}</p>\n' if message else ""


def serve_look(request: Request) -> Response:
    """Serve the style and the script of the plain pages."""
    name = request.path_params["name"]
    if name not in LOOKS:
        return PlainTextResponse("There is no such file.", 404)
    return FileResponse(LOOK / name, media_type=LOOKS[name])


async def read_form(request: Request) -> dict[str, str]:
    """Return the fields of a posted form, the last value of each."""
    body = (await request.body()).decode("utf-8", "replace")
    return {name: values[-1] for name, values in parse_qs(body, keep_blank_values=True).items()}
