"""Accounts of the people who work on the trial: listed, added, deactivated, never deleted."""

from dataclasses import replace

from data.records.people import Actor, Role, User
from data.records.trial import Site
from data.storage.accounts import add_user
from data.storage.errors import NotPermittedError
from data.storage.roles import Permission
from data.storage.store import Store
from trials.errors import SiteNotReadyError


def accounts(store: Store, actor: Actor) -> tuple[User, ...]:
    """Return every account, in the order in which they were made; without password hashes."""
    with store.reading(actor, Permission.MANAGE_PEOPLE) as reading:
        return reading.find(User)


def add_account(
    store: Store,
    actor: Actor,
    *,
    user_id: str,
    display_name: str,
    role: Role,
    site_id: str | None,
    password: str,
) -> User:
    """Add an account with its one role.

    Parameters
    ----------
    store : Store
        Where the trial lives.
    actor : Actor
        An administrator.
    user_id : str
        The name to sign in by; never used again for anybody else.
    display_name : str
        The person's name.
    role : Role
        What the person may do.
    site_id : str or None
        Where a coordinator works; of no other role.
    password : str
        The first password.

    Returns
    -------
    User
        Without its password hash.

    Raises
    ------
    SiteNotReadyError
        If a coordinator has no site, or the site is unknown.
    """
    if role is Role.COORDINATOR:
        with store.reading(actor, Permission.MANAGE_PEOPLE) as reading:
            if site_id is None or reading.first(Site, id=site_id) is None:
                message = "A coordinator works at one site of the trial: choose it."
                raise SiteNotReadyError(message)
    user = User(
        id=user_id,
        display_name=display_name,
        role=role,
        site_id=site_id if role is Role.COORDINATOR else None,
        password_hash="",
        active=True,
        created_at=store.clock(),
    )
    return add_user(store, actor, user, password)


def deactivate_account(store: Store, actor: Actor, user_id: str, reason: str) -> User:
    """Close an account: its sign-ins end at once, its past stays on record.

    Parameters
    ----------
    store : Store
        Where the trial lives.
    actor : Actor
        An administrator.
    user_id : str
        Whose account.
    reason : str
        Why.

    Returns
    -------
    User
        Inactive.

    Raises
    ------
    NotPermittedError
        If it is the actor's own account: a trial never loses its last administrator.
    """
    if user_id == actor.user_id:
        message = "Nobody closes their own account: another administrator does that."
        raise NotPermittedError(message)
    with store.writing(actor, Permission.MANAGE_PEOPLE, "deactivate_account", reason) as writing:
        closed = replace(writing.get(User, user_id), active=False)
        writing.replace(closed)
    return closed


def reactivate_account(store: Store, actor: Actor, user_id: str, reason: str) -> User:
    """Open a closed account again, with the password it had; see `deactivate_account`."""
    with store.writing(actor, Permission.MANAGE_PEOPLE, "reactivate_account", reason) as writing:
        opened = replace(writing.get(User, user_id), active=True)
        writing.replace(opened)
    return opened
