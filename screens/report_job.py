"""One analysis in a process of its own: `python -m screens.report_job PLACE`, records on its input.

The server starts it, so that a long analysis never makes the music or a page wait.
"""

import pickle
import sys
from pathlib import Path

from screens.jobs import report_progress


def main() -> int:
    """Read protocol, records and code version; write the report; tell how far it is."""
    place = Path(sys.argv[1])
    report_progress(0.1, "Reading the records ...")
    protocol, records, code_version = pickle.load(sys.stdin.buffer)  # noqa: S301 - from our server
    from analysis.plan import run_analysis_plan
    from analysis.reports.html import render_html

    report_progress(0.3, "Carrying out the analysis plan ...")
    report = run_analysis_plan(protocol, records, code_version)
    report_progress(0.8, "Writing the report ...")
    place.write_text(render_html(report), "utf-8")
    report_progress(1.0, "Done.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
