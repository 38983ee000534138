"""Begin a sign-in, by whatever means.

Conventions: a token is 32 random bytes, handed out once; only its SHA-256 is stored.

Contents: `begin_sign_in`, `author_of`, `actor_for`, `unstored_user`.
"""

import secrets

from sqlalchemy import insert

from data.records.people import Actor, Role, SignIn, SignInMeans, User
from data.storage.chain import Author
from data.storage.store import Store
from data.storage.tables import SIGN_IN_ACTIVITY
from protocols.canonical import sha256_hex


def begin_sign_in(store: Store, user: User, means: SignInMeans, action: str) -> str:
    """Begin a sign-in, and return its token: the only place where it stands in the clear."""
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
        with store.writing_within(author_of(store, user, begun.id, action)) as writing:
            writing.add(begun)
        with store.written_connection() as connection:
            activity = {"sign_in_id": begun.id, "last_seen_at": store.now_text()}
            connection.execute(insert(SIGN_IN_ACTIVITY), [activity])
    return token


def author_of(store: Store, user: User, sign_in_id: str, action: str) -> Author:
    """Return who writes, for the audit."""
    return Author.of(actor_for(user, sign_in_id), action=action, reason="", at=store.now_text())


def actor_for(user: User, sign_in_id: str) -> Actor:
    """Return the person as use cases receive them."""
    return Actor(user_id=user.id, role=user.role, site_id=user.site_id, sign_in_id=sign_in_id)


def unstored_user(store: Store, user_id: str, role: Role, site_id: str | None) -> User:
    """Return who signs in without an account: a participant or a process."""
    return User(
        id=user_id,
        display_name=user_id,
        role=role,
        site_id=site_id,
        password_hash="",
        active=True,
        created_at=store.clock(),
    )
