"""One backup in a process of its own: `python -m screens.backup_job PLACE URL FOLDER`.

The child copies and verifies, beside the server that writes; the server keeps the act in the audit.

Contents: `BACKUP`, `start_backup`.
"""

import sys
from functools import partial
from pathlib import Path

from data.records.people import Actor, Role
from data.storage.backup import Backup, make_backup, record_backup
from data.storage.roles import Permission
from data.storage.sign_in import sign_in_process
from data.storage.store import default_url, open_store_for_reading
from screens.clock import wall_clock
from screens.jobs import Job, report_progress
from screens.own_work import OwnWork, hand_over
from screens.workbench import Workbench

BACKUP: OwnWork[Backup] = OwnWork(name="backup", module="screens.backup_job")


def start_backup(bench: Workbench, actor: Actor, folder: Path) -> Job:
    """Start a backup into a folder; it is recorded whether or not its page is still open then."""
    store = bench.store()
    with store.reading(actor, Permission.BACK_UP):
        keep = partial(record_backup, store, actor)
    return BACKUP.start(bench, actor, default_url(), str(folder), when_found=keep)


def main() -> int:
    """Copy and verify, leave what was found, tell how far it is."""
    place, url, folder = sys.argv[1:]
    return hand_over(place, lambda: copied(url, Path(folder)))


def copied(url: str, folder: Path) -> Backup:
    """Return the backup of a store."""
    store = open_store_for_reading(url, wall_clock)
    try:
        by = sign_in_process(store, Role.ADMINISTRATOR, "backup")
        return make_backup(store, by, folder, report_progress)
    finally:
        store.close()


if __name__ == "__main__":
    sys.exit(main())
