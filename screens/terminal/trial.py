"""`antiphon report`: the analysis plan carried out on the store's records."""

from pathlib import Path
from typing import Annotated

import typer

from screens.terminal.outcome import say, say_json


def report(
    out: Annotated[Path, typer.Option(help="Folder to write to; made when it does not exist.")],
    *,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON for a program.")] = False,
) -> None:
    """Carry out the analysis plan and write the report; arms stay masked until unblinding.

    Two runs on the same records give the same bytes. The records and the protocol, as they were
    analysed, are written beside the report, so that anyone can compute every number again.
    """
    from analysis.exploration import explore_recorded
    from analysis.plan import run_analysis_plan
    from analysis.reports.write import write_report
    from analysis.study import derive_study
    from data.records.people import Role
    from data.storage.sign_in import sign_in_process
    from data.storage.store import default_url, open_store_for_reading
    from protocols.software import software_version
    from screens.clock import wall_clock
    from trials.blinding import extract_records
    from trials.explorations import recorded_explorations
    from trials.opening import protocol_in_force

    store = open_store_for_reading(default_url(), wall_clock)
    try:
        actor = sign_in_process(store, Role.STATISTICIAN, "terminal")
        protocol = protocol_in_force(store, actor)
        records = extract_records(store, actor)
        recorded = recorded_explorations(store, actor)
    finally:
        store.close()
    result = run_analysis_plan(protocol, records, software_version())
    study = derive_study(protocol, records, software_version())
    explored = explore_recorded(study, result.harms, recorded)
    paths = write_report(result, out, explored)
    if as_json:
        say_json(
            {
                "masked": records.masked,
                "simulated": records.simulated,
                "locked": records.locked_at is not None,
                "exploratory": len(explored),
                "data_sha256": result.provenance.data_sha256,
                "files": [path.relative_to(out).as_posix() for path in paths],
            }
        )
        return
    note = "arms masked" if records.masked else "arms shown"
    marked = ", SIMULATED DATA" if records.simulated else ""
    marked += "" if records.locked_at else ", NOT LOCKED: preliminary"
    say(f"{len(paths)} files in {out} ({note}{marked}). Open {out / 'report.html'}.")
