"""Pages without a browser (Streamlit's AppTest): the first run and the rerun of one page a role."""

import os
from collections.abc import Iterator
from pathlib import Path

from streamlit.testing.v1 import AppTest

from benchmarks.table import Measurement, cpu_seconds
from data.records.people import Actor, Role
from data.storage.sign_in import sign_in_process
from screens import sign_in, workbench
from screens.clock import wall_clock

APP = Path(__file__).parents[1] / "app.py"
RERUNS = 15
FIRST_PAGES = {
    Role.COORDINATOR: "Today",
    Role.STATISTICIAN: "Masked results",
    Role.REVIEWER: "Protocol",
    Role.ADMINISTRATOR: "Trial",
}


def measure(url: str, participants: int) -> Iterator[Measurement]:
    """Draw the first page of each role on a store.

    Yields
    ------
    Measurement
        Processor time of the run of a page.

    Raises
    ------
    RuntimeError
        If a page does not draw: then there is nothing to measure.
    """
    os.environ["ANTIPHON_STORE"] = url
    store = workbench.start(wall_clock).store()
    try:
        for role, title in FIRST_PAGES.items():
            act_as(sign_in_process(store, role, "benchmark"))
            page = AppTest.from_file(str(APP), default_timeout=120)
            first_s = cpu_seconds(page.run)
            if page.exception:
                message = f"The page {title} ended with {page.exception[0].value}."
                raise RuntimeError(message)
            yield Measurement(
                what=f"page rerun, {title}",
                unit="CPU ms",
                values=tuple(cpu_seconds(page.run) * 1000.0 for _ in range(RERUNS)),
                remark=f"{role}, {participants} participants; first run {first_s * 1000.0:.0f} ms",
            )
    finally:
        store.close()


def act_as(actor: Actor) -> None:
    """Let every page act for this actor: AppTest has no cookie to sign in by."""
    sign_in.current_actor = lambda: actor
    sign_in.watching_actor = lambda: actor
