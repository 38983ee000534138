"""A simulated trial: how long it takes to make, to analyse, to verify, and to look at."""

import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

from analysis.plan import run_analysis_plan
from analysis.reports.write import write_report
from benchmarks import pages
from benchmarks.table import Measurement, wall_seconds
from data.records.people import Role
from data.storage.audit import verify
from data.storage.sign_in import sign_in_process
from data.storage.store import Store, create_store, open_store_for_reading
from protocols.document import shipped_protocol
from protocols.software import software_version
from screens.clock import wall_clock
from screens.demonstration import LONG_AGO, SEED, SITES, add_accounts
from trials.blinding import extract_records
from trials.opening import protocol_in_force
from trials.simulation.clock import MovableClock
from trials.simulation.trial import Size, simulate_trial

FULL, SMALL = 60, 12
RUNS = 3


def make_trial(url: str, participants: int) -> None:
    """Make a demonstration store of some size."""
    today = wall_clock()
    clock = MovableClock(today - LONG_AGO)
    store = create_store(url, clock)
    try:
        simulate_trial(
            store,
            clock,
            shipped_protocol(),
            SITES,
            administrator=add_accounts(store),
            today=today,
            size=Size(participants=participants, workers=os.cpu_count() or 1),
            seed=SEED,
            report_progress=lambda _share, _text: None,
        )
    finally:
        store.close()


def measure(participants: int) -> Iterator[Measurement]:
    """Make a trial and use it.

    Yields
    ------
    Measurement
        The making, the report, the verification, the pages.
    """
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{Path(folder) / 'trial.db'}"
        made_s = wall_seconds(lambda: make_trial(url, participants))
        yield Measurement(
            what=f"demonstration trial, {participants} participants",
            unit="s",
            values=(made_s,),
            remark=f"wall time on {os.cpu_count()} processors",
        )
        if participants < FULL:
            yield Measurement(
                what=f"EXTRAPOLATED to {FULL} participants",
                unit="s",
                values=(made_s * FULL / participants,),
                remark="not measured: the line above in proportion; --full measures it",
            )
        store = open_store_for_reading(url, wall_clock)
        try:
            yield from measure_reading(store, participants, Path(folder))
        finally:
            store.close()
        yield from pages.measure(url, participants)


def measure_reading(store: Store, participants: int, folder: Path) -> Iterator[Measurement]:
    """Write the report and verify the trail.

    Yields
    ------
    Measurement
        Wall times.
    """
    actor = sign_in_process(store, Role.STATISTICIAN, "benchmark")

    def write() -> None:
        records = extract_records(store, actor)
        result = run_analysis_plan(protocol_in_force(store, actor), records, software_version())
        write_report(result, folder / "report")

    first_s = wall_seconds(write)
    yield Measurement(
        what=f"first report, {participants} participants",
        unit="s",
        values=(first_s,),
        remark="with the import of statsmodels, pingouin and matplotlib",
    )
    yield Measurement(
        what=f"report again, {participants} participants",
        unit="s",
        values=tuple(wall_seconds(write) for _ in range(RUNS)),
        remark="extract, analyse, write every file",
    )
    entries = verify(store).entries
    yield Measurement(
        what="verify the audit trail",
        unit="entries a s",
        values=tuple(entries / wall_seconds(lambda: verify(store)) for _ in range(RUNS)),
        remark=f"{entries} entries, replayed against every row",
    )
