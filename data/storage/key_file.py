"""The key file: the root key of one store, beside the database and never inside it.

Whoever holds this file and the database reads everything; a backup of the database without it is
unreadable where it is sealed. `ANTIPHON_KEYS` names another place for it.
"""

import json
import os
import secrets
import stat
from pathlib import Path

from data.storage.encryption import Keys
from data.storage.errors import StoreUnusableError

_OWNER_ONLY = 0o600
_ROOT_BYTES = 32


def key_path(database: Path) -> Path:
    """Return where the key file of a database lies."""
    elsewhere = os.environ.get("ANTIPHON_KEYS")
    return Path(elsewhere) if elsewhere else database.with_name(database.name + ".keys")


def make_keys(path: Path) -> Keys:
    """Make a new key file that only its owner can read.

    Raises
    ------
    StoreUnusableError
        If there is a file already: keys are never overwritten.
    """
    root = secrets.token_bytes(_ROOT_BYTES)
    text = json.dumps({"version": 1, "root": root.hex()}) + "\n"
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, _OWNER_ONLY)
    except FileExistsError:
        message = f"{path} exists: keys are never overwritten. Move it away, or name another store."
        raise StoreUnusableError(message) from None
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    return Keys(root)


def read_keys(path: Path) -> Keys:
    """Read the key file of a store.

    Raises
    ------
    StoreUnusableError
        If it is missing, open to others, or not a key file.
    """
    try:
        text = path.read_text("utf-8")
        mode = stat.S_IMODE(path.stat().st_mode)
    except OSError:
        message = (
            f"The key file {path} is missing or unreadable: put it back, or set ANTIPHON_KEYS."
        )
        raise StoreUnusableError(message) from None
    if os.name == "posix" and mode & ~_OWNER_ONLY:
        message = f"Other people may read the key file {path}: run `chmod 600` on it."
        raise StoreUnusableError(message)
    root = _root_in(text)
    if root is None:
        message = f"{path} is not a key file of Antiphon: put the right one back."
        raise StoreUnusableError(message)
    return Keys(root)


def _root_in(text: str) -> bytes | None:
    try:
        root = bytes.fromhex(json.loads(text)["root"])
    except (ValueError, KeyError, TypeError):
        return None
    return root if len(root) == _ROOT_BYTES else None
