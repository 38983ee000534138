"""Signing in and out: the form, the own password, the participant's link, and who acts on a page.

The password goes from a plain HTML form straight to the store; it never touches Streamlit. The
cookie is read again at every run, because an open page would outlive a sign-in that was ended.

Contents: `routes`, `current_actor`, `watching_actor`.
"""

from functools import partial
from html import escape
from urllib.parse import quote

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from data.records.people import Actor
from data.storage.accounts import change_password
from data.storage.errors import GivenPasswordError, SignInRefusedError
from data.storage.participant_links import redeem_participant_token
from data.storage.passwords import SHORTEST
from data.storage.sign_in import actor_of, sign_in, sign_out, touch
from screens.cookies import COOKIE, remove_cookie, set_cookie
from screens.guard import MARK_HEADER
from screens.plain import error_text, field, plain_page, read_form
from screens.workbench import Workbench, here

OWN_PASSWORD = "/sign-in/own-password"  # noqa: S105 - a path


def routes(bench: Workbench) -> list[Route]:
    """Return the routes of signing in and out."""
    link = partial(open_participant_link, bench)
    return [
        Route("/sign-in", show_sign_in, methods=["GET"]),
        Route("/sign-in", partial(take_sign_in, bench), methods=["POST"]),
        Route(OWN_PASSWORD, partial(show_own_password, bench), methods=["GET"]),
        Route(OWN_PASSWORD, partial(take_own_password, bench), methods=["POST"]),
        Route("/sign-out", show_sign_out, methods=["GET"]),
        Route("/sign-out", partial(take_sign_out, bench), methods=["POST"]),
        Route("/p/{token}", show_participant_link, methods=["GET"]),
        Route("/p/{token}", link, methods=["POST"]),
    ]


def show_sign_in(request: Request) -> Response:
    """Show the form."""
    return sign_in_page(request.query_params.get("next", ""), message="")


def sign_in_page(wanted: str, *, message: str, user_id: str = "") -> Response:
    """Return the form, with what went wrong when something did."""
    action = "/sign-in" + (f"?next={quote(wanted, safe='')}" if wanted else "")
    body = (
        f"{error_text(message)}"
        f'<form method="post" action="{escape(action)}">\n'
        + field("user", "User name", value=user_id, autocomplete="username", autocapitalize="none")
        + field("password", "Password", type_="password", autocomplete="current-password")
        + '<button type="submit">Sign in</button>\n</form>\n'
        '<p class="help">Taking part in the trial? Use the link that the study team gave you.</p>'
    )
    return plain_page("Sign in", body, status=401 if message else 200)


async def take_sign_in(bench: Workbench, request: Request) -> Response:
    """Check what the form says, and give the browser its cookie."""
    form = await read_form(request)
    wanted = request.query_params.get("next", "")
    user_id = form.get("user", "").strip().lower()
    try:
        token = await run_in_threadpool(sign_in, bench.store(), user_id, form.get("password", ""))
    except GivenPasswordError as refusal:
        return own_password_page(user_id, message=str(refusal))
    except SignInRefusedError as refusal:
        return sign_in_page(wanted, message=str(refusal), user_id=user_id)
    return await let_in(bench, request, token, local_path(wanted))


async def let_in(bench: Workbench, request: Request, token: str, path: str) -> Response:
    """Give the browser the cookie of a new sign-in; the one that it had ends."""
    await run_in_threadpool(end_sign_in, bench, request)
    response = RedirectResponse(path, 303)
    set_cookie(response, request, token)
    return response


def show_own_password(bench: Workbench, request: Request) -> Response:
    """Show the form that changes the own password."""
    actor = actor_of(bench.store(), request.cookies.get(COOKIE, ""))
    return own_password_page(actor.user_id if actor else "", message="")


