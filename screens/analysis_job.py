"""One analysis for the pages, in a process of its own: `python -m screens.analysis_job URL ROLE PLACE`.

It opens the store only to read, beside the server that writes to it, and sees what the role may see.
"""

import pickle
import sys
from pathlib import Path

from data.records.people import Role
from data.storage.errors import StorageError
from data.storage.sign_in import sign_in_process
from data.storage.store import open_store_for_reading
from screens.analysis_view import view_of
from screens.clock import wall_clock
from screens.jobs import report_progress
from trials.errors import TrialError


def main() -> int:
    """Read the records, carry out the plan, write what the pages show; tell how far it is."""
    url, role, place = sys.argv[1], Role(sys.argv[2]), Path(sys.argv[3])
    try:
        analyse(url, role, place)
    except (StorageError, TrialError) as refusal:
        report_progress(1.0, str(refusal))
        return 1
    report_progress(1.0, "Done.")
    return 0


def analyse(url: str, role: Role, place: Path) -> None:
    """Carry out the analysis plan on the records as they are now."""
    from analysis.plan import run_analysis_plan
    from protocols.software import software_version
    from trials.blinding import extract_records
    from trials.opening import protocol_in_force

    report_progress(0.1, "Reading the records ...")
    store = open_store_for_reading(url, wall_clock)
    try:
        reader = sign_in_process(store, role, "analysis")
        protocol, records = protocol_in_force(store, reader), extract_records(store, reader)
    finally:
        store.close()
    report_progress(0.4, "Carrying out the analysis plan ...")
    report = run_analysis_plan(protocol, records, software_version())
    report_progress(0.8, "Drawing figures and tables ...")
    written = place.with_suffix(".new")
    written.write_bytes(pickle.dumps(view_of(report, wall_clock())))
    written.replace(place)


if __name__ == "__main__":
    sys.exit(main())
