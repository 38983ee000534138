"""Passwords: Argon2id in PHC form.

References
----------
RFC 9106 (Argon2). Cost: 64 MiB, two passes, one lane: about 0.1 s on a core of 2026.
"""

import os
from dataclasses import dataclass

from cryptography.exceptions import InvalidKey
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id

from data.storage.errors import SignInRefusedError

SHORTEST = 8


@dataclass(frozen=True, kw_only=True, slots=True)
class PasswordCost:
    """What one hash costs."""

    memory_kib: int
    passes: int
    lanes: int


PASSWORD_COST = PasswordCost(memory_kib=65_536, passes=2, lanes=1)


def hash_password(password: str, cost: PasswordCost) -> str:
    """Return the hash of a password, with its salt and cost."""
    hasher = Argon2id(
        salt=os.urandom(16),
        length=32,
        iterations=cost.passes,
        lanes=cost.lanes,
        memory_cost=cost.memory_kib,
    )
    return hasher.derive_phc_encoded(password.encode())


def is_password(password: str, password_hash: str) -> bool:
    """Say whether a password belongs to a hash."""
    try:
        Argon2id.verify_phc_encoded(password.encode(), password_hash)
    except InvalidKey:
        return False
    return True


def check_new_password(password: str, user_id: str) -> None:
    """Refuse a password that is too easy to guess.

    Raises
    ------
    SignInRefusedError
        If it is shorter than 8 characters or holds the user name.
    """
    if len(password) < SHORTEST or (user_id and user_id in password.lower()):
        message = f"Choose a password of {SHORTEST} characters or more, without the user name."
        raise SignInRefusedError(message)
