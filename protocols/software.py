"""Which software made a number: the version and a hash of the source that computes."""

import hashlib
from functools import lru_cache
from pathlib import Path

VERSION = "0.1.0"
"""The release, as in pyproject.toml."""

_COMPUTING_FOLDERS = ("protocols", "data", "interventions", "trials", "analysis")
_SOURCE_SUFFIXES = (".py", ".yaml")


@lru_cache(maxsize=1)
def software_version() -> str:
    """Return the release and the first 12 digits of the hash of the computing source.

    Screens are left out: they show numbers and compute none.

    Returns
    -------
    str
        For example ``0.1.0+3f9a1c20b7de``; the same on every machine for the same source.
    """
    checkout = Path(__file__).resolve().parent.parent
    digest = hashlib.sha256()
    for path in sorted(_source_files(checkout)):
        digest.update(path.relative_to(checkout).as_posix().encode() + b"\0")
        digest.update(path.read_bytes().replace(b"\r\n", b"\n") + b"\0")
    return f"{VERSION}+{digest.hexdigest()[:12]}"


def _source_files(checkout: Path) -> list[Path]:
    return [
        path
        for folder in _COMPUTING_FOLDERS
        for path in (checkout / folder).rglob("*")
        if path.suffix in _SOURCE_SUFFIXES
    ]
