"""Sign-ins: of people by password, and of processes without one.

Conventions: a token is handed out once; only its SHA-256 is stored. A refused sign-in always says the same
(credentials.py). Idle time counts what people do (`touch`), never what repeats by itself. Participants sign in by a link
(participant_links.py).

Contents: people (`sign_in`, `actor_of`, `standing_actor_of`, `touch`, `check_password`, `sign_out`) and processes
(`sign_in_process`, `end_sign_in`).
"""

import secrets
from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy import select, update

from data.records.people import PROCESS, Actor, Role, SignIn, SignInMeans, User
from data.storage.access import live_actor, standing_actor
from data.storage.beginning import actor_for, begin_sign_in, unstored_user
from data.storage.chain import Author
from data.storage.credentials import open_account
from data.storage.errors import GivenPasswordError
from data.storage.roles import Permission
from data.storage.store import Store
from data.storage.tables import SIGN_IN_ACTIVITY
from protocols.canonical import sha256_hex

_TOUCH_EVERY = timedelta(seconds=20)


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
    return begin_sign_in(store, user, SignInMeans.PASSWORD, "sign_in")


def check_password(store: Store, actor: Actor, password: str) -> None:
    """Make sure that the person who is signed in is still the one in front of the screen.

    A wrong password is refused, and counts, as at sign-in (`SignInRefusedError`); so is somebody who
    signed in without one, and a password that an administrator knows (`GivenPasswordError`).
    """
    with store.reading(actor, Permission.SIGN_IN):
        pass
    _own_account(store, actor.user_id, password)


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
    user = unstored_user(store, user_id, role, site_id)
    if store.only_reads:
        actor = actor_for(user, secrets.token_hex(32))
    else:
        token = begin_sign_in(store, user, SignInMeans.PROCESS, "sign_in_process")
        actor = actor_for(user, sha256_hex(token.encode()))
    store.processes[actor.sign_in_id] = actor
    return actor


def _own_account(store: Store, user_id: str, password: str) -> User:
    user = open_account(store, user_id.strip().lower(), password)
    if user.has_given_password:
        message = "An administrator gave you this password: choose one that only you know first."
        raise GivenPasswordError(message)
    return user
