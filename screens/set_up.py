"""First start without a store: create the administrator, or load the demonstration trial.

Both need the set-up code that the server prints on its console, so that a stranger who finds an
empty workbench on the network cannot take it (docs/decisions). When there is a store, these pages
lead to the sign-in.

Contents: `routes`, `print_set_up_link`.
"""

import hmac
import sys
from dataclasses import asdict
from functools import partial
from html import escape

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from data.storage.errors import StorageError
from data.storage.passwords import SHORTEST
from data.storage.store import default_url
from screens.demonstration import ACCOUNTS, PASSWORD
from screens.new_store import create_store_with_administrator
from screens.plain import error_text, field, plain_page, read_form
from screens.workbench import Workbench

JOB = "demonstration"


def routes(bench: Workbench) -> list[Route]:
    """Return the routes of the set-up."""
    return [
        Route("/set-up", partial(show_choices, bench), methods=["GET"]),
        Route("/set-up/administrator", partial(take_administrator, bench), methods=["POST"]),
        Route("/set-up/demonstration", partial(take_demonstration, bench), methods=["POST"]),
        Route("/set-up/progress", partial(show_progress, bench)),
        Route("/set-up/progress.json", partial(tell_progress, bench)),
        Route("/set-up/done", partial(show_accounts, bench)),
    ]


def print_set_up_link(bench: Workbench, address: str | None) -> None:
    """Print on the console how to set up an empty workbench; None: the address is not known."""
    link = f"/set-up?code={bench.set_up_token}"
    how = (
        f"Open this link to set it up:\n  {address}{link}\n"
        if address is not None
        else f"Open the address of the server, followed by\n  {link}\n"
    )
    sys.stdout.write(
        f"\n  Antiphon has no store yet. {how}"
        f"  (or enter the set-up code {bench.set_up_token} on the page)\n\n"
    )
    sys.stdout.flush()


def show_choices(bench: Workbench, request: Request) -> Response:
    """Show the two ways to begin."""
    if bench.has_store():
        return RedirectResponse("/sign-in", 303)
    return choices_page(request.query_params.get("code", ""), message="")


def choices_page(code: str, *, message: str) -> Response:
    """Return the two ways to begin, with what went wrong when something did."""
    body = f"""{error_text(message)}<p>There is no trial on this machine yet. Choose how to begin.</p>
<section class="choice">
<h2>Look around: the demonstration trial</h2>
<p>Sixty simulated participants at two sites, one week before the database lock. It takes about a
minute, and every page says that the data are simulated.</p>
<form method="post" action="/set-up/demonstration">
{code_field("demonstration-code", code)}<button type="submit">Load the demonstration trial</button>
</form>
</section>
<section class="choice">
<h2>Run a trial: create the administrator</h2>
<form method="post" action="/set-up/administrator">
{code_field("administrator-code", code)}{person_fields()}<button type="submit">Create the administrator</button>
</form>
</section>"""
    return plain_page("Set up Antiphon", body, status=400 if message else 200)


def code_field(key: str, code: str) -> str:
    """Return the input of the set-up code: hidden when the link brought it."""
    if code:
        return f'<input type="hidden" name="code" value="{escape(code)}">\n'
    help_text = "It is printed where Antiphon was started."
    return field("code", "Set-up code", id=key, autocomplete="off", help=help_text)


def person_fields() -> str:
    """Return the inputs of a new administrator."""
    new = {"type_": "password", "autocomplete": "new-password"}
    length = f"At least {SHORTEST} characters."
    return (
        field("user", "User name", autocomplete="username", autocapitalize="none")
        + field("display_name", "Full name", autocomplete="name")
        + field("password", "Password", help=length, **new)
        + field("again", "The same password again", **new)
    )


async def take_administrator(bench: Workbench, request: Request) -> Response:
    """Create the store and its first administrator."""
    form = await read_form(request)
    code = form.get("code", "")
    wrong = problem_of(bench, code)
    if not wrong and form.get("password") != form.get("again"):
        wrong = "The two passwords differ. Please enter the same one twice."
    if wrong:
        return choices_page(code if is_code(bench, code) else "", message=wrong)
    try:
        await run_in_threadpool(create_workbench, bench, form)
    except StorageError as error:
        return choices_page(code, message=str(error))
    return RedirectResponse("/sign-in", 303)


def create_workbench(bench: Workbench, form: dict[str, str]) -> None:
    """Create the store with its first administrator; without a valid one there is no store."""
    create_store_with_administrator(
        default_url(),
        bench.clock,
        user_id=form.get("user", "").strip().lower(),
        display_name=form.get("display_name", "").strip(),
        password=form.get("password", ""),
    )


async def take_demonstration(bench: Workbench, request: Request) -> Response:
    """Start making the demonstration trial in a child process."""
    form = await read_form(request)
    wrong = problem_of(bench, form.get("code", ""))
    if wrong:
        return choices_page("", message=wrong)
    bench.jobs.start(JOB, ["screens.demonstration", default_url()])
    return RedirectResponse("/set-up/progress", 303)


def problem_of(bench: Workbench, code: str) -> str:
    """Return why the set-up may not go on; empty when it may."""
    if bench.has_store():
        return "Antiphon is already set up."
    if not is_code(bench, code):
        return "This is not the set-up code. It is printed where Antiphon was started."
    return ""


def is_code(bench: Workbench, code: str) -> bool:
    """Whether this is the set-up code of this process."""
    return hmac.compare_digest(code.strip().encode(), bench.set_up_token.encode())


def show_progress(bench: Workbench, _request: Request) -> Response:
    """Show how far the demonstration trial is."""
    job = bench.jobs.find(JOB)
    if job is None:
        return RedirectResponse("/set-up", 303)
    body = f"""<div data-progress="/set-up/progress.json" data-next="/set-up/done">
<progress max="1" value="{job.progress.share:.3f}" aria-label="Demonstration trial"></progress>
<p role="status">{escape(job.progress.text)}</p>
</div>"""
    return plain_page("Loading the demonstration trial", body, script="progress.js")


def tell_progress(bench: Workbench, _request: Request) -> Response:
    """Tell the progress page how far the demonstration trial is."""
    job = bench.jobs.find(JOB)
    if job is None:
        return JSONResponse({}, 404)
    return JSONResponse(asdict(job.progress), headers={"Cache-Control": "no-store"})


def show_accounts(bench: Workbench, _request: Request) -> Response:
    """Show the accounts of the demonstration trial, or that it could not be made."""
    job = bench.jobs.find(JOB)
    if job is None or job.progress.is_running:
        return RedirectResponse("/set-up", 303)
    if job.progress.exit_code:
        return choices_page("", message=f"The demonstration trial failed: {job.progress.text}")
    rows = "\n".join(
        f"<tr><td><code>{escape(account.user_id)}</code></td><td>{escape(account.what)}</td></tr>"
        for account in ACCOUNTS
    )
    body = f"""<p>These accounts are for the demonstration only: everybody knows their password, which is
<code>{escape(PASSWORD)}</code>, and so nobody has to change it. In a trial a password that an administrator
gave opens nothing but the choice of an own one.</p>
<table><thead><tr><th scope="col">User name</th><th scope="col">What this person does</th></tr></thead>
<tbody>
{rows}
</tbody></table>
<a class="button" href="/sign-in">Sign in</a>"""
    return plain_page("The demonstration trial is ready", body)
