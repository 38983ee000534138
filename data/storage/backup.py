"""Back a store up while it is in use, and verify the copy.

The note in the audit does not count entries: the count after a session would tell its arm.

The copy is one file without keys: keep a copy of the key file elsewhere, or what is sealed in the backup
stays closed. To restore, put the copy in the place of the database and its key file beside it.
"""

from collections.abc import Callable
from dataclasses import dataclass
from hashlib import file_digest
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


@dataclass(frozen=True, kw_only=True, slots=True)
class Backup:
    """A copy of the store."""

    path: Path
    sha256: str
    verified: bool
    """Whether the audit of the copy is whole and ends in its very rows."""
    problems: tuple[str, ...]


def make_backup(
    store: Store, actor: Actor, folder: Path, show: Callable[[float, str], None]
) -> Backup:
    """Copy the store into a folder and verify the copy; `record_backup` keeps the act in the audit.

    Parameters
    ----------
    store : Store
        The open store; an opening that only reads will do.
    actor : Actor
        Who backs up; needs BACK_UP.
    folder : Path
        Where the copy goes; made when missing. Until it is verified its name ends in ``.unfinished``.
    show : callable
        Told the share that is done, in [0, 1], and what is done now.

    Returns
    -------
    Backup
        ``verified`` is false when the copy (and so, as a rule, the store) has a problem.

    Notes
    -----
    A folder that cannot be written, or that holds a backup of this very second, is refused
    (`StoreUnusableError`).
    """
    with store.reading(actor, Permission.BACK_UP):
        path = folder / f"{store.path.stem}-{store.clock():%Y%m%dT%H%M%SZ}.db"
    _make_room(path)
    unfinished = path.with_suffix(".unfinished")
    show(0.1, "Copying the store ...")
    copy_checked(store.path, unfinished)
    show(0.4, "Verifying the copy ...")
    found = verify_copy(unfinished, store.keys)
    unfinished.rename(path)
    show(0.9, "Hashing the copy ...")
    with path.open("rb") as copy:
        sha256 = file_digest(copy, "sha256").hexdigest()
    return Backup(path=path, sha256=sha256, verified=found.ok, problems=found.problems)


def record_backup(store: Store, actor: Actor, backup: Backup) -> None:
    """Keep in the audit that a backup was made, by whom, and what was found in it."""
    said = "verified" if backup.verified else "NOT VERIFIED"
    detail = f"{backup.path.name}, SHA-256 {backup.sha256}, {said}"
    author = Author.of(actor, action="back_up", reason="", at=store.now_text())
    with store.writing_within(author) as writing:
        writing.note("store", detail)


def verify_copy(path: Path, keys: Keys) -> Verification:
    """Verify the audit of a copy against its rows."""
    engine = make_copy_reader(path)
    try:
        with in_plain_words(), engine.begin() as connection:
            return verify_tables(connection, keys)
    finally:
        engine.dispose()


def _make_room(path: Path) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError:
        message = f"The folder {path.parent} cannot be written: choose another one."
        raise StoreUnusableError(message) from None
    if path.exists():
        message = f"{path} exists: nothing was overwritten. Move it away first."
        raise StoreUnusableError(message)
