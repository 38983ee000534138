"""Antiphon's front door: `python app.py`, `streamlit run app.py` and `uvicorn app:app` start this file.

It runs twice in one process: once as the server, and once for every run of a page. It opens the
store, hands in the clock, and says which screens each role sees. No logic.
"""

from pathlib import Path

import streamlit as st
from streamlit import runtime

from data.records.people import Role
from screens import frame, server, sign_in, workbench
from screens.clock import wall_clock
from screens.code_break_strip import watch_code_breaks
from screens.coordinator.alert_strip import watch_alerts

HERE = Path(__file__).parent

SCREENS: dict[Role, tuple[tuple[str, str], ...]] = {
    Role.COORDINATOR: (
        ("coordinator/today.py", "Today"),
        ("coordinator/enrol.py", "Enrol"),
        ("coordinator/participant.py", "Participant"),
        ("coordinator/run_session.py", "Run session"),
        ("coordinator/recordings.py", "Recordings"),
        ("coordinator/headphones.py", "Headphones"),
        ("coordinator/safety.py", "Safety"),
    ),
    Role.STATISTICIAN: (
        ("statistician/masked.py", "Results"),
        ("statistician/plan.py", "Analysis plan"),
        ("statistician/analyses.py", "One analysis"),
        ("statistician/compare.py", "Compare"),
        ("statistician/explore.py", "Explore"),
        ("statistician/export.py", "Export"),
        ("statistician/recordings.py", "Recordings"),
        ("statistician/lock.py", "Lock and unblind"),
    ),
    Role.UNBLINDED_STATISTICIAN: (
        ("statistician/looks.py", "Looks before the end"),
        ("reviewer/protocol.py", "Protocol"),
    ),
    Role.REVIEWER: (
        ("reviewer/protocol.py", "Protocol"),
        ("reviewer/flow.py", "Flow"),
        ("reviewer/recordings.py", "Recordings"),
        ("reviewer/audit.py", "Audit trail"),
        ("reviewer/verify.py", "Verify"),
    ),
    Role.ADMINISTRATOR: (
        ("administrator/open_trial.py", "Trial"),
        ("administrator/people.py", "People"),
        ("administrator/sites.py", "Sites"),
        ("administrator/backup.py", "Backup"),
        ("administrator/unblinding.py", "Unblinding"),
        ("administrator/code_break.py", "Break a code"),
        ("administrator/listen.py", "Hear the arms"),
    ),
    Role.PARTICIPANT: (("participant/questionnaire.py", "Your study page"),),
}

WATCHED = {
    Role.COORDINATOR: watch_alerts,
    Role.STATISTICIAN: watch_code_breaks,
    Role.ADMINISTRATOR: watch_code_breaks,
}

bench = workbench.start(wall_clock)

if runtime.exists():  # one run of one page, for one browser tab
    actor = sign_in.current_actor()
    frame.draw_page(
        actor,
        [(HERE / "screens" / path, title) for path, title in SCREENS[actor.role]],
        WATCHED.get(actor.role),
    )
else:  # the server, once a process; `streamlit run` looks for this very assignment
    app = st.App(
        __file__,
        routes=server.routes(bench),
        middleware=server.middleware(bench),
        lifespan=server.lifespan(bench),
        on_script_error=server.explain_error,
    )
    if __name__ == "__main__":
        server.run(app, bench)
