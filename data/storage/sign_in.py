"""Sign-ins: passwords, lockout, one-time links of participants, processes.

Conventions: a token is 32 random bytes, handed out once; only its SHA-256 is stored. A refused sign-in
always says the same (credentials.py). Idle time counts what people do (`touch`), never what repeats by itself.

Contents: accounts (`create_first_administrator`, `add_user`, `set_password`, `change_password`,
`password_givers`), people (`sign_in`, `actor_of`, `standing_actor_of`, `touch`, `check_password`,
`sign_out`), participants
(`participant_token`, `redeem_participant_token`) and processes (`sign_in_process`, `end_sign_in`).
"""

import secrets
from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy import insert, select, update

from data.records.participants import Participant
from data.records.people import (
    PROCESS,
    Actor,
    ParticipantLink,
    Role,
    SignIn,
    SignInMeans,
    User,
)
from data.storage.access import live_actor, standing_actor
from data.storage.chain import Author
from data.storage.credentials import forget_failures, open_account
from data.storage.errors import (
    AlreadyRecordedError,
    GivenPasswordError,
    NotPermittedError,
    SignInRefusedError,
)
from data.storage.passwords import check_new_password, hash_password
from data.storage.roles import Permission
from data.storage.store import Store
from data.storage.tables import SIGN_IN_ACTIVITY
from protocols.canonical import sha256_hex

LINK_LIFETIME = timedelta(hours=72)
_TOUCH_EVERY = timedelta(seconds=20)
_LINK_REFUSED = "This link does not work any more: ask the study team for a new one."


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
    with store.writing_within(_author(store, user, "", "create_first_administrator")) as writing:
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


def sign_in(store: Store, user_id: str, password: str) -> str:
    """Sign a person in by name and password.

    Returns
    -------
    str
        The token of the sign-in, for the browser's cookie.

    Notes
    -----
    A refusal (`SignInRefusedError`) always has the same words and takes the same time. Whose right
    password was chosen by somebody else is refused too (`GivenPasswordError`): `change_password` first.
    """
    user = _own_account(store, user_id, password)
    return _begin(store, user, SignInMeans.PASSWORD, "sign_in")


def check_password(store: Store, actor: Actor, password: str) -> None:
    """Make sure that the person who is signed in is still the one in front of the screen.

    A wrong password is refused, and counts, as at sign-in (`SignInRefusedError`); so is somebody who
    signed in without one, and a password that an administrator knows (`GivenPasswordError`).
    """
    with store.reading(actor, Permission.SIGN_IN):
        pass
    _own_account(store, actor.user_id, password)


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
    with store.writing_within(_author(store, user, "", "change_password")) as writing:
        now = writing.get(User, user.id)
        if not now.active or now.password_hash != user.password_hash:
            message = "The account was changed meanwhile: sign in again, or ask an administrator."
            raise SignInRefusedError(message)
        changed = replace(now, password_hash=password_hash, password_set_by=user.id)
        writing.replace(changed)
    return _begin(store, changed, SignInMeans.PASSWORD, "sign_in")


def password_givers(store: Store, user_id: str) -> frozenset[str]:
    """Return who chose or last reset the password of an account, besides its owner."""
    with store.reading_within() as reading:
        user = reading.first(User, id=user_id)
    known = frozenset() if user is None else {user.password_set_by, user.password_reset_by}
    return frozenset(known) - {"", user_id}


def actor_of(store: Store, token: str) -> Actor | None:
    """Return who is behind a token; None when the sign-in is not live."""
    with store.connection() as connection:
        return live_actor(connection, sha256_hex(token.encode()), store.clock())


def standing_actor_of(store: Store, token: str) -> Actor | None:
    """Return who is behind a token, idle or not; None when the sign-in was ended or the account lost.

    For music that is heard: a screen that nobody touches must not stop it.
    """
    with store.connection() as connection:
        return standing_actor(connection, sha256_hex(token.encode()), store.clock())


def touch(store: Store, token: str) -> None:
    """Note that the person did something; written at most every 20 seconds."""
    sign_in_id = sha256_hex(token.encode())
    activity = SIGN_IN_ACTIVITY.c
    seen = select(activity.last_seen_at).where(activity.sign_in_id == sign_in_id)
    with store.connection() as connection:
        last_seen_at = connection.execute(seen).scalar()
    if last_seen_at is None or actor_of(store, token) is None:
        return
    if store.clock() - datetime.fromisoformat(last_seen_at) < _TOUCH_EVERY:
        return
    changed = update(SIGN_IN_ACTIVITY).where(activity.sign_in_id == sign_in_id)
    with store.written_connection() as connection:
        connection.execute(changed.values(last_seen_at=store.now_text()))


def sign_out(store: Store, token: str) -> None:
    """End a sign-in, idle or not; a token of none that stands changes nothing."""
    actor = standing_actor_of(store, token)
    if actor is not None:
        end_sign_in(store, actor)


def end_sign_in(store: Store, actor: Actor) -> None:
    """End the sign-in of an actor."""
    store.processes.pop(actor.sign_in_id, None)
    if store.only_reads:
        return
    author = Author.of(actor, action="sign_out", reason="", at=store.now_text())
    with store.writing_within(author) as writing:
        ended = writing.get(SignIn, actor.sign_in_id)
        writing.replace(replace(ended, ended_at=store.clock()))


