"""One analysis for the pages, in a process of its own: `python -m screens.single_analysis_job PLACE URL ROLE STANDING ASKED`.

STANDING is ``planned``, and ASKED the code of an analysis; or it is ``exploratory``, and ASKED the exploration as JSON. It opens the
store only to read, and sees what the role may see.
"""

import sys

from data.records.people import Role
from data.storage.sign_in import sign_in_process
from data.storage.store import open_store_for_reading
from screens.clock import wall_clock
from screens.jobs import report_progress
from screens.own_work import hand_over
from screens.single_analysis_view import OF_THE_PLAN, SingleAnalysisView, view_of
from trials.errors import NothingToExploreError


def main() -> int:
    """Read the records, carry out the analysis, leave what the pages show; tell how far it is."""
    place, url, role, standing, asked = sys.argv[1:6]
    return hand_over(place, lambda: analyse(url, Role(role), standing, asked))


def analyse(url: str, role: Role, standing: str, asked: str) -> SingleAnalysisView:
    """Carry out one analysis on the records as they are now.

    Raises
    ------
    NothingToExploreError
        If the plan has no such analysis.
    """
    from analysis.one_analysis import look_at_exploration, look_at_planned
    from analysis.results import NotEstimableError
    from analysis.study import derive_study
    from data.records.explorations import Exploration
    from protocols.reading import value_from_json
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
    report_progress(0.3, "Deriving the datasets ...")
    study = derive_study(protocol, records, software_version())
    report_progress(0.5, "Fitting ...")
    try:
        if standing == OF_THE_PLAN:
            found = look_at_planned(study, asked)
        else:
            found = look_at_exploration(study, value_from_json(Exploration, asked))
    except NotEstimableError as error:
        raise NothingToExploreError(f"There is nothing to analyse: {error}.") from error
    report_progress(0.8, "Drawing figures and tables ...")
    return view_of(found, wall_clock())


if __name__ == "__main__":
    sys.exit(main())
