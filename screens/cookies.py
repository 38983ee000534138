"""The one cookie: it holds the token of a sign-in and nothing else."""

from starlette.requests import Request
from starlette.responses import Response

COOKIE = "antiphon"
LIFE_S = 12 * 3600


def set_cookie(response: Response, request: Request, token: str) -> None:
    """Put the token in the visitor's browser, out of reach of its scripts."""
    response.set_cookie(
        COOKIE,
        token,
        max_age=LIFE_S,
        httponly=True,
        samesite="lax",  # Strict would lose it when a link in an e-mail leads here
        secure=request.url.scheme == "https",
    )


def remove_cookie(response: Response) -> None:
    """Take the token out of the visitor's browser."""
    response.delete_cookie(COOKIE, httponly=True, samesite="lax")
