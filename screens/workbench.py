"""What the server and the pages of one process share: the store, sessions on the air, long jobs.

`app.py` runs twice in one process, once as the server and once for every page, in two namespaces.
Whatever both need lives here. `app.py` starts it with the clock; everything else asks `here`.

Contents: `Workbench`, `start`, `here`.
"""

import secrets
from collections.abc import Callable
from datetime import datetime
from functools import cached_property
from threading import Lock
from typing import TYPE_CHECKING

from data.storage.store import Store, default_url, open_store, store_exists
from screens.jobs import Jobs

if TYPE_CHECKING:
    from screens.listening import Listeners
    from trials.sessions.sessions_on_air import SessionsOnAir


class Workbench:
    """The open store and all that runs on it in this process.

    Parameters
    ----------
    clock : callable
        Returns the time now, aware, in UTC.
    """

    def __init__(self, clock: Callable[[], datetime]) -> None:
        self.clock = clock
        self.set_up_token = secrets.token_urlsafe(12)
        """Printed once on the server's console; whoever holds it may set up an empty workbench."""
        self.guard_mark = secrets.token_hex(16)
        """On every connection that came through the guard, and on no other."""
        self.guarded = False
        """Whether a guard stands before the pages of this process."""
        self.is_closing = False
        """The server was told to stop: streams that never end by themselves end now."""
        self.jobs = Jobs()
        self._opened: tuple[str, Store] | None = None
        self._lock = Lock()

    @cached_property
    def on_air(self) -> "SessionsOnAir":
        """The listening sessions that are on the air, by token."""
        from trials.sessions.sessions_on_air import SessionsOnAir

        return SessionsOnAir()

    @cached_property
    def listeners(self) -> "Listeners":
        """What the browsers have heard of each session on the air."""
        from screens.listening import Listeners

        return Listeners(self.on_air)

    def has_store(self) -> bool:
        """Whether there is a store, so that set-up is over."""
        return store_exists(default_url())

    def store(self) -> Store:
        """Return the open store; the first call opens it.

        Returns
        -------
        Store
            The store that `ANTIPHON_STORE` names.
        """
        url = default_url()
        with self._lock:
            if self._opened is None or self._opened[0] != url:
                self._opened = (url, open_store(url, self.clock))
            return self._opened[1]


_STARTED: list[Workbench] = []
_STARTING = Lock()


def start(clock: Callable[[], datetime]) -> Workbench:
    """Return this process's workbench; the first call makes it."""
    with _STARTING:
        if not _STARTED:
            _STARTED.append(Workbench(clock))
        return _STARTED[0]


def here() -> Workbench:
    """Return this process's workbench.

    Raises
    ------
    RuntimeError
        If `app.py` has not started it.
    """
    if not _STARTED:
        raise RuntimeError("The workbench is started by app.py, with its clock.")
    return _STARTED[0]
