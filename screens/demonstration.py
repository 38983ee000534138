"""The demonstration store: simulated participants, and accounts whose password everybody knows.

`python -m screens.demonstration URL` makes it in a child process and tells how far it is; the
command `antiphon demo` makes it in its own.

Contents: `ACCOUNTS`, `PASSWORD`, `make_demonstration`.
"""

from collections.abc import Callable
from dataclasses import dataclass

from data.records.people import Role

PASSWORD = "demonstration-only"  # noqa: S105 - for simulated data, and printed with them
PARTICIPANTS = 60
SEED = 20_261_124


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


def make_demonstration(url: str, show: Callable[[float, str], None]) -> None:
    """Make the demonstration store, whole or not at all.

    Parameters
    ----------
    url : str
        ``sqlite:///PATH``; an existing store is never touched.
    show : callable
        Told the share that is done, in [0, 1], and what is done now.
    """
    raise NotImplementedError
