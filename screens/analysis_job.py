"""One analysis for the pages, in a process of its own: `python -m screens.analysis_job PLACE URL ROLE`.

It opens the store only to read, beside the server that writes to it, and sees what the role may see.
"""

import sys

from data.records.people import Role
from data.storage.sign_in import sign_in_process
from data.storage.store import open_store_for_reading
from screens.analysis_view import AnalysisView, view_of
from screens.clock import wall_clock
from screens.jobs import report_progress
from screens.own_work import hand_over


def main() -> int:
    """Read the records, carry out the plan, leave what the pages show; tell how far it is."""
    place, url, role = sys.argv[1], sys.argv[2], Role(sys.argv[3])
    return hand_over(place, lambda: analyse(url, role))


def analyse(url: str, role: Role) -> AnalysisView:
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
    return view_of(report, wall_clock())


if __name__ == "__main__":
    sys.exit(main())
