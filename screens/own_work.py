"""Work in a child process that one sign-in asked for, and what it found: for nobody else.

What was found lies in a folder that goes when the server ends.

Contents: `OwnWork`, `hand_over`, `own_folder`.
"""

import atexit
import pickle
import shutil
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Generic, TypeVar

from data.records.people import Actor
from data.storage.errors import StorageError
from screens.jobs import Job, report_progress
from screens.workbench import Workbench
from trials.errors import TrialError

Found = TypeVar("Found")


@dataclass(frozen=True, kw_only=True, slots=True)
class OwnWork(Generic[Found]):
    """One kind of work: a module that is run as ``python -m MODULE PLACE ARGUMENT ...``."""

    name: str
    module: str
    """Its `main` ends in `hand_over`."""

    def start(
        self,
        bench: Workbench,
        actor: Actor,
        *arguments: str,
        given: bytes = b"",
        when_found: Callable[[Found], None] = lambda _found: None,
    ) -> Job:
        """Start it for this sign-in, unless it runs; what was found before is forgotten.

        `when_found` is called in this process with what was found, before the work counts as done.
        """
        place = self.place(actor)
        place.unlink(missing_ok=True)

        def tell() -> None:
            found = self.found(actor)
            if found is not None:
                when_found(found)

        arguments = (self.module, str(place), *arguments)
        return bench.jobs.start(self._job_name(actor), arguments, given, tell)

    def job(self, bench: Workbench, actor: Actor) -> Job | None:
        """Return the work that this sign-in asked for last."""
        return bench.jobs.find(self._job_name(actor))

    def found(self, actor: Actor) -> Found | None:
        """Return what the last finished work of this sign-in found; None when there is nothing."""
        place = self.place(actor)
        if not place.exists():
            return None
        found: Found = pickle.loads(place.read_bytes())  # noqa: S301 - written by our own child
        return found

    def place(self, actor: Actor) -> Path:
        """Return where that lies."""
        return own_folder() / f"{actor.sign_in_id[:32]}.{self.name}.pickle"

    def _job_name(self, actor: Actor) -> str:
        return f"{self.name}-{actor.sign_in_id}"


def hand_over(place: str, work: Callable[[], object]) -> int:
    """Do the work, leave what it found at its place, tell how it ended.

    Parameters
    ----------
    place : str
        The first argument of the child process.
    work : callable
        What it refuses (`StorageError`, `TrialError`) is told in its one sentence.

    Returns
    -------
    int
        The exit code: 0 when something was found.
    """
    try:
        found = work()
    except (StorageError, TrialError) as refusal:
        report_progress(1.0, str(refusal))
        return 1
    whole = Path(place)
    written = whole.with_suffix(".new")
    written.write_bytes(pickle.dumps(found))
    written.replace(whole)
    report_progress(1.0, "Done.")
    return 0


def own_folder() -> Path:
    """Return a folder that only this process's user can open; it goes when the process ends."""
    folder = _made_folder()
    folder.mkdir(mode=0o700, exist_ok=True)  # machines tidy their temporary folder while we run
    return folder


@cache
def _made_folder() -> Path:
    folder = Path(tempfile.mkdtemp(prefix="antiphon-found-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder
