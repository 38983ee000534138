"""Accounts of the people who work: made, given a password, and the password changed by its owner.

Contents: `create_first_administrator`, `add_user`, `set_password`, `change_password`, `password_givers`.
"""

from dataclasses import replace

from data.records.people import Actor, Role, SignInMeans, User
from data.storage.beginning import author_of, begin_sign_in
from data.storage.chain import Author
from data.storage.credentials import forget_failures, open_account
from data.storage.errors import AlreadyRecordedError, NotPermittedError, SignInRefusedError
from data.storage.passwords import check_new_password, hash_password
from data.storage.roles import Permission
from data.storage.store import Store


def create_first_administrator(
    store: Store, user_id: str, display_name: str, password: str
) -> User:
    """Make the first account of an empty store.

    Returns
    -------
    User
        Without its password hash.

    Raises
    ------
    AlreadyRecordedError
        If there is an account already.
    """
    user = _new_user(store, user_id, display_name, Role.ADMINISTRATOR, None, password)
    user = replace(user, password_set_by=user.id)
    with store.writing_within(author_of(store, user, "", "create_first_administrator")) as writing:
        if writing.count(User):
            message = "There are accounts already: an administrator adds more."
            raise AlreadyRecordedError(message)
        writing.add(user)
    return replace(user, password_hash="")


def add_user(store: Store, actor: Actor, user: User, password: str) -> User:
    """Add an account; whatever password hash the user carries is made anew.

    The person has to choose another password before the first sign-in (`change_password`).

    Returns
    -------
    User
        Without its password hash.

    Raises
    ------
    AlreadyRecordedError
        If the name is taken: names are never used again.
    """
    made = _new_user(store, user.id, user.display_name, user.role, user.site_id, password)
    made = replace(made, password_set_by=actor.user_id)
    with store.writing(actor, Permission.MANAGE_PEOPLE, "add_user") as writing:
        if writing.count(User, id=made.id):
            message = "This user name is taken, and names are never used again: choose another."
            raise AlreadyRecordedError(message)
        writing.add(made)
    return replace(made, password_hash="")


def set_password(store: Store, actor: Actor, user_id: str, password: str) -> None:
    """Give an account a new password and lift its pause; needs MANAGE_PEOPLE.

    The person has to choose another one at the next sign-in.
    """
    check_new_password(password, user_id)
    author = Author.of(actor, action="set_password", reason="", at=store.now_text())
    password_hash = hash_password(password, store.password_cost)
    with store.writing(actor, Permission.MANAGE_PEOPLE, "set_password") as reach:
        reach.get(User, user_id)
        with store.writing_within(author) as writing:
            user = writing.get(User, user_id)
            given = replace(
                user,
                password_hash=password_hash,
                password_set_by=actor.user_id,
                password_reset_by=actor.user_id,
            )
            writing.replace(given)
            forget_failures(writing, user_id)


def change_password(store: Store, user_id: str, old: str, new: str) -> str:
    """Change the own password, and sign in by it.

    Parameters
    ----------
    store : Store
        The open store.
    user_id : str
        The sign-in name.
    old : str
        The present password, the person's own or one that was given.
    new : str
        The next one, which nobody else may know.

    Returns
    -------
    str
        The token of the sign-in.

    Raises
    ------
    SignInRefusedError
        If the present password is wrong, the new one is too easy or no new one, or somebody closed
        the account or gave it another password meanwhile.
    """
    user = open_account(store, user_id.strip().lower(), old)
    check_new_password(new, user.id)
    if new == old:
        message = "Choose another password than the present one."
        raise SignInRefusedError(message)
    password_hash = hash_password(new, store.password_cost)
    with store.writing_within(author_of(store, user, "", "change_password")) as writing:
        now = writing.get(User, user.id)
        if not now.active or now.password_hash != user.password_hash:
            message = "The account was changed meanwhile: sign in again, or ask an administrator."
            raise SignInRefusedError(message)
        changed = replace(now, password_hash=password_hash, password_set_by=user.id)
        writing.replace(changed)
    return begin_sign_in(store, changed, SignInMeans.PASSWORD, "sign_in")


def password_givers(store: Store, user_id: str) -> frozenset[str]:
    """Return who chose or last reset the password of an account, besides its owner."""
    with store.reading_within() as reading:
        user = reading.first(User, id=user_id)
    known = frozenset() if user is None else {user.password_set_by, user.password_reset_by}
    return frozenset(known) - {"", user_id}


def _new_user(
    store: Store, user_id: str, display_name: str, role: Role, site_id: str | None, password: str
) -> User:
    name = user_id.strip().lower()
    if not name or ":" in name or role is Role.PARTICIPANT:
        message = "An account needs a user name without a colon; participants sign in by a link."
        raise NotPermittedError(message)
    check_new_password(password, name)
    return User(
        id=name,
        display_name=display_name.strip(),
        role=role,
        site_id=site_id,
        password_hash=hash_password(password, store.password_cost),
        active=True,
        created_at=store.clock(),
    )
