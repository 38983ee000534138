"""One analysis in a process of its own: `python -m screens.report_job PLACE`, records on its input.

The server starts it, so that a long analysis never makes the music or a page wait.
"""

import pickle
import sys

from screens.jobs import report_progress
from screens.made_report import MadeReport
from screens.own_work import hand_over


def main() -> int:
    """Read protocol, records, what is on record as explored, and code version; leave the report; tell how far it is."""
    return hand_over(sys.argv[1], make_report)


def make_report() -> MadeReport:
    """Return the report, with the files to repeat it from.

    The protocol holds the block sizes: while the arms are masked its file stays out.
    """
    report_progress(0.1, "Reading the records ...")
    protocol, records, recorded, code_version = pickle.load(sys.stdin.buffer)  # noqa: S301 - from our server
    from analysis.bundle import PROTOCOL_FILE, bundle_files
    from analysis.exploration import explore_recorded, log_of
    from analysis.plan import run_analysis_plan
    from analysis.reports.html import render_html
    from analysis.study import derive_study

    report_progress(0.3, "Carrying out the analysis plan ...")
    report = run_analysis_plan(protocol, records, code_version)
    report_progress(0.6, "Repeating what was explored ...")
    study = derive_study(protocol, records, code_version)
    explored = explore_recorded(study, report.harms, recorded)
    report_progress(0.8, "Writing the report ...")
    files = bundle_files(report, log_of(explored))
    if report.masked:
        del files[PROTOCOL_FILE]
    return MadeReport(html=render_html(report, explored), files=files)


if __name__ == "__main__":
    sys.exit(main())
