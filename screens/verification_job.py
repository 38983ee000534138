"""One verification in a process of its own: `python -m screens.verification_job URL PLACE NOTED`.

NOTED is the hash of a head noted elsewhere, or empty. It opens the store only to read, beside the server that writes to it.
"""

import pickle
import sys
from pathlib import Path

from data.records.people import Role
from data.storage.errors import StorageError
from data.storage.sign_in import sign_in_process
from data.storage.store import open_store_for_reading
from protocols.software import software_version
from screens.clock import wall_clock
from screens.jobs import report_progress
from screens.verification import Verified
from trials.errors import TrialError
from trials.randomization.rederivation import rederive
from trials.verification import verify_trail


def main() -> int:
    """Verify, write what was found, tell how far it is."""
    url, place, noted_hash = sys.argv[1], Path(sys.argv[2]), sys.argv[3]
    try:
        found = verified(url, noted_hash)
    except (StorageError, TrialError) as refusal:
        report_progress(1.0, str(refusal))
        return 1
    written = place.with_suffix(".new")
    written.write_bytes(pickle.dumps(found))
    written.replace(place)
    report_progress(1.0, "Done.")
    return 0


def verified(url: str, noted_hash: str) -> Verified:
    """Verify the trail and the lists of a store."""
    report_progress(0.1, "Recomputing and replaying the audit trail ...")
    store = open_store_for_reading(url, wall_clock)
    try:
        verifier = sign_in_process(store, Role.REVIEWER, "verification")
        trail = verify_trail(store, verifier, noted_hash)
        report_progress(0.8, "Deriving the allocation lists again ...")
        lists = rederive(store, verifier)
    finally:
        store.close()
    return Verified(
        at=wall_clock(),
        program=software_version(),
        noted_hash=noted_hash,
        trail=trail,
        lists=lists,
    )


if __name__ == "__main__":
    sys.exit(main())
