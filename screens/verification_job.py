"""One verification in a process of its own: `python -m screens.verification_job PLACE URL NOTED`.

NOTED is the hash of a head noted elsewhere, or empty. It opens the store only to read, beside the server that writes to it.
"""

import sys

from data.records.people import Role
from data.storage.sign_in import sign_in_process
from data.storage.store import open_store_for_reading
from protocols.software import software_version
from screens.clock import wall_clock
from screens.jobs import report_progress
from screens.own_work import hand_over
from screens.verification import Verified
from trials.randomization.rederivation import rederive
from trials.verification import verify_trail


def main() -> int:
    """Verify, leave what was found, tell how far it is."""
    place, url, noted_hash = sys.argv[1:]
    return hand_over(place, lambda: verified(url, noted_hash))


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
