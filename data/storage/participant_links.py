"""One-time links by which participants sign in.

Conventions: a link's token is handed out once; only its SHA-256 is stored. A link that is refused always says the same.

Contents: `participant_token`, `link_used_at`, `redeem_participant_token`, `LINK_LIFETIME`.
"""

import secrets
from dataclasses import replace
from datetime import datetime, timedelta

from data.records.participants import Participant
from data.records.people import Actor, ParticipantLink, Role, SignInMeans
from data.storage.beginning import author_of, begin_sign_in, unstored_user
from data.storage.chain import Author
from data.storage.errors import SignInRefusedError
from data.storage.roles import Permission
from data.storage.store import Store
from protocols.canonical import sha256_hex

LINK_LIFETIME = timedelta(hours=72)
_LINK_REFUSED = "This link does not work any more: ask the study team for a new one."


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
    user = unstored_user(store, participant.id, Role.PARTICIPANT, participant.site_id)
    author = author_of(store, user, "", "redeem_participant_token")
    with store.group_commit():
        with store.writing_within(author) as writing:
            unused = writing.get(ParticipantLink, link_id)
            if unused.used_at is not None or now - unused.created_at >= LINK_LIFETIME:
                raise SignInRefusedError(_LINK_REFUSED)
            writing.replace(replace(unused, used_at=now))
        return begin_sign_in(store, user, SignInMeans.LINK, "redeem_participant_token")
