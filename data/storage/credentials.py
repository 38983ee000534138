"""Names and passwords: the same refusal for whatever is wrong, and a pause after several failures.

Conventions: from the fifth failure in a row on an account is paused for 1, 2, 4, ... minutes, at most an
hour; while it is paused nothing opens it and nothing is counted.
"""

from dataclasses import replace
from datetime import datetime, timedelta

from data.records.people import SignInFailures, User
from data.storage.chain import Author
from data.storage.errors import SignInRefusedError
from data.storage.passwords import hash_password, is_password
from data.storage.store import Store
from data.storage.transactions import Writing

FAILURES_BEFORE_PAUSE = 5
LONGEST_PAUSE = timedelta(hours=1)
_REFUSED = (
    "That name and password do not open an account, or the account is paused after several "
    "failures: check both, or wait a few minutes."
)


def open_account(store: Store, user_id: str, password: str) -> User:
    """Return the account that a name and a password open.

    Raises
    ------
    SignInRefusedError
        Always with the same words, whatever was wrong.
    """
    with store.reading_within() as reading:
        user = reading.first(User, id=user_id)
    if user is None or not user.active or not user.password_hash:
        hash_password(password, store.password_cost)  # an unknown name takes as long as a known one
        raise SignInRefusedError(_REFUSED)
    right = is_password(password, user.password_hash)
    if not _settle(store, user, right=right):
        raise SignInRefusedError(_REFUSED)
    return user


def _settle(store: Store, user: User, *, right: bool) -> bool:
    """Count a failure, or forget the failures; say whether the account is open."""
    now = store.clock()
    author = Author(
        user_id=user.id,
        role=user.role,
        sign_in_id="",
        action="sign_in" if right else "sign_in_refused",
        reason="",
        at=store.now_text(),
    )
    with store.writing_within(author) as writing:
        past = writing.first(SignInFailures, id=user.id)
        if past is not None and now < past.last_failed_at + _pause(past.failures):
            return False
        if right:
            forget_failures(writing, user.id)
        else:
            _count(writing, user, past, now)
    return right


def forget_failures(writing: Writing, user_id: str) -> None:
    """Start counting from none again."""
    past = writing.first(SignInFailures, id=user_id)
    if past is not None:
        writing.replace(replace(past, failures=0))


def _count(writing: Writing, user: User, past: SignInFailures | None, now: datetime) -> None:
    failures = 1 if past is None else past.failures + 1
    counted = SignInFailures(id=user.id, failures=failures, last_failed_at=now)
    if past is None:
        writing.add(counted)
    else:
        writing.replace(counted)


def _pause(failures: int) -> timedelta:
    if failures < FAILURES_BEFORE_PAUSE:
        return timedelta(0)
    doublings = min(failures - FAILURES_BEFORE_PAUSE, 10)
    return min(timedelta(minutes=2**doublings), LONGEST_PAUSE)
