"""A job for the tests of jobs: `python -m tests.screens.a_job CODE` ends with that exit code."""

import sys
import time

from screens.jobs import report_progress

if __name__ == "__main__":
    given = sys.stdin.read()
    sys.stdout.write("a line that is no progress\n")
    report_progress(0.5, f"Half way with {given}")
    if sys.argv[1] == "wait":
        time.sleep(60)
    sys.exit(int(sys.argv[1]))
