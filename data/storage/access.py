"""Who is let in, and how far: live sign-in, permission, site, own rows.

Conventions: idle after 15 minutes without an action of the person, a participant's link after 2 hours
(people may think long about a question, and only their own answers are in reach); ended after 12 hours
in any case. The sign-in of a process (terminal, simulation) has no person to be idle; it lives as long
as the opening of the store that made it.

Contents: `Access`, `admit`, `live_actor`, `standing_actor`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Any

from sqlalchemy import ColumnElement, Connection, RowMapping, select

from data.records.people import Actor, Role, SignInMeans
from data.storage.errors import NotPermittedError, SignInEndedError
from data.storage.kinds import Custody, Scope, StoredKind, Writers
from data.storage.roles import SEES_IDENTITY, SEES_SEALED, Permission, is_permitted
from data.storage.tables import SIGN_IN, SIGN_IN_ACTIVITY, USER

IDLE: Mapping[SignInMeans, timedelta] = MappingProxyType(
    {SignInMeans.PASSWORD: timedelta(minutes=15), SignInMeans.LINK: timedelta(hours=2)}
)
"""How long nothing may be done, by means; the sign-in of a process has no person to be idle."""
ABSOLUTE = timedelta(hours=12)
_HOWEVER_IDLE: Mapping[SignInMeans, timedelta] = dict.fromkeys(IDLE, ABSOLUTE)

_SIGN_IN = (
    select(
        SIGN_IN.c.user_id,
        SIGN_IN.c.role,
        SIGN_IN.c.site_id,
        SIGN_IN.c.created_at,
        SIGN_IN.c.ended_at,
        SIGN_IN.c.means,
        SIGN_IN_ACTIVITY.c.last_seen_at,
        USER.c.role.label("user_role"),
        USER.c.site_id.label("user_site_id"),
        USER.c.active,
    )
    .join_from(SIGN_IN, SIGN_IN_ACTIVITY, SIGN_IN.c.id == SIGN_IN_ACTIVITY.c.sign_in_id)
    .outerjoin(USER, SIGN_IN.c.user_id == USER.c.id)
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Access:
    """What one call may reach: the actor and the permission in force."""

    actor: Actor
    permission: Permission

    @property
    def sees_sealed(self) -> bool:
        """Whether what tells arms apart is opened."""
        return self.permission in SEES_SEALED

    @property
    def site_id(self) -> str | None:
        """The one site whose rows are in reach; None for all."""
        return self.actor.site_id

    @property
    def participant_id(self) -> str | None:
        """The one participant whose rows are in reach; None for all."""
        return self.actor.user_id if self.actor.role == "participant" else None

    def opens(self, stored: StoredKind) -> bool:
        """Say whether the sealed columns of a kind are opened."""
        if stored.custody is Custody.IDENTITY:
            return self.permission in SEES_IDENTITY
        return self.sees_sealed

    def check_kind(self, stored: StoredKind) -> None:
        """Refuse kinds that this call may not reach at all.

        Raises
        ------
        NotPermittedError
            If the kind is out of reach.
        """
        hidden = stored.custody is not Custody.ARM and not self.opens(stored)
        is_staffs = stored.scope in {Scope.STAFF, Scope.OF_SITE}
        staff_only = is_staffs and self.participant_id is not None
        if hidden or staff_only:
            message = f"The permission {self.permission} does not reach any {stored.name}."
            raise NotPermittedError(message)

    def conditions(self, stored: StoredKind) -> list[ColumnElement[bool]]:
        """Return what limits a query to the rows in reach."""
        columns = stored.table.c
        match stored.scope:
            case Scope.ACCOUNT:
                return self._own_account(stored)
            case Scope.OF_SITE:
                return [] if self.site_id is None else [columns.site_id == self.site_id]
            case Scope.PARTICIPANT:
                return self._in_reach(columns.id, ends="")
            case Scope.OF_PARTICIPANT:
                return self._in_reach(columns.participant_id, ends="")
            case Scope.OF_SESSION:
                return self._in_reach(columns.session_id, ends="/")
            case _:
                return []

    def check_record(self, stored: StoredKind, record: Any) -> None:  # noqa: ANN401 - any record type
        """Refuse to write a record of another site or another participant.

        Raises
        ------
        NotPermittedError
            If the record is out of reach.
        """
        self.check_write(stored)
        whose = _owner_of(stored, record)
        foreign_site = self.site_id is not None and not whose.startswith(f"{self.site_id}-")
        foreign_person = self.participant_id is not None and whose != self.participant_id
        if whose and (foreign_site or foreign_person):
            message = f"This {stored.name} belongs to another site or person: nothing was saved."
            raise NotPermittedError(message)

    def check_write(self, stored: StoredKind) -> None:
        """Refuse kinds that this call may not write.

        Raises
        ------
        NotPermittedError
            If only storage writes the kind, accounts are written without MANAGE_PEOPLE, or a
            participant writes more than answers.
        """
        manages = self.permission is Permission.MANAGE_PEOPLE
        by_others = stored.writers is Writers.STORAGE or (
            self.participant_id is not None and stored.writers is not Writers.PARTICIPANTS
        )
        if by_others or (stored.scope is Scope.ACCOUNT and not manages):
            message = f"The permission {self.permission} does not write any {stored.name}."
            raise NotPermittedError(message)

    def _in_reach(self, column: ColumnElement[str], *, ends: str) -> list[ColumnElement[bool]]:
        if self.participant_id is not None:
            return (
                _begins(column, self.participant_id + ends)
                if ends
                else [column == self.participant_id]
            )
        return [] if self.site_id is None else _begins(column, f"{self.site_id}-")

    def _own_account(self, stored: StoredKind) -> list[ColumnElement[bool]]:
        if self.permission is Permission.MANAGE_PEOPLE:
            return []
        name = "user_id" if "user_id" in stored.table.c else "id"
        return [stored.table.c[name] == self.actor.user_id]


def admit(
    connection: Connection,
    actor: Actor,
    permission: Permission,
    *,
    now: datetime,
    processes: Mapping[str, Actor],
) -> Access:
    """Let an actor in whose role has the permission and whose sign-in is live.

    Raises
    ------
    NotPermittedError
        If the role does not have the permission.
    SignInEndedError
        If the sign-in is not live, or is not this actor's.
    """
    if not is_permitted(actor.role, permission):
        message = f"A {actor.role} may not {permission.replace('_', ' ')}: ask an administrator."
        raise NotPermittedError(message)
    if (
        processes.get(actor.sign_in_id) != actor
        and live_actor(connection, actor.sign_in_id, now) != actor
    ):
        message = "Your sign-in has ended: sign in again. What you had saved is kept."
        raise SignInEndedError(message)
    return Access(actor=actor, permission=permission)


def live_actor(connection: Connection, sign_in_id: str, now: datetime) -> Actor | None:
    """Return who is behind the live sign-in of a person; None when it is not live."""
    return _actor_within(connection, sign_in_id, now, idle=IDLE)


def standing_actor(connection: Connection, sign_in_id: str, now: datetime) -> Actor | None:
    """Return who is behind a sign-in that nobody has ended, however long it has been idle."""
    return _actor_within(connection, sign_in_id, now, idle=_HOWEVER_IDLE)


def _actor_within(
    connection: Connection, sign_in_id: str, now: datetime, *, idle: Mapping[SignInMeans, timedelta]
) -> Actor | None:
    row = connection.execute(_SIGN_IN.where(SIGN_IN.c.id == sign_in_id)).mappings().first()
    if row is None or not _is_live(row, now, idle=idle):
        return None
    return Actor(
        user_id=row["user_id"],
        role=Role(row["role"]),
        site_id=row["site_id"],
        sign_in_id=sign_in_id,
    )


def _is_live(row: RowMapping, now: datetime, *, idle: Mapping[SignInMeans, timedelta]) -> bool:
    lost = row["means"] == SignInMeans.PASSWORD and not _account_holds(row)
    if row["ended_at"] is not None or row["means"] == SignInMeans.PROCESS or lost:
        return False
    unseen = now - datetime.fromisoformat(row["last_seen_at"])
    age = now - datetime.fromisoformat(row["created_at"])
    return unseen < idle[SignInMeans(row["means"])] and age < ABSOLUTE


def _account_holds(row: RowMapping) -> bool:
    same = (row["user_role"], row["user_site_id"]) == (row["role"], row["site_id"])
    return bool(row["active"]) and same


def _begins(column: ColumnElement[str], prefix: str) -> list[ColumnElement[bool]]:
    """Return a prefix match that an index can answer."""
    return [column >= prefix, column < prefix[:-1] + chr(ord(prefix[-1]) + 1)]


def _owner_of(stored: StoredKind, record: Any) -> str:  # noqa: ANN401 - any record type
    """Return the participant, or the site with a hyphen; empty for rows of the whole trial."""
    match stored.scope:
        case Scope.OF_SITE:
            return f"{record.site_id}-"
        case Scope.PARTICIPANT:
            return str(record.id)
        case Scope.OF_PARTICIPANT:
            return str(record.participant_id)
        case Scope.OF_SESSION:
            return str(record.session_id).split("/", 1)[0]
        case _:
            return ""
