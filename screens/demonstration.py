"""The demonstration store: simulated participants, and accounts whose password everybody knows.

`python -m screens.demonstration URL` makes it in a child process and tells how far it is; the
command `antiphon demo` makes it in its own.

Contents: `ACCOUNTS`, `PASSWORD`, `make_demonstration`.
"""

import os
import sys
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from data.records.people import Actor, Role, User
from data.records.trial import Site
from data.storage.accounts import add_user, create_first_administrator
from data.storage.errors import StorageError
from data.storage.sign_in import sign_in_process
from data.storage.store import Store
from screens.clock import wall_clock
from screens.jobs import report_progress
from screens.new_store import making_store

PASSWORD = "demonstration-only"  # noqa: S105 - for simulated data, and printed with them
PARTICIPANTS = 60
SEED = 20_261_124
LONG_AGO = timedelta(days=500)
"""Before the first simulated participant is screened."""
SITES = (
    Site(
        id="LEI",
        name="Leiden",
        open=True,
        on_call="Dr. de Vries (invented), +31 71 000 0000",
        time_zone="Europe/Amsterdam",
    ),
    Site(
        id="GRA",
        name="Graz",
        open=True,
        on_call="Dr. Huber (invented), +43 316 000 000",
        time_zone="Europe/Vienna",
    ),
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Account:
    """One account of the demonstration store."""

    user_id: str
    display_name: str
    role: Role
    site_id: str | None
    what: str
    """What this person does, in words."""


ACCOUNTS = (
    Account(
        user_id="coordinator",
        display_name="Demo coordinator, Leiden",
        role=Role.COORDINATOR,
        site_id="LEI",
        what="enrols people and runs sessions in Leiden",
    ),
    Account(
        user_id="coordinator-graz",
        display_name="Demo coordinator, Graz",
        role=Role.COORDINATOR,
        site_id="GRA",
        what="the same in Graz",
    ),
    Account(
        user_id="statistician",
        display_name="Demo statistician",
        role=Role.STATISTICIAN,
        site_id=None,
        what="analyses with masked arms, locks the database",
    ),
    Account(
        user_id="reviewer",
        display_name="Demo reviewer",
        role=Role.REVIEWER,
        site_id=None,
        what="reads the protocol, the flow and the audit trail",
    ),
    Account(
        user_id="administrator",
        display_name="Demo administrator",
        role=Role.ADMINISTRATOR,
        site_id=None,
        what="manages people and backups, confirms unblinding",
    ),
)


def make_demonstration(
    url: str, show: Callable[[float, str], None], *, participants: int = PARTICIPANTS
) -> None:
    """Make the demonstration store, whole or not at all.

    Parameters
    ----------
    url : str
        ``sqlite:///PATH``; an existing store is never touched.
    show : callable
        Told the share that is done, in [0, 1], and what is done now.
    participants : int
        How many simulated people are randomized.
    """
    from protocols.document import shipped_protocol
    from trials.simulation.clock import MovableClock
    from trials.simulation.trial import Size, simulate_trial

    today = wall_clock()
    clock = MovableClock(today - LONG_AGO)
    with making_store(url, clock) as store:
        show(0.0, "Making the store ...")
        administrator = add_accounts(store)
        simulate_trial(
            store,
            clock,
            shipped_protocol(),
            SITES,
            administrator=administrator,
            today=today,
            size=Size(participants=participants, workers=os.cpu_count() or 1),
            seed=SEED,
            report_progress=show,
        )
        show(1.0, "Done.")


def add_accounts(store: Store) -> Actor:
    """Add the accounts of the demonstration, and return the administrator's process."""
    first = next(account for account in ACCOUNTS if account.role is Role.ADMINISTRATOR)
    create_first_administrator(store, first.user_id, first.display_name, PASSWORD)
    administrator = sign_in_process(store, Role.ADMINISTRATOR, "demonstration")
    for account in ACCOUNTS:
        if account is not first:
            add_user(store, administrator, user_of(account, store), PASSWORD)
    return administrator


def user_of(account: Account, store: Store) -> User:
    """Return the user that an account becomes; the store makes its password hash."""
    return User(
        id=account.user_id,
        display_name=account.display_name,
        role=account.role,
        site_id=account.site_id,
        password_hash="",
        active=True,
        created_at=store.clock(),
    )


def main() -> int:
    """Make the store at the address that is given, telling how far it is."""
    try:
        make_demonstration(sys.argv[1], report_progress)
    except StorageError as error:
        report_progress(0.0, str(error))
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
