"""Reports as plain HTML that prints well: no script runs in them.

An analysis is long work, so a child process does it (`screens.report_job`) from the records that the
actor may see; the page shows how far it is. The report belongs to the sign-in that asked for it.

Contents: `routes`, `REPORT`.
"""

import pickle
from dataclasses import asdict
from functools import partial
from html import escape

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from data.records.people import Actor
from data.storage.errors import SignInEndedError, StorageError
from data.storage.roles import Permission, is_permitted
from data.storage.sign_in import actor_of
from screens.cookies import COOKIE
from screens.made_report import MadeReport
from screens.own_work import OwnWork
from screens.plain import plain_page
from screens.workbench import Workbench
from trials.errors import TrialError

REPORT = "/reports/analysis"
PROTOCOL = "/reports/protocol"
NO_SCRIPTS = (
    "default-src 'none'; script-src 'none'; style-src 'unsafe-inline'; img-src data:; "
    "font-src data:; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"
)
REPORT_WORK: OwnWork[MadeReport] = OwnWork(name="report", module="screens.report_job")


def routes(bench: Workbench) -> list[Route]:
    """Return the routes of the reports."""
    return [
        Route(REPORT, partial(start_report, bench), methods=["GET"]),
        Route(f"{REPORT}/progress", partial(show_progress, bench), methods=["GET"]),
        Route(f"{REPORT}/progress.json", partial(tell_progress, bench), methods=["GET"]),
        Route(f"{REPORT}/result", partial(show_report, bench), methods=["GET"]),
        Route(f"{REPORT}/{{name}}.json", partial(send_file, bench), methods=["GET"]),
        Route(PROTOCOL, partial(show_protocol, bench), methods=["GET"]),
    ]


async def start_report(bench: Workbench, request: Request) -> Response:
    """Start the analysis of the records as they are now."""
    try:
        await run_in_threadpool(start_job, bench, reader_of(bench, request))
    except (StorageError, TrialError) as error:
        return plain_page("There is no report", f"<p>{escape(str(error))}</p>", status=403)
    return RedirectResponse(f"{REPORT}/progress", 303)


def start_job(bench: Workbench, actor: Actor) -> None:
    """Hand the records that this person may see to a child process."""
    from protocols.software import software_version
    from trials.blinding import extract_records
    from trials.explorations import recorded_explorations
    from trials.opening import protocol_in_force

    store = bench.store()
    given = (
        protocol_in_force(store, actor),
        extract_records(store, actor),
        recorded_explorations(store, actor),
        software_version(),
    )
    REPORT_WORK.start(bench, actor, given=pickle.dumps(given))


def show_progress(bench: Workbench, request: Request) -> Response:
    """Show how far the analysis is."""
    job = REPORT_WORK.job(bench, reader_of(bench, request))
    if job is None:
        return RedirectResponse(REPORT, 303)
    body = f"""<div data-progress="{REPORT}/progress.json" data-next="{REPORT}/result">
<progress max="1" value="{job.progress.share:.3f}" aria-label="Report"></progress>
<p role="status">{escape(job.progress.text)}</p>
</div>"""
    return plain_page("Making the report", body, script="progress.js")


def tell_progress(bench: Workbench, request: Request) -> Response:
    """Tell the progress page how far the analysis is."""
    job = REPORT_WORK.job(bench, reader_of(bench, request))
    if job is None:
        return JSONResponse({}, 404)
    return JSONResponse(asdict(job.progress), headers={"Cache-Control": "no-store"})


def show_report(bench: Workbench, request: Request) -> Response:
    """Show the finished report, or that it could not be made."""
    actor = reader_of(bench, request)
    job = REPORT_WORK.job(bench, actor)
    if job is None or job.progress.is_running:
        return RedirectResponse(f"{REPORT}/progress" if job else REPORT, 303)
    report = REPORT_WORK.found(actor)
    if job.progress.exit_code or report is None:
        return plain_page(
            "The report could not be made", f"<p>{escape(job.progress.text)}</p>", status=500
        )
    return printable(report.html)


def send_file(bench: Workbench, request: Request) -> Response:
    """Send a file that the last report of this sign-in can be made from again; that goes on record."""
    from trials.audit_trail import record_export

    actor = reader_of(bench, request)
    name = f"{request.path_params['name']}.json"
    made = REPORT_WORK.found(actor)
    content = made.files.get(name) if made else None
    if content is None:
        text = (
            "<p>There is no such file of a report of yours. While the arms are masked the protocol’s "
            f'file is not handed out: it holds the block sizes. <a href="{REPORT}">Make a report</a></p>'
        )
        return plain_page("The file is not here", text, status=404)
    try:
        record_export(bench.store(), actor, f"{name} of a report")
    except StorageError as error:
        return plain_page("The file is not here", f"<p>{escape(str(error))}</p>", status=403)
    headers = {
        "Content-Disposition": f'attachment; filename="{name}"',
        "Cache-Control": "no-store",
    }
    return Response(content, media_type="application/json", headers=headers)


def show_protocol(bench: Workbench, request: Request) -> Response:
    """Show the protocol in force as it may be published."""
    from protocols.document import public_protocol_text
    from trials.opening import protocol_in_force

    reader = reader_of(bench, request)
    if not is_permitted(reader.role, Permission.SEE_PROTOCOL):
        text = "<p>The protocol is for the study team. Please ask them about it.</p>"
        return plain_page("This page is for the study team", text, status=403)
    try:
        protocol = protocol_in_force(bench.store(), reader)
    except (StorageError, TrialError) as error:
        return plain_page("There is no protocol", f"<p>{escape(str(error))}</p>", status=403)
    text = escape(public_protocol_text(protocol))
    title = escape(f"{protocol.study_id}: protocol {protocol.version}")
    return printable(
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{title}</title>'
        "<style>body{max-width:46rem;margin:2rem auto;padding:0 1rem;font:16px/1.5 sans-serif}"
        "pre{white-space:pre-wrap;font:inherit}</style></head>"
        f"<body><main><h1>{title}</h1><pre>{text}</pre></main></body></html>"
    )


def printable(html: str) -> Response:
    """Return a page in which no script runs."""
    headers = {"Content-Security-Policy": NO_SCRIPTS, "Cache-Control": "no-store"}
    return HTMLResponse(html, headers=headers)


def reader_of(bench: Workbench, request: Request) -> Actor:
    """Return who reads; the guard let only live sign-ins through.

    Raises
    ------
    SignInEndedError
        If the sign-in ended in this very moment.
    """
    actor = actor_of(bench.store(), request.cookies.get(COOKIE, ""))
    if actor is None:
        raise SignInEndedError("Your sign-in has ended.")
    return actor