def participant_token(store: Store, actor: Actor, participant_id: str) -> str:
    """Make a one-time link for a participant; it works for 72 hours.

    Returns
    -------
    str
        The link's token.
    """
    token = secrets.token_urlsafe(32)
    now = store.clock()
    with store.writing(actor, Permission.INVITE_PARTICIPANT, "participant_token") as reach:
        reach.get(Participant, participant_id)
        link = ParticipantLink(
            id=sha256_hex(token.encode()),
            participant_id=participant_id,
            created_at=now,
            created_by=actor.user_id,
            used_at=None,
        )
        author = Author.of(actor, action="participant_token", reason="", at=store.now_text())
        with store.writing_within(author) as writing:
            writing.add(link)
    return token


def link_used_at(store: Store, actor: Actor, token: str) -> datetime | None:
    """Return when a participant's one-time link was used; None when nobody has used it."""
    with (
        store.reading(actor, Permission.INVITE_PARTICIPANT) as reach,
        store.reading_within() as reading,
    ):
        link = reading.get(ParticipantLink, sha256_hex(token.encode()))
        reach.get(Participant, link.participant_id)
        return link.used_at


def redeem_participant_token(store: Store, token: str) -> str:
    """Turn a one-time link into a participant's sign-in.

    Returns
    -------
    str
        The token of the sign-in.

    Raises
    ------
    SignInRefusedError
        If the link is unknown, used or too old; always with the same words.
    """
    link_id = sha256_hex(token.encode())
    now = store.clock()
    with store.reading_within() as reading:
        link = reading.first(ParticipantLink, id=link_id)
        if link is None:
            raise SignInRefusedError(_LINK_REFUSED)
        participant = reading.get(Participant, link.participant_id)
    user = _unstored_user(store, participant.id, Role.PARTICIPANT, participant.site_id)
    author = _author(store, user, "", "redeem_participant_token")
    with store.group_commit():
        with store.writing_within(author) as writing:
            unused = writing.get(ParticipantLink, link_id)
            if unused.used_at is not None or now - unused.created_at >= LINK_LIFETIME:
                raise SignInRefusedError(_LINK_REFUSED)
            writing.replace(replace(unused, used_at=now))
        return _begin(store, user, SignInMeans.LINK, "redeem_participant_token")


def sign_in_process(store: Store, role: Role, name: str, site_id: str | None = None) -> Actor:
    """Sign in the terminal or a simulation, without a password; the audit says so.

    Whoever can run a process on the store's machine with its key file can do this: it is the
    machine's own protection that counts there. The sign-in ends with this opening of the store. In
    a store opened for reading it lives in memory only.

    Parameters
    ----------
    store : Store
        The open store.
    role : Role
        In which role the process acts.
    name : str
        Name of the process; for a participant the participant id.
    site_id : str or None
        The one site in reach; None for all.

    Returns
    -------
    Actor
        Its user id is ``process:<name>``, or the participant id.
    """
    user_id = name if role is Role.PARTICIPANT else f"{PROCESS}{name}"
    user = _unstored_user(store, user_id, role, site_id)
    if store.only_reads:
        actor = _actor(user, secrets.token_hex(32))
    else:
        token = _begin(store, user, SignInMeans.PROCESS, "sign_in_process")
        actor = _actor(user, sha256_hex(token.encode()))
    store.processes[actor.sign_in_id] = actor
    return actor


def _own_account(store: Store, user_id: str, password: str) -> User:
    user = open_account(store, user_id.strip().lower(), password)
    if user.has_given_password:
        message = "An administrator gave you this password: choose one that only you know first."
        raise GivenPasswordError(message)
    return user


def _begin(store: Store, user: User, means: SignInMeans, action: str) -> str:
    token = secrets.token_urlsafe(32)
    now = store.clock()
    begun = SignIn(
        id=sha256_hex(token.encode()),
        user_id=user.id,
        role=user.role,
        site_id=user.site_id,
        created_at=now,
        last_seen_at=now,
        ended_at=None,
        means=means,
    )
    with store.group_commit():
        with store.writing_within(_author(store, user, begun.id, action)) as writing:
            writing.add(begun)
        with store.written_connection() as connection:
            activity = {"sign_in_id": begun.id, "last_seen_at": store.now_text()}
            connection.execute(insert(SIGN_IN_ACTIVITY), [activity])
    return token


def _author(store: Store, user: User, sign_in_id: str, action: str) -> Author:
    return Author.of(_actor(user, sign_in_id), action=action, reason="", at=store.now_text())


def _actor(user: User, sign_in_id: str) -> Actor:
    return Actor(user_id=user.id, role=user.role, site_id=user.site_id, sign_in_id=sign_in_id)


def _unstored_user(store: Store, user_id: str, role: Role, site_id: str | None) -> User:
    return User(
        id=user_id,
        display_name=user_id,
        role=role,
        site_id=site_id,
        password_hash="",
        active=True,
        created_at=store.clock(),
    )


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
