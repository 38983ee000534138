"""Where a store lies: its address, and the place in the user's data folder when none is named."""

import os
import sys
from pathlib import Path

from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

from data.storage.errors import StoreNotFoundError, StoreUnusableError


def default_url() -> str:
    """Return the address of the store: `ANTIPHON_STORE`, or a file in the user's data folder."""
    named = os.environ.get("ANTIPHON_STORE")
    return named or f"sqlite:///{_data_folder() / 'antiphon' / 'antiphon.db'}"


def store_exists(url: str) -> bool:
    """Say whether there is a store at an address."""
    return database_path(url).is_file()


def database_path(url: str) -> Path:
    """Return the file that an address names.

    Raises
    ------
    StoreUnusableError
        If the address is not ``sqlite:///PATH``.
    """
    database = _file_of(url)
    if database is None:
        message = "A store's address is sqlite:///PATH: mend ANTIPHON_STORE."
        raise StoreUnusableError(message)
    return Path(database).expanduser().absolute()


def existing_path(url: str) -> Path:
    """Return the file that an address names, which must be there.

    Raises
    ------
    StoreNotFoundError
        If it is not there.
    """
    path = database_path(url)
    if not path.is_file():
        message = f"There is no store at {path}: create one, or mend ANTIPHON_STORE."
        raise StoreNotFoundError(message)
    return path


def _file_of(url: str) -> str | None:
    try:
        parsed = make_url(url)
    except ArgumentError:
        return None
    in_memory = parsed.database in {None, "", ":memory:"}
    return None if in_memory or parsed.drivername != "sqlite" else parsed.database


def _data_folder() -> Path:
    if sys.platform == "win32":
        return Path(os.environ.get("LOCALAPPDATA") or Path.home() / "AppData" / "Local")
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Application Support"
    return Path(os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share")
