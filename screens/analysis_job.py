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
    """Carry out the analysis plan on the records as they are now, and beside it what is on record as explored."""
    from analysis.analysed_rows import analysed_rows
    from analysis.exploration import explore_recorded
    from analysis.plan import run_analysis_plan
    from analysis.study import derive_study
    from protocols.software import software_version
    from trials.blinding import extract_records
    from trials.explorations import recorded_explorations
    from trials.opening import protocol_in_force

    report_progress(0.1, "Reading the records ...")
    store = open_store_for_reading(url, wall_clock)
    try:
        reader = sign_in_process(store, role, "analysis")
        protocol, records = protocol_in_force(store, reader), extract_records(store, reader)
        recorded = recorded_explorations(store, reader)
    finally:
        store.close()
    report_progress(0.4, "Carrying out the analysis plan ...")
    report = run_analysis_plan(protocol, records, software_version())
    report_progress(0.7, "Repeating what was explored ...")
    study = derive_study(protocol, records, software_version())
    explored = explore_recorded(study, report.harms, recorded)
    analyses = (
        *protocol.analysis.analyses,
        *(one.planned for one in explored if one.planned is not None),
    )
    analysed = {one.code: analysed_rows(study, one) for one in analyses}
    report_progress(0.8, "Drawing figures and tables ...")
    return view_of(
        report,
        wall_clock(),
        explored,
        {code: rows for code, rows in analysed.items() if rows is not None},
    )


if __name__ == "__main__":
    sys.exit(main())
