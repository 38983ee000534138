"""One look before the end in a process of its own: `python -m screens.look_job PLACE URL`.

The child opens the store only to read, and computes; the server puts the look on record before its page shows anything.

Contents: `LOOK`, `start_look`.
"""

import sys
from contextlib import suppress
from functools import partial

from data.records.people import Actor, Role
from data.storage.sign_in import sign_in_process
from data.storage.store import Store, default_url, open_store_for_reading
from screens.clock import wall_clock
from screens.jobs import Job, report_progress
from screens.own_work import OwnWork, hand_over
from screens.workbench import Workbench
from trials.errors import LookRefusedError
from trials.looks import LookToHold, extract_records_for_look, hold_look, why_no_look
from trials.opening import protocol_in_force

LOOK: OwnWork[LookToHold] = OwnWork(name="look", module="screens.look_job")


def start_look(bench: Workbench, actor: Actor) -> Job:
    """Start a look; it is put on record whether or not its page is still open then.

    Raises
    ------
    LookRefusedError
        If no look can be held now.
    """
    store = bench.store()
    refusal = why_no_look(store, actor)
    if refusal:
        raise LookRefusedError(refusal)
    return LOOK.start(bench, actor, default_url(), when_found=partial(_keep, store, actor))


def _keep(store: Store, actor: Actor, found: LookToHold) -> None:
    """Put a look on record; when it is refused, none is there and the page says so."""
    with suppress(LookRefusedError):
        hold_look(store, actor, found)


def main() -> int:
    """Read the records with their arms, look, leave what was found, tell how far it is."""
    place, url = sys.argv[1:]
    return hand_over(place, lambda: looked(url))


def looked(url: str) -> LookToHold:
    """Look at the records as they are now.

    Raises
    ------
    LookRefusedError
        If there is nothing to look at.
    """
    from analysis.interim_analysis.errors import InterimError
    from analysis.results import NotEstimableError
    from analysis.taken_look import take_look
    from protocols.software import software_version

    report_progress(0.1, "Reading the records ...")
    store = open_store_for_reading(url, wall_clock)
    try:
        reader = sign_in_process(store, Role.UNBLINDED_STATISTICIAN, "look")
        protocol = protocol_in_force(store, reader)
        records = extract_records_for_look(store, reader)
    finally:
        store.close()
    report_progress(0.4, "Carrying out the analyses of the hypotheses ...")
    try:
        found = take_look(protocol, records, software_version())
    except (NotEstimableError, InterimError) as error:
        message = f"No look was held: {str(error).rstrip('.')}."
        raise LookRefusedError(message) from error
    return LookToHold(
        number=found.number,
        data_sha256=found.data_sha256,
        protocol_sha256=found.protocol_sha256,
        code_version=found.code_version,
        findings=found.findings,
    )


if __name__ == "__main__":
    sys.exit(main())
