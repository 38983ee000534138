"""Long work in child processes: what it has done so far, for a page with a progress bar.

A job is a command of this Python (`python -m ...`). Each line it writes to its output is one JSON
object: ``{"share": 0.25, "text": "..."}`` while it works. Its exit code says whether it is done.

Contents: `Progress`, `Job`, `Jobs`, `report_progress`.
"""

import json
import logging
import subprocess
import sys
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from threading import Lock, Thread

from data.storage.errors import StorageError

CHECKOUT = Path(__file__).resolve().parent.parent
LOGGER = logging.getLogger(__name__)


@dataclass(frozen=True, kw_only=True, slots=True)
class Progress:
    """How far a job has come."""

    share: float
    """In [0, 1]."""
    text: str
    """What it does now, in words."""
    exit_code: int | None = None
    """None while it runs; 0 when done; anything else is a failure."""

    @property
    def is_running(self) -> bool:
        """Whether the job still works."""
        return self.exit_code is None


class Job:
    """One command in a child process, read by a thread of its own.

    Parameters
    ----------
    arguments : sequence of str
        What follows ``python -m``.
    given : bytes
        Written to the child's input.
    when_done : callable
        Called in this process when the child has ended well, before the job counts as done; what storage
        refuses then makes the job a failure.
    """

    def __init__(
        self,
        arguments: Sequence[str],
        given: bytes = b"",
        when_done: Callable[[], None] = lambda: None,
    ) -> None:
        self._when_done = when_done
        self._progress = Progress(share=0.0, text="Starting ...")
        self._child = subprocess.Popen(  # noqa: S603 - our own Python, our own module
            [sys.executable, "-m", *arguments],
            cwd=CHECKOUT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        self._reader = Thread(target=self._read, args=(given,), daemon=True)
        self._reader.start()

    @property
    def progress(self) -> Progress:
        """How far the job has come."""
        return self._progress

    def wait(self, timeout_s: float) -> Progress:
        """Wait until the job is done, at most so long, and return how far it has come."""
        self._reader.join(timeout_s)
        return self._progress

    def stop(self) -> None:
        """End the child process."""
        self._child.terminate()

    def _read(self, given: bytes) -> None:
        errors = Thread(target=self._log_errors, daemon=True)
        errors.start()
        with suppress(BrokenPipeError):  # a child that ended at once reads nothing
            self._give(given)
        for line in self._child.stdout or ():
            self._take(line)
        errors.join()
        self._child.wait()
        for pipe in (self._child.stdout, self._child.stderr):
            if pipe is not None:
                pipe.close()
        self._progress = self._ended()

    def _ended(self) -> Progress:
        exit_code = self._child.returncode
        try:
            if exit_code == 0:
                self._when_done()
        except StorageError as refusal:
            return Progress(share=1.0, text=str(refusal), exit_code=1)
        return replace(self._progress, exit_code=exit_code)

    def _give(self, given: bytes) -> None:
        if self._child.stdin is not None:
            self._child.stdin.write(given)
            self._child.stdin.close()

    def _take(self, line: bytes) -> None:
        try:
            told = json.loads(line)
            self._progress = Progress(share=float(told["share"]), text=str(told["text"]))
        except (ValueError, KeyError, TypeError):
            LOGGER.info("%s", line.decode("utf-8", "replace").rstrip())

    def _log_errors(self) -> None:
        for line in self._child.stderr or ():
            LOGGER.warning("%s", line.decode("utf-8", "replace").rstrip())


class Jobs:
    """The jobs of this process by name; a name runs once at a time."""

    def __init__(self) -> None:
        self._jobs: dict[str, Job] = {}
        self._lock = Lock()

    def start(
        self,
        name: str,
        arguments: Sequence[str],
        given: bytes = b"",
        when_done: Callable[[], None] = lambda: None,
    ) -> Job:
        """Start a job, or return the one of that name that still runs."""
        with self._lock:
            running = self._jobs.get(name)
            if running is None or not running.progress.is_running:
                self._jobs[name] = running = Job(arguments, given, when_done)
            return running

    def find(self, name: str) -> Job | None:
        """Return the latest job of that name."""
        return self._jobs.get(name)

    def stop_all(self) -> None:
        """End every job that still runs."""
        for job in self._jobs.values():
            if job.progress.is_running:
                job.stop()


def report_progress(share: float, text: str) -> None:
    """Tell the parent process how far this job has come."""
    sys.stdout.write(json.dumps({"share": share, "text": text}) + "\n")
    sys.stdout.flush()
