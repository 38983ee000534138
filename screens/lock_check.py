"""The hash of the locked records, computed again: `python -m screens.lock_check URL PLACE` does it.

A child process reads every record, beside the server that writes; what it found belongs to the sign-in
that asked.

Contents: `start_lock_check`, `lock_check_job`, `read_lock_check`.
"""

import pickle
import sys
from pathlib import Path

from data.records.people import Actor, Role
from data.storage.errors import StorageError
from data.storage.sign_in import sign_in_process
from data.storage.store import default_url, open_store_for_reading
from screens.analysis_view import own_folder
from screens.clock import wall_clock
from screens.jobs import Job, report_progress
from screens.workbench import Workbench
from trials.errors import TrialError
from trials.locking import LockCheck, check_lock


def start_lock_check(bench: Workbench, actor: Actor) -> Job:
    """Start computing the hash again."""
    place = place_of(actor)
    place.unlink(missing_ok=True)
    return bench.jobs.start(name_of(actor), ["screens.lock_check", default_url(), str(place)])


def lock_check_job(bench: Workbench, actor: Actor) -> Job | None:
    """Return the check that this sign-in asked for last."""
    return bench.jobs.find(name_of(actor))


def read_lock_check(actor: Actor) -> LockCheck | None:
    """Return what the last finished check of this sign-in found; None when there is none."""
    place = place_of(actor)
    if not place.exists():
        return None
    found: LockCheck = pickle.loads(place.read_bytes())  # noqa: S301 - written by our own child
    return found


def name_of(actor: Actor) -> str:
    """Return the name of the job of this sign-in."""
    return f"lock-check-{actor.sign_in_id}"


def place_of(actor: Actor) -> Path:
    """Return where the result of this sign-in lies."""
    return own_folder() / f"{actor.sign_in_id[:32]}.lock.pickle"


def main() -> int:
    """Compute the hash again, write what was found, tell how far it is."""
    url, place = sys.argv[1], Path(sys.argv[2])
    report_progress(0.1, "Reading and hashing every record ...")
    try:
        found = check(url)
    except (StorageError, TrialError) as refusal:
        report_progress(1.0, str(refusal))
        return 1
    written = place.with_suffix(".new")
    written.write_bytes(pickle.dumps(found))
    written.replace(place)
    report_progress(1.0, "Done.")
    return 0


def check(url: str) -> LockCheck:
    """Compare the records of a store with its lock."""
    store = open_store_for_reading(url, wall_clock)
    try:
        return check_lock(store, sign_in_process(store, Role.STATISTICIAN, "lock check"))
    finally:
        store.close()


if __name__ == "__main__":
    sys.exit(main())
