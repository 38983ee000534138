"""Back a store up while it is in use, and verify the copy.

The note in the audit does not count entries: the count after a session would tell its arm.

The copy is one file without keys: keep a copy of the key file elsewhere, or what is sealed in the backup
stays closed. To restore, put the copy in the place of the database and its key file beside it.
"""

from dataclasses import dataclass
from pathlib import Path

from data.records.people import Actor
from data.storage.audit import Verification, verify_tables
from data.storage.chain import Author
from data.storage.copying import copy_checked
from data.storage.encryption import Keys
from data.storage.engine import in_plain_words, make_copy_reader
from data.storage.errors import StoreUnusableError
from data.storage.roles import Permission
from data.storage.store import Store
from protocols.canonical import sha256_hex


@dataclass(frozen=True, kw_only=True, slots=True)
class Backup:
    """A copy of the store."""

    path: Path
    sha256: str
    verified: bool
    """Whether the audit of the copy is whole and ends in its very rows."""
    problems: tuple[str, ...]


def back_up(store: Store, actor: Actor, folder: Path) -> Backup:
    """Copy the store into a folder and verify the copy; the act is kept in the audit.

    Parameters
    ----------
    store : Store
        The open store.
    actor : Actor
        Who backs up; needs BACK_UP.
    folder : Path
        Where the copy goes; made when missing.

    Returns
    -------
    Backup
        ``verified`` is false when the copy (and so, as a rule, the store) has a problem.

    Raises
    ------
    StoreUnusableError
        If the folder cannot be written.
    """
    with store.reading(actor, Permission.BACK_UP):
        stamp = f"{store.clock():%Y%m%dT%H%M%SZ}"
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError:
        message = f"The folder {folder} cannot be written: choose another one."
        raise StoreUnusableError(message) from None
    path = folder / f"{store.path.stem}-{stamp}.db"
    copy_checked(store.path, path)
    found = verify_copy(path, store.keys)
    backup = Backup(
        path=path,
        sha256=sha256_hex(path.read_bytes()),
        verified=found.ok,
        problems=found.problems,
    )
    _keep_in_audit(store, actor, backup)
    return backup


def verify_copy(path: Path, keys: Keys) -> Verification:
    """Verify the audit of a copy against its rows."""
    engine = make_copy_reader(path)
    try:
        with in_plain_words(), engine.begin() as connection:
            return verify_tables(connection, keys)
    finally:
        engine.dispose()


def _keep_in_audit(store: Store, actor: Actor, backup: Backup) -> None:
    said = "verified" if backup.verified else "NOT VERIFIED"
    detail = f"{backup.path.name}, SHA-256 {backup.sha256}, {said}"
    author = Author.of(actor, action="back_up", reason="", at=store.now_text())
    with store.writing_within(author) as writing:
        writing.note("store", detail)