def own_password_page(user_id: str, *, message: str) -> Response:
    """Return the form that changes the own password, with why it is shown or what went wrong."""
    new = {"type_": "password", "autocomplete": "new-password"}
    length = f"At least {SHORTEST} characters, without the user name."
    body = (
        f"{error_text(message)}"
        f'<form method="post" action="{OWN_PASSWORD}">\n'
        + field("user", "User name", value=user_id, autocomplete="username", autocapitalize="none")
        + field("password", "Present password", type_="password", autocomplete="current-password")
        + field("new", "New password", help=length, **new)
        + field("again", "The new password again", **new)
        + '<button type="submit">Change my password</button>\n</form>\n'
        '<p class="help"><a href="/">Go back to Antiphon</a></p>'
    )
    return plain_page("Choose your own password", body, status=401 if message else 200)


async def take_own_password(bench: Workbench, request: Request) -> Response:
    """Change the own password, and sign in by it."""
    form = await read_form(request)
    user_id, new = form.get("user", "").strip().lower(), form.get("new", "")
    if new != form.get("again"):
        message = "The two new passwords differ. Please enter the same one twice."
        return own_password_page(user_id, message=message)
    old = form.get("password", "")
    try:
        token = await run_in_threadpool(change_password, bench.store(), user_id, old, new)
    except SignInRefusedError as refusal:
        return own_password_page(user_id, message=str(refusal))
    return await let_in(bench, request, token, "/")


def local_path(wanted: str) -> str:
    """Return the path when it leads to a page of ours, else the first page."""
    leads_away = not wanted.startswith("/") or wanted.startswith(("//", "/\\", "/api", "/_stcore"))
    return "/" if leads_away else wanted


def show_sign_out(_request: Request) -> Response:
    """Ask before signing out: a link alone must not end anybody's sign-in."""
    body = (
        '<form method="post" action="/sign-out"><button type="submit">Sign out</button></form>\n'
        '<p class="help"><a href="/">Go back to Antiphon</a></p>'
    )
    return plain_page("Sign out?", body)


def take_sign_out(bench: Workbench, request: Request) -> Response:
    """End the sign-in and show the form again."""
    end_sign_in(bench, request)
    response = RedirectResponse("/sign-in", 303)
    remove_cookie(response)
    return response


def end_sign_in(bench: Workbench, request: Request) -> None:
    """End the sign-in that this browser still has."""
    sign_out(bench.store(), request.cookies.get(COOKIE, ""))


def show_participant_link(request: Request) -> Response:
    """Ask the participant to begin: programs that look at links must not use up the only one."""
    token = quote(request.path_params["token"], safe="")
    body = (
        "<p>Welcome. Your answers are saved one by one, and you can stop at any time.</p>\n"
        f'<form method="post" action="/p/{escape(token)}"><button type="submit">Begin</button></form>'
    )
    return plain_page("Your study page", body)


def open_participant_link(bench: Workbench, request: Request) -> Response:
    """Turn a one-time link into a participant's sign-in; whoever was signed in here is not any more."""
    try:
        token = redeem_participant_token(bench.store(), request.path_params["token"])
    except SignInRefusedError:
        body = "<p>Please ask the study team for a new link. Each link works once.</p>"
        return plain_page("This link does not work any more", body, status=410)
    end_sign_in(bench, request)
    response = RedirectResponse("/", 303)
    set_cookie(response, request, token)
    return response


def current_actor() -> Actor:
    """Return who acts on this page, and note that a person did something.

    Draws an error and stops the page when there is nobody, or when the page was reached around the
    guard.

    Returns
    -------
    Actor
        The signed-in person, read from the store at this moment.
    """
    actor = watching_actor()
    touch(here().store(), cookie_of_page())
    return actor


def watching_actor() -> Actor:
    """Return who watches this page: for what repeats by itself, which no person did.

    Returns
    -------
    Actor
        The signed-in person, read from the store at this moment.
    """
    import streamlit as st

    bench = here()
    if not bench.guarded or st.context.headers.get(MARK_HEADER) != bench.guard_mark:
        st.error("This page was not reached through the sign-in, so it stays empty.")
        st.stop()
    actor = actor_of(bench.store(), cookie_of_page())
    if actor is None:
        st.error("Your sign-in has ended.")
        st.markdown("[Sign in again](/sign-in)")
        st.stop()
    return actor


def cookie_of_page() -> str:
    """Return the token in the cookie of this page's connection."""
    import streamlit as st

    return str(st.context.cookies.get(COOKIE, ""))
