"""One process at a time may write to a store: a locked file beside the database says which."""

import os
import sys
from pathlib import Path
from typing import TextIO

from data.storage.errors import StoreUnusableError

if sys.platform == "win32":
    import msvcrt

    _FAR_BYTE = 1 << 20

    def _lock(file: TextIO) -> None:
        file.seek(_FAR_BYTE)
        msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)

    def _unlock(file: TextIO) -> None:
        file.seek(_FAR_BYTE)
        msvcrt.locking(file.fileno(), msvcrt.LK_UNLCK, 1)

else:
    import fcntl

    def _lock(file: TextIO) -> None:
        fcntl.flock(file.fileno(), fcntl.LOCK_EX | fcntl.LOCK_NB)

    def _unlock(file: TextIO) -> None:
        fcntl.flock(file.fileno(), fcntl.LOCK_UN)


class ProcessLock:
    """Holds a store for this process until `release`; a killed process lets go by itself.

    Parameters
    ----------
    database : Path
        The store's file.

    Raises
    ------
    StoreUnusableError
        If another process (or another opening in this one) holds it.
    """

    def __init__(self, database: Path) -> None:
        self._path = database.with_name(database.name + ".lock")
        self._file = self._path.open("a+", encoding="utf-8")
        try:
            _lock(self._file)
        except OSError:
            self._file.seek(0)
            holder = self._file.read().strip() or "another process"
            self._file.close()
            message = (
                f"The store {database} is in use by {holder}: stop that one first, or use a "
                "command that only reads."
            )
            raise StoreUnusableError(message) from None
        self._file.truncate(0)
        self._file.write(f"process {os.getpid()} ({Path(sys.argv[0]).name or 'python'})\n")
        self._file.flush()

    def release(self) -> None:
        """Let another process have the store."""
        if not self._file.closed:
            _unlock(self._file)
            self._file.close()
