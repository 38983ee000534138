"""The hash of the locked records, computed again: `python -m screens.lock_check PLACE URL` does it.

A child process reads every record, beside the server that writes.

Contents: `LOCK_CHECK`, `check`.
"""

import sys

from data.records.people import Role
from data.storage.sign_in import sign_in_process
from data.storage.store import open_store_for_reading
from screens.clock import wall_clock
from screens.jobs import report_progress
from screens.own_work import OwnWork, hand_over
from trials.locking import LockCheck, check_lock

LOCK_CHECK: OwnWork[LockCheck] = OwnWork(name="lock-check", module="screens.lock_check")


def main() -> int:
    """Compute the hash again, leave what was found, tell how far it is."""
    place, url = sys.argv[1:]
    return hand_over(place, lambda: check(url))


def check(url: str) -> LockCheck:
    """Compare the records of a store with its lock."""
    report_progress(0.1, "Reading and hashing every record ...")
    store = open_store_for_reading(url, wall_clock)
    try:
        return check_lock(store, sign_in_process(store, Role.STATISTICIAN, "lock check"))
    finally:
        store.close()


if __name__ == "__main__":
    sys.exit(main())
