"""Copy a database while it is in use, and check the copy.

A plain copy of the file loses what is still in its write-ahead log, and SQLite's own integrity check
does not notice (design notes on storage, 8.3): only SQLite's backup interface copies a store.
"""

import os
from contextlib import closing
from pathlib import Path
from sqlite3 import Connection, DatabaseError, connect

from data.storage.errors import StoreUnusableError


def copy_checked(source: Path, target: Path) -> None:
    """Copy a database into one file that only its owner can read, and check the copy.

    Raises
    ------
    StoreUnusableError
        If the target exists, or the copy is not sound.
    """
    try:
        os.close(os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
    except FileExistsError:
        message = f"{target} exists: nothing was overwritten. Move it away first."
        raise StoreUnusableError(message) from None
    except OSError:
        message = f"The folder {target.parent} cannot be written: choose another one."
        raise StoreUnusableError(message) from None
    try:
        with closing(connect(source)) as here, closing(connect(target)) as there:
            here.backup(there)
            there.execute("PRAGMA journal_mode = DELETE").close()
            complaints = _complaints(there)
    except DatabaseError as error:
        message = f"The copy {target} could not be written in full: check the disk."
        raise StoreUnusableError(message) from error
    if complaints:
        message = f"The copy {target} is not sound: check the disk, then back up again."
        raise StoreUnusableError(message)


def _complaints(connection: Connection) -> list[str]:
    integrity = [str(row[0]) for row in connection.execute("PRAGMA integrity_check")]
    dangling = [str(row[0]) for row in connection.execute("PRAGMA foreign_key_check")]
    return [said for said in integrity if said != "ok"] + dangling
