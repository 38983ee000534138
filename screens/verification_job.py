"""One verification in a process of its own: `python -m screens.verification_job URL PLACE`.

It opens the store only to read, beside the server that writes to it.
"""

import pickle
import sys
from pathlib import Path

from data.records.people import Role
from data.storage.audit import Head, verify
from data.storage.errors import StorageError
from data.storage.sign_in import sign_in_process
from data.storage.store import open_store_for_reading
from protocols.software import software_version
from screens.clock import wall_clock
from screens.jobs import report_progress
from screens.verification import Verified
from trials.errors import TrialError
from trials.randomization.rederivation import rederive


def main() -> int:
    """Verify, write what was found, tell how far it is."""
    url, place = sys.argv[1], Path(sys.argv[2])
    noted = pickle.load(sys.stdin.buffer)  # noqa: S301 - from our server
    try:
        found = verified(url, noted)
    except (StorageError, TrialError) as refusal:
        report_progress(1.0, str(refusal))
        return 1
    written = place.with_suffix(".new")
    written.write_bytes(pickle.dumps(found))
    written.replace(place)
    report_progress(1.0, "Done.")
    return 0


def verified(url: str, noted: Head | None) -> Verified:
    """Verify the trail and the lists of a store."""
    report_progress(0.1, "Recomputing and replaying the audit trail ...")
    store = open_store_for_reading(url, wall_clock)
    try:
        trail = verify(store, noted)
        report_progress(0.8, "Deriving the allocation lists again ...")
        lists = rederive(store, sign_in_process(store, Role.REVIEWER, "verification"))
    finally:
        store.close()
    return Verified(
        at=wall_clock(), program=software_version(), noted=noted, trail=trail, lists=lists
    )


if __name__ == "__main__":
    sys.exit(main())
